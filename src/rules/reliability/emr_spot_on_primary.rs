//! Spot machines for the node that leads an EMR cluster, or for those that store its files: one reclaim ends the cluster.

use crate::{
    finding::{Finding, Safety, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "emr-spot-on-primary",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Warning,
    or_severity: Some((Severity::Advice, "core nodes of a cluster that ends with its steps")),
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/emr-spot-on-primary.md"),
    check: Check::Each(kind::EMR_CLUSTER, check),
};

fn check(_: &Context<'_>, cluster: Subject<'_>, out: &Findings) {
    for (role, group, fleet) in [
        (Role::Primary, "Instances.MasterInstanceGroup", "Instances.MasterInstanceFleet"),
        (Role::Core, "Instances.CoreInstanceGroup", "Instances.CoreInstanceFleet"),
    ] {
        let found = of_group(&cluster.get(group), role).or_else(|| of_fleet(&cluster.get(fleet), role));
        let Some(finding) = found else { continue };
        let is_mild = role == Role::Core && !stays(cluster);
        out.add(if is_mild { finding.severity(Severity::Advice) } else { finding });
    }
}

/// Whether the cluster goes on when its steps are done. The API ends it unless it is told otherwise.
fn stays(cluster: Subject<'_>) -> bool {
    let keep = cluster.get("Instances.KeepJobFlowAliveWhenNoSteps");
    let by_default = matches!(cluster.resource().input, Input::CloudFormation | Input::Terraform);
    keep.boolean() == Some(true) || keep.is_absent() && by_default
}

/// What the nodes do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Primary,
    Core,
}

/// A group of like machines: on the Spot market, or with a bid for it.
fn of_group(group: &Attr<'_>, role: Role) -> Option<Finding> {
    let market = group.get("Market");
    let bids = [group.get("BidPrice"), group.get("BidPriceAsPercentageOfOnDemandPrice")];
    if market.text() == Some("SPOT") {
        let mut finding = at(&market, role).fix_set(&market, "ON_DEMAND", Safety::Unsafe);
        for bid in bids.iter().filter(|bid| bid.is_written()) {
            finding = finding.fix_remove(bid, Safety::Unsafe);
        }
        return Some(finding);
    }
    let bid = bids.iter().find(|bid| bid.known().is_some()).filter(|_| market.is_absent())?;
    Some(at(bid, role).fix_remove(bid, Safety::Unsafe))
}

/// A fleet that is to be of Spot machines only.
fn of_fleet(fleet: &Attr<'_>, role: Role) -> Option<Finding> {
    let (spot, fixed) = (fleet.get("TargetSpotCapacity"), fleet.get("TargetOnDemandCapacity"));
    let only_spot = spot.number()? > 0.0 && (fixed.is_absent() || fixed.number() == Some(0.0));
    only_spot.then(|| at(&spot, role))
}

fn at(attr: &Attr<'_>, role: Role) -> Finding {
    let (title, label) = match role {
        Role::Primary => (
            "primary node of the cluster is a Spot machine",
            "EC2 may take it back on two minutes' notice, and the whole cluster ends with it",
        ),
        Role::Core => (
            "core nodes of the cluster are Spot machines",
            "EC2 may take them back on two minutes' notice, with the blocks of HDFS that lie on them",
        ),
    };
    Finding::on(attr, title).label(label).help(
        "take on-demand machines here and keep Spot for task nodes, which store nothing\nthe machines cost what on-demand ones do, and a running cluster is replaced by a new one",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Severity, graph::kind, rules::testing::Built};

    fn severities(instances: Value) -> Vec<Option<Severity>> {
        let cluster = json!({"Name": "features", "Instances": instances});
        let found = Built::default().resource(kind::EMR_CLUSTER, "Cluster", &cluster).check(&RULE);
        found.into_iter().map(|finding| finding.severity).collect()
    }

    const WARNING: [Option<Severity>; 1] = [Some(Severity::Warning)];
    const ADVICE: [Option<Severity>; 1] = [Some(Severity::Advice)];

    #[test]
    fn core_nodes_of_a_cluster_that_ends_are_advice() {
        let core = |keep: Value| {
            let group = json!({"Market": "SPOT", "InstanceType": "m6i.xlarge"});
            severities(json!({"CoreInstanceGroup": group, "KeepJobFlowAliveWhenNoSteps": keep}))
        };
        assert_eq!(core(json!(true)), WARNING);
        assert_eq!(core(json!(null)), WARNING, "a template's cluster stays");
        assert_eq!(core(json!(false)), ADVICE);
        assert_eq!(core(json!({"?": "keep"})), ADVICE, "it may end");
    }

    #[test]
    fn a_bid_or_a_target_is_spot_unless_the_market_says_otherwise() {
        let primary = |group: Value| severities(json!({"MasterInstanceGroup": group, "Ec2KeyName": "key"}));
        assert_eq!(primary(json!({"BidPrice": "0.1", "InstanceCount": 1})), WARNING);
        assert_eq!(primary(json!({"BidPrice": "0.1", "Market": "ON_DEMAND"})), []);
        assert_eq!(primary(json!({"BidPrice": "0.1", "Market": {"?": "market"}})), []);
        let fleet = |fleet: Value| severities(json!({"MasterInstanceFleet": fleet, "Ec2KeyName": "key"}));
        assert_eq!(fleet(json!({"TargetSpotCapacity": 1, "Name": "primary"})), WARNING);
        assert_eq!(fleet(json!({"TargetSpotCapacity": 1, "TargetOnDemandCapacity": 1})), [], "some of each");
        assert_eq!(fleet(json!({"TargetSpotCapacity": 1, "TargetOnDemandCapacity": {"?": "count"}})), []);
        assert_eq!(fleet(json!({"TargetSpotCapacity": 0, "TargetOnDemandCapacity": 1})), []);
    }
}
