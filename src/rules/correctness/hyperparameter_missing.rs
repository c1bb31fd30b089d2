//! A built-in algorithm without a hyperparameter that it needs: the job starts, and fails.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "hyperparameter-missing",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/hyperparameter-missing.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, _)) = training::builtin(job) else { return };
    // A name that is misspelt is one fault, not two.
    let misspelt = training::misspelt(job, algorithm);
    let missing: Vec<&str> = algorithm
        .hyperparameters()
        .iter()
        .filter(|known| training::needs(job, known) && training::is_missing(job, known))
        .filter(|known| !misspelt.iter().any(|other| other.meant == known.name || known.alias == Some(other.meant)))
        .map(|known| known.name)
        .collect();
    let Some(first) = missing.first() else { return };
    let (title, names) = (algorithm.title, listed(&missing));
    let given = job.get("HyperParameters");
    let label = if given.is_absent() { "no hyperparameter is set" } else { "not among these hyperparameters" };
    let place = if given.is_written() { given.name_place() } else { job.place() };
    let mut finding = Finding::at(place, format!("{title} cannot train without {names}"))
        .label(label)
        .because(&training::image_attr(job), format!("this is the image of {title}"))
        .help(help(job, first));
    for name in &missing {
        finding = finding.fact(format!("{title} needs `{name}`"), algorithm.hyperparameter_fact(name));
    }
    given.path().clone_into(&mut finding.property);
    out.add(if job.resource().input.has_defaults() { finding.at_most(Confidence::Medium) } else { finding });
}

/// `a`, `a` and `b`, `a`, `b` and `c`.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn help(job: Subject<'_>, name: &str) -> String {
    match job.resource().input {
        Input::Sdk if training::is_trainer(job) => format!("pass `{name}` in `hyperparameters={{…}}`"),
        Input::Sdk => format!("pass `{name}=…` to `set_hyperparameters`, or in `hyperparameters={{…}}`"),
        Input::Core => format!("add `\"{name}\": \"…\"` to `hyper_parameters={{…}}`"),
        Input::Terraform => format!("add `{name} = \"…\"` to `hyper_parameters`"),
        Input::CloudFormation | Input::Api | Input::Request | Input::StateMachine => {
            format!("add `\"{name}\": \"…\"` to `HyperParameters`: a text, also where it is a number")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{RULE, listed};
    use crate::{graph::kind::TRAINING_JOB, rules::testing::Built};

    fn of(image: &str, hyperparameters: &Value) -> Vec<String> {
        let image = format!("{{account of AWS's image registry}}.dkr.ecr.us-west-2.amazonaws.com/{image}");
        let mut built = Built::default();
        let specification = json!({"TrainingImage": image, "TrainingInputMode": "File"});
        let job = json!({"AlgorithmSpecification": specification, "HyperParameters": hyperparameters});
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn what_is_always_needed_is_missed() {
        assert_eq!(of("kmeans:1", &json!({"k": "10", "epochs": "1"})), ["K-Means cannot train without `feature_dim`"]);
        assert_eq!(of("kmeans:1", &json!(null)), ["K-Means cannot train without `feature_dim` and `k`"]);
        assert!(of("kmeans:1", &json!({"k": "10", "feature_dim": "784"})).is_empty());
        assert!(of("kmeans:1", &json!({"k": "10", "feature_dim": {"?": "dim"}})).is_empty());
        assert!(of("kmeans:1", &json!({"k": "10", "?": "more"})).is_empty());
        assert!(of("kmeans:1", &json!({"?": "hyperparameters"})).is_empty());
        assert!(of("pytorch-training:2.1", &json!(null)).is_empty());
    }

    #[test]
    fn what_another_value_asks_for_is_missed() {
        let softmax = json!({"num_round": "10", "objective": "multi:softmax"});
        assert_eq!(of("sagemaker-xgboost:1.7-1", &softmax), ["XGBoost cannot train without `num_class`"]);
        let unknown = json!({"num_round": "10", "objective": {"?": "objective"}});
        assert!(of("sagemaker-xgboost:1.7-1", &unknown).is_empty());
        assert!(of("sagemaker-xgboost:1.7-1", &json!({"num_round": "10", "objective": "reg:squarederror"})).is_empty());
    }

    #[test]
    fn a_script_has_hyperparameters_of_its_own() {
        assert!(of("sagemaker-xgboost:1.7-1", &json!({"sagemaker_program": "train.py"})).is_empty());
        assert!(of("sagemaker-xgboost:1.7-1", &json!({"sagemaker_program": {"?": "script"}, "x": "1"})).is_empty());
        assert_eq!(of("sagemaker-xgboost:1.7-1", &json!({"max_depth": "5"})).len(), 1);
    }

    #[test]
    fn a_misspelt_name_is_another_rules_fault() {
        assert!(of("sagemaker-xgboost:1.7-1", &json!({"num_rounds": "100", "max_depth": "5"})).is_empty());
    }

    #[test]
    fn names_are_listed() {
        assert_eq!(listed(&["k"]), "`k`");
        assert_eq!(listed(&["k", "l", "m"]), "`k`, `l` and `m`");
    }
}
