//! Machines that are no job's and no endpoint's: HyperPod, EC2, EMR.

use super::{Pricer, exactly, network::told_between_zones, number, number_or, text, unknown};
use crate::{
    catalog::prices::{Meter, Use},
    cost::{
        amount::Quantity,
        bill::{Known, Line, Missing, Per, Rate, beyond},
        usage,
    },
    graph::attr::Attr,
};

/// A HyperPod cluster.
pub(super) fn cluster(pricer: &Pricer<'_>) -> Vec<Line> {
    let groups = pricer.subject.get("InstanceGroups");
    let (items, open) = groups.items();
    let (hours, assumption) = pricer.hours();
    let mut lines = Vec::new();
    for (at, group) in items.iter().enumerate() {
        let name = group.get("InstanceGroupName").text().map_or_else(|| (at + 1).to_string(), str::to_owned);
        let kind = group.get("InstanceType");
        let planned = !group.get("TrainingPlanArn").is_absent();
        let rate = if planned {
            Err(Missing::Price("a training plan has a price of its own".to_owned()))
        } else {
            pricer.instance(Use::Cluster, &kind)
        };
        lines.push(
            Line::new(format!("instances of group {name}"), "hours", Per::Month)
                .detail(kind.text().unwrap_or_default())
                .hours(exactly(number(&group.get("InstanceCount"))), Ok(hours))
                .rate(rate)
                .assume(assumption.clone()),
        );
    }
    if open || items.is_empty() {
        let missing = unknown(&groups);
        lines.push(Line::unknown("more groups", "hours", Per::Month, &missing));
    }
    lines.extend(told_between_zones(pricer));
    lines
}

/// A machine of EC2, with its volumes.
pub(super) fn instance(pricer: &Pricer<'_>) -> Vec<Line> {
    let kind = pricer.subject.get("InstanceType");
    let rate = match pricer.subject.get("Tenancy").text() {
        Some(tenancy @ ("dedicated" | "host")) => {
            Err(Missing::Price(format!("no price is known of EC2 with tenancy `{tenancy}`")))
        }
        _ => pricer.ec2(&kind),
    };
    let (hours, assumption) = pricer.hours();
    let mut lines = vec![
        Line::new("instance", "hours", Per::Month)
            .detail(kind.text().unwrap_or_default())
            .hours(exactly(Ok(Quantity::ONE)), Ok(hours))
            .rate(rate)
            .assume(format!("{assumption}, with Linux and shared tenancy")),
    ];
    for (at, device) in pricer.subject.get("BlockDeviceMappings").items().0.iter().enumerate() {
        let disk = device.get("Ebs");
        if disk.is_absent() {
            continue;
        }
        let name = device
            .get("DeviceName")
            .text()
            .map_or_else(|| format!("volume {}", at + 1), |name| format!("volume {name}"));
        lines.push(disk_line(pricer, name, &disk.get("VolumeSize"), text(&disk.get("VolumeType"))));
    }
    lines.extend(told_between_zones(pricer));
    lines
}

/// A volume of EBS.
pub(super) fn volume(pricer: &Pricer<'_>) -> Vec<Line> {
    let kind = pricer.subject.get("VolumeType");
    // The type that the service takes where none is set.
    let kind = if kind.is_absent() { Ok("gp2") } else { text(&kind) };
    vec![disk_line(pricer, "volume".to_owned(), &pricer.subject.get("Size"), kind)]
}

fn disk_line(pricer: &Pricer<'_>, name: String, size: &Attr<'_>, kind: Known<&str>) -> Line {
    let rate: Known<Rate> = kind.clone().and_then(|kind| match kind {
        "gp2" => pricer.meter(Meter::EbsGp2),
        "gp3" => pricer.meter(Meter::EbsGp3),
        other => Err(Missing::Price(format!("no price is known of EBS {other} volumes"))),
    });
    Line::new(name, "GB-months", Per::Month).detail(kind.unwrap_or_default()).quantity(number(size)).rate(rate)
}

/// A cluster of EMR: what EC2 takes for its machines, and what EMR adds.
pub(super) fn emr(pricer: &Pricer<'_>) -> Vec<Line> {
    let instances = pricer.subject.get("Instances");
    let transient = instances.get("KeepJobFlowAliveWhenNoSteps").boolean() == Some(false);
    let mut lines = Vec::new();
    for (list, title) in [("MasterInstanceGroup", "master"), ("CoreInstanceGroup", "core")] {
        let group = instances.get(list);
        if group.is_absent() {
            continue;
        }
        let kind = group.get("InstanceType");
        let spot = !group.get("BidPrice").is_absent() || group.get("Market").text() == Some("SPOT");
        let count = number_or(&group.get("InstanceCount"), Quantity::ONE);
        let about = if spot { "; on Spot, and nothing is subtracted for it" } else { "" };
        for (name, rate) in [("EC2", pricer.ec2(&kind)), ("EMR", pricer.emr(&kind))] {
            let name = format!("{title} instances, {name}");
            let line = if transient {
                let hours = pricer.needed(usage::RUN_HOURS);
                let quantity = count.clone().and_then(|count| count.times(hours?).ok_or_else(beyond));
                Line::new(name, "hours", Per::Run).quantity(quantity).assume(format!("it ends with its steps{about}"))
            } else {
                let (hours, assumption) = pricer.hours();
                Line::new(name, "hours", Per::Month)
                    .hours(exactly(count.clone()), Ok(hours))
                    .assume(format!("{assumption}{about}"))
            };
            lines.push(line.detail(kind.text().unwrap_or_default()).rate(rate));
        }
    }
    let fleets = ["MasterInstanceFleet", "CoreInstanceFleet"].iter().any(|list| !instances.get(list).is_absent());
    if fleets || lines.is_empty() {
        let missing = Missing::Value("which types its fleets take is decided at run time".to_owned());
        lines.push(Line::unknown("instance fleets", "hours", Per::Month, &missing));
    }
    lines.extend(told_between_zones(pricer));
    lines
}
