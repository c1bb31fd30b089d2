//! What a change costs: for people at a terminal, and for a comment on a pull request.

use std::{fmt::Write as _, io};

use serde::Serialize;

use super::{CostReport, amount, json::Figures, kind_name, markdown::text, span, table::Style, table::summed};
use crate::{
    catalog::prices::Usd,
    cost::{
        amount::Span,
        bill::{Bill, Component},
        change::{Change, Difference, Kind, more},
    },
    report::{counted, visible},
};

/// Resources that are listed in a comment.
const LISTED: usize = 40;

/// A difference, and what the present is compared with.
pub struct ChangeReport<'a> {
    /// The present.
    pub now: CostReport<'a>,
    /// The difference.
    pub difference: &'a Difference<'a>,
    /// What it is compared with, as it is shown: `main (1a2b3c4d5e6f)`.
    pub against: String,
}

/// The figures of a resource or a sum: a month, and a run.
type Pair = (Option<Span<Usd>>, Option<Span<Usd>>);

fn figures(bill: Option<&Bill>) -> Pair {
    (bill.and_then(Bill::month), bill.and_then(Bill::run))
}

/// `+$1.00`, `-$1.00`, `+$1.00 to +$2.00`; `±$0.00` where nothing changes.
fn signed(span: Span<Usd>) -> String {
    let one = |usd: Usd| match usd.cmp(&Usd::ZERO) {
        std::cmp::Ordering::Less => amount(usd),
        std::cmp::Ordering::Equal => "±$0.00".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", amount(usd)),
    };
    if span.is_one() { one(span.low) } else { format!("{} to {}", one(span.low), one(span.high)) }
}

/// A line of a difference: what it is of, before, after, and the difference.
type Line = (&'static str, String, String, String);

/// Before, after and difference of a resource, a month and a run each where there is one. What is known on one side only
/// has no difference.
fn lines(change: &Change<'_>) -> Vec<Line> {
    let (before, after) = (figures(change.before), figures(change.after));
    let [month, run] = change.one_sided();
    let line = |what, before: Option<Span<Usd>>, after: Option<Span<Usd>>, one_sided: Span<Usd>| {
        before.or(after)?;
        let is_known = one_sided == Span::one(Usd::ZERO);
        let shown = |one: Option<Span<Usd>>, bill: Option<&Bill>| match one {
            Some(one) => span(one),
            None if bill.is_some() && !is_known => "unknown".to_owned(),
            None => String::new(),
        };
        let difference = if is_known { signed(more(before, after)) } else { "unknown".to_owned() };
        Some((what, shown(before, change.before), shown(after, change.after), difference))
    };
    [line("a month", before.0, after.0, month), line("a run", before.1, after.1, run)].into_iter().flatten().collect()
}

/// The same of the sums.
fn sum_lines(difference: &Difference<'_>) -> Vec<Line> {
    let (before, after) = (&difference.before, &difference.after);
    let [month, run] = difference.more();
    let line = |what, before: Option<Span<Usd>>, after: Option<Span<Usd>>, more| {
        before.or(after)?;
        let shown = |one: Option<Span<Usd>>| one.map(span).unwrap_or_default();
        Some((what, shown(before), shown(after), signed(more)))
    };
    [line("a month", before.month, after.month, month), line("a run", before.run, after.run, run)]
        .into_iter()
        .flatten()
        .collect()
}

/// What is said of resources that are known on one side only; nothing where there is none.
fn incomparable(difference: &Difference<'_>) -> Option<String> {
    let count = difference.incomparable();
    let (resources, is) = (counted(count, "resource"), if count == 1 { "is" } else { "are" });
    (count > 0).then(|| format!("{resources} whose cost {is} known on one side only: in no difference"))
}

/// A resource that changed, in words: its sign, address and kind.
fn title(change: &Change<'_>, kind: Kind) -> String {
    let Some(bill) = change.bill() else { return String::new() };
    let (address, name) = (bill.address(), kind_name(&bill.kind));
    let what = if address.contains("aws_") { address.to_string() } else { format!("{address}  {name}") };
    format!("{} {what}", kind.sign())
}

/// What changed of a component: `instances ml.m5.xlarge: 730 hours → 1,460 hours`.
fn detail(before: Option<&Component>, after: Option<&Component>) -> String {
    let shown = |one: &Component| {
        let unknown = if one.needs_usage() { "by use" } else { "unknown" };
        let quantity = super::quantity(one).unwrap_or_else(|| unknown.to_owned());
        let price = one.rate.as_ref().map(|rate| format!(" × {}", super::unit_price(rate.usd))).unwrap_or_default();
        format!("{quantity}{price}")
    };
    match (before, after) {
        (Some(before), Some(after)) if before.title() == after.title() => {
            format!("{}: {} → {}", after.title(), shown(before), shown(after))
        }
        (Some(before), Some(after)) => {
            format!("{}: {} → {}: {}", before.title(), shown(before), after.title(), shown(after))
        }
        (None, Some(after)) => format!("+ {}: {}", after.title(), shown(after)),
        (Some(before), None) => format!("- {}: {}", before.title(), shown(before)),
        (None, None) => String::new(),
    }
}

/// The changes that are told: those of resources that cost by use only are not, where they are new or gone.
fn told<'r>(report: &'r ChangeReport<'_>) -> impl Iterator<Item = (&'r Change<'r>, Kind)> {
    let all = report.difference.changes.iter().filter_map(|change| Some((change, change.kind()?)));
    all.filter(|(change, kind)| {
        report.now.verbose || *kind == Kind::Changed || !change.bill().is_some_and(Bill::is_by_use_only)
    })
}

