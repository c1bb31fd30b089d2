//! `--format table`: for people, at a terminal.

use std::io;

use super::{
    CostReport, Group, amount, hourly, kind_name, listed, quantity, rate, remarks, rests_on, span, unit_price,
    unsupported,
};
use crate::{
    catalog::prices::Usd,
    cost::{
        Total,
        amount::Span,
        bill::{Bill, Component},
    },
    report::{counted, visible},
};

/// Reasons for missing figures that are listed.
const REASONS: usize = 8;
/// Kinds that are listed.
const KINDS: usize = 6;

/// How the table looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether it has colours.
    pub color: bool,
}

impl Style {
    pub(super) fn bold(self, text: &str) -> String {
        if self.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn dim(self, text: &str) -> String {
        if self.color { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A line of a table.
struct Row {
    /// What it is about; then figures.
    cells: [String; COLUMNS],
    note: String,
    is_head: bool,
}

const COLUMNS: usize = 5;
const HEADS: [&str; COLUMNS] = ["", "quantity × price", "an hour", "a month", "a run"];
/// Names that are longer stand on a line of their own.
const WIDEST: usize = 58;

/// Prints a table for each group, then the sums, what is missing, and what all rests on.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &CostReport<'_>, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let groups = report.groups();
    let sections: Vec<(String, Vec<Row>, Total)> = groups
        .iter()
        .map(|group| (visible::line(&group.name).into_owned(), rows(report, group), group.total))
        .collect();
    let mut widths = HEADS.map(|head| head.chars().count());
    for row in sections.iter().flat_map(|(_, rows, _)| rows) {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths[0] = widths[0].min(WIDEST);
    let shown: Vec<_> = sections.iter().filter(|(_, rows, _)| !rows.is_empty()).collect();
    for (name, rows, total) in &shown {
        let mut heads = HEADS.map(str::to_owned);
        heads[0].clone_from(name);
        write_row(&heads, widths, true, style, out)?;
        for row in rows {
            write_row(&row.cells, widths, row.is_head, style, out)?;
            if !row.note.is_empty() {
                writeln!(out, "      {}", style.dim(&row.note))?;
            }
        }
        if shown.len() > 1 && total.month.or(total.run).is_some() {
            let mut cells = [const { String::new() }; COLUMNS];
            (cells[0], cells[3], cells[4]) = ("  subtotal".to_owned(), figure(total.month), up_to(total.run));
            write_row(&cells, widths, false, style, out)?;
        }
        writeln!(out)?;
    }
    sums(report, style, out)
}

fn write_row(
    cells: &[String; COLUMNS],
    widths: [usize; COLUMNS],
    is_head: bool,
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (first, mut length) = (&cells[0], cells[0].chars().count());
    let mut line = if is_head { style.bold(first) } else { first.clone() };
    if length > widths[0] && cells.iter().skip(1).any(|cell| !cell.is_empty()) {
        writeln!(out, "{line}")?;
        line.clear();
        length = 0;
    }
    line.push_str(&" ".repeat(widths[0].saturating_sub(length)));
    for (cell, width) in cells.iter().zip(widths).skip(1) {
        line.push_str(&format!("  {cell:>width$}"));
    }
    writeln!(out, "{}", line.trim_end())
}

fn rows(report: &CostReport<'_>, group: &Group<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let shown = group.bills.iter().filter(|bill| report.verbose || !bill.is_by_use_only());
    let shown: Vec<&Bill> = shown.copied().collect();
    for alike in shown.chunk_by(|one, other| same_and_unknown(one, other)) {
        let bill = alike[0];
        rows.push(head(bill, alike.len()));
        let by_use = |component: &&Component| !report.verbose && component.depends_on_use();
        let mut told: Vec<String> = Vec::new();
        rows.extend(bill.components.iter().filter(|component| !by_use(component)).map(|one| row(one, &mut told)));
        let open: Vec<String> = bill.components.iter().filter(by_use).map(by_the_unit).collect();
        if !open.is_empty() {
            let note = visible::line(&format!("by use: {}", open.join(", "))).into_owned();
            let mut cells = [const { String::new() }; COLUMNS];
            cells[0] = format!("    {note}");
            rows.push(Row { cells, note: String::new(), is_head: false });
        }
    }
    rows
}

/// `data in $0.016/GB`
fn by_the_unit(component: &Component) -> String {
    let price = component.rate.as_ref().map_or_else(|| "(no price is known)".to_owned(), rate);
    format!("{} {price}", component.title())
}

/// Whether two have one address, for their keys are not known, and the same parts without a figure.
fn same_and_unknown(one: &Bill, other: &Bill) -> bool {
    let is_unknown = one.month().or(one.run()).is_none();
    is_unknown && one.key == other.key && one.components == other.components && one.branch == other.branch
}

/// The line of a resource, and of others that are alike.
fn head(bill: &Bill, count: usize) -> Row {
    let (address, kind) = (bill.address(), kind_name(&bill.kind));
    // In Terraform the address tells the kind.
    let title = if address.contains("aws_") { address.to_string() } else { format!("{address}  {kind}") };
    let mut cells = [const { String::new() }; COLUMNS];
    let times = if count > 1 { format!(" ({count} of them)") } else { String::new() };
    cells[0] = format!("  {}{times}", visible::line(&title));
    (cells[3], cells[4]) = (figure(bill.month()), up_to(bill.run()));
    Row { cells, note: visible::line(&remarks(bill)).into_owned(), is_head: true }
}

/// The line of a component; one without a figure says why, unless a line above it has `told` so.
fn row(component: &Component, told: &mut Vec<String>) -> Row {
    let missing: Vec<String> = component.missing.iter().map(crate::cost::bill::Missing::text).collect();
    let new: Vec<String> = missing.iter().filter(|why| !told.contains(why)).cloned().collect();
    told.extend_from_slice(&new);
    let title = format!("    {}", visible::line(&component.title()));
    let mut cells = [const { String::new() }; COLUMNS];
    if !missing.is_empty() {
        let unknown = if component.needs_usage() { "by use" } else { "unknown" };
        let why = if new.is_empty() { "for the same reason".to_owned() } else { new.join("; ") };
        cells[0] = format!("{title}: {unknown}, {}", visible::line(&why));
        return Row { cells, note: String::new(), is_head: false };
    }
    let price = component.rate.as_ref().map(|rate| unit_price(rate.usd));
    cells[0] = title;
    cells[1] = format!("{} × {}", quantity(component).unwrap_or_default(), price.unwrap_or_default());
    cells[2] = component.hour.map(hourly).unwrap_or_default();
    (cells[3], cells[4]) = (figure(component.month), figure(component.run));
    Row { cells, note: visible::line(&rests_on(component)).into_owned(), is_head: false }
}

fn figure(month: Option<Span<Usd>>) -> String {
    month.map(span).unwrap_or_default()
}

fn up_to(run: Option<Span<Usd>>) -> String {
    run.map(|run| format!("up to {}", amount(run.high))).unwrap_or_default()
}

/// What all adds up to, what is missing, and what the figures rest on.
fn sums(report: &CostReport<'_>, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let total = report.estimate.total();
    let (files, resources) = report.read;
    if report.estimate.bills.is_empty() && report.estimate.unsupported.is_empty() {
        let read = format!("{} of {}", counted(resources, "resource"), counted(files, "file"));
        return writeln!(out, "nothing that costs anything in {read}");
    }
    let by_use = report.by_use();
    if by_use.len() > 1 {
        for (purpose, sums) in &by_use {
            if let Some(text) = summed(sums) {
                writeln!(out, "  {:<12}{text}", purpose.name())?;
            }
        }
    }
    let text = summed(&total).unwrap_or_else(|| "no figure is known".to_owned());
    writeln!(out, "{}", style.bold(&format!("total         {text}")))?;
    writeln!(out)?;
    if total.unpriced > 0 {
        let reasons = report.reasons();
        writeln!(out, "{} without a figure, counted in no sum:", counted(total.unpriced, "part"))?;
        for (why, count) in reasons.iter().take(REASONS) {
            writeln!(out, "  {count} × {}", visible::line(why))?;
        }
        let more: usize = reasons.iter().skip(REASONS).map(|(_, count)| count).sum();
        if more > 0 {
            writeln!(out, "  {more} for other reasons; --format json lists them all")?;
        }
        if let Some(kinds) = unsupported(report) {
            writeln!(out, "  {}", visible::line(&kinds))?;
        }
    }
    let use_only = report.use_only();
    if !use_only.is_empty() && !report.verbose {
        let count: usize = use_only.iter().map(|(_, count)| count).sum();
        writeln!(out, "{} by use only, not listed: {}", costs(count), listed(&use_only, KINDS))?;
    }
    if total.by_use > 0 {
        writeln!(out, "{} on use: `mllint cost --write-usage` writes a file to fill in", depend(total.by_use))?;
    }
    if report.estimate.free > 0 {
        let free = report.estimate.free;
        let itself = if free == 1 { "itself" } else { "themselves" };
        writeln!(out, "{} nothing by {itself}", costs(free))?;
    }
    if !report.shapes.is_empty() {
        writeln!(out, "\n{}", style.bold("could be otherwise"))?;
        for (title, ways) in report.shapes() {
            writeln!(out, "  {}", visible::line(&title))?;
            for way in ways {
                writeln!(out, "    {}", visible::line(way))?;
            }
        }
        writeln!(out)?;
    }
    for note in report.notes() {
        writeln!(out, "{}", style.dim(&note))?;
    }
    Ok(())
}

/// What is known of sums; nothing where nothing is.
pub(super) fn summed(total: &Total) -> Option<String> {
    let all = |month: Option<Span<Usd>>, run: Option<Span<Usd>>| {
        let month = month.map(|month| format!("{} a month", span(month)));
        let run = run.map(|run| format!("up to {} for one run of each job", amount(run.high)));
        let parts: Vec<String> = [month, run].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    let mut list = all(total.month, total.run)?;
    if let Some(usual) = total.usual {
        list.push_str(&format!(" ({} as they usually take)", amount(usual)));
    }
    Some(match all(total.paid_month, total.paid_run) {
        Some(paid) => format!("{list}; with discounts {paid}"),
        None => list,
    })
}

fn costs(count: usize) -> String {
    format!("{} {}", counted(count, "resource"), if count == 1 { "costs" } else { "cost" })
}

fn depend(count: usize) -> String {
    format!("{} {}", counted(count, "part"), if count == 1 { "depends" } else { "depend" })
}
