//! A hyperparameter that the built-in algorithm does not have, but for a letter: it is refused, or has no effect.

use crate::{
    finding::{Finding, Safety, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "hyperparameter-misspelled",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Warning,
    or_severity: Some((Severity::Error, "the algorithm cannot train without the one that is meant")),
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/hyperparameter-misspelled.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, _)) = training::builtin(job) else { return };
    for misspelt in training::misspelt(job, algorithm) {
        let (title, name, meant) = (algorithm.title, misspelt.name, misspelt.meant);
        let mut finding = Finding::at(misspelt.attr.name_place(), format!("{title} has no hyperparameter `{name}`"))
            .label(format!("did you mean `{meant}`?"))
            .because(&training::image_attr(job), format!("this is the image of {title}"))
            .fact(format!("{title} has `{meant}`"), algorithm.hyperparameter_fact(meant))
            .help(format!("write `{meant}`"))
            .fix_rename(&misspelt.attr, meant, Safety::Unsafe);
        misspelt.attr.path().clone_into(&mut finding.property);
        if algorithm.hyperparameter(meant).is_some_and(|known| training::needs(job, known)) {
            finding = finding.severity(Severity::Error);
        }
        out.add(finding);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Severity, graph::kind::TRAINING_JOB, rules::testing::Built};

    fn of(hyperparameters: &Value) -> Vec<(String, Severity)> {
        let image = "{account of AWS's image registry}.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1";
        let mut built = Built::default();
        let job = json!({"AlgorithmSpecification": {"TrainingImage": image}, "HyperParameters": hyperparameters});
        built.resource(TRAINING_JOB, "job", &job);
        let found = built.check(&RULE).into_iter();
        found.map(|finding| (finding.label, finding.severity.expect("the engine sets it"))).collect()
    }

    #[test]
    fn a_name_that_is_near_is_found() {
        assert_eq!(
            of(&json!({"num_round": "10", "max-depth": "5"})),
            [("did you mean `max_depth`?".to_owned(), Severity::Warning)]
        );
        assert_eq!(
            of(&json!({"num_rounds": "10"})),
            [("did you mean `num_round`?".to_owned(), Severity::Error)],
            "it cannot do without"
        );
    }

    #[test]
    fn other_names_are_fine() {
        assert!(of(&json!({"num_round": "10", "_tuning_objective_metric": "x", "colour": "red"})).is_empty());
        assert!(of(&json!({"num_round": "10", "num_rounds": "10"})).is_empty(), "the right one is there too");
        assert!(of(&json!({"num_rounds": "10", "?": "more"})).is_empty(), "so it may be, or it is a script's");
        assert!(of(&json!({"num_rounds": "10", "sagemaker_program": "train.py"})).is_empty());
    }
}
