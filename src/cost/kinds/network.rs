//! Networks: gateways, interface endpoints and addresses stand all month, and what goes through them depends on use.

use super::{Pricer, exactly, unknown};
use crate::{
    catalog::prices::Meter,
    cost::{
        amount::Quantity,
        bill::{Line, Missing, Per, beyond},
        usage::CROSS_ZONE,
    },
    graph::{
        attr::Subject,
        guard::Tri,
        kind,
        shape::{Shape, same},
    },
};

/// A NAT gateway.
pub(super) fn nat(pricer: &Pricer<'_>) -> Vec<Line> {
    let (hours, assumption) = pricer.hours();
    let mut lines = vec![
        Line::new("gateway", "hours", Per::Month)
            .hours(exactly(Ok(Quantity::ONE)), Ok(hours))
            .rate(pricer.meter(Meter::NatGateway))
            .assume(assumption),
    ];
    lines.extend(pricer.metered("data", "GB", Meter::NatGatewayData, pricer.needed("monthly_data_processed_gb")));
    match is_crossed(pricer.subject) {
        Tri::Yes => lines.extend(between_zones(pricer, "subnets of other zones lead to the gateway")),
        Tri::Unknown => lines.extend(between_zones(pricer, "if subnets of other zones lead to the gateway")),
        Tri::No => lines.extend(told_between_zones(pricer)),
    }
    lines
}

/// What goes from one zone to another. Both ends of the way are billed.
///
/// Source: "Understanding data transfer charges" of AWS's user guide on cost and usage reports.
pub(super) fn between_zones(pricer: &Pricer<'_>, about: &str) -> Vec<Line> {
    let data = pricer.needed(CROSS_ZONE).and_then(|data| data.times(Quantity::whole(2)).ok_or_else(beyond));
    let lines = pricer.metered("data between zones", "GB", Meter::CrossZoneData, data);
    let about = format!("each GB is billed twice, where it leaves a zone and where it enters one; {about}");
    lines.into_iter().map(|line| line.assume(about.clone())).collect()
}

/// The same of what need not have any: nothing where the usage file tells of none.
pub(super) fn told_between_zones(pricer: &Pricer<'_>) -> Vec<Line> {
    let told = pricer.told(CROSS_ZONE).map(|_| between_zones(pricer, "so much as the usage file says"));
    told.unwrap_or_default()
}

/// Whether a subnet of another zone leads to a NAT gateway.
fn is_crossed(gateway: Subject<'_>) -> Tri {
    let [home] = gateway.targets(&gateway.get("SubnetId"))[..] else { return Tri::Unknown };
    let home = Shape::of(home, &home.get("AvailabilityZone"));
    let mut answer = None;
    let mut tables: Vec<Subject<'_>> = gateway
        .referrers()
        .flat_map(|route| match route.kind() {
            kind::ROUTE => route.targets(&route.get("RouteTableId")),
            // Terraform has routes within the table too.
            kind::ROUTE_TABLE => vec![route],
            _ => Vec::new(),
        })
        .collect();
    tables.sort_by_key(|table| table.id());
    tables.dedup_by_key(|table| table.id());
    for association in tables.iter().flat_map(|table| table.referrers()) {
        if association.kind() != kind::ROUTE_TABLE_ASSOCIATION {
            continue;
        }
        let is_other = match association.targets(&association.get("SubnetId"))[..] {
            [subnet] => same(&home, &Shape::of(subnet, &subnet.get("AvailabilityZone"))).not(),
            _ => Tri::Unknown,
        };
        answer = Some(answer.map_or(is_other, |known: Tri| known.or(is_other)));
    }
    answer.unwrap_or(Tri::Unknown)
}

/// A VPC endpoint. Those of type Gateway are free.
pub(super) fn endpoint(pricer: &Pricer<'_>) -> Vec<Line> {
    let subject = pricer.subject;
    let kind = subject.get("VpcEndpointType");
    match kind.text() {
        Some("Gateway") => return Vec::new(),
        None if kind.is_absent() => return Vec::new(),
        Some("Interface") => {}
        _ => {
            let missing = match kind.text() {
                Some(name) => Missing::Price(format!("no price is known of endpoints of type {name}")),
                None => unknown(&kind),
            };
            return vec![Line::unknown("endpoint", "hours", Per::Month, &missing)];
        }
    }
    let (subnets, open) = subject.get("SubnetIds").items();
    let zones = match (open, subnets.len()) {
        (true, _) | (_, 0) => Err(unknown(&subject.get("SubnetIds"))),
        (false, count) => Ok(Quantity::whole(count as u64)),
    };
    let (hours, assumption) = pricer.hours();
    let about = zones.as_ref().map(|zones| format!("in {zones} zones, ")).unwrap_or_default();
    let mut lines = vec![
        Line::new("endpoint", "hours", Per::Month)
            .hours(exactly(zones), Ok(hours))
            .rate(pricer.meter(Meter::InterfaceEndpoint))
            .assume(format!("{about}{assumption}")),
    ];
    let data = pricer.needed("monthly_data_processed_gb");
    lines.extend(pricer.metered("data", "GB", Meter::InterfaceEndpointData, data));
    lines
}

/// A public address, used or not.
pub(super) fn address(pricer: &Pricer<'_>) -> Vec<Line> {
    let (hours, assumption) = pricer.hours();
    vec![
        Line::new("public IPv4 address", "hours", Per::Month)
            .hours(exactly(Ok(Quantity::ONE)), Ok(hours))
            .rate(pricer.meter(Meter::PublicIpv4))
            .assume(format!("{assumption}, used or not")),
    ]
}
