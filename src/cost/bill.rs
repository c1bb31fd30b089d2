//! What a resource is billed for: components, each with its quantity, rate and assumption, or with what is missing.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    catalog::{
        instance::instance,
        prices::{Price, Usd},
    },
    cost::{
        amount::{Quantity, Span},
        discount::Discount,
        together::{Figure, Worth, of_one},
    },
    graph::{Key, Resource, ResourceId},
    source::Place,
};

/// What a resource is used for: the subtotals of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Training and tuning jobs.
    Training,
    /// Processing jobs, and the jobs of Model Monitor.
    Processing,
    /// Endpoints and batch transform jobs.
    Hosting,
    /// Notebook instances and Studio.
    Notebooks,
    /// Buckets, streams, data jobs, clusters.
    Data,
    /// Gateways, endpoints and addresses of networks.
    Network,
    /// All else.
    Other,
}

impl Purpose {
    /// All of them, in the order of a table.
    pub const ALL: [Self; 7] =
        [Self::Training, Self::Processing, Self::Hosting, Self::Notebooks, Self::Data, Self::Network, Self::Other];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Processing => "processing",
            Self::Hosting => "hosting",
            Self::Notebooks => "notebooks",
            Self::Data => "data",
            Self::Network => "network",
            Self::Other => "other",
        }
    }
}

/// Why a figure is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// No price list of AWS that can be imported has it.
    Price(String),
    /// The price table has no row for it; the price list with this offer code may.
    Listed(&'static str, String),
    /// The files do not tell a value that it depends on.
    Value(String),
    /// It depends on use, which this key of the usage file tells.
    Usage(&'static str),
}

impl Missing {
    /// In a sentence: lower case, no full stop.
    pub fn text(&self) -> String {
        match self {
            Self::Price(text) | Self::Listed(_, text) | Self::Value(text) => text.clone(),
            Self::Usage(key) => format!("depends on `{key}`"),
        }
    }
}

/// Something that is known, or why it is not.
pub type Known<T> = Result<T, Missing>;

/// What one unit of something costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// US dollars.
    pub usd: Usd,
    /// What it is for one of: `hour`.
    pub unit: &'static str,
    /// Who says so.
    pub source: Arc<str>,
    /// When it held.
    pub as_of: Arc<str>,
    /// Whether it is the one rate of a type for any use.
    pub any_use: bool,
}

impl Rate {
    /// As it is in the table.
    pub fn of(price: &Price<'_>) -> Self {
        Self {
            usd: price.usd,
            unit: price.unit.name(),
            source: price.source.into(),
            as_of: price.as_of.into(),
            any_use: price.any_use,
        }
    }
}

/// What a quantity is counted over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// A month of 730 hours: it stands, or is used all the time.
    Month,
    /// One run of a job.
    Run,
}

/// One thing that a resource is billed for.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// What: `instances`. The same in all worlds that the same thing is billed in.
    pub name: String,
    /// Which: `ml.m5.xlarge`; empty where there is nothing to tell.
    pub detail: String,
    /// What is counted: `hours`, `GB-months`.
    pub unit: &'static str,
    /// What it is counted over.
    pub per: Per,
    /// How much of it; nothing where that is not known.
    pub quantity: Option<Span<Quantity>>,
    /// What one of it costs; nothing where that is not known.
    pub rate: Option<Rate>,
    /// What it costs by the hour, where it is billed by the hour and stands.
    pub hour: Option<Span<Usd>>,
    /// What it costs in a month; of a job, where the usage file tells how often it runs.
    pub month: Option<Span<Usd>>,
    /// What one run costs at most.
    pub run: Option<Span<Usd>>,
    /// How much of it a usual run takes, where the usage file tells.
    pub usual: Option<Quantity>,
    /// What one run costs as long as it usually takes.
    pub expected: Option<Usd>,
    /// What is paid in place of the list price.
    pub discount: Option<Discount>,
    /// What is not known; empty where all is.
    pub missing: Vec<Missing>,
    /// What the figure rests on.
    pub assumption: String,
}

impl Component {
    /// What it is, in full.
    pub fn title(&self) -> String {
        if self.detail.is_empty() { self.name.clone() } else { format!("{} {}", self.name, self.detail) }
    }

    /// What one GPU costs for an hour, where it is billed by the hour of a type with GPUs.
    pub fn gpu_hour(&self) -> Option<Usd> {
        let gpus = instance(&self.detail)?.gpus.filter(|gpus| *gpus > 0 && self.unit == "hours")?;
        self.rate.as_ref()?.usd.over(gpus.into())
    }

    /// What of an amount is paid.
    pub fn paid(&self, list: Option<Span<Usd>>) -> Option<Span<Usd>> {
        let Some(discount) = self.discount else { return list };
        list?.map(|usd| discount.paid.cost(usd))
    }

