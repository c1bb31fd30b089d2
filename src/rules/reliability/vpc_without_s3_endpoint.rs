//! A VPC in which ML workloads run and from which no private way leads to S3.

use crate::{
    finding::{self, Finding, Severity},
    graph::{Input, attr::Subject, guard::Tri, kind},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        network::{self, Workload, in_vpc, leads_out, leads_to_s3, route_tables},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "vpc-without-s3-endpoint",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Warning,
    or_severity: Some((Severity::Advice, "a route leads out of the VPC")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/vpc-without-s3-endpoint.md"),
    check: Check::Each(kind::VPC, check),
};

const MISSING: &str = "VPC with ML workloads has no S3 endpoint";

fn check(cx: &Context<'_>, vpc: Subject<'_>, out: &Findings) {
    let unit = cx.graph.unit(&vpc.resource().key.unit);
    // A nested stack or module that was not read may hold the endpoint.
    if unit.is_some_and(|unit| !unit.unread.is_empty()) {
        return;
    }
    let workloads = network::workloads(cx, vpc);
    if workloads.is_empty() {
        return;
    }
    let mut others = Vec::new();
    for endpoint in cx.of_kind(kind::VPC_ENDPOINT).filter(|endpoint| !leads_to_s3(*endpoint).is_no()) {
        match in_vpc(endpoint, vpc) {
            Tri::No => {}
            Tri::Yes if misses(cx, endpoint, &workloads) => others.push(endpoint),
            Tri::Yes | Tri::Unknown => return,
        }
    }
    let subnets: Vec<Subject<'_>> = workloads.iter().flat_map(|workload| workload.subnets.iter().copied()).collect();
    out.add(finding(vpc, &workloads, &others, leads_out(cx, &subnets)));
}

/// Whether a gateway endpoint certainly serves none of the workloads: it stands in other route tables than theirs.
fn misses<'a>(cx: &Context<'a>, endpoint: Subject<'a>, workloads: &[Workload<'a>]) -> bool {
    let kind = endpoint.get("VpcEndpointType");
    let is_gateway = kind.is_absent() || kind.text() == Some("Gateway");
    let (tables, open) = endpoint.get("RouteTableIds").items();
    if !is_gateway || open || !leads_to_s3(endpoint).is_yes() {
        return false;
    }
    let mut served = Vec::new();
    for table in &tables {
        match endpoint.targets(table).as_slice() {
            [table] => served.push(table.id()),
            _ => return false,
        }
    }
    let subnets = workloads.iter().flat_map(|workload| workload.subnets.iter());
    let mut any = false;
    for subnet in subnets {
        any = true;
        match route_tables(cx, *subnet) {
            Some(tables) if tables.iter().all(|table| !served.contains(&table.id())) => {}
            _ => return false,
        }
    }
    any
}

fn finding(vpc: Subject<'_>, workloads: &[Workload<'_>], others: &[Subject<'_>], way_out: Tri) -> Finding {
    let (title, label) = match (others, way_out) {
        ([_, ..], _) => {
            ("S3 endpoint does not serve the VPC's ML workloads", "it is in no route table of their subnets")
        }
        ([], Tri::Yes) => (MISSING, "S3 traffic takes the way out, and a NAT gateway bills each gigabyte"),
        ([], Tri::No) => (MISSING, "no way leads from here to S3"),
        ([], Tri::Unknown) => (MISSING, "S3 is reached through the internet, or not at all"),
    };
    let mut finding = Finding::at(vpc.place(), title).label(label).help(help(vpc.resource().input, others));
    if way_out.is_yes() {
        finding = finding.severity(Severity::Advice);
    }
    for endpoint in others {
        finding = finding.related(endpoint.place(), "this endpoint serves other route tables");
    }
    let workload = |workload: &Workload<'_>| {
        let resource = workload.subject.resource();
        finding::Workload { key: resource.key.clone(), place: resource.place }
    };
    finding.for_workloads(workloads.iter().map(workload).collect())
}

