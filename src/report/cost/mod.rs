//! What a workload costs, as plain data that each format prints in its own way.

pub mod change;
pub mod csv;
pub(super) mod finding;
pub mod html;
pub mod json;
pub mod markdown;
mod money;
pub mod table;

use std::{collections::BTreeMap, sync::Arc};

pub use money::{amount, hourly, rate, span, unit_price};

use crate::{
    catalog::prices::Usd,
    cost::{
        Estimate, Total,
        amount::Quantity,
        bill::{Bill, Component, Missing, Purpose},
        shape::Shape,
    },
    date::Date,
    report::{Paths, counted},
    source::Files,
};

/// What the resources of a report are grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The file that a resource is written in.
    File,
    /// What deploys together.
    Unit,
    /// What a resource is used for.
    Use,
    /// The value of a tag.
    Tag(String),
}

/// The order of resources and groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// As the files have them.
    File,
    /// The dearest first.
    Cost,
    /// By address.
    Name,
}

/// The group of what has no value of a tag.
pub const UNALLOCATED: &str = "unallocated";

/// Everything that a format of costs may print.
#[derive(Clone)]
pub struct CostReport<'a> {
    /// What it costs.
    pub estimate: &'a Estimate,
    /// All files.
    pub files: &'a Files,
    /// How paths are shown.
    pub paths: &'a Paths,
    /// The day of the run: prices that are a year older are told of.
    pub today: Date,
    /// The region of what names none, and whether it is assumed.
    pub region: (&'a str, bool),
    /// What the resources are grouped by.
    pub group_by: GroupBy,
    /// Their order.
    pub sort: Sort,
    /// How much of the workload was read: files and resources.
    pub read: (usize, usize),
    /// Whether what costs by use only is listed too.
    pub verbose: bool,
    /// What could be otherwise, where that is asked for.
    pub shapes: Vec<Shape<'a>>,
}

/// Resources that belong together, with their sums.
pub struct Group<'a> {
    /// What they have in common.
    pub name: String,
    /// The resources.
    pub bills: Vec<&'a Bill>,
    /// Their sums.
    pub total: Total,
}