    /// Whether something else than use is missing: then it is counted as unpriced.
    pub fn is_unpriced(&self) -> bool {
        self.missing.iter().any(|missing| !matches!(missing, Missing::Usage(_)))
    }

    /// Whether it depends on use that nobody has told, whatever else is missing.
    pub fn depends_on_use(&self) -> bool {
        self.missing.iter().any(|missing| matches!(missing, Missing::Usage(_)))
    }

    /// Whether it depends on use that nobody has told, and on nothing else that is not known.
    pub fn needs_usage(&self) -> bool {
        !self.is_unpriced() && !self.missing.is_empty()
    }
}

/// A component in the making.
pub struct Line {
    component: Component,
    quantity: Known<Span<Quantity>>,
    rate: Known<Rate>,
    /// Of a quantity of hours: how many things are billed in each of them.
    each: Option<Span<Quantity>>,
    expected: Option<Quantity>,
    runs: Option<Quantity>,
}

impl Line {
    /// A component whose quantity and rate are both unknown, for the same reason.
    pub fn unknown(name: impl Into<String>, unit: &'static str, per: Per, missing: &Missing) -> Self {
        Self::new(name, unit, per).quantity(Err(missing.clone())).rate(Err(missing.clone()))
    }

    /// A component of which nothing is known yet.
    pub fn new(name: impl Into<String>, unit: &'static str, per: Per) -> Self {
        let component = Component {
            name: name.into(),
            detail: String::new(),
            unit,
            per,
            quantity: None,
            rate: None,
            hour: None,
            month: None,
            run: None,
            usual: None,
            expected: None,
            discount: None,
            missing: Vec::new(),
            assumption: String::new(),
        };
        let quantity = Ok(Span::one(Quantity::ZERO));
        Self { component, quantity, rate: Err(Missing::Price(String::new())), each: None, expected: None, runs: None }
    }

    /// Which one.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.component.detail = detail.into();
        self
    }

    /// How much of it.
    #[must_use]
    pub fn quantity(mut self, quantity: Known<Quantity>) -> Self {
        self.quantity = quantity.map(Span::one);
        self
    }

    /// How much of it, at least and at most.
    #[must_use]
    pub fn range(mut self, quantity: Known<Span<Quantity>>) -> Self {
        self.quantity = quantity;
        self
    }

    /// So many things over so many hours: a quantity of hours that has a figure by the hour.
    #[must_use]
    pub fn hours(mut self, each: Known<Span<Quantity>>, hours: Known<Quantity>) -> Self {
        self.each = each.as_ref().ok().copied();
        self.quantity = match (each, hours) {
            (Err(missing), _) | (_, Err(missing)) => Err(missing),
            (Ok(each), Ok(hours)) => each.map(|each| each.times(hours)).ok_or_else(beyond),
        };
        self
    }

    /// How much of it a usual run takes.
    #[must_use]
    pub fn usually(mut self, quantity: Option<Quantity>) -> Self {
        self.expected = quantity;
        self
    }

    /// How often a month it runs, unless the usage file says otherwise.
    #[must_use]
    pub fn runs(mut self, runs: Option<Quantity>) -> Self {
        self.runs = runs;
        self
    }

    /// The most that it costs; nothing where that is not known.
    pub fn most(&self) -> Option<Usd> {
        let (Ok(quantity), Ok(rate)) = (&self.quantity, &self.rate) else { return None };
        quantity.high.cost(rate.usd)
    }

    /// The same under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.component.name = name.into();
        self
    }

    /// What one of it costs.
    #[must_use]
    pub fn rate(mut self, rate: Known<Rate>) -> Self {
        self.rate = rate;
        self
    }

    /// What the figure rests on.
    #[must_use]
    pub fn assume(mut self, assumption: impl Into<String>) -> Self {
        self.component.assumption = assumption.into();
        self
    }

    /// The component. `copies` of the resource are billed; `runs` are those of a month.
    pub fn done(self, copies: &Known<Quantity>, runs: Option<Quantity>) -> Component {
        let Self { mut component, quantity, rate, each, expected, runs: own_runs } = self;
        let runs = runs.or(own_runs);
        let quantity = match (quantity, copies) {
            (Err(missing), _) => Err(missing),
            (Ok(_), Err(missing)) => Err(missing.clone()),
            (Ok(span), Ok(copies)) => span.map(|one| one.times(*copies)).ok_or_else(beyond),
        };
        match &quantity {
            Ok(span) => component.quantity = Some(*span),
            Err(missing) => component.missing.push(missing.clone()),
        }
        match rate {
            Ok(rate) => component.rate = Some(rate),
            Err(missing) if component.missing.contains(&missing) => {}
            Err(missing) => component.missing.push(missing),
        }
        let (Some(rate), Ok(copies)) = (component.rate.as_ref().map(|rate| rate.usd), copies) else { return component };
        let all = |each: Span<Quantity>| each.map(|each| each.times(*copies)?.cost(rate));
        component.hour = each.and_then(all).filter(|_| component.per == Per::Month);
        let cost = component.quantity.and_then(|span| span.map(|quantity| quantity.cost(rate)));
        match component.per {
            Per::Month => component.month = cost,
            Per::Run => {
                component.run = cost;
                component.usual = expected.and_then(|usual| usual.times(*copies));
                component.expected = component.usual.and_then(|usual| usual.cost(rate));
                component.month = runs.and_then(|runs| {
                    let usual = component.usual.map(Span::one);
                    usual.or(component.quantity)?.map(|quantity| quantity.times(runs)?.cost(rate))
                });
            }
        }
        component
    }
}

