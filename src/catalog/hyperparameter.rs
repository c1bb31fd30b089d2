//! Hyperparameters of SageMaker's built-in algorithms.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::{
    catalog::{self, Algorithm},
    finding::FactRef,
    nearest::{meant, typos},
};

/// A hyperparameter of one algorithm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hyperparameter {
    /// Its name: `mini_batch_size`.
    pub name: &'static str,
    /// Another name that the algorithm takes for it.
    pub alias: Option<&'static str>,
    /// When it must be given.
    pub needed: Needed,
    /// What form its value has.
    pub form: Form,
    /// The smallest value.
    pub least: Option<Bound>,
    /// The largest value.
    pub most: Option<Bound>,
    /// All values that it takes, where they can be listed.
    #[serde(borrow = "'static")]
    pub choices: Vec<&'static str>,
    /// Values that it takes beside those within the bounds: `auto`.
    pub also: Vec<&'static str>,
    /// Whether the guide lists it among those that a tuning job can choose.
    pub tunable: bool,
}

/// When a hyperparameter must be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Needed {
    /// In each job.
    Always,
    /// It need not be, or it is not known when.
    No,
    /// Where another one is given.
    With(&'static str),
    /// Where another one has one of these values.
    When {
        /// The other one.
        name: &'static str,
        /// The values.
        #[serde(borrow = "'static")]
        values: Vec<&'static str>,
    },
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A text.
    Text,
    /// `true` or `false`, also `0` or `1`, in any case.
    Truth,
    /// A list, in whatever notation: not looked into.
    List,
}

/// An end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// The number.
    pub value: f64,
    /// Whether the number itself is within the range.
    pub inclusive: bool,
}

/// A hyperparameter that an algorithm does not look at unless another one has one of some values.
struct Ignored {
    algorithm: &'static str,
    name: &'static str,
    /// The other one.
    unless: &'static str,
    values: &'static [&'static str],
    /// Whether it has one of them by itself.
    by_default: bool,
}

/// What the guide's pages call ignored, or applied only with another one. Its bounds say nothing then.
///
/// Source: the hyperparameter pages of Linear Learner, Object2Vec and k-NN, read 2026-11-27. XGBoost's container looks at each.
const IGNORED: &[Ignored] = &[
    Ignored {
        algorithm: "linear-learner",
        name: "num_classes",
        unless: "predictor_type",
        values: &["multiclass_classifier"],
        by_default: false,
    },
    Ignored {
        algorithm: "linear-learner",
        name: "beta_1",
        unless: "optimizer",
        values: &["adam", "auto"],
        by_default: true,
    },
    Ignored {
        algorithm: "linear-learner",
        name: "beta_2",
        unless: "optimizer",
        values: &["adam", "auto"],
        by_default: true,
    },
    Ignored {
        algorithm: "object2vec",
        name: "num_classes",
        unless: "output_layer",
        values: &["softmax"],
        by_default: true,
    },
    Ignored {
        algorithm: "knn",
        name: "dimension_reduction_target",
        unless: "dimension_reduction_type",
        values: &["sign", "fjlt"],
        by_default: false,
    },
];

