//! A Spot job without a checkpoint location starts from nothing after each interruption.

use crate::{
    catalog::algorithm,
    finding::{Confidence, Finding, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
        value::StepKind,
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        options::{Number, RuleOption},
        training,
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "spot-without-checkpoint",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Warning,
    or_severity: Some((
        Severity::Error,
        "the maximum run time is written and over an hour (or over `tolerated-minutes`)",
    )),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[RuleOption::Number(&TOLERATED)],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/spot-without-checkpoint.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

/// Jobs that may run for less lose little: SageMaker itself lets an algorithm without checkpoints wait no longer than
/// an hour for Spot capacity. A job that may run for the whole hour can lose the whole hour.
static TOLERATED: Number = Number {
    name: "tolerated-minutes",
    about: "Run time of a job in minutes: that of a shorter one may be lost",
    default: 60,
    within: (0, 28 * 24 * 60),
};

fn check(cx: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let spot = job.get("EnableManagedSpotTraining");
    let checkpoint = job.get("CheckpointConfig.S3Uri");
    if spot.boolean() != Some(true)
        || !checkpoint.is_absent()
        || training::runs_elsewhere(job)
        || may_not_checkpoint(job)
    {
        return;
    }
    let limit = job.get("StoppingCondition.MaxRuntimeInSeconds");
    let seconds = limit.number();
    let tolerated = f64::from(cx.number(&TOLERATED)) * 60.0;
    if limit.is_unknown() || seconds.is_some_and(|seconds| seconds < tolerated) {
        return;
    }
    let mut finding = Finding::on(&checkpoint, "Spot training job has no checkpoint location")
        .label("after an interruption it starts again from nothing")
        .because(&spot, "Spot capacity can be taken away at any time")
        .help(help(job));
    match seconds {
        Some(seconds) if seconds > tolerated && is_written(&limit) => {
            let hours = (seconds / 360.0).round() / 10.0;
            finding =
                finding.because(&limit, format!("up to {hours} hours of work can be lost")).severity(Severity::Error);
        }
        _ => finding = finding.evidence(&limit),
    }
    // A configuration of the SDK outside of the project may set more than the script does.
    out.add(if job.resource().input.has_defaults() { finding.at_most(Confidence::Medium) } else { finding });
}

/// Whether the job may run a built-in or marketplace algorithm that writes no checkpoints. Those of the frameworks'
/// containers and of the user's own images do as their script does.
fn may_not_checkpoint(job: Subject<'_>) -> bool {
    // A function of the user's own.
    if training::is_remote(job) {
        return false;
    }
    if !job.get("AlgorithmSpecification.AlgorithmName").is_absent() {
        return true;
    }
    let script = job.get("HyperParameters.sagemaker_program");
    // What the scripts of JumpStart's models save is not known.
    if script.text() == Some(algorithm::JUMP_START_SCRIPT) && training::image_attr(job).model_id().is_some() {
        return true;
    }
    if script.known().is_some() {
        return false;
    }
    let Some(image) = training::image(job) else { return true };
    if image.is_aws.is_no() {
        return false;
    }
    let Some(repository) = image.repository else { return true };
    algorithm::of_repository(&repository).is_some_and(|algorithm| !algorithm.checkpoints)
}

/// Whether somebody wrote it for this job: neither a default of the service nor one that a caller can override.
fn is_written(attr: &Attr<'_>) -> bool {
    let default = |attr: &Attr<'_>| {
        attr.origin().is_some_and(|origin| origin.steps().any(|step| step.kind == StepKind::ServiceDefault))
    };
    attr.confidence() == Confidence::High && !default(attr)
}

fn help(job: Subject<'_>) -> String {
    let setting = match job.resource().input {
        Input::Sdk | Input::Core if job.resource().input == Input::Core || training::is_trainer(job) => {
            "pass `checkpoint_config=CheckpointConfig(s3_uri=\"s3://<bucket>/<prefix>\")`"
        }
        Input::Sdk if training::is_remote(job) => {
            return "give the function a `CheckpointLocation(s3_uri=\"s3://<bucket>/<prefix>\")` when it is called\nit must save to that path, and load what it finds there when it starts".to_owned();
        }
        Input::Sdk => "pass `checkpoint_s3_uri=\"s3://<bucket>/<prefix>\"`",
        Input::Terraform => "add `checkpoint_config { s3_uri = \"s3://<bucket>/<prefix>\" }`",
        Input::Core | Input::Api => "add `CheckpointConfig={\"S3Uri\": \"s3://<bucket>/<prefix>\"}`",
        Input::CloudFormation | Input::Request | Input::StateMachine => {
            "add `\"CheckpointConfig\": {\"S3Uri\": \"s3://<bucket>/<prefix>\"}`"
        }
    };
    format!(
        "{setting}\na training script of your own must save to `/opt/ml/checkpoints`, and load what it finds there when it starts"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::{Confidence, Severity},
        graph::kind::TRAINING_JOB,
        rules::testing::Built,
    };

    fn job(image: &Value, changes: &[(&str, Value)]) -> Vec<(Option<Severity>, Confidence)> {
        let mut job = json!({
            "AlgorithmSpecification": {"TrainingImage": image},
            "ResourceConfig": {"InstanceType": "ml.g5.xlarge"},
            "EnableManagedSpotTraining": true,
        });
        for (name, value) in changes {
            job[name] = value.clone();
        }
        let mut built = Built::default();
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).into_iter().map(|finding| (finding.severity, finding.confidence)).collect()
    }

    fn with(changes: &[(&str, Value)]) -> Vec<(Option<Severity>, Confidence)> {
        job(&json!("763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1-gpu-py310"), changes)
    }

    fn limit(value: Value) -> (&'static str, Value) {
        ("StoppingCondition", json!({"MaxRuntimeInSeconds": value}))
    }

    #[test]
    fn the_severity_follows_the_run_time() {
        assert_eq!(with(&[]), [(Some(Severity::Warning), Confidence::High)], "the default is a day");
        assert_eq!(with(&[limit(json!(7200))]), [(Some(Severity::Error), Confidence::High)]);
        let default = limit(json!({"default": 7200}));
        assert_eq!(with(&[default]), [(Some(Severity::Warning), Confidence::Medium)], "a caller may set less");
        assert_eq!(with(&[limit(json!({"service": 86400}))]), [(Some(Severity::Warning), Confidence::High)]);
        assert_eq!(with(&[limit(json!(3600))]), [(Some(Severity::Warning), Confidence::High)], "not over an hour");
        assert!(with(&[limit(json!(3599))]).is_empty());
        assert!(with(&[limit(json!({"?": "args.max_run"}))]).is_empty());
    }

    #[test]
    fn jobs_with_a_checkpoint_or_without_spot_are_fine() {
        assert!(with(&[("CheckpointConfig", json!({"S3Uri": "s3://bucket/checkpoints"}))]).is_empty());
        assert!(with(&[("CheckpointConfig", json!({"S3Uri": {"?": "uri"}}))]).is_empty());
        assert_eq!(with(&[("CheckpointConfig", json!({"LocalPath": "/opt/ml/checkpoints"}))]).len(), 1);
        assert!(with(&[("EnableManagedSpotTraining", json!(false))]).is_empty());
        assert!(with(&[("EnableManagedSpotTraining", json!({"?": "args.spot"}))]).is_empty());
        assert!(with(&[("ResourceConfig", json!({"InstanceType": "local_gpu"}))]).is_empty());
        assert!(with(&[("ServerlessJobConfig", json!({"BaseModelArn": "arn"}))]).is_empty());
    }

    #[test]
    fn algorithms_that_may_not_checkpoint_are_left_alone() {
        let count = |image: &str| job(&json!(image), &[]).len();
        assert_eq!(count("246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"), 1);
        assert_eq!(count("111122223333.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"), 1, "the user's own image");
        assert_eq!(count("{account}.dkr.ecr.us-west-2.amazonaws.com/my-training:1"), 1, "the user's own image");
        assert_eq!(count("174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"), 0);
        assert_eq!(count("{account}.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"), 0, "it may be the built-in one");
        assert_eq!(job(&json!({"?": "image"}), &[]).len(), 0);
        let script = ("HyperParameters", json!({"sagemaker_program": "train.py"}));
        assert_eq!(job(&json!({"?": "image"}), &[script]).len(), 1, "it runs a script of the user's");
        let named = ("AlgorithmSpecification", json!({"AlgorithmName": "my-algorithm"}));
        assert_eq!(job(&json!(null), &[named]).len(), 0);
    }

    #[test]
    fn a_branch_in_which_it_holds_is_of_low_confidence() {
        let spot = ("EnableManagedSpotTraining", json!({"if": ["UseSpot", true, false]}));
        assert_eq!(with(std::slice::from_ref(&spot)), [(Some(Severity::Warning), Confidence::Low)]);
        let checkpoint = json!({"if": ["UseSpot", {"S3Uri": "s3://bucket/checkpoints"}, null]});
        assert!(with(&[spot, ("CheckpointConfig", checkpoint)]).is_empty(), "both hang on the same condition");
    }
}