/// A quantity that is no quantity.
pub fn beyond() -> Missing {
    Missing::Value("the quantity is beyond all bounds".to_owned())
}

/// What one resource costs.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Number of the resource in its graph.
    pub id: ResourceId,
    /// Its identity.
    pub key: Key,
    /// Its kind.
    pub kind: Arc<str>,
    /// Where it is written.
    pub place: Place,
    /// What it is used for.
    pub purpose: Purpose,
    /// The region whose prices hold.
    pub region: Arc<str>,
    /// Whether no file names the region.
    pub region_assumed: bool,
    /// Its tags, as far as they are known.
    pub tags: BTreeMap<String, String>,
    /// Requests that it answers in a month, where the usage file tells.
    pub requests: Option<Quantity>,
    /// What it is billed for.
    pub components: Vec<Component>,
    /// The branch that decides, where it does not exist in all worlds or differs between them.
    pub branch: Option<String>,
    /// What it comes to in each of its worlds, where these differ.
    pub worlds: Vec<Worth>,
    /// The same of one that defaults decide for, and that is not there otherwise: it counts beside what is there then.
    pub instead: Vec<Worth>,
}

impl Bill {
    /// What is known of its cost in a month: the sum of the components that have a figure.
    pub fn month(&self) -> Option<Span<Usd>> {
        self.of_worlds(sum(self.components.iter().filter_map(|component| component.month)), |worth| worth.month)
    }

    /// What is known of the cost of one run.
    pub fn run(&self) -> Option<Span<Usd>> {
        self.of_worlds(sum(self.components.iter().filter_map(|component| component.run)), |worth| worth.run)
    }

    /// What a thousand requests cost, at least and at most, where the usage file tells how many there are.
    pub fn thousand_requests(&self) -> Option<Span<Usd>> {
        let each = Quantity::whole(1000).per(self.requests?)?;
        self.month()?.map(|month| each.cost(month))
    }

    /// Whether any of it has a discount.
    pub fn is_discounted(&self) -> bool {
        self.components.iter().any(|component| component.discount.is_some())
    }

    /// What is known of what is paid for a month: with discounts, where there are any.
    pub fn paid_month(&self) -> Option<Span<Usd>> {
        let own = sum(self.components.iter().filter_map(|component| component.paid(component.month)));
        self.of_worlds(own, |worth| worth.paid_month)
    }

    /// The same of one run.
    pub fn paid_run(&self) -> Option<Span<Usd>> {
        let own = sum(self.components.iter().filter_map(|component| component.paid(component.run)));
        self.of_worlds(own, |worth| worth.paid_run)
    }

    /// A figure, which may be narrower than the sum of those of its components: not all of them are in the same world.
    fn of_worlds(&self, figure: Option<Span<Usd>>, of: Figure) -> Option<Span<Usd>> {
        figure.map(|figure| of_one(self, of).unwrap_or(figure))
    }

    /// What one run usually costs; nothing where the usage file does not tell how long one takes.
    pub fn expected(&self) -> Option<Usd> {
        let usual = self.components.iter().filter_map(|component| component.expected);
        usual.reduce(|left, right| left + right)
    }

    /// How many of its components have no figure although use has nothing to do with it.
    pub fn unpriced(&self) -> usize {
        self.components.iter().filter(|component| component.is_unpriced()).count()
    }

    /// Whether all that it is billed for depends on use that nobody has told, whether its price is known or not.
    pub fn is_by_use_only(&self) -> bool {
        !self.components.is_empty() && self.components.iter().all(Component::depends_on_use)
    }

    /// Its address behind its unit, as it is shown.
    pub fn address(&self) -> Arc<str> {
        self.key.address()
    }
}

/// The sum of spans; nothing where there is none.
pub fn sum(spans: impl Iterator<Item = Span<Usd>>) -> Option<Span<Usd>> {
    spans.reduce(Span::and)
}

/// The copies of a resource that its description stands for.
pub fn copies(resource: &Resource) -> Known<Quantity> {
    match resource.multiplicity {
        Some(number) => Ok(Quantity::whole(number.into())),
        None if resource.key.address().contains("[*]") => {
            Err(Missing::Value("how many of it there are is not known".to_owned()))
        }
        None => Ok(Quantity::ONE),
    }
}
