//! What findings cost: what the resource stands for, what mending it saves at least and at most, and what that costs.

mod work;

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashMap;

use crate::{
    catalog::prices::Usd,
    cost::{Input, Links, bill::Per},
    finding::Finding,
    graph::{Graph, Key, ResourceId, attr::Subject, guard::World, hosting::config_of, kind, shape::Shape},
};
use work::{Case, RULES};

/// What one finding costs.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingCost {
    /// What its resources cost in a month, at most, as they are.
    pub month: Option<Usd>,
    /// What one run of its resources costs, at most, as they are.
    pub run: Option<Usd>,
    /// What mending it saves.
    pub saving: Option<Saving>,
    /// What mending it costs a month; nothing where that is not known.
    pub mending: Option<Usd>,
    /// What mending it replaces; nothing where the resource stays.
    pub replaces: Option<&'static str>,
    /// What the figures rest on.
    pub basis: String,
    /// The oldest date of a price that they rest on.
    pub as_of: Arc<str>,
    /// The resources that are billed, each with its part of the figures.
    pub shares: Vec<Share>,
}

/// What mending a finding saves: from the least to the most.
#[derive(Clone, Debug, PartialEq)]
pub struct Saving {
    /// What it is counted over.
    pub per: Per,
    /// The least.
    pub low: Usd,
    /// What may be expected, where the files or the usage file tell enough.
    pub expected: Option<Usd>,
    /// The most.
    pub high: Usd,
    /// What decides between them.
    pub driver: &'static str,
    /// Whether a sum may have it: what Spot saves is stated, and never subtracted.
    pub counts: bool,
}

/// What one billed resource has of a finding's cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The resource that is billed: the endpoint, where the finding is about its configuration.
    pub key: Key,
    /// What it costs in a month, at the most.
    pub month: Usd,
    /// Whether it may cost less, or not be there.
    pub may_be_less: bool,
    /// What one run of it costs.
    pub run: Usd,
    /// What mending the finding saves of it, where a sum may have that.
    pub saved: Option<Saving>,
}

/// The costs of findings, by fingerprint.
pub type Costs = FxHashMap<String, FindingCost>;

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
    let billed = Billed::of(input.graph, &links);
    let of = |finding: &Finding| {
        let (_, work) = RULES.iter().find(|(rule, _)| *rule == finding.rule)?;
        let mut all: Option<FindingCost> = None;
        for id in finding.subjects().filter_map(|key| billed.by_key.get(key)) {
            for &billed in billed.of_resource(*id) {
                let Some(cost) = work(&Case { input, links: &links, id: *id, billed, finding }) else { continue };
                all = Some(match all {
                    Some(known) => joined(known, cost),
                    None => cost,
                });
            }
        }
        Some((finding.fingerprint.clone(), all?))
    };
    findings.iter().filter_map(of).collect()
}

/// Which resources are billed for others: endpoints for their configurations, tuning jobs for the jobs that they make.
struct Billed<'a> {
    by_key: FxHashMap<&'a Key, ResourceId>,
    others: FxHashMap<ResourceId, Vec<ResourceId>>,
    itself: Vec<ResourceId>,
}

impl<'a> Billed<'a> {
    fn of(graph: &'a Graph, links: &Links) -> Self {
        let itself: Vec<ResourceId> =
            (0..graph.resources().len()).map(|at| ResourceId(u32::try_from(at).unwrap_or(u32::MAX))).collect();
        let by_key = graph.resources().iter().map(|resource| &resource.key).zip(itself.iter().copied()).collect();
        let mut others: FxHashMap<ResourceId, Vec<ResourceId>> = FxHashMap::default();
        let world = World::default();
        for &endpoint in graph.of_kind(kind::ENDPOINT) {
            if let Some(config) = config_of(Subject::new(graph, endpoint, &world)) {
                others.entry(config.id()).or_default().push(endpoint);
            }
        }
        for (&tuner, jobs) in &links.tuned_by {
            for &job in jobs {
                others.entry(job).or_default().push(tuner);
            }
        }
        // A target, and what moves it, are billed as the endpoints that they scale.
        for (&target, endpoints) in &links.owned {
            others.entry(target).or_default().extend(endpoints);
        }
        let subject = |id| Subject::new(graph, id, &world);
        let name = |scaled: Subject<'_>| Shape::of(scaled, &scaled.get("ResourceId")).identity();
        let mut by_name: FxHashMap<String, &[ResourceId]> = FxHashMap::default();
        for (&target, endpoints) in &links.owned {
            by_name.extend(name(subject(target)).map(|name| (name, &endpoints[..])));
        }
        for policy in graph.of_kind(kind::SCALING_POLICY).iter().map(|&id| subject(id)) {
            let targets = policy.targets(&policy.get("ScalingTargetId")).into_iter();
            let targets = targets.chain(policy.targets(&policy.get("ResourceId")));
            let referred = targets.filter_map(|target| links.owned.get(&target.id())).flatten();
            let named = name(policy).and_then(|name| by_name.get(&name)).copied().unwrap_or_default();
            others.entry(policy.id()).or_default().extend(referred.chain(named));
        }
        others.retain(|_, ids| !ids.is_empty());
        for ids in others.values_mut() {
            ids.sort_unstable();
            ids.dedup();
        }
        Self { by_key, others, itself }
    }