impl<'a> CostReport<'a> {
    /// The groups, in order. What has no value of a tag comes last.
    pub fn groups(&self) -> Vec<Group<'a>> {
        let mut names: Vec<String> = Vec::new();
        let mut by_name: BTreeMap<String, Vec<&'a Bill>> = BTreeMap::new();
        for bill in &self.estimate.bills {
            let name = self.group_of(bill);
            let of_group = by_name.entry(name.clone()).or_default();
            if of_group.is_empty() {
                names.push(name);
            }
            of_group.push(bill);
        }
        if self.group_by == GroupBy::Use {
            let rank = |name: &String| Purpose::ALL.iter().position(|purpose| purpose.name() == name);
            names.sort_by_key(rank);
        }
        let mut groups: Vec<Group<'a>> = names
            .into_iter()
            .map(|name| {
                let mut bills = by_name.remove(&name).unwrap_or_default();
                match self.sort {
                    Sort::File => {}
                    Sort::Cost => {
                        bills.sort_by(|left, right| size(right).cmp(&size(left)).then(left.key.cmp(&right.key)))
                    }
                    Sort::Name => bills.sort_by_key(|bill| bill.address()),
                }
                Group { total: Total::of(bills.iter().copied()), name, bills }
            })
            .collect();
        match self.sort {
            Sort::File => {}
            Sort::Cost => groups.sort_by_key(|group| std::cmp::Reverse(total_size(&group.total))),
            Sort::Name => groups.sort_by(|left, right| left.name.cmp(&right.name)),
        }
        if matches!(self.group_by, GroupBy::Tag(_)) {
            groups.sort_by_key(|group| group.name == UNALLOCATED);
        }
        groups
    }

    fn group_of(&self, bill: &Bill) -> String {
        match &self.group_by {
            GroupBy::File => self.paths.show(&self.files.get(bill.place.file).path),
            GroupBy::Unit => self.paths.show(&bill.key.unit),
            GroupBy::Use => bill.purpose.name().to_owned(),
            GroupBy::Tag(key) => match bill.tags.get(key) {
                Some(value) => format!("{key}={value}"),
                None => UNALLOCATED.to_owned(),
            },
        }
    }

    /// What could be otherwise: each resource, by its address, with the ways. Its unit stands before an address that others
    /// have too.
    fn shapes(&self) -> impl Iterator<Item = (String, &[String])> {
        let mut counts: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for shape in &self.shapes {
            *counts.entry(shape.bill.address()).or_default() += 1;
        }
        self.shapes.iter().map(move |shape| {
            let address = shape.bill.address();
            let title = match counts.get(&address) {
                Some(2..) => format!("{}#{address}", self.paths.show(&shape.bill.key.unit)),
                _ => address.to_string(),
            };
            (title, &shape.ways[..])
        })
    }

    /// The sums for each use that there is.
    pub fn by_use(&self) -> Vec<(Purpose, Total)> {
        let of = |purpose| {
            let bills = self.estimate.bills.iter().filter(move |bill| bill.purpose == purpose);
            (bills.clone().count() > 0).then(|| (purpose, Total::of(bills)))
        };
        Purpose::ALL.into_iter().filter_map(of).collect()
    }

    /// Why figures are missing, each with the number of components or resources; the most frequent first.
    pub fn unpriced(&self) -> Vec<(String, usize)> {
        let mut counts = self.reasons();
        let kinds = self.unsupported().into_iter();
        counts.extend(kinds.map(|(kind, count)| (format!("mllint has no prices of {kind}"), count)));
        counts.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
        counts
    }

    /// The kinds that no price is known of, each with the number of its resources; the most frequent first.
    pub fn unsupported(&self) -> Vec<(String, usize)> {
        let kinds = self.estimate.unsupported.iter();
        let mut counts: Vec<(String, usize)> =
            kinds.map(|(kind, count)| (kind_name(kind).to_owned(), *count)).collect();
        counts.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
        counts
    }

    /// Why figures of what is priced are missing, each with the number of components; the most frequent first.
    pub fn reasons(&self) -> Vec<(String, usize)> {
        let components = self.estimate.bills.iter().flat_map(|bill| &bill.components);
        let missing = components
            .filter(|component| component.is_unpriced())
            .filter_map(|component| component.missing.iter().find(|missing| !matches!(missing, Missing::Usage(_))));
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for one in missing {
            *counts.entry(one.text()).or_default() += 1;
        }
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
        counts
    }

    /// What cost by use only, kind by kind.
    pub fn use_only(&self) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for bill in self.estimate.bills.iter().filter(|bill| bill.is_by_use_only()) {
            *counts.entry(kind_name(&bill.kind).to_owned()).or_default() += 1;
        }
        counts.into_iter().collect()
    }

    /// What the figures rest on, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let regions = self.estimate.regions();
        let named: Vec<String> = regions
            .iter()
            .map(|(region, assumed)| {
                let assumed = if *assumed { " (assumed where no file and no --region names one)" } else { "" };
                format!("{region}{assumed}")
            })
            .collect();
        if !named.is_empty() {
            notes.push(format!("region: {}", named.join(", ")));
        }
        if let Some(dates) = self.dates() {
            let discounts = if self.estimate.total().has_discounts() {
                "; discounts are those of the configuration"
            } else {
                ", discounts"
            };
            notes.push(format!("list prices of {dates}, on demand: without tax, free tier, Savings Plans{discounts}"));
        }
        notes.push("US dollars, rounded to cents; sums are of what is not rounded".to_owned());
        notes
    }

    /// The dates of the prices, from the oldest to the newest.
    pub fn dates(&self) -> Option<String> {
        let dates = self.estimate.dates();
        let (first, last) = (dates.first()?, dates.last()?);
        Some(if first == last { first.to_string() } else { format!("{first} to {last}") })
    }

    /// A warning where prices are more than a year old.
    pub fn old_prices(&self) -> Option<String> {
        let components = self.estimate.bills.iter().flat_map(|bill| &bill.components);
        let used = components.filter(|component| component.hour.or(component.month).or(component.run).is_some());
        let old: Vec<&Component> = used
            .filter(|component| component.rate.as_ref().is_some_and(|rate| is_old(&rate.as_of, self.today)))
            .collect();
        let oldest = old.iter().filter_map(|component| Some(component.rate.as_ref()?.as_of.clone())).min()?;
        let (what, verb) = (counted(old.len(), "figure"), if old.len() == 1 { "rests" } else { "rest" });
        Some(format!(
            "{what} {verb} on prices more than a year old (the oldest of {oldest}): `mllint prices import` reads newer ones"
        ))
    }
}

