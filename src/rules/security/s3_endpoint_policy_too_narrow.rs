//! An S3 endpoint whose policy leaves out a bucket that a workload behind it reads or writes.

use serde_json::Value as Json;

use crate::{
    finding::{self, Finding, Severity},
    graph::{
        attr::{Attr, Subject},
        kind,
        value::{Data, Piece, Reference},
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        hosting::containers,
        network::{Workload, in_vpc, leads_out, leads_to_s3, route_tables, workloads},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "s3-endpoint-policy-too-narrow",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/s3-endpoint-policy-too-narrow.md"),
    check: Check::Each(kind::VPC_ENDPOINT, check),
};

/// Where machines pull images by themselves: without a way out, their layers come through the S3 endpoint.
const PULLING: &[(&str, &str)] = &[
    (kind::COMPUTE_ENVIRONMENT, "ComputeResources.Subnets"),
    (kind::NODE_GROUP, "Subnets"),
    (kind::CLUSTER, "VpcConfig.Subnets"),
];

/// What a finding shows of the buckets at most.
const SHOWN: usize = 3;

fn check(cx: &Context<'_>, endpoint: Subject<'_>, out: &Findings) {
    let kind = endpoint.get("VpcEndpointType");
    let is_gateway = kind.is_absent() || kind.text() == Some("Gateway");
    if !is_gateway || !leads_to_s3(endpoint).is_yes() || !endpoint.exists().is_yes() {
        return;
    }
    let policy = endpoint.get("PolicyDocument");
    let (Some(allowed), Some(served)) = (allowed(cx, endpoint, &policy), served_tables(endpoint)) else { return };
    let is_served = |subnet: &Subject<'_>| {
        route_tables(cx, *subnet).is_some_and(|tables| tables.iter().all(|table| served.contains(&table.id())))
    };
    let mut missing: Vec<String> = Vec::new();
    let mut hurt: Vec<finding::Workload> = Vec::new();
    let mut note = |subject: Subject<'_>, bucket: String| {
        let resource = subject.resource();
        let workload = finding::Workload { key: resource.key.clone(), place: resource.place };
        if !hurt.contains(&workload) {
            hurt.push(workload);
        }
        if !missing.contains(&bucket) {
            missing.push(bucket);
        }
    };
    for vpc in cx.of_kind(kind::VPC).filter(|vpc| in_vpc(endpoint, *vpc).is_yes()) {
        for Workload { subject, subnets } in workloads(cx, vpc) {
            if !subnets.is_empty() && subnets.iter().all(is_served) {
                let left_out = buckets(cx, subject).into_iter().filter(|bucket| !allows(&allowed, bucket));
                left_out.for_each(|bucket| note(subject, bucket));
            }
        }
    }
    let layers = "prod-<region>-starport-layer-bucket";
    for subject in pulling(cx, endpoint, &is_served) {
        if !allows(&allowed, "prod-eu-west-1-starport-layer-bucket")
            && !allowed.iter().any(|pattern| pattern.ends_with("-starport-layer-bucket"))
        {
            note(subject, layers.to_owned());
        }
    }
    if missing.is_empty() {
        return;
    }
    let more = missing.len().saturating_sub(SHOWN);
    let mut names: Vec<String> = missing.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    let title = match missing.len() {
        1 => "S3 endpoint's policy leaves out a bucket that is used behind it".to_owned(),
        count => format!("S3 endpoint's policy leaves out {count} buckets that are used behind it"),
    };
    out.add(
        Finding::on(&policy, title)
            .label(format!("no statement allows {}: S3 answers with access denied", names.join(", ")))
            .for_workloads(hurt)
            .help("add the bucket and its objects (`arn:aws:s3:::name`, `arn:aws:s3:::name/*`) to the policy's `Resource`"),
    );
}

/// The route tables that a gateway stands in, if all are known.
fn served_tables(endpoint: Subject<'_>) -> Option<Vec<crate::graph::ResourceId>> {
    let (tables, open) = endpoint.get("RouteTableIds").items();
    let one = |table: &Attr<'_>| match endpoint.targets(table)[..] {
        [table] => Some(table.id()),
        _ => None,
    };
    if open { None } else { tables.iter().map(one).collect() }
}

