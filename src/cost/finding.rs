//! What findings cost: what the resource stands for, what mending it saves at least and at most, and what that costs.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashMap;

use crate::{
    catalog::{
        instance::{self, instance},
        prices::{Meter, Usd, Use},
    },
    cost::{
        Input, Links,
        amount::Quantity,
        bill::{Bill, Component, Per},
        kinds::MONTH,
        priced_one,
    },
    finding::Finding,
    graph::{
        Key, ResourceId,
        attr::Subject,
        guard::World,
        hosting::{config_of, named},
        kind,
    },
};

/// What one finding costs.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingCost {
    /// What its resources cost in a month, at most, as they are.
    pub month: Option<Usd>,
    /// What one run of its resources costs, at most, as they are.
    pub run: Option<Usd>,
    /// What mending it saves.
    pub saving: Option<Saving>,
    /// What mending it costs a month.
    pub mending: Option<Usd>,
    /// What the figures rest on.
    pub basis: String,
    /// The oldest date of a price that they rest on.
    pub as_of: Arc<str>,
}

/// What mending a finding saves: from the least to the most.
#[derive(Clone, Debug, PartialEq)]
pub struct Saving {
    /// What it is counted over.
    pub per: Per,
    /// The least.
    pub low: Usd,
    /// What may be expected, where the files tell enough.
    pub expected: Option<Usd>,
    /// The most.
    pub high: Usd,
    /// What decides between them.
    pub driver: &'static str,
}

/// The costs of findings, by fingerprint.
pub type Costs = FxHashMap<String, FindingCost>;

/// Hours of a month that somebody works: 8 on each working day.
const WORKING: (u64, u64) = (520, 3);

/// The rules whose findings cost something, and how that is worked out.
static RULES: &[(&str, Work)] = &[
    ("cpu-algorithm-on-gpu", cpu_on_gpu),
    ("endpoint-without-autoscaling", unscaled),
    ("legacy-instance", legacy),
    ("multi-instance-unsupported", several_instances),
    ("notebook-without-idle-stop", idle_notebook),
    ("single-instance-endpoint", second_instance),
    ("vpc-without-s3-endpoint", through_the_gateway),
];

type Work = fn(&Case<'_>) -> Option<FindingCost>;

/// One finding at one resource.
struct Case<'a> {
    input: &'a Input<'a>,
    links: &'a Links,
    id: ResourceId,
    finding: &'a Finding,
}

/// The names of the rules whose findings may cost something.
pub fn rules() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|(name, _)| *name)
}

/// Whether any finding of these may cost something: only then are prices needed.
pub fn any(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| RULES.iter().any(|(rule, _)| *rule == finding.rule))
}

/// What findings cost; those that cost nothing, or nothing that is known, are left out.
pub fn costs(input: &Input<'_>, findings: &[Finding]) -> Costs {
    if !any(findings) {
        return Costs::default();
    }
    let links = Links::of(input.graph);
    let ids: FxHashMap<&Key, ResourceId> = input
        .graph
        .resources()
        .iter()
        .enumerate()
        .map(|(at, resource)| (&resource.key, ResourceId(u32::try_from(at).unwrap_or(u32::MAX))))
        .collect();
    let of = |finding: &Finding| {
        let (_, work) = RULES.iter().find(|(rule, _)| *rule == finding.rule)?;
        let mut all = finding.subjects().filter_map(|key| {
            let id = *ids.get(key)?;
            work(&Case { input, links: &links, id, finding })
        });
        let first = all.next()?;
        Some((finding.fingerprint.clone(), all.fold(first, joined)))
    };
    findings.iter().filter_map(of).collect()
}

/// The costs of two resources of one finding.
fn joined(left: FindingCost, right: FindingCost) -> FindingCost {
    let sum = |left: Option<Usd>, right: Option<Usd>| match (left, right) {
        (Some(left), Some(right)) => Some(left + right),
        (one, other) => one.or(other),
    };
    let saving = match (left.saving, right.saving) {
        (Some(one), Some(other)) if one.per == other.per => Some(Saving {
            low: one.low + other.low,
            expected: one.expected.zip(other.expected).map(|(one, other)| one + other),
            high: one.high + other.high,
            ..one
        }),
        (one, other) => one.or(other),
    };
    FindingCost {
        month: sum(left.month, right.month),
        run: sum(left.run, right.run),
        mending: sum(left.mending, right.mending),
        saving,
        basis: left.basis,
        as_of: left.as_of.min(right.as_of),
    }
}

/// What findings add up to. A resource counts once, by the finding of it that counts for most; savings that exclude each
/// other are never added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Of a month.
    pub month: Usd,
    /// Of one run of each job.
    pub run: Usd,
    /// What may be saved in a month, at most.
    pub saved_month: Usd,
    /// What may be saved in one run of each job, at most.
    pub saved_run: Usd,
}

