//! A model without a VPC configuration: its containers run in a network that SageMaker owns.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        guard::Tri,
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "model-outside-vpc",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Warning,
    or_severity: Some((Severity::Advice, "the model is made by SDK code")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/model-outside-vpc.md"),
    check: Check::Each(kind::MODEL, check),
};

fn check(cx: &Context<'_>, model: Subject<'_>, out: &Findings) {
    let vpc = model.get("VpcConfig");
    if !vpc.is_absent() || cannot_have_one(cx, model) {
        return;
    }
    let input = model.resource().input;
    // As it is written where the model is made.
    let is_snake = matches!(input, Input::Terraform | Input::Sdk | Input::Core);
    let name = if is_snake { "vpc_config" } else { "VpcConfig" };
    let mut finding = Finding::on(&vpc, "model runs outside your VPC")
        .label(format!("no `{name}`: its containers run in a network that SageMaker owns"))
        .help(help(model, &vpc));
    if is_set_elsewhere(model, &vpc) {
        finding = finding.related(model.place(), "the model is made here");
    }
    if input.is_code() {
        finding = finding.severity(Severity::Advice);
    }
    // A configuration of the SDK outside of the project may set a VPC for every script.
    out.add(if input.has_defaults() { finding.at_most(Confidence::Medium) } else { finding });
}

/// Whether the place to set the network is another one than where the model is made: the estimator that it comes from.
fn is_set_elsewhere(model: Subject<'_>, vpc: &Attr<'_>) -> bool {
    let body = model.resource().body;
    vpc.is_written() && !(vpc.place().file == body.file && body.span.contains(vpc.place().span))
}

/// Whether the model may be for serverless variants only, which cannot run in a VPC. One use that is certainly not
/// serverless decides; without any use the model is taken for one that will be hosted or run in batches.
fn cannot_have_one(cx: &Context<'_>, model: Subject<'_>) -> bool {
    if model.referrers().any(|user| user.kind() == kind::TRANSFORM_JOB && user.exists().is_yes()) {
        return false;
    }
    let unit = &model.resource().key.unit;
    let configs = cx.of_unit(unit, |kind| kind == kind::ENDPOINT_CONFIG);
    let mut serverless = false;
    for config in configs {
        let (variants, open) = config.get("ProductionVariants").items();
        serverless |= open;
        for variant in variants {
            let used = uses(config, &variant, model);
            if used.is_no() {
                continue;
            }
            let provisioned = variant.get("ServerlessConfig").is_absent();
            if provisioned && used.is_yes() && config.exists().is_yes() {
                return false;
            }
            serverless |= !provisioned;
        }
    }
    serverless
}

/// Whether a variant serves this model: by reference, or by the name that both write.
fn uses(config: Subject<'_>, variant: &Attr<'_>, model: Subject<'_>) -> Tri {
    let name = variant.get("ModelName");
    if name.is_absent() {
        return Tri::No;
    }
    if name.reference().is_some() {
        let targets = config.targets(&name);
        if targets.is_empty() {
            return Tri::Unknown;
        }
        return Tri::of(targets.iter().any(|target| target.id() == model.id()));
    }
    match (name.text(), model.get("ModelName").text()) {
        (Some(used), Some(own)) => Tri::of(used == own),
        _ => Tri::Unknown,
    }
}

