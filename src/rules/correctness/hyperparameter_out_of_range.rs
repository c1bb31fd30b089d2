//! A hyperparameter with a value that the built-in algorithm does not take: the job starts, and fails.

use std::sync::Arc;

use crate::{
    finding::{Finding, Safety, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "hyperparameter-out-of-range",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/hyperparameter-out-of-range.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, _)) = training::builtin(job) else { return };
    let (entries, _) = job.get("HyperParameters").entries();
    for (name, attr) in entries {
        let Some(known) = algorithm.hyperparameter(name) else { continue };
        let Some(text) = attr.known().and_then(|value| value.plain_text()) else { continue };
        if known.takes(&text) || algorithm.may_ignore(known.name, |other| value_of(job, other)) {
            continue;
        }
        let (title, range) = (algorithm.title, known.range());
        let finding = Finding::on(&attr, format!("{title} does not take `{text}` for `{name}`"))
            .label(format!("`{name}` takes {range}"))
            .because(&training::image_attr(job), format!("this is the image of {title}"))
            .fact(format!("`{name}` of {title} takes {range}"), algorithm.hyperparameter_fact(known.name));
        out.add(match known.meant(&text) {
            Some(meant) => finding.help(format!("write `{meant}`")).fix_set(&attr, meant, Safety::Unsafe),
            None => finding.help(format!("set `{name}` to {range}")),
        });
    }
}

/// The value of a hyperparameter: nothing where it is not known, `None` within where it is certainly not given.
fn value_of(job: Subject<'_>, name: &str) -> Option<Option<Arc<str>>> {
    let attr = job.get("HyperParameters").get(name);
    match attr.known() {
        Some(value) => value.plain_text().map(Some),
        None => attr.is_absent().then_some(None),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Confidence, graph::kind::TRAINING_JOB, rules::testing::Built};

    fn of(image: &str, hyperparameters: &Value) -> Vec<(String, Confidence)> {
        let image = format!("{{account of AWS's image registry}}.dkr.ecr.us-west-2.amazonaws.com/{image}");
        let mut built = Built::default();
        let job = json!({"AlgorithmSpecification": {"TrainingImage": image}, "HyperParameters": hyperparameters});
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).into_iter().map(|finding| (finding.property, finding.confidence)).collect()
    }

    fn xgboost(hyperparameters: &Value) -> Vec<(String, Confidence)> {
        of("sagemaker-xgboost:1.7-1", hyperparameters)
    }

    #[test]
    fn each_value_out_of_its_range_is_found() {
        let high = |name: &str| (format!("HyperParameters.{name}"), Confidence::High);
        assert_eq!(xgboost(&json!({"eta": "1.5", "subsample": 0})), [high("eta"), high("subsample")]);
        assert_eq!(xgboost(&json!({"objective": "binary:logistics"})), [high("objective")]);
        assert_eq!(xgboost(&json!({"learning_rate": "-1"})), [high("learning_rate")], "by its other name");
        assert_eq!(
            xgboost(&json!({"eta": {"default": "1.5"}})),
            [("HyperParameters.eta".to_owned(), Confidence::Medium)]
        );
        assert_eq!(of("kmeans:1", &json!({"k": "0", "?": "more"})), [high("k")], "whatever the others are");
    }

    #[test]
    fn bounds_of_what_is_ignored_say_nothing() {
        let linear = |hyperparameters: &Value| of("linear-learner:1", hyperparameters).len();
        assert_eq!(linear(&json!({"predictor_type": "binary_classifier", "num_classes": 2})), 0);
        assert_eq!(linear(&json!({"predictor_type": "multiclass_classifier", "num_classes": 2})), 1);
        assert_eq!(linear(&json!({"predictor_type": {"?": "type"}, "num_classes": 2})), 0, "it may be binary");
        assert_eq!(linear(&json!({"predictor_type": "binary_classifier", "epochs": 0})), 1);
    }

    #[test]
    fn other_values_are_fine() {
        assert!(xgboost(&json!({"eta": "0.2", "num_round": 100, "objective": "binary:logistic"})).is_empty());
        assert!(xgboost(&json!({"eta": {"?": "eta"}, "max_depth": "{depth}"})).is_empty());
        assert!(xgboost(&json!({"eta": "1.5", "sagemaker_program": "train.py"})).is_empty(), "a script's own");
        assert!(xgboost(&json!({"eta": "1.5", "?": "more"})).is_empty(), "it may be a script's own");
        assert!(of("pytorch-training:2.1", &json!({"eta": "1.5"})).is_empty());
    }
}