/// The names of the buckets that the policy allows, with wildcards; nothing where a part of it cannot be known.
fn allowed(cx: &Context<'_>, endpoint: Subject<'_>, policy: &Attr<'_>) -> Option<Vec<String>> {
    if let Some(text) = policy.text() {
        return allowed_by_json(&serde_json::from_str(text).ok()?);
    }
    let statements = policy.get("Statement");
    let (items, open) = statements.items();
    if open || statements.known().is_none() {
        return None;
    }
    let mut all = Vec::new();
    for statement in items {
        if statement.get("Effect").text()? != "Allow" {
            continue;
        }
        let resource = statement.get("Resource");
        let (arns, open) = resource.items();
        if open || resource.is_absent() {
            return None;
        }
        for arn in arns {
            all.push(bucket_of_arn(&spelled(cx, endpoint, &arn)?)?);
        }
    }
    Some(all)
}

fn allowed_by_json(policy: &Json) -> Option<Vec<String>> {
    let listed = |value: &Json| match value {
        Json::Array(items) => items.clone(),
        one => vec![one.clone()],
    };
    let mut all = Vec::new();
    for statement in listed(policy.get("Statement")?) {
        if statement.get("Effect")?.as_str()? != "Allow" {
            continue;
        }
        for arn in listed(statement.get("Resource")?) {
            all.push(bucket_of_arn(arn.as_str()?)?);
        }
    }
    Some(all)
}

/// The bucket in an ARN of S3, with its wildcards: `data-*` of `arn:aws:s3:::data-*/*`.
fn bucket_of_arn(arn: &str) -> Option<String> {
    if arn == "*" {
        return Some("*".to_owned());
    }
    let (_, path) = arn.split_once(":::")?;
    Some(path.split('/').next().unwrap_or(path).to_owned())
}

/// A text, with the names of the buckets that it mentions; nothing where another part cannot be known.
fn spelled(cx: &Context<'_>, holder: Subject<'_>, attr: &Attr<'_>) -> Option<String> {
    if let Some(text) = attr.text() {
        return Some(text.to_owned());
    }
    let mut text = String::new();
    for piece in attr.pieces()?.iter() {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Hole(value) => {
                let Data::Reference(reference) = &value.data else { return None };
                text.push_str(bucket_name(cx, holder, reference)?);
            }
        }
    }
    Some(text)
}

/// The name of the bucket that a reference means, where it has one of its own.
fn bucket_name<'a>(cx: &Context<'a>, holder: Subject<'_>, reference: &Reference) -> Option<&'a str> {
    match cx.graph.resolve(&holder.resource().key.unit, reference) {
        [id] => Subject::new(cx.graph, *id, cx.world).get("BucketName").text(),
        _ => None,
    }
}

/// The buckets that a workload reads and writes, as far as they are known.
fn buckets(cx: &Context<'_>, workload: Subject<'_>) -> Vec<String> {
    let mut uris = Vec::new();
    let mut each = |list: &str, path: &str| {
        let list = workload.get(list);
        if !list.is_absent() {
            uris.extend(list.items().0.iter().map(|item| item.get(path)));
        }
    };
    match workload.kind() {
        kind::TRAINING_JOB => {
            each("InputDataConfig", "DataSource.S3DataSource.S3Uri");
            uris.push(workload.get("OutputDataConfig.S3OutputPath"));
            uris.push(workload.get("CheckpointConfig.S3Uri"));
        }
        kind::PROCESSING_JOB => {
            each("ProcessingInputs", "S3Input.S3Uri");
            each("ProcessingOutputConfig.Outputs", "S3Output.S3Uri");
        }
        kind::MODEL => {
            for container in containers(workload) {
                uris.push(container.get("ModelDataUrl"));
                uris.push(container.get("ModelDataSource.S3DataSource.S3Uri"));
            }
        }
        _ => {}
    }
    uris.iter().filter_map(|uri| bucket_of_uri(cx, workload, uri)).collect()
}

/// The bucket of `s3://bucket/key`, of which the key need not be known.
fn bucket_of_uri(cx: &Context<'_>, holder: Subject<'_>, uri: &Attr<'_>) -> Option<String> {
    let mut text = String::new();
    for piece in uri.pieces()?.iter() {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Hole(value) => match &value.data {
                Data::Reference(reference) => text.push_str(bucket_name(cx, holder, reference)?),
                _ => return None,
            },
        }
        if let Some((bucket, _)) = text.strip_prefix("s3://").and_then(|rest| rest.split_once('/')) {
            return Some(bucket.to_owned()).filter(|bucket| is_name(bucket));
        }
    }
    text.strip_prefix("s3://").filter(|bucket| is_name(bucket)).map(str::to_owned)
}