fn help(model: Subject<'_>, vpc: &Attr<'_>) -> String {
    let input = model.resource().input;
    let reach = "reaches only what the VPC lets it: S3 needs an endpoint or a NAT route";
    let setting = match input {
        Input::Terraform => "add a `vpc_config` block with `subnets` and `security_group_ids`",
        Input::CloudFormation | Input::Request | Input::StateMachine => {
            "add `VpcConfig` with `Subnets` and `SecurityGroupIds`"
        }
        Input::Sdk if is_set_elsewhere(model, vpc) => {
            return format!(
                "pass `subnets=[…], security_group_ids=[…]` to the estimator\nits training then runs in the VPC as well; `vpc_config_override={{…}}` where the model is made changes the model alone. It {reach}"
            );
        }
        Input::Sdk => "pass `vpc_config={\"Subnets\": […], \"SecurityGroupIds\": […]}`",
        Input::Core => "pass `vpc_config=VpcConfig(subnets=[…], security_group_ids=[…])`",
        Input::Api => "add `VpcConfig={\"Subnets\": […], \"SecurityGroupIds\": […]}`",
    };
    match input {
        Input::Sdk | Input::Api | Input::Core | Input::StateMachine => format!("{setting}\nthe model then {reach}"),
        Input::CloudFormation if model.get("ModelName").text().is_some() => {
            format!(
                "{setting}, and change `ModelName`: a replacement cannot take the name of what it replaces\nthe model is replaced, and then {reach}"
            )
        }
        Input::CloudFormation | Input::Terraform | Input::Request => {
            format!("{setting}\nthe model is replaced, and then {reach}")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::{Confidence, Severity},
        graph::{
            Input,
            kind::{ENDPOINT_CONFIG, MODEL, TRANSFORM_JOB},
        },
        rules::testing::Built,
    };

    /// A model without a VPC, and an endpoint configuration with these variants.
    fn with(variants: &Value) -> Vec<(Option<Severity>, Confidence)> {
        let mut built = Built::default();
        built.resource(MODEL, "Model", &json!({"ModelName": "mine"}));
        built.resource(ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": variants}));
        built.check(&RULE).into_iter().map(|finding| (finding.severity, finding.confidence)).collect()
    }

    const WARNED: [(Option<Severity>, Confidence); 1] = [(Some(Severity::Warning), Confidence::High)];

    #[test]
    fn a_model_without_a_vpc_is_found() {
        let found = |input, properties: &Value| {
            let mut built = Built::default();
            built.input(input).resource(MODEL, "Model", properties);
            built.check(&RULE).into_iter().map(|finding| finding.severity).collect::<Vec<_>>()
        };
        assert_eq!(found(Input::CloudFormation, &json!({})), [Some(Severity::Warning)]);
        assert_eq!(found(Input::Request, &json!({})), [Some(Severity::Warning)]);
        assert_eq!(found(Input::Sdk, &json!({})), [Some(Severity::Advice)]);
        assert_eq!(found(Input::Api, &json!({"VpcConfig": null})), [Some(Severity::Advice)]);
        assert_eq!(found(Input::Terraform, &json!({"VpcConfig": {"Subnets": ["subnet-0a1b"]}})), []);
        assert_eq!(found(Input::Terraform, &json!({"VpcConfig": {"?": "each.value"}})), []);
    }

    #[test]
    fn a_model_for_serverless_variants_only_is_fine() {
        let serverless = json!({"ModelName": {"ref": "Model"}, "ServerlessConfig": {"MaxConcurrency": 5}});
        let provisioned = json!({"ModelName": {"ref": "Model"}, "InstanceType": "ml.m5.large"});
        assert!(with(&json!([serverless])).is_empty());
        assert_eq!(with(&json!([provisioned])), WARNED);
        assert_eq!(with(&json!([serverless, provisioned])), WARNED, "one use is not serverless");
        let unknown = json!({"ModelName": {"ref": "Model"}, "ServerlessConfig": {"?": "serverless"}});
        assert!(with(&json!([unknown])).is_empty());
        assert!(with(&json!([{"ModelName": "mine", "ServerlessConfig": {}}])).is_empty(), "named, not referenced");
        assert_eq!(with(&json!([{"ModelName": "other", "ServerlessConfig": {}}])), WARNED);
        assert!(with(&json!([{"ModelName": {"?": "name"}, "ServerlessConfig": {}}])).is_empty(), "it may be this one");
        assert_eq!(with(&json!([{"ModelName": {"?": "name"}, "InstanceType": "ml.m5.large"}])), WARNED);
        assert!(with(&json!({"?": "variants"})).is_empty());
    }

    #[test]
    fn a_condition_between_serverless_and_provisioned_is_followed() {
        let variant = json!({
            "ModelName": {"ref": "Model"},
            "ServerlessConfig": {"if": ["Serverless", {"MaxConcurrency": 5}, null]},
        });
        assert_eq!(with(&json!([variant])), [(Some(Severity::Warning), Confidence::Low)]);
        let mut built = Built::default();
        let vpc = json!({"if": ["Serverless", null, {"Subnets": ["subnet-0a1b"]}]});
        built.resource(MODEL, "Model", &json!({"VpcConfig": vpc}));
        built.resource(ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": [variant]}));
        assert!(built.check(&RULE).is_empty(), "in a VPC where it can be");
    }

    #[test]
    fn a_batch_transform_of_the_model_is_a_use_in_a_vpc() {
        let mut built = Built::default();
        let serverless = json!({"ModelName": {"ref": "Model"}, "ServerlessConfig": {}});
        built.resource(MODEL, "Model", &json!({}));
        built.resource(ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": [serverless]}));
        built.resource(TRANSFORM_JOB, "Job", &json!({"ModelName": {"ref": "Model"}}));
        assert_eq!(built.check(&RULE).len(), 1);
    }
}
