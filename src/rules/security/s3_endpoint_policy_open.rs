//! An S3 endpoint that lets everything through: any bucket of any account, for whoever is in the VPC.

use serde_json::Value as Json;

use crate::{
    finding::{Finding, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind::{self, is_workload},
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        network::{in_vpc, leads_to_s3, workloads},
        roles,
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "s3-endpoint-policy-open",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/s3-endpoint-policy-open.md"),
    check: Check::Each(kind::VPC_ENDPOINT, check),
};

fn check(cx: &Context<'_>, endpoint: Subject<'_>, out: &Findings) {
    if !leads_to_s3(endpoint).is_yes() || !serves_workload(cx, endpoint) {
        return;
    }
    let policy = endpoint.get("PolicyDocument");
    let label = if policy.is_absent() {
        "no policy is set, and the default one allows everything"
    } else if is_open(&policy) {
        "everyone in the VPC may do everything with every bucket of every account"
    } else {
        return;
    };
    out.add(Finding::on(&policy, "S3 endpoint allows every bucket of every account").label(label).help(help(endpoint)));
}

/// Whether ML workloads use the endpoint: in its VPC, or in its unit where its VPC is not defined.
fn serves_workload<'a>(cx: &Context<'a>, endpoint: Subject<'a>) -> bool {
    let vpcs: Vec<Subject<'a>> = cx.of_kind(kind::VPC).filter(|vpc| in_vpc(endpoint, *vpc).is_yes()).collect();
    if let [vpc] = vpcs.as_slice()
        && !workloads(cx, *vpc).is_empty()
    {
        return true;
    }
    let unit = &endpoint.resource().key.unit;
    cx.graph.kinds_of(unit).any(|(kind, _)| is_workload(kind))
}

/// Whether a statement of the policy allows everyone every action on everything, without a condition.
fn is_open(policy: &Attr<'_>) -> bool {
    if let Some(text) = policy.text() {
        let Ok(policy) = serde_json::from_str::<Json>(text) else { return false };
        return listed(&policy["Statement"]).any(opens_json);
    }
    let (statements, _) = policy.get("Statement").items();
    statements.iter().any(opens)
}

fn opens(statement: &Attr<'_>) -> bool {
    let principal = statement.get("Principal");
    let everyone = says(&principal, &["*"]) || says(&principal.get("AWS"), &["*"]);
    let nothing_else = ["Condition", "NotAction", "NotResource", "NotPrincipal"];
    statement.get("Effect").text() == Some("Allow")
        && everyone
        && says(&statement.get("Action"), &["*", "s3:*"])
        && statement.get("Resource").items().0.iter().any(is_everything)
        && nothing_else.iter().all(|name| statement.get(name).is_absent())
}

fn is_everything(resource: &Attr<'_>) -> bool {
    resource.text() == Some("*") || roles::named_in_s3(resource).as_deref() == Some("*")
}

/// Whether a text, or an item of a list, is one of `texts`.
fn says(attr: &Attr<'_>, texts: &[&str]) -> bool {
    let (items, _) = attr.items();
    items.iter().any(|item| item.text().is_some_and(|text| texts.contains(&text)))
}

fn opens_json(statement: &Json) -> bool {
    let says = |value: &Json, texts: &[&str]| {
        listed(value).any(|item| item.as_str().is_some_and(|text| texts.contains(&text)))
    };
    let principal = &statement["Principal"];
    let nothing_else = ["Condition", "NotAction", "NotResource", "NotPrincipal"];
    statement["Effect"] == "Allow"
        && (says(principal, &["*"]) || says(&principal["AWS"], &["*"]))
        && says(&statement["Action"], &["*", "s3:*"])
        && says(&statement["Resource"], &["*", "arn:aws:s3:::*"])
        && nothing_else.iter().all(|name| statement[*name].is_null())
}

/// A policy may have one thing where it could have a list.
fn listed(value: &Json) -> impl Iterator<Item = &Json> {
    match value {
        Json::Array(items) => items.iter(),
        one => std::slice::from_ref(one).iter(),
    }
}

fn help(endpoint: Subject<'_>) -> String {
    let setting = match endpoint.resource().input {
        Input::Terraform => "set `policy` to one that allows your buckets",
        _ => "set `PolicyDocument` to one that allows your buckets",
    };
    format!(
        "{setting}, or those of your account with the condition `aws:ResourceAccount`\nkeep what AWS serves from buckets of its own: image layers (`prod-<region>-starport-layer-bucket`) and JumpStart models (`jumpstart-cache-prod-<region>`)"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::*, rules::testing::Built};

    fn count(policy: Value) -> usize {
        let mut built = Built::default();
        built.resource(MODEL, "model", &json!({"ModelName": "m", "Tags": []}));
        built.resource(
            VPC_ENDPOINT,
            "endpoint",
            &json!({"ServiceName": "com.amazonaws.{region}.s3", "VpcId": {"?": "VpcId"}, "PolicyDocument": policy}),
        );
        built.check(&RULE).len()
    }

    fn statement(changes: Value) -> Value {
        let mut statement = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
        for (name, value) in changes.as_object().expect("changes") {
            statement[name] = value.clone();
        }
        json!({"Version": "2012-10-17", "Statement": [statement]})
    }

    #[test]
    fn a_missing_policy_allows_everything() {
        assert_eq!(count(Value::Null), 1);
        assert_eq!(count(json!({"?": "Policy"})), 0);
    }

    #[test]
    fn a_policy_is_open_when_nothing_narrows_it() {
        assert_eq!(count(statement(json!({}))), 1);
        assert_eq!(count(statement(json!({"Principal": {"AWS": ["*"], "x": 1}, "Action": ["s3:*"]}))), 1);
        assert_eq!(count(statement(json!({"Resource": "arn:{AWS::Partition}:s3:::*"}))), 1);
        for narrow in [
            json!({"Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]}),
            json!({"Action": ["s3:GetObject"]}),
            json!({"Principal": {"AWS": "arn:aws:iam::111122223333:root", "x": 1}}),
            json!({"Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}, "x": 1}}),
            json!({"Condition": {"?": "Condition"}}),
            json!({"Resource": {"?": "Buckets"}}),
            json!({"Effect": "Deny"}),
        ] {
            assert_eq!(count(statement(narrow.clone())), 0, "{narrow}");
        }
    }

    #[test]
    fn without_a_workload_it_is_not_ours() {
        let mut built = Built::default();
        built.resource(
            VPC_ENDPOINT,
            "endpoint",
            &json!({"ServiceName": "com.amazonaws.us-east-1.s3", "VpcId": "vpc-1"}),
        );
        assert!(built.check(&RULE).is_empty());
    }
}