/// Whether a price of this date is more than a year old. A year without a day counts as its first one.
fn is_old(as_of: &Arc<str>, today: Date) -> bool {
    let today = today.to_string();
    let (year, day) = today.split_at(4);
    let last = year.parse::<u16>().unwrap_or_default().saturating_sub(1);
    **as_of < *format!("{last:04}{day}")
}

/// What a resource costs, for sorting: the month first.
fn size(bill: &Bill) -> (Usd, Usd) {
    let most = |span: Option<crate::cost::amount::Span<Usd>>| span.map_or(Usd::ZERO, |span| span.high);
    (most(bill.month()), most(bill.run()))
}

fn total_size(total: &Total) -> (Usd, Usd) {
    let most = |span: Option<crate::cost::amount::Span<Usd>>| span.map_or(Usd::ZERO, |span| span.high);
    (most(total.month), most(total.run))
}

/// What is said of a resource beside its figures: the branch that decides, what a usual run costs, what is paid, and what
/// a thousand requests cost.
fn remarks(bill: &Bill) -> String {
    let mut notes: Vec<String> = bill.branch.iter().cloned().collect();
    notes.extend(bill.expected().map(|expected| format!("a usual run costs {}", amount(expected))));
    if bill.is_discounted() {
        let month = bill.paid_month().map(|month| format!("{} a month", span(month)));
        let run = bill.paid_run().map(|run| format!("up to {} a run", amount(run.high)));
        let paid: Vec<String> = month.into_iter().chain(run).collect();
        notes.extend((!paid.is_empty()).then(|| format!("with discounts {}", paid.join(", "))));
    }
    notes.extend(bill.thousand_requests().map(|each| format!("{} for 1,000 requests", span(each))));
    notes.join("; ")
}

/// What a component rests on: its assumption, what a GPU-hour of it costs, and what is off the list price.
fn rests_on(component: &Component) -> String {
    let gpu = component.gpu_hour().map(|usd| format!("{} a GPU-hour", unit_price(usd)));
    let off = component.discount.map(|discount| format!("{} % off the list price", discount.percent));
    let parts = [component.assumption.clone(), gpu.unwrap_or_default(), off.unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// How much of a component there is: `730 hours`, `1 month`; nothing where that is not known.
fn quantity(component: &Component) -> Option<String> {
    let quantity = component.quantity?;
    let one = quantity.is_one() && quantity.high == Quantity::ONE;
    let unit = if one { component.unit.trim_end_matches('s') } else { component.unit };
    Some(match quantity.is_one() {
        true => format!("{} {unit}", quantity.high),
        false => format!("{} to {} {unit}", quantity.low, quantity.high),
    })
}

/// What no price is known of, in a line; nothing where there is none.
fn unsupported(report: &CostReport<'_>) -> Option<String> {
    /// Kinds that are named.
    const KINDS: usize = 6;
    let kinds = report.unsupported();
    (!kinds.is_empty()).then(|| {
        let count: usize = kinds.iter().map(|(_, count)| count).sum();
        let resources = counted(count, "resource");
        match &kinds[..] {
            [(kind, _)] => format!("{resources} of a kind that mllint has no prices of: {kind}"),
            kinds => format!("{resources} of kinds that mllint has no prices of: {}", listed(kinds, KINDS)),
        }
    })
}

/// A kind as it is shown: Terraform's own name where CloudFormation has none.
pub fn kind_name(kind: &str) -> &str {
    kind.strip_prefix("Terraform::").unwrap_or(kind)
}

/// `3 AWS::S3::Bucket, 1 AWS::KMS::Key`: the first few of a count by kind.
fn listed(counts: &[(String, usize)], most: usize) -> String {
    let mut names: Vec<String> = counts.iter().take(most).map(|(name, count)| format!("{count} {name}")).collect();
    let more: usize = counts.iter().skip(most).map(|(_, count)| count).sum();
    if more > 0 {
        names.push(format!("{more} of other kinds"));
    }
    names.join(", ")
}