static HYPERPARAMETERS: LazyLock<Vec<(&'static str, Vec<Hyperparameter>)>> =
    LazyLock::new(|| catalog::table(|tables| tables.hyperparameters));

impl Algorithm {
    /// All its hyperparameters: those without which it does not train first.
    pub fn hyperparameters(&self) -> &'static [Hyperparameter] {
        let of = HYPERPARAMETERS.iter().find(|(algorithm, _)| *algorithm == self.id);
        of.map_or(&[], |(_, all)| all.as_slice())
    }

    /// The hyperparameter with a name, or with this other name.
    pub fn hyperparameter(&self, name: &str) -> Option<&'static Hyperparameter> {
        self.hyperparameters().iter().find(|known| known.name == name || known.alias == Some(name))
    }

    /// Whether the algorithm may not look at a hyperparameter, because another one has a value that is not known to ask for it.
    /// `of` tells the value of another one: nothing where it is not known, `None` within where it is certainly not given.
    pub fn may_ignore(&self, name: &str, of: impl Fn(&str) -> Option<Option<Arc<str>>>) -> bool {
        let ignored = IGNORED.iter().find(|ignored| ignored.algorithm == self.id && ignored.name == name);
        ignored.is_some_and(|ignored| match of(ignored.unless) {
            Some(Some(value)) => !ignored.values.contains(&value.trim()),
            Some(None) => !ignored.by_default,
            None => true,
        })
    }

    /// The hyperparameter that was meant by a name that it does not have: the one name that is near.
    pub fn misspelt(&self, name: &str) -> Option<&'static str> {
        // SageMaker's own settings travel among the hyperparameters.
        if name.starts_with('_') || name.starts_with("sagemaker_") || self.hyperparameter(name).is_some() {
            return None;
        }
        let names = self.hyperparameters().iter().flat_map(|known| [Some(known.name), known.alias]).flatten();
        meant(name, typos(name), names)
    }

    /// What a finding about a hyperparameter cites: the guide's page, and the date of what was read.
    pub fn hyperparameter_fact(&self, name: &str) -> FactRef {
        let source = match self.id {
            "xgboost" => "aws/sagemaker-xgboost-container, hyperparameter_validation.py".to_owned(),
            _ => format!("https://docs.aws.amazon.com/sagemaker/latest/dg/{}.html", self.hyperparameters_page),
        };
        FactRef {
            id: format!("hyperparameters/{}/{name}", self.id),
            as_of: self.hyperparameters_as_of.to_owned(),
            source,
        }
    }
}

impl Hyperparameter {
    /// Whether the algorithm takes a value, as it is written in the request: a text. An empty text is not judged, nor
    /// is a list.
    pub fn takes(&self, value: &str) -> bool {
        let value = value.trim();
        if value.is_empty() || self.also.contains(&value) {
            return true;
        }
        match self.form {
            Form::List => true,
            Form::Truth => ["true", "false", "0", "1"].iter().any(|truth| value.eq_ignore_ascii_case(truth)),
            Form::Text => self.choices.is_empty() || self.choices.contains(&value),
            Form::Integer | Form::Number => match value.parse::<f64>() {
                Ok(number) => self.takes_number(number),
                Err(_) => false,
            },
        }
    }

    /// The one of its words that a text is a slip of: another case, or a letter.
    pub fn meant(&self, value: &str) -> Option<&'static str> {
        let value = value.trim().to_lowercase();
        let words = self.choices.iter().filter(|choice| choice.parse::<f64>().is_err());
        let words: Vec<(String, &'static str)> = words.map(|&choice| (choice.to_lowercase(), choice)).collect();
        let near = meant(&value, typos(&value), words.iter().map(|(word, _)| &**word))?;
        words.iter().find(|(word, _)| word == near).map(|&(_, choice)| choice)
    }

    /// The same of a number. A whole number may be written `3.0`.
    fn takes_number(&self, number: f64) -> bool {
        let above = |least: Bound| number > least.value || least.inclusive && number >= least.value;
        let below = |most: Bound| number < most.value || most.inclusive && number <= most.value;
        let listed = || self.choices.iter().any(|choice| choice.parse() == Ok(number));
        number.is_finite()
            && (self.form != Form::Integer || number.fract() == 0.0)
            && self.least.is_none_or(above)
            && self.most.is_none_or(below)
            && (self.choices.is_empty() || listed())
    }

    /// What it takes, in words that follow "takes": `a whole number from 1 to 10, or auto`.
    pub fn range(&self) -> String {
        let end = |bound: Option<Bound>, words: [&str; 2]| {
            bound.map(|bound| format!("{} {}", words[usize::from(!bound.inclusive)], bound.value))
        };
        let noun = match self.form {
            Form::Integer => "a whole number",
            Form::Number => "a number",
            Form::Truth => "true or false",
            Form::List => "a list",
            Form::Text => "a text",
        };
        if !self.choices.is_empty() {
            return format!("one of {}", self.choices.iter().chain(&self.also).copied().collect::<Vec<_>>().join(", "));
        }
        let ends = [end(self.least, ["from", "above"]), end(self.most, ["up to", "below"])];
        let mut words = vec![noun.to_owned()];
        words.extend(ends.into_iter().flatten());
        let also = self.also.iter().map(|also| format!(", or {also}"));
        words.join(" ") + &also.collect::<String>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::algorithm;

    fn of(algorithm_id: &str, name: &str) -> &'static Hyperparameter {
        algorithm(algorithm_id).and_then(|algorithm| algorithm.hyperparameter(name)).expect("in the table")
    }

