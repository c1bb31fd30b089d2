//! What a workload costs: the graph, priced resource by resource, and the difference between two of them.

pub mod amount;
pub mod bill;
pub mod change;
pub mod discount;
pub mod finding;
mod kinds;
pub mod shape;
pub mod together;
pub mod usage;
mod worlds;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    catalog::{
        billing,
        prices::{Prices, Usd},
    },
    cost::{
        amount::{Quantity, Span},
        bill::{Bill, Component, Missing},
        discount::Discounts,
        kinds::Pricer,
        usage::{READY_REQUESTS, REQUESTS, Usage},
        worlds::Explored,
    },
    graph::{
        self, Graph, Key, Resource, ResourceId,
        attr::Subject,
        each_reference,
        fact::{Call, Fact},
        guard::World,
        hosting::{Owners, owned_targets},
        kind,
        value::Data,
    },
};

/// What a workload is priced with.
pub struct Input<'a> {
    /// The workload.
    pub graph: &'a Graph,
    /// The prices.
    pub prices: &'a Prices,
    /// What is told of its use.
    pub usage: &'a Usage,
    /// The region of what names none.
    pub region: &'a str,
    /// Whether that region is assumed: no flag names it.
    pub region_assumed: bool,
    /// What is paid in place of list prices.
    pub discounts: &'a Discounts,
}

/// The region that is assumed where nothing names one.
pub const REGION: &str = "us-east-1";

/// What a workload costs.
#[derive(Clone, Debug, Default)]
pub struct Estimate {
    /// What is billed, in the order of the files.
    pub bills: Vec<Bill>,
    /// How many resources cost nothing by themselves.
    pub free: usize,
    /// Kinds of resources that are billed and that no price is known of, each with the number of its resources.
    pub unsupported: BTreeMap<Arc<str>, usize>,
}

/// The sums of some bills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// What is known of the cost of a month; nothing where nothing is.
    pub month: Option<Span<Usd>>,
    /// What is known of one run of each job.
    pub run: Option<Span<Usd>>,
    /// What one run of each job usually costs; nothing where it is not told of each how long that takes.
    pub usual: Option<Usd>,
    /// The same with discounts; nothing where there is none.
    pub paid_month: Option<Span<Usd>>,
    /// See `paid_month`.
    pub paid_run: Option<Span<Usd>>,
    /// Components and resources that have no price, or a quantity that the files do not tell.
    pub unpriced: usize,
    /// Components that depend on use that nobody has told.
    pub by_use: usize,
}

impl Total {
    /// Whether anything in it has a discount.
    pub fn has_discounts(&self) -> bool {
        self.paid_month.or(self.paid_run).is_some()
    }

    /// The sums of bills.
    pub fn of<'b>(bills: impl Iterator<Item = &'b Bill> + Clone) -> Self {
        Self {
            month: together::sum(bills.clone(), Bill::month, |worth| worth.month),
            run: together::sum(bills.clone(), Bill::run, |worth| worth.run),
            usual: bills
                .clone()
                .filter(|bill| bill.run().is_some())
                .map(Bill::expected)
                .reduce(|left, right| Some(left? + right?))
                .flatten(),
            paid_month: bills
                .clone()
                .any(Bill::is_discounted)
                .then(|| together::sum(bills.clone(), Bill::paid_month, |worth| worth.paid_month))
                .flatten(),
            paid_run: bills
                .clone()
                .any(Bill::is_discounted)
                .then(|| together::sum(bills.clone(), Bill::paid_run, |worth| worth.paid_run))
                .flatten(),
            unpriced: bills.clone().map(Bill::unpriced).sum(),
            by_use: bills.flat_map(|bill| &bill.components).filter(|component| component.needs_usage()).count(),
        }
    }
}

impl Estimate {
    /// The sums of all.
    pub fn total(&self) -> Total {
        let mut total = Total::of(self.bills.iter());
        total.unpriced += self.unsupported.values().sum::<usize>();
        total
    }

    /// The regions whose prices were asked for, by name, each with whether nothing names it.
    pub fn regions(&self) -> BTreeMap<Arc<str>, bool> {
        let mut regions = BTreeMap::new();
        for bill in &self.bills {
            *regions.entry(bill.region.clone()).or_default() |= bill.region_assumed;
        }
        regions
    }

