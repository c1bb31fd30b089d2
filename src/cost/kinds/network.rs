//! Networks: gateways, interface endpoints and addresses stand all month, and what goes through them depends on use.

use super::{Pricer, exactly, unknown};
use crate::{
    catalog::prices::Meter,
    cost::{
        amount::Quantity,
        bill::{Line, Missing, Per},
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
    lines
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
