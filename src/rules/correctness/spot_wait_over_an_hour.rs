//! A Spot job of a built-in algorithm without checkpoints that may wait for more than an hour: the request is refused.

use crate::{
    catalog::algorithm::SPOT_MAX_WAIT_WITHOUT_CHECKPOINTS,
    finding::{Finding, Safety, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "spot-wait-over-an-hour",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &["spot-without-checkpoint"],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/spot-wait-over-an-hour.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, _)) = training::builtin(job) else { return };
    let spot = job.get("EnableManagedSpotTraining");
    if algorithm.checkpoints || spot.boolean() != Some(true) {
        return;
    }
    let wait = job.get("StoppingCondition.MaxWaitTimeInSeconds");
    if wait.number().is_none_or(|seconds| seconds <= SPOT_MAX_WAIT_WITHOUT_CHECKPOINTS) {
        return;
    }
    let title = algorithm.title;
    let finding = Finding::on(&wait, format!("Spot job of {title} may wait for an hour at most"))
        .label("more than 3600 seconds")
        .because(&spot, "Spot capacity is asked for here")
        .because(&training::image_attr(job), format!("{title} writes no checkpoints"))
        .fact(format!("{title} writes no checkpoints"), algorithm.fact())
        .help(help(job));
    // A job that may run for longer than an hour would have to be shortened: that is not ours to decide.
    let run = job.get("StoppingCondition.MaxRuntimeInSeconds").number();
    let fits = run.is_some_and(|seconds| seconds <= SPOT_MAX_WAIT_WITHOUT_CHECKPOINTS);
    out.add(if fits { finding.fix_set(&wait, 3600, Safety::Unsafe) } else { finding });
}

fn help(job: Subject<'_>) -> String {
    let [wait, spot] = match job.resource().input {
        Input::Sdk if training::is_trainer(job) => [
            "pass `max_wait_time_in_seconds=3600` and `max_runtime_in_seconds` of no more",
            "leave `enable_managed_spot_training` out",
        ],
        Input::Sdk if training::is_remote(job) => [
            "pass `max_wait_time_in_seconds=3600` and `max_runtime_in_seconds` of no more",
            "leave `use_spot_instances` out",
        ],
        Input::Sdk => ["pass `max_wait=3600` and `max_run` of no more", "leave `use_spot_instances` out"],
        Input::Terraform | Input::Core => [
            "set `max_wait_time_in_seconds = 3600` and `max_runtime_in_seconds` to no more",
            "leave `enable_managed_spot_training` out",
        ],
        Input::CloudFormation | Input::Api | Input::Request | Input::StateMachine => [
            "set `MaxWaitTimeInSeconds` to 3600 and `MaxRuntimeInSeconds` to no more",
            "leave `EnableManagedSpotTraining` out",
        ],
    };
    format!("{wait}\na job that needs longer must train on demand: {spot}, and the waiting time with it")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::TRAINING_JOB, rules::testing::Built};

    fn of(image: &str, spot: &Value, wait: &Value) -> usize {
        let mut built = Built::default();
        let job = json!({
            "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
            "EnableManagedSpotTraining": spot,
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": wait},
        });
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).len()
    }

    #[test]
    fn a_long_wait_without_checkpoints_is_found() {
        let kmeans = "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1";
        assert_eq!(of(kmeans, &json!(true), &json!(7200)), 1);
        assert_eq!(of(kmeans, &json!(true), &json!(3600)), 0);
        assert_eq!(of(kmeans, &json!(false), &json!(7200)), 0, "another rule's fault");
        assert_eq!(of(kmeans, &json!({"?": "spot"}), &json!(7200)), 0);
        assert_eq!(of(kmeans, &json!(true), &json!({"?": "wait"})), 0);
    }

    #[test]
    fn what_may_write_checkpoints_is_fine() {
        let long = |image: &str| of(image, &json!(true), &json!(7200));
        assert_eq!(long("246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"), 0);
        assert_eq!(long("111122223333.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"), 0);
        assert_eq!(long("763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1"), 0);
    }
}