    /// The price lists that may have what has no price, by region.
    pub fn unlisted(&self) -> BTreeMap<Arc<str>, BTreeSet<&'static str>> {
        let mut offers: BTreeMap<Arc<str>, BTreeSet<&'static str>> = BTreeMap::new();
        for bill in &self.bills {
            for missing in bill.components.iter().flat_map(|component| &component.missing) {
                if let Missing::Listed(offer, _) = missing {
                    offers.entry(bill.region.clone()).or_default().insert(offer);
                }
            }
        }
        offers
    }

    /// The dates of the prices that figures rest on, the oldest first.
    pub fn dates(&self) -> BTreeSet<Arc<str>> {
        let components = self.bills.iter().flat_map(|bill| &bill.components);
        components.filter_map(|component| Some(component.rate.as_ref()?.as_of.clone())).collect()
    }
}

/// Prices a workload. A resource that cannot be priced stops nothing.
pub fn estimate(input: &Input<'_>) -> Estimate {
    let links = Links::of(input.graph);
    let priced: Vec<Priced> = input
        .graph
        .resources()
        .par_iter()
        .enumerate()
        .map(|(at, resource)| priced(input, &links, ResourceId(u32::try_from(at).unwrap_or(u32::MAX)), resource))
        .collect();
    let mut estimate = Estimate::default();
    for (one, resource) in priced.into_iter().zip(input.graph.resources()) {
        match one {
            Priced::Billed(bill) => estimate.bills.push(*bill),
            Priced::Free => estimate.free += 1,
            Priced::Unsupported => *estimate.unsupported.entry(resource.kind.clone()).or_default() += 1,
            Priced::Nowhere => {}
        }
    }
    estimate
}

/// The training jobs that tuning jobs make, by tuning job.
pub fn tuned(graph: &Graph) -> BTreeMap<ResourceId, Vec<ResourceId>> {
    Links::of(graph).tuned_by.into_iter().collect()
}

/// What became of a resource.
enum Priced {
    Billed(Box<Bill>),
    Free,
    Unsupported,
    /// It does not exist.
    Nowhere,
}

/// The bill of one resource; nothing for one that is not billed.
fn priced_one(input: &Input<'_>, links: &Links, id: ResourceId) -> Option<Bill> {
    match priced(input, links, id, input.graph.resource(id)) {
        Priced::Billed(bill) => Some(*bill),
        Priced::Free | Priced::Unsupported | Priced::Nowhere => None,
    }
}

fn priced(input: &Input<'_>, links: &Links, id: ResourceId, resource: &Resource) -> Priced {
    // What a variable's default leaves out is not deployed.
    if resource.guard.is_unusual() {
        return Priced::Nowhere;
    }
    let Some(kind) = kinds::of(&resource.kind) else {
        let world = World::default();
        return match () {
            () if !world.may_hold(&resource.guard) => Priced::Nowhere,
            () if billing::is_free(&resource.kind) => Priced::Free,
            () => Priced::Unsupported,
        };
    };
    let (region, region_assumed) = match &resource.region {
        Some(region) => (region.clone(), false),
        None => (Arc::from(input.region), input.region_assumed),
    };
    let price = |subject: Subject<'_>| -> Vec<Component> {
        let (prices, usage, region) = (input.prices, input.usage, &*region);
        let mut components = Pricer { subject, prices, usage, links, region }.components(kind);
        for component in &mut components {
            component.discount = input.discounts.on(kind.purpose, &component.detail);
        }
        components
    };
    let Some(Explored { components, branch, mut worlds }) = worlds::explore(input.graph, id, &price) else {
        return Priced::Nowhere;
    };
    if components.is_empty() {
        return Priced::Free;
    }
    if resource.repeats || is_made_again(input.graph, resource) {
        // What is asked of a run is asked anew in each round of a loop, and in each call.
        worlds.iter_mut().for_each(|worth| worth.world = worth.world.of_defaults());
    }
    Priced::Billed(Box::new(Bill {
        id,
        key: resource.key.clone(),
        kind: resource.kind.clone(),
        place: resource.place,
        purpose: kind.purpose,
        region,
        region_assumed,
        tags: tags(resource),
        requests: answers(&resource.kind).then(|| requests(input.usage, resource)).flatten(),
        instead: if worlds.is_empty() { worlds::by_default(&resource.guard, &components) } else { Vec::new() },
        components,
        branch,
        worlds,
    }))
}

/// The requests that the usage file tells of a resource.
fn requests(usage: &Usage, resource: &Resource) -> Option<Quantity> {
    let told = |key| usage.get(&resource.key, &resource.kind, key);
    match (told(REQUESTS), told(READY_REQUESTS)) {
        (Some(others), Some(ready)) => others.plus(ready),
        (one, other) => one.or(other),
    }
}

