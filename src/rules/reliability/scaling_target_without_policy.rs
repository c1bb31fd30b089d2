//! A scalable target that no policy belongs to: it is registered, and never scales.

use crate::{
    finding::{Finding, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        scaling::{belongs, is_of_sagemaker},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "scaling-target-without-policy",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/scaling-target-without-policy.md"),
    check: Check::Each(kind::SCALABLE_TARGET, check),
};

fn check(cx: &Context<'_>, target: Subject<'_>, out: &Findings) {
    if !is_of_sagemaker(target) || !target.get("ScheduledActions").is_absent() {
        return;
    }
    let unit = cx.graph.unit(&target.resource().key.unit);
    if unit.is_some_and(|unit| !unit.unread.is_empty()) {
        return;
    }
    let moves = |kind| cx.of_kind(kind).any(|other| !belongs(other, target).is_no());
    if moves(kind::SCALING_POLICY) || moves(kind::SCHEDULED_ACTION) {
        return;
    }
    let id = target.get("ResourceId");
    let what = if id.starts_with("inference-component/").is_yes() { "component" } else { "variant" };
    out.add(
        Finding::at(target.place(), "scalable target has no scaling policy")
            .label(format!("registering it scales nothing: the {what} keeps the capacity that it starts with"))
            .evidence(&id)
            .help(help(target)),
    );
}

fn help(target: Subject<'_>) -> &'static str {
    match target.resource().input {
        Input::Terraform => {
            "add an `aws_appautoscaling_policy` with the target's `resource_id`, `scalable_dimension` and `service_namespace`\ntarget tracking on `SageMakerVariantInvocationsPerInstance` is the usual one"
        }
        Input::CloudFormation => {
            "add an `AWS::ApplicationAutoScaling::ScalingPolicy` whose `ScalingTargetId` is the target\ntarget tracking on `SageMakerVariantInvocationsPerInstance` is the usual one"
        }
        _ => {
            "call `put_scaling_policy` with the same `ResourceId` and `ScalableDimension`\ntarget tracking on `SageMakerVariantInvocationsPerInstance` is the usual one"
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        graph::kind::{SCALABLE_TARGET, SCALING_POLICY, SCHEDULED_ACTION},
        rules::testing::Built,
    };

    fn count(changes: Value, others: &[(&str, Value)]) -> usize {
        let mut built = Built::default();
        let mut target = json!({
            "ResourceId": "endpoint/{Name}/variant/main",
            "ServiceNamespace": "sagemaker",
            "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
        });
        for (name, value) in changes.as_object().expect("changes") {
            target[name] = value.clone();
        }
        built.resource(SCALABLE_TARGET, "Target", &target);
        for (at, (kind, properties)) in others.iter().enumerate() {
            built.resource(kind, &format!("Other{at}"), properties);
        }
        built.check(&RULE).len()
    }

    #[test]
    fn a_policy_that_may_be_meant_belongs_to_it() {
        assert_eq!(count(json!({}), &[]), 1);
        let policy = |name: &str, value: Value| count(json!({}), &[(SCALING_POLICY, json!({name: value, "Tags": []}))]);
        assert_eq!(policy("ScalingTargetId", json!({"ref": "Target"})), 0);
        assert_eq!(policy("ScalingTargetId", json!({"?": "Target"})), 0);
        assert_eq!(policy("ResourceId", json!("endpoint/{Name}/variant/main")), 0);
        assert_eq!(policy("ResourceId", json!("endpoint/{Other}/variant/main")), 0);
        assert_eq!(policy("ResourceId", json!({"?": "Id"})), 0);
        assert_eq!(policy("ResourceId", json!("endpoint/{Name}/variant/other")), 1);
        assert_eq!(policy("ResourceId", json!("table/orders")), 1);
        let action = json!({"ResourceId": "endpoint/{Name}/variant/main", "Schedule": "cron(0 6 * * ? *)"});
        assert_eq!(count(json!({}), &[(SCHEDULED_ACTION, action)]), 0, "the clock scales it");
        assert_eq!(count(json!({"ScheduledActions": [{"Schedule": "cron(0 6 * * ? *)", "x": 1}]}), &[]), 0);
    }

    #[test]
    fn targets_of_other_services_are_not_ours() {
        let other = json!({"ServiceNamespace": "dynamodb", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"});
        assert_eq!(count(other, &[]), 0);
        assert_eq!(count(json!({"ServiceNamespace": {"?": "N"}, "ScalableDimension": {"?": "D"}}), &[]), 0);
    }
}