/// The percentage by which the most of a month grows.
fn share(report: &ChangeReport<'_>) -> String {
    let before = report.difference.before.month.map_or(Usd::ZERO, |month| month.high);
    let increase = report.difference.increase();
    if before == Usd::ZERO || increase == Usd::ZERO {
        return String::new();
    }
    format!(" ({:+.1} %)", increase.as_f64() / before.as_f64() * 100.0)
}

/// Prints the changes as a table.
///
/// # Errors
/// When the output cannot be written.
pub fn table(report: &ChangeReport<'_>, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let difference = report.difference;
    writeln!(out, "{}", style.bold(&format!("against {}", visible::line(&report.against))))?;
    let mut rows: Vec<([String; 5], Vec<String>)> = Vec::new();
    for (change, kind) in told(report) {
        let mut first = format!("  {}", visible::line(&title(change, kind)));
        for (what, before, after, more) in lines(change) {
            rows.push(([std::mem::take(&mut first), what.to_owned(), before, after, more], Vec::new()));
        }
        if !first.is_empty() {
            let known = "unknown".to_owned();
            rows.push(([first, String::new(), String::new(), String::new(), known], Vec::new()));
        }
        let details = change.components();
        let details = details.into_iter().map(|(before, after)| visible::line(&detail(before, after)).into_owned());
        if let Some((_, notes)) = rows.last_mut().filter(|_| kind == Kind::Changed) {
            notes.extend(details);
        }
    }
    if rows.is_empty() {
        writeln!(out, "  nothing changes what it costs")?;
    }
    let mut heads = ["total".to_owned(), "of each job".to_owned()].into_iter();
    for (what, before, after, more) in sum_lines(difference) {
        rows.push(([heads.next().unwrap_or_default(), what.to_owned(), before, after, more], Vec::new()));
    }
    let mut widths = [0; 5];
    for (cells, _) in &rows {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths[0] = widths[0].min(70);
    for (cells, notes) in &rows {
        let [first, what, before, after, more] = cells;
        let [wide, kind, old, new, change] = widths;
        let arrow = if before.is_empty() && after.is_empty() { " " } else { "→" };
        let line = format!("{first:<wide$}  {what:<kind$}  {before:>old$} {arrow} {after:>new$}  {more:>change$}");
        writeln!(out, "{}", line.trim_end())?;
        for note in notes {
            writeln!(out, "      {}", style.dim(note))?;
        }
    }
    writeln!(out)?;
    if !share(report).is_empty() {
        writeln!(out, "a month, at most: {}{}", signed(Span::one(difference.increase())), share(report))?;
    }
    if let Some(text) = incomparable(difference) {
        writeln!(out, "{text}")?;
    }
    let (then, now) = (difference.before.unpriced, difference.after.unpriced);
    if then + now > 0 {
        writeln!(out, "{} without a figure, {then} before: in no sum", counted(now, "part"))?;
    }
    for note in report.now.notes() {
        writeln!(out, "{}", style.dim(&note))?;
    }
    Ok(())
}

/// Prints the changes for a comment; one line where nothing changes what it costs.
///
/// # Errors
/// When the output cannot be written.
pub fn markdown(report: &ChangeReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let difference = report.difference;
    let now = summed(&difference.after).unwrap_or_else(|| "no figure is known".to_owned());
    let against = text(&report.against);
    let all: Vec<(&Change<'_>, Kind)> = told(report).collect();
    if all.is_empty() {
        return writeln!(out, "**mllint cost**: no change against {against}; {now}");
    }
    let increase = signed(difference.more()[0]);
    writeln!(out, "### mllint cost: {increase} a month{}\n", share(report))?;
    writeln!(out, "| | | before | now | change |\n|---|---|---:|---:|---:|")?;
    for (change, kind) in all.iter().take(LISTED) {
        let mut first = title(change, *kind);
        let (sign, name) = first.split_at(1);
        first = format!("{sign} `{}`", name.trim().replace('`', "'").replace('|', "\\|"));
        let figures = lines(change);
        if figures.is_empty() {
            writeln!(out, "| {first} | | | | unknown |")?;
        }
        for (what, before, after, more) in figures {
            writeln!(out, "| {} | {what} | {before} | {after} | {more} |", std::mem::take(&mut first))?;
        }
    }
    if all.len() > LISTED {
        writeln!(out, "| {} | | | | |", counted(all.len() - LISTED, "more change"))?;
    }
    for (what, before, after, more) in sum_lines(difference) {
        writeln!(out, "| **total** | {what} | **{before}** | **{after}** | **{more}** |")?;
    }
    let mut details = String::new();
    for (change, _) in all.iter().filter(|(_, kind)| *kind == Kind::Changed).take(LISTED) {
        for (before, after) in change.components() {
            let address = change.bill().map(|bill| bill.address().to_string()).unwrap_or_default();
            let _ = writeln!(details, "- `{}`: {}", address.replace('`', "'"), text(&detail(before, after)));
        }
    }
    if !details.is_empty() {
        writeln!(out, "\n<details>\n<summary>what changed</summary>\n\n{details}\n</details>")?;
    }
    if let Some(text) = incomparable(difference) {
        writeln!(out, "\n{text}.")?;
    }
    let (then, now) = (difference.before.unpriced, difference.after.unpriced);
    if then + now > 0 {
        writeln!(out, "\n{} without a figure ({then} before), in no sum.", counted(now, "part"))?;
    }
    writeln!(out, "\n<sub>against {against}; {}</sub>", text(&report.now.notes().join("; ")))
}

/// The difference as JSON: beside the report of the present.
#[derive(Serialize)]
pub(super) struct AgainstShape {
    what: String,
    before: SumShape,
    changes: Vec<ChangeShape>,
    usd_per_month_more: f64,
    usd_per_month_more_max: f64,
}

#[derive(Serialize)]
struct SumShape {
    #[serde(flatten)]
    figures: Figures,
    unpriced: usize,
    by_use: usize,
}

#[derive(Serialize)]
struct ChangeShape {
    change: &'static str,
    resource: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Figures>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    components: Vec<String>,
}

#[derive(Serialize)]
struct Named {
    id: String,
    kind: String,
    unit: String,
}

impl AgainstShape {
    pub(super) fn of(report: &ChangeReport<'_>) -> Self {
        let difference = report.difference;
        let [more, _] = difference.more();
        let before = &difference.before;
        let changes = difference.changes.iter().filter_map(|change| {
            let bill = change.bill()?;
            let figures = |bill: Option<&Bill>| bill.map(|bill| Figures::of(bill.month(), bill.run()));
            let unit = report.now.paths.show(&bill.key.unit);
            Some(ChangeShape {
                change: change.kind()?.name(),
                resource: Named { id: bill.address().to_string(), kind: bill.kind.to_string(), unit },
                before: figures(change.before),
                after: figures(change.after),
                components: change.components().into_iter().map(|(before, after)| detail(before, after)).collect(),
            })
        });
        Self {
            what: report.against.clone(),
            before: SumShape {
                figures: Figures::of(before.month, before.run),
                unpriced: before.unpriced,
                by_use: before.by_use,
            },
            changes: changes.collect(),
            usd_per_month_more: more.low.as_f64(),
            usd_per_month_more_max: more.high.as_f64(),
        }
    }
}
