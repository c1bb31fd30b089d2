//! An accelerator of Elastic Inference, which AWS no longer offers.

use crate::{
    finding::{FactRef, Finding, Severity},
    graph::{
        attr::{Attr, Subject},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "elastic-inference-retired",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/elastic-inference-retired.md"),
    check: Check::Any(KINDS, check),
};

static KINDS: &[&str] = &[kind::ENDPOINT_CONFIG, kind::NOTEBOOK_INSTANCE, kind::EC2_INSTANCE, kind::LAUNCH_TEMPLATE];

fn check(_: &Context<'_>, resource: Subject<'_>, out: &Findings) {
    let help = match resource.kind() {
        kind::ENDPOINT_CONFIG => {
            "leave the accelerator out, and serve on a CPU type, on `ml.inf2.xlarge`, or on a small GPU such as `ml.g4dn.xlarge`"
        }
        _ => "leave the accelerator out",
    };
    for attr in accelerators(resource) {
        let Some(text) = attr.text().filter(|text| !text.is_empty()) else { continue };
        out.add(
            Finding::on(&attr, "Elastic Inference is no longer available")
                .label(format!("`{text}` cannot be had since April 2024"))
                .fact("Elastic Inference ended", fact())
                .help(help),
        );
    }
}

fn fact() -> FactRef {
    FactRef {
        id: "retired/elastic-inference".to_owned(),
        as_of: crate::catalog::as_of().to_owned(),
        source: "botocore 1.44.5, CreateNotebookInstance: \"Elastic Inference (EI) is no longer available\"".to_owned(),
    }
}

/// The accelerators of a resource: an item each.
fn accelerators(resource: Subject<'_>) -> Vec<Attr<'_>> {
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
    let items = list.items().0.into_iter();
    if within.is_empty() { items.collect() } else { items.map(|item| item.get(within)).collect() }
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
