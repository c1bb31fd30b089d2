//! What a finding costs, in the words of a report.

use serde::Serialize;

use super::amount;
use crate::{
    catalog::prices::Usd,
    cost::{
        bill::Per,
        finding::{self, FindingCost, Saved, Saving, Sum},
    },
    finding::Finding,
    report::Report,
};

/// Lines behind the help of a finding: what its resource costs, and what mending it saves, costs and replaces.
pub(in crate::report) fn lines(report: &Report<'_>, finding: &Finding) -> Vec<String> {
    let Some(cost) = report.costs.get(&finding.fingerprint) else { return Vec::new() };
    let figure = match (cost.month, cost.run) {
        (Some(month), _) => Some(format!("about {} a month", amount(month))),
        (None, Some(run)) => Some(format!("up to {} a run", amount(run))),
        (None, None) => None,
    };
    let first = figure.map_or_else(|| cost.basis.clone(), |figure| format!("{figure} ({})", cost.basis));
    let more = cost.mending.filter(|more| *more > Usd::ZERO).map(|more| format!("costs {} a month more", amount(more)));
    let replaces = cost.replaces.map(|what| format!("replaces {what}"));
    let parts: Vec<String> = more.into_iter().chain(replaces).collect();
    let mending = (!parts.is_empty()).then(|| format!("mending it {}", parts.join(", and ")));
    [Some(first), cost.saving.as_ref().map(saved), mending].into_iter().flatten().collect()
}

/// The one figure of a finding that has room at the end of a line: what mending it saves at most, else what its resource
/// costs; empty where neither is known. What Spot may save is told in full or not at all.
pub(in crate::report) fn short(report: &Report<'_>, finding: &Finding) -> String {
    let Some(cost) = report.costs.get(&finding.fingerprint) else { return String::new() };
    let figure = match (&cost.saving, cost.month, cost.run) {
        (Some(saving), ..) if saving.counts => {
            Some(format!("mending it saves up to {} {}", amount(saving.high), over(saving)))
        }
        (_, Some(month), _) => Some(format!("{} a month", amount(month))),
        (_, None, Some(run)) => Some(format!("up to {} a run", amount(run))),
        (_, None, None) => None,
    };
    figure.map(|figure| format!(" ({figure})")).unwrap_or_default()
}

fn over(saving: &Saving) -> &'static str {
    match saving.per {
        Per::Month => "a month",
        Per::Run => "a run",
    }
}

fn saved(saving: &Saving) -> String {
    let over = over(saving);
    let (what, end) = if saving.counts { ("mending it saves", "") } else { ("Spot may save", "; no sum has it") };
    let range = match (saving.low, saving.high) {
        (low, high) if low == high => amount(high),
        (Usd::ZERO, high) => format!("up to {}", amount(high)),
        (low, high) => format!("{} to {}", amount(low), amount(high)),
    };
    let expected = saving.expected.map(|expected| format!(", {} expected", amount(expected))).unwrap_or_default();
    format!("{what} {range} {over}{expected}: it depends on {}{end}", saving.driver)
}

/// What the findings add up to, as the end of the summary; empty where nothing is known.
pub(in crate::report) fn added_up(report: &Report<'_>) -> String {
    let Sum { month, may_be_less, run, saved_month, saved_run } = finding::sum(&report.costs, report.findings.iter());
    let parts = [(month, "a month"), (run, "a run")];
    let parts: Vec<String> = known(parts).collect();
    if parts.is_empty() {
        return String::new();
    }
    let saved =
        [(saved_month, "a month"), (saved_run, "a run")].into_iter().filter(|(saved, _)| saved.high > Usd::ZERO);
    let saved = saved.map(|(Saved { expected, high, .. }, over)| {
        let expected = expected.map(|expected| format!(" ({} expected)", amount(expected))).unwrap_or_default();
        format!("{} {over}{expected}", amount(high))
    });
    let saved: Vec<String> = saved.collect();
    let saved =
        if saved.is_empty() { String::new() } else { format!(", of which up to {} may be saved", saved.join(" and ")) };
    let most = if may_be_less { "up to " } else { "" };
    format!(". They stand for {most}{}{saved}", parts.join(" and "))
}

fn known<'t>(parts: [(Usd, &'t str); 2]) -> impl Iterator<Item = String> + 't {
    parts.into_iter().filter(|(usd, _)| *usd > Usd::ZERO).map(|(usd, over)| format!("{} {over}", amount(usd)))
}

/// The cost of a finding in JSON.
#[derive(Serialize)]
pub(in crate::report) struct CostShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_month: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_run: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    saving: Option<SavingShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mending_usd_per_month: Option<f64>,
    replaces_resource: bool,
    basis: &'a str,
    as_of: &'a str,
}

#[derive(Serialize)]
struct SavingShape {
    per: &'static str,
    low: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<f64>,
    high: f64,
    depends_on: &'static str,
    counts: bool,
}

impl<'a> CostShape<'a> {
    pub(in crate::report) fn of(cost: &'a FindingCost) -> Self {
        Self {
            usd_per_month: cost.month.map(Usd::as_f64),
            usd_per_run: cost.run.map(Usd::as_f64),
            saving: cost.saving.as_ref().map(|saving| SavingShape {
                per: match saving.per {
                    Per::Month => "month",
                    Per::Run => "run",
                },
                low: saving.low.as_f64(),
                expected: saving.expected.map(Usd::as_f64),
                high: saving.high.as_f64(),
                depends_on: saving.driver,
                counts: saving.counts,
            }),
            mending_usd_per_month: cost.mending.map(Usd::as_f64),
            replaces_resource: cost.replaces.is_some(),
            basis: &cost.basis,
            as_of: &cost.as_of,
        }
    }
}

/// What the findings add up to, in JSON.
#[derive(Serialize)]
pub(in crate::report) struct SumShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_month: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_per_run: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    saved_usd_per_month: Option<SavedShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    saved_usd_per_run: Option<SavedShape>,
}

#[derive(Serialize)]
struct SavedShape {
    low: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<f64>,
    high: f64,
}

impl SumShape {
    /// Nothing where no finding costs anything that is known.
    pub(in crate::report) fn of(report: &Report<'_>) -> Option<Self> {
        let sum = finding::sum(&report.costs, report.findings.iter());
        let figure = |usd: Usd| (usd > Usd::ZERO).then(|| usd.as_f64());
        let saved = |saved: Saved| {
            (saved.high > Usd::ZERO).then(|| SavedShape {
                low: saved.low.as_f64(),
                expected: saved.expected.map(Usd::as_f64),
                high: saved.high.as_f64(),
            })
        };
        (sum != Sum::default()).then(|| Self {
            usd_per_month: figure(sum.month),
            usd_per_run: figure(sum.run),
            saved_usd_per_month: saved(sum.saved_month),
            saved_usd_per_run: saved(sum.saved_run),
        })
    }
}
