//! `--statistics`: how many findings each rule has, how many are silenced, and how much could not be evaluated.

use std::{cmp::Reverse, collections::BTreeMap, io};

use crate::{
    finding::Severity,
    report::{Report, severity},
};

/// Prints a line per rule (most findings first), one per rule of what is silenced, and one per kind of what was not
/// evaluated.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rules: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for finding in report.findings {
        *rules.entry((finding.rule, severity(finding))).or_default() += 1;
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for gap in report.gaps() {
        *kinds.entry(gap.kind).or_default() += 1;
    }
    let mut silenced: BTreeMap<&str, usize> = BTreeMap::new();
    for silent in report.silenced {
        *silenced.entry(silent.finding.rule).or_default() += 1;
    }
    let most = rules.values().chain(kinds.values()).chain(silenced.values()).max().copied().unwrap_or(0);
    let width = most.to_string().len();
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|&((name, severity), count)| (Reverse(count), name, Reverse(severity)));
    for ((name, severity), count) in rules {
        writeln!(out, "{count:width$}  {severity}[{name}]")?;
    }
    for (name, count) in silenced {
        writeln!(out, "{count:width$}  suppressed: {name}")?;
    }
    for (kind, count) in kinds {
        writeln!(out, "{count:width$}  not evaluated: {kind}")?;
    }
    Ok(())
}