/// Adds up what findings cost.
pub fn sum<'f>(costs: &Costs, findings: impl Iterator<Item = &'f Finding>) -> Sum {
    let mut by_resource: BTreeMap<&Key, Sum> = BTreeMap::new();
    for finding in findings {
        let (Some(cost), Some((key, _))) = (costs.get(&finding.fingerprint), &finding.resource) else { continue };
        let known = by_resource.entry(key).or_default();
        known.month = known.month.max(cost.month.unwrap_or_default());
        known.run = known.run.max(cost.run.unwrap_or_default());
        if let Some(saving) = &cost.saving {
            match saving.per {
                Per::Month => known.saved_month = known.saved_month.max(saving.high),
                Per::Run => known.saved_run = known.saved_run.max(saving.high),
            }
        }
    }
    let of = |part: fn(&Sum) -> Usd| by_resource.values().map(part).sum();
    Sum {
        month: of(|sum| sum.month),
        run: of(|sum| sum.run),
        saved_month: of(|sum| sum.saved_month),
        saved_run: of(|sum| sum.saved_run),
    }
}

impl<'a> Case<'a> {
    fn bill(&self, id: ResourceId) -> Option<Bill> {
        priced_one(self.input, self.links, id)
    }

    /// The bill of the resource that the finding is about, and the first component that is a number of instances.
    fn own(&self) -> Option<(Bill, Component)> {
        let bill = self.bill(self.id)?;
        let component = bill.components.iter().find(|one| one.unit == "hours" && one.rate.is_some())?.clone();
        Some((bill, component))
    }

    fn subject<'w>(&self, world: &'w World) -> Subject<'w>
    where
        'a: 'w,
    {
        Subject::new(self.input.graph, self.id, world)
    }
}

/// What a component costs, and what that rests on.
fn standing(bill: &Bill, component: &Component) -> Option<FindingCost> {
    let rate = component.rate.as_ref()?;
    let quantity = component.quantity?.high;
    let assumed = if bill.region_assumed { " (assumed)" } else { "" };
    let (over, run) = match component.per {
        Per::Month => ("h a month", None),
        Per::Run => ("h a run at most", component.run.map(|run| run.high)),
    };
    Some(FindingCost {
        month: component.month.map(|month| month.high).filter(|_| component.per == Per::Month),
        run,
        saving: None,
        mending: None,
        basis: format!("{quantity} {over} × ${}/h, {}{assumed}, list price of {}", rate.usd, bill.region, rate.as_of),
        as_of: rate.as_of.clone(),
    })
}

/// A notebook that nothing stops: what it costs beyond the hours that it is used.
fn idle_notebook(case: &Case<'_>) -> Option<FindingCost> {
    let (bill, component) = case.own()?;
    let cost = standing(&bill, &component)?;
    let high = cost.month?;
    let used = Quantity::fraction(WORKING.0, WORKING.1)?;
    let idle = Quantity::whole(MONTH).minus(used)?;
    let expected = idle.cost(component.rate.as_ref()?.usd).filter(|expected| *expected <= high);
    let driver = "how long it is used; expected is 8 hours on working days";
    Some(FindingCost { saving: Some(Saving { per: Per::Month, low: Usd::ZERO, expected, high, driver }), ..cost })
}

/// A GPU that an algorithm does not use: the same run on as many processors without one.
fn cpu_on_gpu(case: &Case<'_>) -> Option<FindingCost> {
    let (bill, component) = case.own()?;
    let cost = standing(&bill, &component)?;
    let known = instance(&component.detail)?;
    let like = instance::with_vcpu("ml.m5.", known.vcpu?, instance::Use::Training)?;
    let other = case.input.prices.sagemaker(&bill.region, Use::Training, like.name)?;
    let high = cost.run? - component.quantity?.high.cost(other.usd)?;
    let driver = "how long a run takes on the processors alone";
    let saving = Saving { per: Per::Run, low: Usd::ZERO, expected: None, high, driver };
    let basis = format!("{}; {} × ${}/h in its place", cost.basis, like.name, other.usd);
    (high > Usd::ZERO).then_some(FindingCost { saving: Some(saving), basis, ..cost })
}

/// Instances of a job that only one of them works on.
fn several_instances(case: &Case<'_>) -> Option<FindingCost> {
    let (bill, component) = case.own()?;
    let cost = standing(&bill, &component)?;
    let world = World::default();
    let count = case.subject(&world).get("ResourceConfig.InstanceCount").number().and_then(Quantity::of)?;
    let idle = count.minus(Quantity::ONE)?.per(count)?;
    let wasted = component.quantity?.high.times(idle)?.cost(component.rate.as_ref()?.usd)?;
    let driver = "nothing: the others do no part of the work";
    let saving = Saving { per: Per::Run, low: wasted, expected: Some(wasted), high: wasted, driver };
    (wasted > Usd::ZERO).then_some(FindingCost { saving: Some(saving), ..cost })
}

