//! A container that downloads its model from a hub which it cannot reach.

use crate::{
    catalog::hosting::{HUB_TOKENS, is_gated},
    finding::{Finding, Severity},
    graph::{
        attr::{Attr, Subject},
        kind,
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        hosting::containers,
        network::leads_out,
        serving::{is_hub_id, model_id, variable},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "hub-download-impossible",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: Some((Severity::Warning, "the model is a gated one and the container has no token")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/hub-download-impossible.md"),
    check: Check::Each(kind::MODEL, check),
};

fn check(cx: &Context<'_>, model: Subject<'_>, out: &Findings) {
    let isolation = model.get("EnableNetworkIsolation");
    for container in containers(model) {
        let Some((attr, id)) = model_id(&container).filter(|(_, id)| is_hub_id(id)) else { continue };
        let has = |name: &str| !variable(&container, name).is_absent();
        // With an artefact, or offline, the model is in the container already; a mirror may be within reach.
        let brought = !container.get("ModelDataUrl").is_absent() || !container.get("ModelDataSource").is_absent();
        if brought || has("HF_HUB_OFFLINE") || has("HF_ENDPOINT") {
            continue;
        }
        let title = format!("`{id}` cannot be downloaded");
        let help = "copy the model to S3 and give the container its artefact (`ModelDataSource`); set the variable to `/opt/ml/model`";
        if isolation.boolean() == Some(true) {
            out.add(
                Finding::on(&attr, title)
                    .label("the hub is on the internet, and network isolation closes every way out")
                    .because(&isolation, "the isolation")
                    .help(help),
            );
        } else if let Some(subnets) = closed_subnets(cx, model) {
            let mut finding = Finding::on(&attr, title)
                .label("the hub is on the internet, and no route leads there from the model's subnets")
                .help(format!(
                    "{help}\nor give the subnets a route to a NAT gateway, which is billed by the hour and the gigabyte"
                ));
            for subnet in subnets.iter().take(3) {
                finding = finding.related(subnet.place(), "this subnet has no route to the internet");
            }
            out.add(finding);
        } else if is_gated(id) && !HUB_TOKENS.iter().any(|name| has(name)) {
            out.add(
                Finding::on(&attr, format!("`{id}` is gated, and the container has no token"))
                    .label("the hub gives it to those only who accepted its terms")
                    .severity(Severity::Warning)
                    .help("set `HF_TOKEN` to a token that comes from a secret of your deployment, or copy the model to S3"),
            );
        }
    }
}

/// The subnets of a model, if all are known and none has a way to the internet.
fn closed_subnets<'a>(cx: &Context<'a>, model: Subject<'a>) -> Option<Vec<Subject<'a>>> {
    let (items, open) = model.get("VpcConfig.Subnets").items();
    let one = |item: &Attr<'a>| match model.targets(item)[..] {
        [subnet] if subnet.kind() == kind::SUBNET => Some(subnet),
        _ => None,
    };
    let subnets: Vec<Subject<'a>> = items.iter().map(one).collect::<Option<_>>()?;
    (!open && !subnets.is_empty() && leads_out(cx, &subnets).is_no()).then_some(subnets)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Severity, graph::kind::*, rules::testing::Built};

    fn found(id: Value, changes: Value, container: Value) -> Vec<Option<Severity>> {
        let mut primary = json!({"Image": "i", "Environment": {"HF_MODEL_ID": id, "HF_TASK": "text-generation"}});
        for (name, value) in container.as_object().expect("changes") {
            primary[name] = value.clone();
        }
        let mut model = json!({"PrimaryContainer": primary, "Tags": []});
        for (name, value) in changes.as_object().expect("changes") {
            model[name] = value.clone();
        }
        let mut built = Built::default();
        built.resource(SUBNET, "Subnet", &json!({"VpcId": "vpc", "CidrBlock": "10.0.0.0/24"}));
        let association = json!({"SubnetId": {"ref": "Subnet"}, "RouteTableId": {"ref": "Table"}});
        built.resource(ROUTE_TABLE_ASSOCIATION, "Association", &association);
        built.resource("AWS::EC2::RouteTable", "Table", &json!({"VpcId": "vpc", "Tags": []}));
        built.resource(MODEL, "Model", &model);
        built.check(&RULE).into_iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn isolation_and_closed_subnets_close_the_way() {
        let id = || json!("tiiuae/falcon-7b");
        let isolated = || json!({"EnableNetworkIsolation": true});
        assert_eq!(found(id(), isolated(), json!({})), [Some(Severity::Error)]);
        assert_eq!(found(id(), json!({}), json!({})), []);
        assert_eq!(found(id(), json!({"EnableNetworkIsolation": {"?": "I"}}), json!({})), []);
        assert_eq!(found(json!("/opt/ml/model"), isolated(), json!({})), []);
        assert_eq!(found(json!({"?": "Id"}), isolated(), json!({})), []);
        assert_eq!(found(id(), isolated(), json!({"ModelDataUrl": "s3://b/model.tar.gz"})), []);
        let network = |subnet: Value| json!({"VpcConfig": {"Subnets": [subnet], "SecurityGroupIds": ["sg"]}});
        assert_eq!(found(id(), network(json!({"ref": "Subnet"})), json!({})), [Some(Severity::Error)]);
        assert_eq!(found(id(), network(json!("subnet-1")), json!({})), []);
    }

    #[test]
    fn a_gated_model_needs_a_token() {
        let id = || json!("meta-llama/Llama-2-7b-hf");
        assert_eq!(found(id(), json!({}), json!({})), [Some(Severity::Warning)]);
        let token = json!({"Environment": {"HF_MODEL_ID": "meta-llama/Llama-2-7b-hf", "HF_TOKEN": {"?": "Token"}}});
        assert_eq!(found(id(), json!({}), token), []);
        let open = json!({"Environment": {"HF_MODEL_ID": "meta-llama/Llama-2-7b-hf", "?": "more"}});
        assert_eq!(found(id(), json!({}), open), [], "there may be one");
    }
}
