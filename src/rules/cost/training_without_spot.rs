//! A long training job that can go on after an interruption pays the full price for capacity that is never taken away.

use crate::{
    catalog::instance::Use,
    finding::{Finding, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
        value::{Data, Value},
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "training-without-spot",
    aliases: &[],
    category: Category::Cost,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/training-without-spot.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

/// Seconds of a job that is short: there is little to save.
const SHORT: f64 = 3600.0;

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let spot = job.get("EnableManagedSpotTraining");
    let is_off = spot.is_absent() || spot.boolean() == Some(false);
    // Whoever runs or deploys it chooses.
    let is_chosen =
        job.resource().properties.entry("EnableManagedSpotTraining").is_some_and(|entry| may_be_on(&entry.value));
    if !is_off || is_chosen || training::runs_elsewhere(job) || training::may_be_local(job) || keeps_its_machines(job) {
        return;
    }
    let limit = job.get("StoppingCondition.MaxRuntimeInSeconds");
    if limit.is_unknown() || limit.number().is_some_and(|seconds| seconds < SHORT) {
        return;
    }
    let Some((checkpoint, why)) = goes_on(job) else { return };
    let mut finding = Finding::on(&spot, "training job that can go on after an interruption is not on Spot")
        .label("on demand; Spot capacity of SageMaker costs less, and may be taken away")
        .help(help(job.resource().input));
    if let Some(attr) = checkpoint {
        finding = finding.because(&attr, why);
    }
    out.add(finding.evidence(&limit));
}

/// Whether it is on Spot on one side of a condition.
fn may_be_on(spot: &Value) -> bool {
    match &spot.data {
        Data::Guarded(guarded) => may_be_on(&guarded.then) || may_be_on(&guarded.otherwise),
        data => matches!(data, Data::Bool(true)),
    }
}

/// Whether the machines are the job's beyond its end, or reserved: neither goes together with Spot. Of types that training
/// plans are sold for there is hardly any capacity besides.
fn keeps_its_machines(job: Subject<'_>) -> bool {
    let types = training::instances(job).unwrap_or_default();
    if types.iter().any(|(_, instance)| instance.uses.contains(&Use::ReservedCapacity)) {
        return true;
    }
    let kept = job.get("ResourceConfig.KeepAlivePeriodInSeconds");
    let planned = job.get("ResourceConfig.TrainingPlanArn");
    !(kept.is_absent() || kept.number() == Some(0.0)) || !planned.is_absent()
}

/// Why a job goes on where it was interrupted: it names a place for checkpoints. An algorithm that writes none would not
/// use it, and a script of JumpStart's may not.
fn goes_on(job: Subject<'_>) -> Option<(Option<Attr<'_>>, &'static str)> {
    let checkpoint = job.get("CheckpointConfig.S3Uri");
    checkpoint.known()?;
    let writes = training::builtin(job).is_none_or(|(algorithm, _)| algorithm.checkpoints);
    let is_written = checkpoint.is_written().then_some(checkpoint);
    writes.then_some((is_written, "its checkpoints are kept here"))
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Sdk => "pass `use_spot_instances=True`, and a `max_wait` of at least `max_run`",
        Input::Terraform => {
            "set `enable_managed_spot_training = true`, and `max_wait_time_in_seconds` in `stopping_condition`"
        }
        _ => "set `EnableManagedSpotTraining` to true, and `MaxWaitTimeInSeconds` to at least the maximum run time",
    };
    format!("{setting}\nthe job then ends later, by as long as it waits for capacity")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::TRAINING_JOB, rules::testing::Built};

    fn count(changes: &Value) -> usize {
        let mut job = json!({
            "AlgorithmSpecification": {"TrainingImage": "111122223333.dkr.ecr.us-west-2.amazonaws.com/mine:1"},
            "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 7200},
            "CheckpointConfig": {"S3Uri": "s3://models/checkpoints"},
        });
        for (name, value) in changes.as_object().expect("changes") {
            job[name] = value.clone();
        }
        let mut built = Built::default();
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).len()
    }

    #[test]
    fn a_job_that_can_go_on_is_found() {
        assert_eq!(count(&json!({})), 1);
        assert_eq!(count(&json!({"EnableManagedSpotTraining": false})), 1);
        assert_eq!(count(&json!({"StoppingCondition": {}})), 1, "a day is the service's default");
    }

    #[test]
    fn what_cannot_go_on_is_fine() {
        for changes in [
            json!({"EnableManagedSpotTraining": true}),
            json!({"EnableManagedSpotTraining": {"?": "args.spot"}}),
            json!({"CheckpointConfig": null}),
            json!({"CheckpointConfig": {"S3Uri": {"?": "args.checkpoints"}}}),
            json!({"StoppingCondition": {"MaxRuntimeInSeconds": 3000}}),
            json!({"StoppingCondition": {"MaxRuntimeInSeconds": {"?": "args.hours"}}}),
            json!({"ResourceConfig": {"InstanceType": "ml.g5.xlarge", "KeepAlivePeriodInSeconds": 600}}),
            json!({"ResourceConfig": {"InstanceType": "ml.g5.xlarge", "TrainingPlanArn": {"?": "plan"}}}),
            json!({"ResourceConfig": {"InstanceType": "ml.p5.48xlarge", "InstanceCount": 2}}),
            json!({"ResourceConfig": {"InstanceType": "local_gpu"}}),
            json!({"AlgorithmSpecification": {"TrainingImage": "{account of AWS's image registry}.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"}}),
        ] {
            assert_eq!(count(&changes), 0, "{changes}");
        }
    }
}
