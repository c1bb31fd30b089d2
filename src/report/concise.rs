//! `--format concise`: one line per finding, for editors and `grep`.

use std::io;

use crate::report::{Report, cost::finding::short, counted, fold::Item, only_when, severity, visible};

/// Prints `path:line:column: severity[rule] message` lines and nothing else.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    for item in report.fold.lines(report.findings) {
        let (finding, message) = match item {
            Item::Finding(finding) => {
                (finding, format!("{}{}{}", finding.message, only_when(finding), short(report, finding)))
            }
            Item::More { next: first, .. } | Item::Advice { first, count: 1 } => {
                (first, format!("{}{}", first.message, short(report, first)))
            }
            Item::Advice { first, count } => {
                (first, format!("{} (and {}: --advice lists them)", first.message, counted(count - 1, "more place")))
            }
        };
        let (spot, severity) = (report.spot(finding.place), severity(finding));
        writeln!(out, "{spot}: {severity}[{}] {}", finding.rule, visible::line(&message))?;
    }
    Ok(())
}
