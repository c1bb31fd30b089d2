//! `--format html` of costs: one page that needs nothing else.

use std::io;

use super::{CostReport, kind_name, markdown::cells, remarks, span, table::summed};
use crate::{cost::bill::Bill, report::visible};

const HEAD: &str = "<!doctype html>
<html lang=\"en\"><head><meta charset=\"utf-8\"><title>mllint cost</title>
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">
<style>
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:78rem;padding:0 1rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
th,td{padding:.25rem .6rem;border-bottom:1px solid #d8dee4;text-align:left;vertical-align:top}
th{font-weight:600}.n{text-align:right;white-space:nowrap}.r td{background:#f6f8fa}small{color:#57606a}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}th,td{border-color:#30363d}.r td{background:#161b22}small{color:#8b949e}}
</style></head><body>
";

/// Prints the page.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &CostReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let total = report.estimate.total();
    out.write_all(HEAD.as_bytes())?;
    writeln!(
        out,
        "<h1>What it costs</h1>\n<p><strong>{}</strong></p>",
        summed(&total).unwrap_or_else(|| "no figure is known".to_owned())
    )?;
    writeln!(out, "<table><tr><th>use</th><th class=n>a month</th><th class=n>one run of each job, at most</th></tr>")?;
    for (purpose, sums) in report.by_use() {
        let cell = |span: Option<_>| span.map(self::span).unwrap_or_default();
        writeln!(
            out,
            "<tr><td>{}</td><td class=n>{}</td><td class=n>{}</td></tr>",
            purpose.name(),
            cell(sums.month),
            cell(sums.run)
        )?;
    }
    writeln!(out, "</table>")?;
    for group in report.groups() {
        writeln!(out, "<h2>{}</h2>", text(&group.name))?;
        writeln!(
            out,
            "<table><tr><th>resource</th><th>part</th><th class=n>quantity</th><th class=n>price</th><th class=n>a month</th><th class=n>a run</th><th>rests on</th></tr>"
        )?;
        for bill in &group.bills {
            for (at, component) in bill.components.iter().enumerate() {
                let [title, quantity, price, month, run, rests] = cells(component).map(|cell| text(&cell));
                let (name, class) = match at {
                    0 => (format!("{}<br><small>{}</small>", text(&bill.address()), text(&about(bill))), " class=r"),
                    _ => (String::new(), ""),
                };
                writeln!(
                    out,
                    "<tr{class}><td>{name}</td><td>{title}</td><td class=n>{quantity}</td><td class=n>{price}</td><td class=n>{month}</td><td class=n>{run}</td><td><small>{rests}</small></td></tr>"
                )?;
            }
        }
        writeln!(out, "</table>")?;
    }
    let unpriced = report.unpriced();
    if !unpriced.is_empty() {
        writeln!(out, "<h2>Without a figure, counted in no sum</h2>\n<ul>")?;
        for (why, count) in unpriced {
            writeln!(out, "<li>{count} × {}</li>", text(&why))?;
        }
        writeln!(out, "</ul>")?;
    }
    if !report.shapes.is_empty() {
        writeln!(out, "<h2>Could be otherwise</h2>")?;
        for (title, ways) in report.shapes() {
            writeln!(out, "<p>{}</p>\n<ul>", text(&title))?;
            for way in ways {
                writeln!(out, "<li>{}</li>", text(way))?;
            }
            writeln!(out, "</ul>")?;
        }
    }
    let mut notes = report.notes();
    notes.extend(report.old_prices());
    for note in notes {
        writeln!(out, "<p><small>{}</small></p>", text(&note))?;
    }
    writeln!(out, "</body></html>")
}

/// A resource's kind, and what is said of it beside its figures.
fn about(bill: &Bill) -> String {
    let parts = [kind_name(&bill.kind).to_owned(), remarks(bill)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

fn text(text: &str) -> String {
    let shown = visible::line(text);
    shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
