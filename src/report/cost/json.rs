//! `--format json` of costs, version 1: a frozen shape of its own. A figure that is not known is left out.

use std::{collections::BTreeMap, io};

use serde::Serialize;

use super::{
    CostReport, GroupBy,
    change::{AgainstShape, ChangeReport},
};
use crate::{
    catalog::prices::Usd,
    cost::{
        Total,
        amount::{Quantity, Span},
        bill::{Bill, Component, Missing, Per},
    },
    report::json::Location,
};

/// The JSON Schema of this format.
pub const SCHEMA: &str = include_str!("schema.json");

/// Prints the whole report as one JSON object.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &CostReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Shape::of(report))?;
    writeln!(out)
}

/// Prints the report of the present, and what changed.
///
/// # Errors
/// When the output cannot be written.
pub fn print_change(report: &ChangeReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let shape = Shape { against: Some(AgainstShape::of(report)), ..Shape::of(&report.now) };
    serde_json::to_writer_pretty(&mut *out, &shape)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Shape<'a> {
    version: u32,
    tool: Tool,
    currency: &'static str,
    region: &'a str,
    region_assumed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    prices_as_of: Option<String>,
    hours_of_a_month: u32,
    resources: Vec<ResourceShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<GroupShape>,
    uses: Vec<GroupShape>,
    unpriced: Vec<Counted>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shapes: Vec<OtherShape>,
    total: TotalShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<AgainstShape>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct OtherShape {
    id: String,
    unit: String,
    ways: Vec<String>,
}

#[derive(Serialize)]
struct Counted {
    why: String,
    count: usize,
}

#[derive(Serialize)]
struct Named<'a> {
    id: String,
    kind: &'a str,
    unit: String,
}

#[derive(Serialize)]
struct ResourceShape<'a> {
    resource: Named<'a>,
    location: Location,
    #[serde(rename = "use")]
    purpose: &'static str,
    region: &'a str,
    region_assumed: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_when: Option<&'a str>,
    components: Vec<ComponentShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_1000_requests: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_1000_requests_max: Option<f64>,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Serialize)]
struct ComponentShape<'a> {
    name: String,
    unit: &'a str,
    per: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity_max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_unit: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_gpu_hour: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    discount_percent: Option<f64>,
    #[serde(flatten)]
    figures: Figures,
    #[serde(skip_serializing_if = "str::is_empty")]
    assumption: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<MissingShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct MissingShape {
    what: &'static str,
    why: String,
}

/// Figures of a component, a resource or a sum. `…_max` is there only where it differs.
#[derive(Serialize, Default)]
pub(super) struct Figures {
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_hour: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_hour_max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_month: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_month_max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_run: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_run_min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_run_expected: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_usd_per_month: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_usd_per_month_max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_usd_per_run: Option<f64>,
}

#[derive(Serialize)]
struct GroupShape {
    name: String,
    #[serde(flatten)]
    total: TotalShape,
}

#[derive(Serialize)]
struct TotalShape {
    #[serde(flatten)]
    figures: Figures,
    unpriced: usize,
    by_use: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<usize>,
}

impl Figures {
    /// Of spans: the ceiling of a run is its figure, and the least of a month is.
    pub(super) fn of(month: Option<Span<Usd>>, run: Option<Span<Usd>>) -> Self {
        let differs = |span: Span<Usd>, end: Usd| (!span.is_one()).then(|| end.as_f64());
        Self {
            usd_per_month: month.map(|span| span.low.as_f64()),
            usd_per_month_max: month.and_then(|span| differs(span, span.high)),
            usd_per_run: run.map(|span| span.high.as_f64()),
            usd_per_run_min: run.and_then(|span| differs(span, span.low)),
            ..Self::default()
        }
    }
}

impl Figures {
    /// The same with what is paid, where there is a discount.
    fn paid(self, month: Option<Span<Usd>>, run: Option<Span<Usd>>) -> Self {
        Self {
            effective_usd_per_month: month.map(|span| span.low.as_f64()),
            effective_usd_per_month_max: month.and_then(|span| (!span.is_one()).then(|| span.high.as_f64())),
            effective_usd_per_run: run.map(|span| span.high.as_f64()),
            ..self
        }
    }
}