/// A bucket's name, and no placeholder for one.
fn is_name(text: &str) -> bool {
    text.len() >= 3
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter))
}

fn allows(patterns: &[String], bucket: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern.as_bytes(), bucket.as_bytes()))
}

/// Whether a pattern with `*` and `?` matches a text.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen, mut star) = (0, 0, None);
    while seen < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(letter) if *letter == b'?' || *letter == text[seen] => (at, seen) = (at + 1, seen + 1),
            _ => {
                let Some((before, taken)) = star else { return false };
                star = Some((before, taken + 1));
                (at, seen) = (before + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

/// The machines behind the endpoint that pull their images themselves and have no other way out.
fn pulling<'a>(cx: &Context<'a>, endpoint: Subject<'a>, is_served: &dyn Fn(&Subject<'a>) -> bool) -> Vec<Subject<'a>> {
    let mut found = Vec::new();
    for (kind, path) in PULLING {
        for subject in cx.of_unit(&endpoint.resource().key.unit, |known| known == *kind) {
            let (items, open) = subject.get(path).items();
            let subnets: Vec<Subject<'a>> = items.iter().flat_map(|item| subject.targets(item)).collect();
            let all = !open && !subnets.is_empty() && subnets.len() == items.len();
            if all && subnets.iter().all(is_served) && leads_out(cx, &subnets).is_no() && subject.exists().is_yes() {
                found.push(subject);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{RULE, matches};
    use crate::{graph::kind::*, rules::testing::Built};

    fn found(resources: Value, uri: Value, table: &str) -> Vec<String> {
        let mut built = Built::default();
        built.resource(VPC, "Vpc", &json!({"CidrBlock": "10.0.0.0/16"}));
        built.resource(SUBNET, "Subnet", &json!({"VpcId": {"ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}));
        built.resource("AWS::EC2::RouteTable", "Table", &json!({"VpcId": {"ref": "Vpc"}, "Tags": []}));
        let association = json!({"SubnetId": {"ref": "Subnet"}, "RouteTableId": {"ref": "Table"}});
        built.resource(ROUTE_TABLE_ASSOCIATION, "Association", &association);
        let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": resources});
        let endpoint = json!({
            "ServiceName": "com.amazonaws.eu-west-1.s3",
            "VpcId": {"ref": "Vpc"},
            "RouteTableIds": [{"ref": table}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        });
        built.resource(VPC_ENDPOINT, "Endpoint", &endpoint);
        let network = json!({"Subnets": [{"ref": "Subnet"}], "SecurityGroupIds": ["sg"]});
        let container = json!({"Image": "i", "ModelDataUrl": uri});
        built.resource(MODEL, "Model", &json!({"VpcConfig": network, "PrimaryContainer": container}));
        built.check(&RULE).into_iter().map(|finding| finding.label).collect()
    }

    #[test]
    fn a_bucket_that_no_statement_allows_is_found() {
        let label = "no statement allows `models`: S3 answers with access denied";
        let data = || json!(["arn:aws:s3:::data", "arn:aws:s3:::data/*"]);
        assert_eq!(found(data(), json!("s3://models/{key}"), "Table"), [label]);
        assert!(found(data(), json!("s3://data/model.tar.gz"), "Table").is_empty());
        assert!(found(data(), json!("s3://{bucket}/model.tar.gz"), "Table").is_empty());
        assert!(found(data(), json!("s3://models/{key}"), "Other").is_empty(), "it serves other subnets");
        for resources in [json!("*"), json!("arn:aws:s3:::mod*"), json!({"?": "Arn"}), json!("arn:aws:s3:::{b}/*")] {
            assert!(found(resources.clone(), json!("s3://models/{key}"), "Table").is_empty(), "{resources}");
        }
    }

    #[test]
    fn wildcards_match_as_those_of_iam() {
        let matches = |pattern: &str, text: &str| matches(pattern.as_bytes(), text.as_bytes());
        assert!(matches("*", "") && matches("a*c", "abbc") && matches("a?c*", "abc") && matches("*b*b", "abab"));
        assert!(!matches("a?c", "ac") && !matches("a*c", "abcd") && !matches("", "a"));
    }
}
