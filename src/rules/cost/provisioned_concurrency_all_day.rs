//! A serverless variant whose provisioned concurrency nothing changes is billed around the clock, requests or not.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{
        Input,
        attr::Subject,
        hosting::{config_of, is_short_lived},
        kind,
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        hosting::{may_be_scaled_elsewhere, variants},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "provisioned-concurrency-all-day",
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
    page: include_str!("../../../rules/provisioned-concurrency-all-day.md"),
    check: Check::Each(kind::ENDPOINT, check),
};

fn check(cx: &Context<'_>, endpoint: Subject<'_>, out: &Findings) {
    let Some(config) = config_of(endpoint) else { return };
    if is_short_lived(endpoint) || may_be_scaled_elsewhere(cx, endpoint) {
        return;
    }
    for variant in variants(config).0 {
        let ready = variant.get("ServerlessConfig.ProvisionedConcurrency");
        let Some(count) = ready.number().filter(|count| *count >= 1.0) else { continue };
        if !variant.scaling_targets(endpoint).is_empty() {
            continue;
        }
        let what = if count > 1.0 { format!("{count} environments are") } else { "an environment is".to_owned() };
        let finding = Finding::on(&ready, format!("{} keeps its provisioned concurrency all day", variant.title()))
            .label(format!("{what} kept ready, and billed, whether requests come or not"))
            .because(&variant.get("ServerlessConfig.MemorySizeInMB"), "of so much memory")
            .help(help(endpoint.resource().input));
        // Teams register targets from the console and from scripts of their own too.
        let code = endpoint.resource().input.is_code();
        out.add(if code { finding.at_most(Confidence::Medium) } else { finding });
    }
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Terraform => "add an `aws_appautoscaling_target` and an `aws_appautoscaling_scheduled_action`",
        Input::CloudFormation => "add an `AWS::ApplicationAutoScaling::ScalableTarget` with `ScheduledActions`",
        _ => "call `register_scalable_target` and `put_scheduled_action` of `application-autoscaling`",
    };
    format!(
        "{setting} for `sagemaker:variant:DesiredProvisionedConcurrency`\nwhere a cold start does no harm, leave the provisioned concurrency out"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        graph::kind::{ENDPOINT, ENDPOINT_CONFIG, SCALABLE_TARGET},
        rules::testing::Built,
    };

    fn count(serverless: &Value, target: Option<Value>) -> usize {
        let mut built = Built::default();
        let variant = json!({"ModelName": "m", "VariantName": "main", "ServerlessConfig": serverless});
        built.resource(ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": [variant]}));
        let endpoint = json!({"EndpointName": "churn", "EndpointConfigName": {"ref": "Config"}});
        built.resource(ENDPOINT, "Endpoint", &endpoint);
        if let Some(id) = target {
            built.resource(SCALABLE_TARGET, "Target", &json!({"ResourceId": id, "ServiceNamespace": "sagemaker"}));
        }
        built.check(&RULE).len()
    }

    #[test]
    fn what_nothing_changes_is_found() {
        let ready = json!({"MemorySizeInMB": 2048, "MaxConcurrency": 5, "ProvisionedConcurrency": 2});
        assert_eq!(count(&ready, None), 1);
        assert_eq!(count(&ready, Some(json!("endpoint/churn/variant/other"))), 1);
        assert_eq!(count(&ready, Some(json!("endpoint/churn/variant/main"))), 0);
        assert_eq!(count(&ready, Some(json!({"?": "ResourceId"}))), 0);
    }

    #[test]
    fn none_and_one_that_is_not_known_are_fine() {
        for serverless in [
            json!({"MemorySizeInMB": 2048, "MaxConcurrency": 5}),
            json!({"MemorySizeInMB": 2048, "MaxConcurrency": 5, "ProvisionedConcurrency": 0}),
            json!({"MemorySizeInMB": 2048, "MaxConcurrency": 5, "ProvisionedConcurrency": {"?": "Ready"}}),
            json!({"?": "Serverless"}),
        ] {
            assert_eq!(count(&serverless, None), 0, "{serverless}");
        }
    }
}