impl<'a> Shape<'a> {
    fn of(report: &CostReport<'a>) -> Self {
        let total = TotalShape { free: Some(report.estimate.free), ..TotalShape::of(&report.estimate.total()) };
        let groups = report.groups();
        let resources = groups.iter().flat_map(|group| group.bills.iter().map(|bill| ResourceShape::of(report, bill)));
        let named = |(name, total): (String, Total)| GroupShape { name, total: TotalShape::of(&total) };
        Self {
            version: 1,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            currency: "USD",
            region: report.region.0,
            region_assumed: report.region.1,
            prices_as_of: report.estimate.dates().first().map(ToString::to_string),
            hours_of_a_month: 730,
            resources: resources.collect(),
            uses: report
                .by_use()
                .into_iter()
                .map(|(purpose, total)| named((purpose.name().to_owned(), total)))
                .collect(),
            unpriced: report.unpriced().into_iter().map(|(why, count)| Counted { why, count }).collect(),
            shapes: report
                .shapes
                .iter()
                .map(|shape| OtherShape {
                    id: shape.bill.address().to_string(),
                    unit: report.paths.show(&shape.bill.key.unit),
                    ways: shape.ways.clone(),
                })
                .collect(),
            groups: match report.group_by {
                GroupBy::Use => Vec::new(),
                _ => groups.iter().map(|group| named((group.name.clone(), group.total))).collect(),
            },
            total,
            against: None,
        }
    }
}

impl TotalShape {
    fn of(total: &Total) -> Self {
        let figures = Figures::of(total.month, total.run).paid(total.paid_month, total.paid_run);
        let figures = Figures { usd_per_run_expected: total.usual.map(Usd::as_f64), ..figures };
        Self { figures, unpriced: total.unpriced, by_use: total.by_use, free: None }
    }
}

impl<'a> ResourceShape<'a> {
    fn of(report: &CostReport<'_>, bill: &'a Bill) -> Self {
        let (unit, each) = (report.paths.show(&bill.key.unit), bill.thousand_requests());
        Self {
            resource: Named { id: bill.address().to_string(), kind: &bill.kind, unit },
            location: Location::at(report.files, report.paths, bill.place),
            purpose: bill.purpose.name(),
            region: &bill.region,
            region_assumed: bill.region_assumed,
            tags: &bill.tags,
            only_when: bill.branch.as_deref(),
            components: bill.components.iter().map(ComponentShape::of).collect(),
            usd_per_1000_requests: each.map(|each| each.low.as_f64()),
            usd_per_1000_requests_max: each.filter(|each| !each.is_one()).map(|each| each.high.as_f64()),
            figures: Figures {
                usd_per_run_expected: bill.expected().map(Usd::as_f64),
                ..Figures::of(bill.month(), bill.run()).paid(
                    bill.paid_month().filter(|_| bill.is_discounted()),
                    bill.paid_run().filter(|_| bill.is_discounted()),
                )
            },
        }
    }
}

impl<'a> ComponentShape<'a> {
    fn of(component: &'a Component) -> Self {
        let rate = component.rate.as_ref();
        let hour = component.hour;
        let missing = component.missing.iter().map(|missing| MissingShape {
            what: match missing {
                Missing::Price(_) | Missing::Listed(..) => "price",
                Missing::Value(_) => "value",
                Missing::Usage(_) => "usage",
            },
            why: missing.text(),
        });
        Self {
            name: component.title(),
            unit: component.unit,
            per: match component.per {
                Per::Month => "month",
                Per::Run => "run",
            },
            quantity: component.quantity.map(|quantity| quantity.low.as_f64()),
            quantity_max: component
                .quantity
                .and_then(|quantity| (!quantity.is_one()).then(|| Quantity::as_f64(quantity.high))),
            usd_per_unit: rate.map(|rate| rate.usd.as_f64()),
            usd_per_gpu_hour: component.gpu_hour().map(Usd::as_f64),
            discount_percent: component.discount.map(|discount| discount.percent.as_f64()),
            figures: Figures {
                usd_per_hour: hour.map(|hour| hour.low.as_f64()),
                usd_per_hour_max: hour.and_then(|hour| (!hour.is_one()).then(|| hour.high.as_f64())),
                usd_per_run_expected: component.expected.map(Usd::as_f64),
                ..Figures::of(component.month, component.run)
            },
            assumption: &component.assumption,
            missing: missing.collect(),
            as_of: rate.map(|rate| &*rate.as_of),
            source: rate.map(|rate| &*rate.source),
        }
    }
}