/// Whether the same code makes another one under the same condition: what it asks it may have asked twice.
fn is_made_again(graph: &Graph, resource: &Resource) -> bool {
    let is_code = matches!(resource.input, graph::Input::Sdk | graph::Input::Api | graph::Input::Core);
    let mut alike = graph.kinds_of(&resource.key.unit).filter(|(kind, _)| *kind == &*resource.kind);
    let is_other = |id: &ResourceId| {
        let other = graph.resource(*id);
        other.key != resource.key && other.body == resource.body && other.guard == resource.guard
    };
    is_code && alike.any(|(_, ids)| ids.iter().any(is_other))
}

/// Whether resources of a kind answer requests.
fn answers(kind: &str) -> bool {
    [kind::ENDPOINT, kind::FUNCTION].contains(&kind)
}

/// The tags of a resource, as far as they are known in all worlds.
fn tags(resource: &Resource) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    let Some(entry) = resource.properties.entry("Tags") else { return tags };
    match &entry.value.data {
        Data::List(list) => {
            for item in &list.items {
                let text = |name| Some(item.entry(name)?.value.plain_text()?.to_string());
                if let (Some(key), Some(value)) = (text("Key"), text("Value")) {
                    tags.insert(key, value);
                }
            }
        }
        Data::Object(object) => {
            for entry in &object.entries {
                if let Some(value) = entry.value.plain_text() {
                    tags.insert(entry.name.to_string(), value.to_string());
                }
            }
        }
        _ => {}
    }
    tags
}

/// The estimator that a call trains by itself: its own `fit`, or a pipeline's step.
fn trained(call: &Call) -> Option<Arc<str>> {
    if let Some(estimator) = call.callee.strip_suffix(".fit") {
        return Some(estimator.into());
    }
    let mut arguments = call.arguments.iter().filter(|_| call.callee.ends_with(".TrainingStep"));
    match &arguments.find(|argument| argument.name.as_deref() == Some("estimator"))?.value.data {
        Data::Reference(estimator) => Some(estimator.id.clone()),
        _ => None,
    }
}

/// What belongs together, looked up once for all resources: training jobs and their tuning jobs, scalable targets and
/// their endpoints.
struct Links {
    tuned_by: FxHashMap<ResourceId, Vec<ResourceId>>,
    tuned: FxHashSet<ResourceId>,
    owned: Owners,
    fitted: FxHashSet<(Arc<str>, Arc<str>)>,
}

impl Links {
    fn of(graph: &Graph) -> Self {
        let fits = |fact: &Fact| match fact {
            Fact::Call(call) => Some((call.unit.clone(), trained(call)?)),
            _ => None,
        };
        let mut links = Self {
            tuned_by: FxHashMap::default(),
            tuned: FxHashSet::default(),
            owned: owned_targets(graph),
            fitted: graph.facts().iter().filter_map(fits).collect(),
        };
        // A request's definitions are jobs of their own, named after it.
        let mut made: FxHashMap<(Arc<str>, Arc<str>), Vec<ResourceId>> = FxHashMap::default();
        for &id in graph.of_kind(kind::TRAINING_JOB) {
            let key = &graph.resource(id).key;
            if let Some((tuner, part)) = key.address().rsplit_once('/')
                && part.starts_with("TrainingJobDefinition")
            {
                made.entry((key.unit.clone(), tuner.into())).or_default().push(id);
            }
        }
        for &tuner in graph.of_kind(kind::TUNING_JOB) {
            let resource = graph.resource(tuner);
            let mut jobs: Vec<ResourceId> = Vec::new();
            let definitions = ["TrainingJobDefinition", "TrainingJobDefinitions"];
            for entry in definitions.iter().filter_map(|name| resource.properties.entry(name)) {
                each_reference(&entry.value, &mut |reference| {
                    let targets = graph.resolve(&resource.key.unit, reference).iter();
                    jobs.extend(targets.filter(|&&id| &*graph.resource(id).kind == kind::TRAINING_JOB));
                });
            }
            let own = made.get(&(resource.key.unit.clone(), resource.key.address()));
            jobs.extend(own.into_iter().flatten());
            jobs.sort_unstable();
            jobs.dedup();
            links.tuned.extend(&jobs);
            links.tuned_by.insert(tuner, jobs);
        }
        links
    }

    /// Whether a training job is only what a tuning job makes: it is not started by itself as well.
    fn is_only_tuned(&self, job: ResourceId, key: &Key) -> bool {
        self.tuned.contains(&job) && !self.fitted.contains(&(key.unit.clone(), key.id.clone()))
    }

    /// The training jobs of a tuning job.
    fn tuned_by(&self, tuner: ResourceId) -> &[ResourceId] {
        self.tuned_by.get(&tuner).map_or(&[], Vec::as_slice)
    }
}