fn help(input: Input, others: &[Subject<'_>]) -> String {
    let setting = match (input, others) {
        (Input::Terraform, []) => {
            "add an `aws_vpc_endpoint` for `com.amazonaws.<region>.s3` with the `route_table_ids` of their subnets"
        }
        (_, []) => {
            "add an `AWS::EC2::VPCEndpoint` for `com.amazonaws.<region>.s3` with the `RouteTableIds` of their subnets"
        }
        (Input::Terraform, _) => "add the route tables of their subnets to its `route_table_ids`",
        _ => "add the route tables of their subnets to its `RouteTableIds`",
    };
    format!(
        "{setting}\na gateway endpoint for S3 costs nothing; an interface endpoint is billed by the hour and the gigabyte"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Severity, graph::kind::*, rules::testing::Built};

    /// A VPC with one model in one subnet, and what else stands in the unit.
    fn found(others: &[(&str, &str, Value)]) -> Vec<(Option<Severity>, String, usize)> {
        let mut built = Built::default();
        built.resource(VPC, "vpc", &json!({"CidrBlock": "10.0.0.0/16"}));
        built.resource(SUBNET, "subnet", &json!({"VpcId": {"ref": "vpc"}, "CidrBlock": "10.0.0.0/24"}));
        let network = json!({"Subnets": [{"ref": "subnet"}], "SecurityGroupIds": ["sg"]});
        built.resource(MODEL, "model", &json!({"VpcConfig": network, "ModelName": "m"}));
        for (kind, id, properties) in others {
            built.resource(kind, id, properties);
        }
        let found = built.check(&RULE);
        found.into_iter().map(|finding| (finding.severity, finding.message, finding.related.len())).collect()
    }

    fn endpoint(service: Value, vpc: Value, tables: Value) -> (&'static str, &'static str, Value) {
        (VPC_ENDPOINT, "endpoint", json!({"ServiceName": service, "VpcId": vpc, "RouteTableIds": tables}))
    }

    fn table(id: &'static str) -> [(&'static str, &'static str, Value); 2] {
        [
            ("AWS::EC2::RouteTable", id, json!({"VpcId": {"ref": "vpc"}, "Tags": []})),
            (
                ROUTE_TABLE_ASSOCIATION,
                "association",
                json!({"SubnetId": {"ref": "subnet"}, "RouteTableId": {"ref": id}}),
            ),
        ]
    }

    #[test]
    fn a_vpc_with_a_workload_needs_an_endpoint_of_its_own() {
        let missing = "VPC with ML workloads has no S3 endpoint".to_owned();
        assert_eq!(found(&[]), [(Some(Severity::Warning), missing.clone(), 1)]);
        let vpc = json!({"ref": "vpc"});
        let s3 = json!("com.amazonaws.{region}.s3");
        assert!(found(&[endpoint(s3.clone(), vpc.clone(), json!([{"ref": "t"}]))]).is_empty(), "a service with a hole");
        assert!(found(&[endpoint(s3.clone(), json!({"?": "VpcId"}), json!([]))]).is_empty(), "it may be this VPC's");
        assert!(found(&[endpoint(json!({"?": "Service"}), vpc.clone(), json!([]))]).is_empty(), "it may be S3's");
        let dynamo = endpoint(json!("com.amazonaws.{region}.dynamodb"), vpc, json!([]));
        assert_eq!(found(&[dynamo]).len(), 1, "another service");
        let other =
            [(VPC, "other", json!({"CidrBlock": "10.1.0.0/16"})), endpoint(s3, json!({"ref": "other"}), json!([]))];
        assert_eq!(found(&other).len(), 1, "another VPC's");
    }

    #[test]
    fn a_gateway_serves_the_route_tables_that_it_names() {
        let [own, association] = table("own");
        let other = ("AWS::EC2::RouteTable", "other", json!({"VpcId": {"ref": "vpc"}, "Tags": []}));
        let s3 = |tables: Value| endpoint(json!("com.amazonaws.us-east-1.s3"), json!({"ref": "vpc"}), tables);
        let all = |tables: Value| found(&[own.clone(), association.clone(), other.clone(), s3(tables)]);
        assert!(all(json!([{"ref": "own"}])).is_empty());
        assert!(all(json!([{"?": "Table"}])).is_empty());
        let missed = "S3 endpoint does not serve the VPC's ML workloads".to_owned();
        assert_eq!(all(json!([{"ref": "other"}])), [(Some(Severity::Warning), missed, 2)]);
        assert!(found(&[s3(json!([{"ref": "other"}])), other]).is_empty(), "the subnet may use the main table");
    }

    #[test]
    fn a_way_out_makes_it_advice() {
        let [own, association] = table("own");
        let route = json!({"RouteTableId": {"ref": "own"}, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat"});
        let severities: Vec<_> =
            found(&[own, association, (ROUTE, "route", route)]).into_iter().map(|one| one.0).collect();
        assert_eq!(severities, [Some(Severity::Advice)]);
    }

    #[test]
    fn a_vpc_without_ml_workloads_is_not_ours() {
        let mut built = Built::default();
        built.resource(VPC, "vpc", &json!({"CidrBlock": "10.0.0.0/16"}));
        built.resource(SUBNET, "subnet", &json!({"VpcId": {"ref": "vpc"}, "CidrBlock": "10.0.0.0/24"}));
        assert!(built.check(&RULE).is_empty());
        built.resource(VPC, "vpc", &json!({"CidrBlock": "10.0.0.0/16"}));
        built.resource(
            MODEL,
            "model",
            &json!({"VpcConfig": {"Subnets": {"?": "SubnetIds"}, "SecurityGroupIds": ["sg"]}}),
        );
        assert!(built.check(&RULE).is_empty(), "its subnets cannot be known");
    }
}
