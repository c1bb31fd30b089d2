//! An endpoint that nothing scales: as many instances at night as at noon, and no more when everybody comes.

use crate::{
    catalog::hosting::is_burstable,
    finding::{Confidence, Finding, Severity},
    graph::{
        Input,
        attr::Subject,
        hosting::{config_of, is_short_lived},
        kind,
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        hosting::{Runs, Variant, is_async, may_be_scaled_elsewhere, variants},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "endpoint-without-autoscaling",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/endpoint-without-autoscaling.md"),
    check: Check::Each(kind::ENDPOINT, check),
};

fn check(cx: &Context<'_>, endpoint: Subject<'_>, out: &Findings) {
    let Some(config) = config_of(endpoint) else { return };
    if is_short_lived(endpoint) || may_be_scaled_elsewhere(cx, endpoint) || !is_async(config).is_no() {
        return;
    }
    let (variants, _) = variants(config);
    let fixed: Vec<&Variant<'_>> = variants.iter().filter(|variant| is_fixed(endpoint, variant)).collect();
    let Some(first) = fixed.first() else { return };
    let count = first.get("InitialInstanceCount");
    let size = match (count.number(), first.get("InstanceType").text()) {
        (Some(count), Some(kind)) => format!(": {count} × `{kind}`"),
        _ => String::new(),
    };
    let label = match fixed.len() {
        1 => format!("{} keeps the instances that it starts with{size}", first.title()),
        more => format!("{more} variants keep the instances that they start with"),
    };
    let mut finding =
        Finding::at(endpoint.place(), "endpoint has no autoscaling").label(label).help(help(endpoint, first));
    if first.attr.place() != endpoint.place() && endpoint.resource().input != Input::Sdk {
        finding = finding.related(first.attr.place(), "the variant");
    }
    // Teams register targets from the console and from scripts of their own too.
    let code = endpoint.resource().input.is_code();
    out.add(if code { finding.at_most(Confidence::Medium) } else { finding });
}

/// Whether a variant has instances of its own and certainly nothing that scales them.
fn is_fixed<'a>(endpoint: Subject<'a>, variant: &Variant<'a>) -> bool {
    let managed = variant.get("ManagedInstanceScaling");
    let off = managed.is_absent() || managed.get("Status").text() == Some("DISABLED");
    variant.runs() == Runs::Model && off && variant.scaling_targets(endpoint).is_empty()
}

fn help(endpoint: Subject<'_>, variant: &Variant<'_>) -> String {
    let target = match endpoint.resource().input {
        Input::Terraform => "add an `aws_appautoscaling_target` and an `aws_appautoscaling_policy` for the variant",
        Input::CloudFormation => {
            "add an `AWS::ApplicationAutoScaling::ScalableTarget` and a `ScalingPolicy` for the variant"
        }
        _ => "call `register_scalable_target` and `put_scaling_policy` of `application-autoscaling` for the variant",
    };
    let note = match variant.get("InstanceType").text() {
        Some(name) if is_burstable(name) => {
            format!("`{name}` cannot be scaled: a burstable type has to be replaced first, by an `ml.m5` for instance")
        }
        _ => "the largest number of instances is the largest bill; each policy adds CloudWatch alarms".to_owned(),
    };
    format!("{target}\n{note}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        graph::kind::{ENDPOINT, ENDPOINT_CONFIG, SCALABLE_TARGET},
        rules::testing::Built,
    };

    fn count(variant: &Value, config: &Value, target: Option<Value>) -> usize {
        let mut built = Built::default();
        let mut properties = json!({"ProductionVariants": [variant], "Tags": []});
        for (name, value) in config.as_object().expect("properties") {
            properties[name] = value.clone();
        }
        built.resource(ENDPOINT_CONFIG, "Config", &properties);
        built.resource(
            ENDPOINT,
            "Endpoint",
            &json!({"EndpointName": "{Model}-prd", "EndpointConfigName": {"ref": "Config"}}),
        );
        if let Some(id) = target {
            built.resource(SCALABLE_TARGET, "Target", &json!({"ResourceId": id, "ServiceNamespace": "sagemaker"}));
        }
        built.check(&RULE).len()
    }

    fn variant(changes: &Value) -> Value {
        let mut variant = json!({"ModelName": "m", "VariantName": "main", "InstanceType": "ml.m5.large"});
        for (name, value) in changes.as_object().expect("changes") {
            variant[name] = value.clone();
        }
        variant
    }

    #[test]
    fn a_target_that_may_be_meant_scales_it() {
        let found = |id: Value| count(&variant(&json!({})), &json!({}), Some(id));
        assert_eq!(count(&variant(&json!({})), &json!({}), None), 1);
        assert_eq!(found(json!("endpoint/{Other}/variant/main")), 0);
        assert_eq!(found(json!({"?": "ResourceId"})), 0);
        assert_eq!(found(json!("endpoint/churn-dev/variant/main")), 1, "another endpoint's");
        assert_eq!(found(json!("endpoint/{Other}/variant/shadow")), 1, "another variant's");
        assert_eq!(found(json!("inference-component/churn")), 1);
    }

    #[test]
    fn what_scales_otherwise_is_fine() {
        for changes in [
            json!({"ServerlessConfig": {"MaxConcurrency": 5, "MemorySizeInMB": 2048}}),
            json!({"ServerlessConfig": {"?": "Serverless"}}),
            json!({"ManagedInstanceScaling": {"Status": "ENABLED", "MaxInstanceCount": 4}}),
            json!({"ManagedInstanceScaling": {"?": "Scaling"}}),
            json!({"ModelName": null}),
            json!({"InstanceType": "local"}),
        ] {
            assert_eq!(count(&variant(&changes), &json!({}), None), 0, "{changes}");
        }
        let off = json!({"ManagedInstanceScaling": {"Status": "DISABLED", "MaxInstanceCount": 4}});
        assert_eq!(count(&variant(&off), &json!({}), None), 1);
        let asynchronous = json!({"AsyncInferenceConfig": {"OutputConfig": "o", "x": 1}});
        assert_eq!(count(&variant(&json!({})), &asynchronous, None), 0);
        assert_eq!(count(&variant(&json!({})), &json!({"AsyncInferenceConfig": {"?": "Async"}}), None), 0);
    }
}