    #[test]
    fn values_are_compared_with_form_bounds_and_choices() {
        let eta = of("xgboost", "learning_rate");
        assert_eq!(eta.name, "eta", "by its other name");
        for (value, takes) in [("0.1", true), ("1", true), ("1.5", false), ("-0.1", false), ("", true), ("fast", false)]
        {
            assert_eq!(eta.takes(value), takes, "{value}");
        }
        let subsample = of("xgboost", "subsample");
        assert!(!subsample.takes("0") && subsample.takes("0.5"), "0 itself is too small");
        let rounds = of("xgboost", "num_round");
        assert!(rounds.takes("100") && rounds.takes("100.0") && !rounds.takes("1.5") && !rounds.takes("0"));
        let objective = of("xgboost", "objective");
        assert!(objective.takes("binary:logistic") && !objective.takes("binary:logistics"));
        assert!(of("linear-learner", "l1").takes("auto"));
        assert!(of("xgboost", "use_dask_gpu_training").takes("True"));
        assert!(of("xgboost", "monotone_constraints").takes("(1,-1)"));
    }

    #[test]
    fn what_another_one_leaves_aside_is_known() {
        for ignored in IGNORED {
            let (name, other) = (of(ignored.algorithm, ignored.name), of(ignored.algorithm, ignored.unless));
            assert!(name.least.is_some() && ignored.values.iter().all(|value| other.takes(value)), "{}", ignored.name);
        }
        let known = |value: Option<&'static str>| move |_: &str| Some(value.map(Arc::from));
        let linear = algorithm("linear-learner").expect("in the table");
        assert!(linear.may_ignore("num_classes", known(Some("binary_classifier"))));
        assert!(!linear.may_ignore("num_classes", known(Some("multiclass_classifier"))));
        assert!(linear.may_ignore("num_classes", known(None)) && linear.may_ignore("num_classes", |_| None));
        assert!(!linear.may_ignore("beta_1", known(None)) && linear.may_ignore("beta_1", known(Some("sgd"))));
        assert!(!linear.may_ignore("epochs", |_| None));
    }

    #[test]
    fn a_near_name_is_what_was_meant() {
        let meant = |name: &str| algorithm("xgboost").expect("in the table").misspelt(name);
        assert_eq!(meant("num_rounds"), Some("num_round"));
        assert_eq!(meant("max-depth"), Some("max_depth"));
        assert_eq!(meant("num_round"), None, "it is right");
        assert_eq!(meant("sagemaker_program"), None);
        assert_eq!(meant("alpa"), Some("alpha"));
        assert_eq!(meant("beta"), Some("eta"));
        assert_eq!(meant("zeta2"), None);
    }

    #[test]
    fn ranges_are_said_in_words() {
        assert_eq!(of("xgboost", "eta").range(), "a number from 0 up to 1");
        assert_eq!(of("xgboost", "subsample").range(), "a number above 0 up to 1");
        assert_eq!(of("xgboost", "num_round").range(), "a whole number from 1");
        assert_eq!(of("xgboost", "booster").range(), "one of gbtree, gblinear, dart");
        assert_eq!(of("knn", "faiss_index_ivf_nlists").range(), "a whole number from 1, or auto");
        assert_eq!(of("pca", "extra_components").range(), "a whole number from 0, or -1");
    }

    #[test]
    fn what_is_needed_is_known() {
        let always = |id: &str| -> Vec<&str> {
            let all = algorithm(id).expect("in the table").hyperparameters().iter();
            all.filter(|known| known.needed == Needed::Always).map(|known| known.name).collect()
        };
        assert_eq!(always("xgboost"), ["num_round"]);
        assert_eq!(always("kmeans"), ["feature_dim", "k"]);
        assert_eq!(
            of("xgboost", "num_class").needed,
            Needed::When { name: "objective", values: vec!["multi:softmax", "multi:softprob"] }
        );
        assert_eq!(of("knn", "dimension_reduction_target").needed, Needed::With("dimension_reduction_type"));
    }

    #[test]
    fn a_fact_names_the_page_and_its_date() {
        let fact = algorithm("kmeans").expect("in the table").hyperparameter_fact("k");
        assert_eq!(fact.id, "hyperparameters/kmeans/k");
        assert_eq!(fact.as_of, "2023-06-15");
        assert_eq!(fact.source, "https://docs.aws.amazon.com/sagemaker/latest/dg/k-means-api-config.html");
    }
}
