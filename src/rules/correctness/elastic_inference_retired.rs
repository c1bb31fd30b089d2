//! An accelerator of Elastic Inference, which AWS no longer offers.

use crate::{
    catalog::retired::elastic_inference,
    finding::{Finding, Safety, Severity},
    graph::{
        attr::{Attr, Subject},
        fact::{Fact, FactKind},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, calls},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "elastic-inference-retired",
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
    page: include_str!("../../../rules/elastic-inference-retired.md"),
    check: Check::Several(&[Check::Any(KINDS, check), Check::Code(FactKind::Call, unfollowed)]),
};

static KINDS: &[&str] = &[kind::ENDPOINT_CONFIG, kind::NOTEBOOK_INSTANCE, kind::EC2_INSTANCE, kind::LAUNCH_TEMPLATE];

fn check(_: &Context<'_>, resource: Subject<'_>, out: &Findings) {
    for (attr, remove) in accelerators(resource) {
        let Some(text) = attr.text().filter(|text| !text.is_empty()) else { continue };
        let finding = found(Finding::on(&attr, TITLE), text, resource.kind() == kind::ENDPOINT_CONFIG);
        out.add(finding.fix_remove(&remove, Safety::Safe));
    }
}

/// `deploy` of an object that is not followed.
fn unfollowed(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Some((call, argument, text)) = calls::unfollowed(fact, "accelerator_type") else { return };
    let finding = found(Finding::at(argument.value.origin.place, TITLE), text, true);
    let edit = calls::without(call, argument);
    out.add(match edit {
        Some(edit) => finding.fix(Safety::Safe, "remove `accelerator_type`", vec![edit]),
        None => finding,
    });
}

const TITLE: &str = "Elastic Inference is no longer available";

fn found(finding: Finding, text: &str, serves: bool) -> Finding {
    let help = if serves {
        "leave the accelerator out, and serve on a CPU type, on `ml.inf2.xlarge`, or on a small GPU such as `ml.g4dn.xlarge`"
    } else {
        "leave the accelerator out"
    };
    finding
        .label(format!("AWS has no `{text}` any more, nor another accelerator of its kind"))
        .fact("Elastic Inference ended", elastic_inference())
        .help(help)
}

/// The accelerators of a resource: an item each, with the property that is to go.
fn accelerators<'a>(resource: Subject<'a>) -> Vec<(Attr<'a>, Attr<'a>)> {
    let (path, within) = match resource.kind() {
        kind::ENDPOINT_CONFIG => ("ProductionVariants", "AcceleratorType"),
        kind::NOTEBOOK_INSTANCE => ("AcceleratorTypes", ""),
        kind::LAUNCH_TEMPLATE => ("LaunchTemplateData.ElasticInferenceAccelerators", "Type"),
        _ => ("ElasticInferenceAccelerators", "Type"),
    };
    let list = resource.get(path);
    if list.is_absent() {
        return Vec::new();
    }
    let of_item = |item: Attr<'a>| match resource.kind() {
        kind::ENDPOINT_CONFIG => (item.get(within), item.get(within)),
        _ if within.is_empty() => (item, list.clone()),
        _ => (item.get(within), list.clone()),
    };
    list.items().0.into_iter().map(of_item).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind, rules::testing::Built};

    fn found(kind: &str, properties: &Value) -> Vec<String> {
        let mut built = Built::default();
        built.resource(kind, "it", properties);
        built.check(&RULE).into_iter().map(|finding| finding.property).collect()
    }

    #[test]
    fn accelerators_are_found() {
        let variants =
            json!({"ProductionVariants": [{"InstanceType": "ml.m5.large", "AcceleratorType": "ml.eia2.medium"}]});
        assert_eq!(found(kind::ENDPOINT_CONFIG, &variants), ["ProductionVariants[0].AcceleratorType"]);
        let notebook = json!({"InstanceType": "ml.t3.medium", "AcceleratorTypes": ["ml.eia1.medium"]});
        assert_eq!(found(kind::NOTEBOOK_INSTANCE, &notebook), ["AcceleratorTypes[0]"]);
        let machine =
            json!({"InstanceType": "m5.large", "ElasticInferenceAccelerators": [{"Type": "eia2.medium", "Count": 1}]});
        assert_eq!(found(kind::EC2_INSTANCE, &machine), ["ElasticInferenceAccelerators[0].Type"]);
    }

    #[test]
    fn none_and_one_that_is_not_known_are_fine() {
        for accelerator in [json!(null), json!({"?": "variable accelerator"})] {
            let variants =
                json!({"ProductionVariants": [{"InstanceType": "ml.m5.large", "AcceleratorType": accelerator}]});
            assert!(found(kind::ENDPOINT_CONFIG, &variants).is_empty());
        }
        assert!(found(kind::ENDPOINT_CONFIG, &json!({"ProductionVariants": {"?": "variants"}})).is_empty());
        assert!(found(kind::NOTEBOOK_INSTANCE, &json!({"InstanceType": "ml.t3.medium"})).is_empty());
    }
}