    fn of_resource(&self, id: ResourceId) -> &[ResourceId] {
        let itself = || self.itself.get(id.0 as usize).map_or(&[][..], std::slice::from_ref);
        self.others.get(&id).map_or_else(itself, Vec::as_slice)
    }
}

/// The costs of two resources of one finding; what is billed counts once.
fn joined(mut left: FindingCost, right: FindingCost) -> FindingCost {
    let is_known = |share: &Share| left.shares.iter().any(|known| known.key == share.key);
    if !right.shares.is_empty() && right.shares.iter().all(is_known) {
        return left;
    }
    let sum = |left: Option<Usd>, right: Option<Usd>| match (left, right) {
        (Some(left), Some(right)) => Some(left + right),
        (one, other) => one.or(other),
    };
    left.saving = match (left.saving, right.saving) {
        (Some(one), Some(other)) if one.per == other.per => Some(Saving {
            low: one.low + other.low,
            expected: one.expected.zip(other.expected).map(|(one, other)| one + other),
            high: one.high + other.high,
            ..one
        }),
        (one, other) => one.or(other),
    };
    left.shares.extend(right.shares);
    FindingCost {
        month: sum(left.month, right.month),
        run: sum(left.run, right.run),
        mending: sum(left.mending, right.mending),
        replaces: left.replaces.or(right.replaces),
        as_of: left.as_of.min(right.as_of),
        saving: left.saving,
        basis: left.basis,
        shares: left.shares,
    }
}

/// What findings add up to. What is billed counts once; of the ways to save on it the one that saves most, for they
/// exclude each other or are worth less together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Of a month, at the most.
    pub month: Usd,
    /// Whether that may be less.
    pub may_be_less: bool,
    /// Of one run of each job.
    pub run: Usd,
    /// What may be saved in a month.
    pub saved_month: Saved,
    /// What may be saved in one run of each job.
    pub saved_run: Saved,
}

/// What may be saved, together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// At least.
    pub low: Usd,
    /// What may be expected; nothing where one of the parts does not tell.
    pub expected: Option<Usd>,
    /// At most.
    pub high: Usd,
}

impl Saved {
    /// Both together; what saves nothing tells nothing.
    fn and(self, other: Self) -> Self {
        match (self.high > Usd::ZERO, other.high > Usd::ZERO) {
            (_, false) => self,
            (false, true) => other,
            (true, true) => Self {
                low: self.low + other.low,
                expected: self.expected.zip(other.expected).map(|(one, other)| one + other),
                high: self.high + other.high,
            },
        }
    }
}

/// Adds up what findings cost.
pub fn sum<'f>(costs: &Costs, findings: impl Iterator<Item = &'f Finding>) -> Sum {
    let mut by_resource: BTreeMap<&Key, Sum> = BTreeMap::new();
    for share in findings.filter_map(|finding| costs.get(&finding.fingerprint)).flat_map(|cost| &cost.shares) {
        let known = by_resource.entry(&share.key).or_default();
        known.month = known.month.max(share.month);
        known.may_be_less |= share.may_be_less;
        known.run = known.run.max(share.run);
        let Some(saving) = &share.saved else { continue };
        let best = match saving.per {
            Per::Month => &mut known.saved_month,
            Per::Run => &mut known.saved_run,
        };
        if (saving.high, saving.low) > (best.high, best.low) {
            *best = Saved { low: saving.low, expected: saving.expected, high: saving.high };
        }
    }
    let of = |part: fn(&Sum) -> Usd| by_resource.values().map(part).sum();
    let saved = |part: fn(&Sum) -> Saved| by_resource.values().map(part).fold(Saved::default(), Saved::and);
    Sum {
        month: of(|sum| sum.month),
        may_be_less: by_resource.values().any(|sum| sum.may_be_less),
        run: of(|sum| sum.run),
        saved_month: saved(|sum| sum.saved_month),
        saved_run: saved(|sum| sum.saved_run),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_sorted() {
        assert!(RULES.is_sorted_by(|left, right| left.0 < right.0));
    }
}
