//! Run time, waiting time and Spot that do not fit together: the request is refused.

use crate::{
    catalog::algorithm::DEFAULT_MAX_RUN,
    finding::{Confidence, Finding, Safety, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
        value::StepKind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "spot-wait-shorter-than-run",
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
    page: include_str!("../../../rules/spot-wait-shorter-than-run.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    if training::runs_elsewhere(job) {
        return;
    }
    let spot = job.get("EnableManagedSpotTraining");
    let wait = job.get("StoppingCondition.MaxWaitTimeInSeconds");
    let run = job.get("StoppingCondition.MaxRuntimeInSeconds");
    let asked = if spot.is_absent() { Some(false) } else { spot.boolean() };
    let names = Names::of(job);
    match (asked, wait.number()) {
        (Some(true), None) if wait.is_absent() => {
            let finding = Finding::on(&spot, "Spot training job has no maximum waiting time")
                .label(format!("Spot needs `{}`", names.wait))
                .help(format!("set `{}` to the maximum run time, and as much more as the job may wait", names.wait));
            let limit = if run.is_absent() { Some(DEFAULT_MAX_RUN) } else { run.number() };
            out.add(sure(raised(finding, &wait, limit), job));
        }
        (Some(true), Some(seconds)) => shorter(job, &names, (&wait, seconds), &run, out),
        (Some(false), Some(seconds)) if seconds > 0.0 => {
            let finding = Finding::on(&wait, "maximum waiting time without Spot")
                .label("only a job on Spot capacity waits")
                .because(&spot, "Spot is off")
                .help(format!("leave `{}` out, or set `{}` to true", names.wait, names.spot))
                .fix_remove(&wait, Safety::Safe);
            out.add(sure(finding, job));
        }
        _ => {}
    }
}

/// A waiting time that holds less than the run time.
fn shorter(job: Subject<'_>, names: &Names, (wait, seconds): (&Attr<'_>, f64), run: &Attr<'_>, out: &Findings) {
    let limit = if run.is_absent() { Some(DEFAULT_MAX_RUN) } else { run.number() };
    let Some(limit) = limit.filter(|&limit| seconds < limit) else { return };
    let by_whom = if is_default(run) { ", which is what its class sets" } else { "" };
    let mut finding = Finding::on(wait, "Spot training job may run for longer than it may wait and run")
        .because(run, format!("the job may run for {limit} seconds{by_whom}"));
    finding = if run.is_absent() {
        let day = format!("less than the {DEFAULT_MAX_RUN} seconds of a job without `{}`", names.run);
        finding.label(day).at_most(Confidence::Medium)
    } else {
        finding.label(format!("less than the {limit} seconds that it may run"))
    };
    let lower = if run.is_absent() || is_default(run) { "set" } else { "lower" };
    let help = format!("raise `{}` to {limit} or more, or {lower} `{}`: the wait counts both", names.wait, names.run);
    out.add(sure(raised(finding.help(help), wait, Some(limit)), job));
}

/// With the fix that sets the waiting time to the run time.
fn raised(finding: Finding, wait: &Attr<'_>, limit: Option<f64>) -> Finding {
    match limit.and_then(|limit| limit.to_string().parse::<u32>().ok()) {
        Some(limit) => finding.fix_set(wait, limit, Safety::Unsafe),
        None => finding,
    }
}

/// Whether a class of the SDK sets a value where its caller does not.
fn is_default(attr: &Attr<'_>) -> bool {
    attr.origin().is_some_and(|origin| origin.steps().any(|step| step.kind == StepKind::ServiceDefault))
}

/// What is not written in SDK code may be set by a class or a configuration that is not seen.
fn sure(finding: Finding, job: Subject<'_>) -> Finding {
    if job.resource().input.has_defaults() { finding.at_most(Confidence::Medium) } else { finding }
}

/// What the three settings are called.
struct Names {
    spot: &'static str,
    wait: &'static str,
    run: &'static str,
}

impl Names {
    fn of(job: Subject<'_>) -> Self {
        match job.resource().input {
            Input::Sdk if training::is_trainer(job) => Self {
                spot: "enable_managed_spot_training",
                wait: "max_wait_time_in_seconds",
                run: "max_runtime_in_seconds",
            },
            Input::Sdk if training::is_remote(job) => {
                Self { spot: "use_spot_instances", wait: "max_wait_time_in_seconds", run: "max_runtime_in_seconds" }
            }
            Input::Sdk => Self { spot: "use_spot_instances", wait: "max_wait", run: "max_run" },
            Input::Terraform | Input::Core => Self {
                spot: "enable_managed_spot_training",
                wait: "max_wait_time_in_seconds",
                run: "max_runtime_in_seconds",
            },
            Input::CloudFormation | Input::Api | Input::Request | Input::StateMachine => {
                Self { spot: "EnableManagedSpotTraining", wait: "MaxWaitTimeInSeconds", run: "MaxRuntimeInSeconds" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Confidence, graph::kind::TRAINING_JOB, rules::testing::Built};

    fn of(spot: &Value, run: &Value, wait: &Value) -> Vec<(String, Confidence)> {
        let mut built = Built::default();
        let job = json!({
            "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
            "EnableManagedSpotTraining": spot,
            "StoppingCondition": {"MaxRuntimeInSeconds": run, "MaxWaitTimeInSeconds": wait},
        });
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).into_iter().map(|finding| (finding.message, finding.confidence)).collect()
    }

    fn messages(spot: &Value, run: &Value, wait: &Value) -> Vec<String> {
        of(spot, run, wait).into_iter().map(|(message, _)| message).collect()
    }

    #[test]
    fn a_wait_below_the_run_time_is_found() {
        let longer = ["Spot training job may run for longer than it may wait and run"];
        assert_eq!(messages(&json!(true), &json!(7200), &json!(3600)), longer);
        assert_eq!(messages(&json!(true), &json!(null), &json!(3600)), longer, "the default is a day");
        assert_eq!(of(&json!(true), &json!(null), &json!(3600))[0].1, Confidence::Medium);
        assert!(of(&json!(true), &json!(null), &json!(86400)).is_empty());
        assert!(of(&json!(true), &json!(3600), &json!(3600)).is_empty());
        assert!(of(&json!(true), &json!({"?": "run"}), &json!(3600)).is_empty());
        assert!(of(&json!({"?": "spot"}), &json!(7200), &json!(3600)).is_empty());
    }

    #[test]
    fn spot_and_a_wait_go_together() {
        assert_eq!(
            messages(&json!(true), &json!(3600), &json!(null)),
            ["Spot training job has no maximum waiting time"]
        );
        let without = ["maximum waiting time without Spot"];
        assert_eq!(messages(&json!(false), &json!(3600), &json!(3600)), without);
        assert_eq!(messages(&json!(null), &json!(3600), &json!(3600)), without);
        assert!(of(&json!(null), &json!(3600), &json!({"?": "wait"})).is_empty());
        assert!(of(&json!(true), &json!(3600), &json!({"?": "wait"})).is_empty());
        assert!(of(&json!({"?": "spot"}), &json!(3600), &json!(3600)).is_empty());
        assert!(of(&json!(false), &json!(3600), &json!(0)).is_empty(), "nothing to wait for");
    }

    #[test]
    fn both_on_one_condition_are_fine() {
        let spot = json!({"if": ["UseSpot", true, false]});
        let wait = json!({"if": ["UseSpot", 7200, null]});
        assert!(of(&spot, &json!(3600), &wait).is_empty());
        assert_eq!(of(&spot, &json!(3600), &json!(7200))[0].1, Confidence::Low);
    }
}
