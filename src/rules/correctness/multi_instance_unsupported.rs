//! A built-in algorithm that trains on one instance, on several: the job fails, or pays for machines that stand idle.

use crate::{
    catalog::{Algorithm, Instances},
    finding::{Finding, Safety, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "multi-instance-unsupported",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Safe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/multi-instance-unsupported.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, _)) = training::builtin(job) else { return };
    let Some(alone) = alone(job, algorithm) else { return };
    let Some((attr, count)) = training::count(job).filter(|&(_, count)| count > 1.0) else { return };
    let title = algorithm.title;
    let mut finding = Finding::on(&attr, format!("{title}{} trains on one instance only", alone.text()))
        .label(format!("{count} instances"))
        .because(&training::image_attr(job), format!("this is the image of {title}"));
    if let Alone::With(name, value) = alone {
        let mode = job.get("HyperParameters").get(name);
        finding = finding.because(&mode, format!("`{value}` is not distributed"));
    }
    let in_groups = attr.path().contains("InstanceGroups");
    finding = finding
        .fact(format!("{title}{} trains on one instance only", alone.text()), algorithm.fact())
        .help(help(job.resource().input, in_groups));
    // Which of several groups is to stay is not ours to say.
    out.add(if in_groups { finding } else { finding.fix_set(&attr, 1, Safety::Safe) });
}

/// Why an algorithm trains on one instance only.
#[derive(Clone, Copy)]
enum Alone<'a> {
    /// It always does.
    Always,
    /// With this value of a hyperparameter.
    With(&'static str, &'a str),
}

impl Alone<'_> {
    fn text(self) -> String {
        match self {
            Self::Always => String::new(),
            Self::With(name, value) => format!(" with `{name}` `{value}`"),
        }
    }
}

fn alone<'a>(job: Subject<'a>, algorithm: &Algorithm) -> Option<Alone<'a>> {
    if algorithm.instances == Instances::One {
        return Some(Alone::Always);
    }
    let (name, values) = algorithm.alone_with()?;
    let value = job.get("HyperParameters").get(name).text()?;
    values.contains(&value).then_some(Alone::With(name, value))
}

fn help(input: Input, groups: bool) -> String {
    let setting = match input {
        _ if groups => "keep one group with `InstanceCount` 1",
        Input::Sdk | Input::Core => "pass `instance_count=1`",
        Input::Terraform => "set `instance_count = 1`",
        Input::CloudFormation | Input::Api | Input::Request | Input::StateMachine => "set `InstanceCount` to 1",
    };
    format!("{setting}; a larger instance type is the way to train it faster")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::TRAINING_JOB, rules::testing::Built};

    fn of(image: &str, resources: &Value, hyperparameters: &Value) -> Vec<String> {
        let image = format!("{{account of AWS's image registry}}.dkr.ecr.us-west-2.amazonaws.com/{image}");
        let mut built = Built::default();
        let specification = json!({"TrainingImage": image, "TrainingInputMode": "File"});
        let job = json!({
            "AlgorithmSpecification": specification,
            "ResourceConfig": resources,
            "HyperParameters": hyperparameters,
        });
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).into_iter().map(|finding| format!("{}: {}", finding.property, finding.message)).collect()
    }

    fn instances(count: Value) -> Value {
        json!({"InstanceType": "ml.p3.2xlarge", "InstanceCount": count})
    }

    #[test]
    fn several_instances_for_one_are_found() {
        assert_eq!(
            of("seq2seq:1", &instances(json!(2)), &json!({})),
            ["ResourceConfig.InstanceCount: Sequence-to-Sequence trains on one instance only"]
        );
        let groups = json!({"InstanceGroups": [
            {"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1},
            {"InstanceType": "ml.p3.8xlarge", "InstanceCount": 1},
        ]});
        assert_eq!(of("lda:1", &groups, &json!({})).len(), 1, "two groups of one");
        let mode = json!({"mode": "skipgram"});
        assert_eq!(
            of("blazingtext:1", &instances(json!(2)), &mode),
            ["ResourceConfig.InstanceCount: BlazingText with `mode` `skipgram` trains on one instance only"]
        );
    }

    #[test]
    fn others_are_fine() {
        assert!(of("seq2seq:1", &instances(json!(1)), &json!({})).is_empty());
        assert!(of("seq2seq:1", &instances(json!({"?": "count"})), &json!({})).is_empty());
        assert!(of("linear-learner:1", &instances(json!(2)), &json!({})).is_empty());
        let distributed = json!({"mode": "batch_skipgram"});
        assert!(of("blazingtext:1", &instances(json!(2)), &distributed).is_empty());
        assert!(of("blazingtext:1", &instances(json!(2)), &json!({"mode": {"?": "mode"}})).is_empty());
        let script = json!({"sagemaker_program": "train.py"});
        assert!(of("autogluon-training:1.1", &instances(json!(2)), &script).is_empty(), "a script of one's own");
    }
}
