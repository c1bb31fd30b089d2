//! What several rules ask of a network: where a workload runs, and which way leads from there to S3.

use crate::{
    graph::{
        attr::{Attr, Subject},
        guard::Tri,
        kind,
    },
    rules::Context,
};

/// Where each kind of workload names its subnets.
const SUBNETS: &[(&str, &str)] = &[
    (kind::MODEL, "VpcConfig.Subnets"),
    (kind::TRAINING_JOB, "VpcConfig.Subnets"),
    (kind::PROCESSING_JOB, "NetworkConfig.VpcConfig.Subnets"),
    (kind::ENDPOINT_CONFIG, "VpcConfig.Subnets"),
    (kind::CLUSTER, "VpcConfig.Subnets"),
    (kind::NOTEBOOK_INSTANCE, "SubnetId"),
    (kind::DOMAIN, "SubnetIds"),
];

/// A workload that runs in a VPC, and those of its subnets there that are known.
pub(super) struct Workload<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) subnets: Vec<Subject<'a>>,
}

/// The ML workloads that certainly run in a VPC, in the order of the graph.
pub(super) fn workloads<'a>(cx: &Context<'a>, vpc: Subject<'a>) -> Vec<Workload<'a>> {
    // Only what mentions the VPC or one of its subnets can be there, and a view may hold many of both.
    let near: Vec<Subject<'a>> = vpc.referrers().collect();
    let members = near.iter().filter(|near| near.kind() == kind::SUBNET);
    let mut near: Vec<Subject<'a>> =
        members.flat_map(|subnet| subnet.referrers()).chain(near.iter().copied()).collect();
    near.sort_by_key(|subject| subject.id());
    near.dedup_by_key(|subject| subject.id());
    let mut found: Vec<Workload<'a>> = Vec::new();
    for subject in near {
        let Some((_, path)) = SUBNETS.iter().find(|(kind, _)| *kind == subject.kind()) else { continue };
        if !subject.may_exist() || is_outside(subject) {
            continue;
        }
        let (items, _) = subject.get(path).items();
        let subnets: Vec<Subject<'a>> = items.iter().flat_map(|item| subject.targets(item)).collect();
        let here: Vec<Subject<'a>> = subnets.into_iter().filter(|subnet| in_vpc(*subnet, vpc).is_yes()).collect();
        let by_name = subject.kind() == kind::DOMAIN && names(&subject.get("VpcId"), subject, vpc).is_yes();
        if (!here.is_empty() || by_name) && subject.exists().is_yes() {
            found.push(Workload { subject, subnets: here });
        }
    }
    if found.is_empty() {
        // Those whose subnets cannot be known may be there as well, which the engine notes.
        let mut all = SUBNETS.iter().flat_map(|(kind, path)| cx.of_kind(kind).map(move |subject| subject.get(path)));
        let _ = all.any(|subnets| subnets.is_unknown());
    }
    found
}

/// A Studio domain whose apps reach the internet through SageMaker's own network uses the VPC for its file system only.
fn is_outside(subject: Subject<'_>) -> bool {
    subject.kind() == kind::DOMAIN && subject.get("AppNetworkAccessType").text() != Some("VpcOnly")
}

/// Whether a subnet (or an endpoint) belongs to a VPC.
pub(super) fn in_vpc(member: Subject<'_>, vpc: Subject<'_>) -> Tri {
    names(&member.get("VpcId"), member, vpc)
}

/// Whether a value of `holder` is this VPC.
fn names<'a>(attr: &Attr<'a>, holder: Subject<'a>, vpc: Subject<'_>) -> Tri {
    let targets = holder.targets(attr);
    if targets.iter().any(|target| target.id() == vpc.id()) {
        return if targets.len() == 1 { Tri::Yes } else { Tri::Unknown };
    }
    // What is handed in from outside may be any VPC, of this unit or another.
    if targets.is_empty() { Tri::Unknown } else { Tri::No }
}

/// Whether an endpoint leads to S3. S3 Express and access points are services of their own.
pub(super) fn leads_to_s3(endpoint: Subject<'_>) -> Tri {
    let service = endpoint.get("ServiceName");
    if service.is_absent() {
        return Tri::No;
    }
    service.ends_with(".s3")
}

/// The route tables of a subnet, by number; nothing where they cannot be known, as with the VPC's main one.
pub(super) fn route_tables<'a>(cx: &Context<'a>, subnet: Subject<'a>) -> Option<Vec<Subject<'a>>> {
    let mut tables = Vec::new();
    for association in cx.of_kind(kind::ROUTE_TABLE_ASSOCIATION) {
        let of = association.targets(&association.get("SubnetId"));
        if !of.iter().any(|target| target.id() == subnet.id()) {
            continue;
        }
        let table = association.targets(&association.get("RouteTableId"));
        if table.len() != 1 || of.len() != 1 {
            return None;
        }
        tables.extend(table);
    }
    (!tables.is_empty()).then_some(tables)
}

/// Whether a route of the subnets leads out of the VPC: a NAT gateway or instance, a transit or internet gateway.
pub(super) fn leads_out<'a>(cx: &Context<'a>, subnets: &[Subject<'a>]) -> Tri {
    let mut answer = Tri::No;
    for subnet in subnets {
        let Some(tables) = route_tables(cx, *subnet) else { return Tri::Unknown };
        let apart = cx.of_kind(kind::ROUTE).filter(|route| {
            let of = route.targets(&route.get("RouteTableId"));
            of.iter().any(|target| tables.iter().any(|table| table.id() == target.id()))
        });
        let mut destinations: Vec<Attr<'a>> = apart.map(|route| route.get("DestinationCidrBlock")).collect();
        // Terraform has routes within the table too.
        for table in &tables {
            let (routes, open) = table.get("Routes").items();
            destinations.extend(routes.iter().map(|route| route.get("DestinationCidrBlock")));
            if open {
                answer = Tri::Unknown;
            }
        }
        if destinations.iter().any(|destination| destination.text() == Some("0.0.0.0/0")) {
            return Tri::Yes;
        }
        if destinations.iter().any(Attr::is_unknown) {
            answer = Tri::Unknown;
        }
    }
    answer
}
