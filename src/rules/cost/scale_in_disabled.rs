//! A policy that only scales out: what one busy hour has started is billed until somebody takes it away.

use crate::{
    finding::{Finding, Severity},
    graph::{
        attr::Subject,
        guard::Tri,
        kind,
        shape::{Shape, same},
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        scaling::{belongs, is_of_sagemaker, target_of},
    },
};

/// The switch of a policy that tracks a target.
const SWITCH: &str = "TargetTrackingScalingPolicyConfiguration.DisableScaleIn";

pub(in crate::rules) static RULE: Rule = Rule {
    name: "scale-in-disabled",
    aliases: &[],
    category: Category::Cost,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/scale-in-disabled.md"),
    check: Check::Each(kind::SCALING_POLICY, check),
};

fn check(cx: &Context<'_>, policy: Subject<'_>, out: &Findings) {
    let switch = policy.get(SWITCH);
    let target = target_of(policy);
    let is_ours = is_of_sagemaker(policy) || target.is_some_and(is_of_sagemaker);
    if switch.boolean() != Some(true) || !is_ours || may_be_scaled_in(cx, policy, target) {
        return;
    }
    let mut finding = Finding::on(&switch, "policy never scales in")
        .label("what it has started stays, and is billed, until somebody removes it")
        .help("leave it out, or set it to `false`; `ScaleInCooldown` makes scaling in slower\nwhere something else scales in, name that in an allowance");
    if let Some(most) = target.map(|target| target.get("MaxCapacity")).filter(|most| most.number().is_some()) {
        finding = finding.because(&most, "up to so many stay");
    }
    out.add(finding);
}

/// Whether something else may scale in what a policy scales out: another policy, an action by the clock, or something in
/// a part that was not read.
fn may_be_scaled_in<'a>(cx: &Context<'a>, policy: Subject<'a>, target: Option<Subject<'a>>) -> bool {
    let unit = cx.graph.unit(&policy.resource().key.unit);
    if unit.is_some_and(|unit| !unit.unread.is_empty()) {
        return true;
    }
    if target.is_some_and(|target| !target.get("ScheduledActions").is_absent()) {
        return true;
    }
    let is_same = |other: Subject<'a>| match target {
        Some(target) => belongs(other, target),
        None => of_same_id(other, policy),
    };
    let scales_in = |other: &Subject<'a>| other.id() != policy.id() && other.get(SWITCH).boolean() != Some(true);
    cx.of_kind(kind::SCALING_POLICY).filter(scales_in).any(|other| !is_same(other).is_no())
        || cx.of_kind(kind::SCHEDULED_ACTION).any(|other| !is_same(other).is_no())
}

/// Whether two name the same thing that is scaled.
fn of_same_id<'a>(one: Subject<'a>, other: Subject<'a>) -> Tri {
    if !one.get("ScalingTargetId").is_absent() || !one.targets(&one.get("ResourceId")).is_empty() {
        return Tri::Unknown;
    }
    same(&Shape::of(one, &one.get("ResourceId")), &Shape::of(other, &other.get("ResourceId")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        graph::kind::{SCALABLE_TARGET, SCALING_POLICY, SCHEDULED_ACTION},
        rules::testing::Built,
    };

    const ID: &str = "endpoint/churn/variant/main";

    fn policy(switch: Value, changes: &Value) -> Value {
        let mut policy = json!({
            "PolicyName": "p",
            "ServiceNamespace": "sagemaker",
            "ResourceId": ID,
            "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70, "DisableScaleIn": switch},
        });
        for (name, value) in changes.as_object().expect("changes") {
            policy[name] = value.clone();
        }
        policy
    }

    fn count(policy: &Value, others: &[(&str, Value)]) -> usize {
        let mut built = Built::default();
        let target = json!({"ServiceNamespace": "sagemaker", "ResourceId": ID, "MinCapacity": 1, "MaxCapacity": 8});
        built.resource(SCALABLE_TARGET, "Target", &target);
        built.resource(SCALING_POLICY, "Policy", policy);
        for (at, (kind, properties)) in others.iter().enumerate() {
            built.resource(kind, &format!("Other{at}"), properties);
        }
        built.check(&RULE).len()
    }

    #[test]
    fn only_what_is_switched_off_for_certain_is_found() {
        assert_eq!(count(&policy(json!(true), &json!({})), &[]), 1);
        assert_eq!(count(&policy(json!(false), &json!({})), &[]), 0);
        assert_eq!(count(&policy(json!({"?": "Switch"}), &json!({})), &[]), 0);
        let dynamodb = json!({"ServiceNamespace": "dynamodb", "ResourceId": "table/orders"});
        assert_eq!(count(&policy(json!(true), &dynamodb), &[]), 0, "not ours");
        let by_reference = json!({"ServiceNamespace": null, "ResourceId": null, "ScalingTargetId": {"ref": "Target"}});
        assert_eq!(count(&policy(json!(true), &by_reference), &[]), 1, "by reference");
    }

    #[test]
    fn what_something_else_scales_in_is_fine() {
        let found = |kind: &'static str, other: Value| count(&policy(json!(true), &json!({})), &[(kind, other)]);
        let steps =
            |id: Value| json!({"PolicyName": "in", "ResourceId": id, "StepScalingPolicyConfiguration": {"x": 1}});
        assert_eq!(found(SCALING_POLICY, steps(json!(ID))), 0);
        assert_eq!(found(SCALING_POLICY, steps(json!({"?": "Id"}))), 0);
        assert_eq!(found(SCALING_POLICY, steps(json!("endpoint/other/variant/main"))), 1);
        assert_eq!(found(SCHEDULED_ACTION, json!({"ResourceId": ID, "Schedule": "cron(0 20 * * ? *)"})), 0);
        let both = policy(json!(true), &json!({"PolicyName": "q"}));
        assert_eq!(found(SCALING_POLICY, both), 2, "neither of two scales in");
    }
}