/// An old type: the same hours on its replacement, where that is cheaper.
fn legacy(case: &Case<'_>) -> Option<FindingCost> {
    let bill = case.bill(case.id)?;
    let is_named = |one: &&Component| instance(&one.detail).is_some_and(|known| known.legacy);
    let component = bill.components.iter().find(is_named)?.clone();
    let cost = standing(&bill, &component)?;
    let (usage, accepted) = match &*bill.kind {
        kind::NOTEBOOK_INSTANCE => (Use::Notebook, instance::Use::Notebook),
        kind::TRAINING_JOB => (Use::Training, instance::Use::Training),
        kind::PROCESSING_JOB => (Use::Processing, instance::Use::Processing),
        kind::ENDPOINT => (Use::Hosting, instance::Use::Hosting),
        _ => return None,
    };
    let new = instance(&component.detail)?.replacement(accepted)?;
    let other = case.input.prices.sagemaker(&bill.region, usage, new.name)?;
    let less = component.quantity?.high.cost(other.usd)?;
    let before = cost.month.or(cost.run)?;
    let basis = format!("{}; {} × ${}/h in its place", cost.basis, new.name, other.usd);
    if less >= before {
        return Some(FindingCost { mending: Some(less - before).filter(|more| *more > Usd::ZERO), basis, ..cost });
    }
    let driver = "how much faster the newer type is: the same hours are counted";
    let saving =
        Saving { per: component.per, low: before - less, expected: Some(before - less), high: before - less, driver };
    Some(FindingCost { saving: Some(saving), basis, ..cost })
}

/// An endpoint that keeps all its instances: those beyond the first may be let go.
fn unscaled(case: &Case<'_>) -> Option<FindingCost> {
    let (bill, component) = case.own()?;
    let cost = standing(&bill, &component)?;
    let world = World::default();
    let config = config_of(case.subject(&world))?;
    let (variants, _) = config.get("ProductionVariants").items();
    let [variant] = &variants[..] else { return Some(cost) };
    let count = variant.get("InitialInstanceCount").number().and_then(Quantity::of)?;
    let spare = count.minus(Quantity::ONE)?;
    let high = spare.times(Quantity::whole(MONTH))?.cost(component.rate.as_ref()?.usd)?;
    let driver = "how much of the day one instance suffices";
    let saving = Saving { per: Per::Month, low: Usd::ZERO, expected: None, high, driver };
    Some(FindingCost { saving: (high > Usd::ZERO).then_some(saving), ..cost })
}

/// A second instance beside the only one.
fn second_instance(case: &Case<'_>) -> Option<FindingCost> {
    let world = World::default();
    let config = case.subject(&world);
    let endpoints = case.input.graph.of_kind(kind::ENDPOINT).iter();
    let endpoint = endpoints.copied().find(|&id| {
        let endpoint = Subject::new(case.input.graph, id, &world);
        endpoint.resource().key.unit == config.resource().key.unit
            && named(endpoint, &endpoint.get("EndpointConfigName"), kind::ENDPOINT_CONFIG, "EndpointConfigName")
                .is_some_and(|known| known.id() == config.id())
    })?;
    let bill = case.bill(endpoint)?;
    let at = case.finding.property.as_str();
    let component = bill.components.iter().find(|one| one.unit == "hours" && one.hour.is_some())?;
    // Of several variants it cannot be told which one is meant.
    if bill.components.iter().filter(|one| one.unit == "hours").count() > 1 || at.is_empty() {
        return None;
    }
    let cost = standing(&bill, component)?;
    let more = Quantity::whole(MONTH).cost(component.rate.as_ref()?.usd)?;
    Some(FindingCost { mending: Some(more), ..cost })
}

/// What goes to S3 through a NAT gateway is billed by the gigabyte; a gateway endpoint is free.
fn through_the_gateway(case: &Case<'_>) -> Option<FindingCost> {
    let graph = case.input.graph;
    let unit = &graph.resource(case.id).key.unit;
    let nat = graph.of_kind("AWS::EC2::NatGateway").iter().find(|&&id| graph.resource(id).key.unit == *unit)?;
    let bill = case.bill(*nat)?;
    let price = case.input.prices.service(&bill.region, Meter::NatGatewayData)?;
    let assumed = if bill.region_assumed { " (assumed)" } else { "" };
    Some(FindingCost {
        month: None,
        run: None,
        saving: None,
        mending: None,
        basis: format!(
            "each GB that goes to S3 through the NAT gateway costs ${}, {}{assumed}, list price of {}; a gateway endpoint is free",
            price.usd, bill.region, price.as_of
        ),
        as_of: price.as_of.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_sorted() {
        assert!(RULES.is_sorted_by(|left, right| left.0 < right.0));
    }
}
