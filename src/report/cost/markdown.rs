//! `--format markdown` of costs: for the summary of a job or a comment on a pull request.

use std::{fmt::Write as _, io};

use super::{
    CostReport, Group, amount, kind_name, listed, quantity, rate, remarks, rests_on, span, table::summed, unsupported,
};
use crate::{
    cost::bill::{Bill, Component},
    report::{counted, visible},
};

/// Bytes of the details: a comment on GitHub holds 65 536 characters.
const LARGEST: usize = 48_000;
/// Kinds that are listed.
const KINDS: usize = 6;
/// Reasons that are listed.
const REASONS: usize = 8;

/// Prints the sums, a table for each group that is folded, and what all rests on.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &CostReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let total = report.estimate.total();
    let text = summed(&total).unwrap_or_else(|| "no figure is known".to_owned());
    writeln!(out, "### mllint cost: {text}\n")?;
    let by_use = report.by_use();
    if !by_use.is_empty() {
        writeln!(out, "| use | a month | one run of each job |\n|---|---:|---:|")?;
        for (purpose, sums) in by_use {
            let (month, run) = (sums.month.map(span), sums.run.map(|run| format!("up to {}", amount(run.high))));
            writeln!(out, "| {} | {} | {} |", purpose.name(), month.unwrap_or_default(), run.unwrap_or_default())?;
        }
        writeln!(out)?;
    }
    let (mut written, mut left_out) = (0, 0);
    for group in report.groups() {
        let details = details(report, &group);
        if written + details.len() > LARGEST {
            left_out += group.bills.len();
            continue;
        }
        written += details.len();
        write!(out, "{details}")?;
    }
    if left_out > 0 {
        writeln!(out, "{}, not shown here; `--format json` lists them all\n", counted(left_out, "more resource"))?;
    }
    closing(report, out)
}

/// What is missing, and what the figures rest on.
fn closing(report: &CostReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let total = report.estimate.total();
    if total.unpriced > 0 {
        writeln!(out, "{} without a figure, counted in no sum:\n", counted(total.unpriced, "part"))?;
        let reasons = report.reasons();
        for (why, count) in reasons.iter().take(REASONS) {
            writeln!(out, "- {count} × {}", text(why))?;
        }
        let more: usize = reasons.iter().skip(REASONS).map(|(_, count)| count).sum();
        if more > 0 {
            writeln!(out, "- {more} for other reasons")?;
        }
        if let Some(kinds) = unsupported(report) {
            writeln!(out, "- {}", text(&kinds))?;
        }
        writeln!(out)?;
    }
    let use_only = report.use_only();
    if !use_only.is_empty() {
        writeln!(out, "By use only, not listed: {}.\n", text(&listed(&use_only, KINDS)))?;
    }
    if !report.shapes.is_empty() {
        writeln!(out, "<details>\n<summary>could be otherwise</summary>\n")?;
        for (title, ways) in report.shapes() {
            writeln!(out, "- `{}`", code(&title))?;
            for way in ways {
                writeln!(out, "  - {}", text(way))?;
            }
        }
        writeln!(out, "\n</details>\n")?;
    }
    let mut notes = report.notes();
    notes.extend(report.old_prices());
    for note in notes {
        writeln!(out, "<sub>{}</sub><br>", text(&note))?;
    }
    Ok(())
}

fn details(report: &CostReport<'_>, group: &Group<'_>) -> String {
    let bills: Vec<&&Bill> = group.bills.iter().filter(|bill| report.verbose || !bill.is_by_use_only()).collect();
    if bills.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    let sums = summed(&group.total).unwrap_or_else(|| "no figure is known".to_owned());
    let _ = writeln!(out, "<details>\n<summary>{}: {sums}</summary>\n", html(&group.name));
    let _ = writeln!(
        out,
        "| resource | part | quantity | price | a month | a run | rests on |\n|---|---|---:|---:|---:|---:|---|"
    );
    for bill in bills {
        for (at, component) in bill.components.iter().enumerate() {
            let name = if at == 0 {
                let remarks = Some(remarks(bill)).filter(|remarks| !remarks.is_empty());
                let remarks = remarks.map(|remarks| format!("<br>{}", text(&remarks))).unwrap_or_default();
                format!("`{}` {}{remarks}", code(&bill.address()), text(kind_name(&bill.kind)))
            } else {
                String::new()
            };
            let _ = writeln!(out, "| {name} | {} |", cells(component).map(|cell| text(&cell)).join(" | "));
        }
    }
    let _ = writeln!(out, "\n</details>\n");
    out
}

/// The cells of a component.
pub(super) fn cells(component: &Component) -> [String; 6] {
    let unknown = if component.needs_usage() { "by use" } else { "unknown" };
    let is_run = component.per == crate::cost::bill::Per::Run;
    let month = component.month.map(span).unwrap_or_else(|| if is_run { String::new() } else { unknown.to_owned() });
    let run = component.run.map(|run| format!("up to {}", amount(run.high)));
    let run = run.unwrap_or_else(|| if is_run { unknown.to_owned() } else { String::new() });
    let mut rests: Vec<String> = Some(rests_on(component)).filter(|text| !text.is_empty()).into_iter().collect();
    rests.extend(component.missing.iter().map(crate::cost::bill::Missing::text));
    [
        component.title(),
        quantity(component).unwrap_or_else(|| format!("? {}", component.unit)),
        component.rate.as_ref().map_or_else(|| "unknown".to_owned(), rate),
        month,
        run,
        rests.join("; "),
    ]
}

/// A text as a cell of a table, which nothing in it can leave.
pub(super) fn text(text: &str) -> String {
    let mut shown = String::new();
    for char in visible::line(text).chars() {
        match char {
            '|' | '*' | '[' | ']' | '\\' | '~' | '#' | '@' => {
                shown.push('\\');
                shown.push(char);
            }
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            _ => shown.push(char),
        }
    }
    shown
}

/// A text between backticks.
fn code(text: &str) -> String {
    visible::line(text).replace('`', "'").replace('|', "\\|")
}

fn html(text: &str) -> String {
    visible::line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
