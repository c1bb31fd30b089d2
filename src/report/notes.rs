//! What is said beside the findings, on standard error.

use std::{collections::BTreeMap, io, sync::Arc};

use rustc_hash::FxHashSet;

use crate::{
    graph::NotEvaluated,
    report::{Report, counted, severity, visible},
};

/// Files of one reason that are named; the others are counted.
const NAMED: usize = 3;

/// Prints what could not be evaluated (a count, or each with `verbose`, and then what is silenced as well), and warns where nothing was there to check.
///
/// # Errors
/// When the output cannot be written.
pub fn notes(report: &Report<'_>, verbose: bool, err: &mut dyn io::Write) -> io::Result<()> {
    let gaps = report.gaps();
    if verbose {
        for silent in report.silenced {
            let (finding, spot) = (&silent.finding, report.spot(silent.finding.place));
            let reason = silent.reason.as_ref().map_or_else(String::new, |reason| format!(" -- {reason}"));
            let line =
                format!("{spot}: suppressed: {}[{}] {}{reason}", severity(finding), finding.rule, finding.message);
            writeln!(err, "{}", visible::line(&line))?;
        }
        for line in sentences(report, &gaps) {
            writeln!(err, "{}", visible::line(&line))?;
        }
    } else if !gaps.is_empty() {
        let (parts, them) = (counted(gaps.len(), "part"), if gaps.len() == 1 { "it" } else { "them" });
        let were = if gaps.len() == 1 { "was" } else { "were" };
        writeln!(err, "note: {parts} of the input {were} not evaluated (--verbose lists {them})")?;
    }
    if report.graph.resources().is_empty() {
        let files = counted(report.counts().files, "file");
        writeln!(
            err,
            "warning: no AWS resource in what was read ({files}); --show-files tells what became of each file"
        )?;
    }
    Ok(())
}

/// Names the files that were given by name and that no reader took, but those that `unreadable`, a finding or (with
/// `verbose`) a note tells of.
///
/// # Errors
/// When the output cannot be written.
pub fn unread(
    report: &Report<'_>,
    unreadable: &[(Arc<str>, String)],
    verbose: bool,
    err: &mut dyn io::Write,
) -> io::Result<()> {
    let gaps = if verbose { report.gaps() } else { Vec::new() };
    let mut told: FxHashSet<Arc<str>> = unreadable.iter().map(|(path, _)| path.clone()).collect();
    told.extend(report.findings.iter().map(|finding| report.files.get(finding.place.file).path.clone()));
    told.extend(gaps.into_iter().map(|gap| gap.path));
    let named = report.discovery.candidates.iter().filter(|candidate| candidate.named);
    let named: FxHashSet<&str> = named.map(|candidate| &*candidate.path).collect();
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in report.uses.iter().filter(|file| file.reader.is_none() && named.contains(&*file.path)) {
        if let Some(why) = file.why.as_deref().filter(|_| !told.contains(&file.path)) {
            by_reason.entry(why).or_default().push(format!("`{}`", report.paths.show(&file.path)));
        }
    }
    for (why, mut files) in by_reason {
        let more = files.len().saturating_sub(NAMED);
        files.truncate(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(err, "{}", visible::line(&format!("note: not checked: {}{more}: {why}", files.join(", "))))?;
    }
    Ok(())
}

/// A line for each thing that was not evaluated, and one for all cells of a notebook.
fn sentences(report: &Report<'_>, gaps: &[NotEvaluated]) -> Vec<String> {
    let mut lines = Vec::new();
    for of_file in gaps.chunk_by(|left, right| left.path == right.path) {
        let path = || report.paths.show(&of_file[0].path);
        let spot = |gap: &NotEvaluated| gap.place.map_or_else(path, |place| report.spot(place));
        let cells: Vec<&NotEvaluated> = of_file.iter().filter(|gap| gap.kind == "cell").collect();
        if !cells.is_empty() {
            let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
            for cell in &cells {
                *reasons.entry(shortened(&cell.why)).or_default() += 1;
            }
            let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
            reasons.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
            let reasons: Vec<String> = reasons.iter().map(|(why, count)| format!("{why} ({count})")).collect();
            let count = counted(cells.len(), "cell");
            lines.push(format!("{}: {count} not evaluated: {}", path(), reasons.join(", ")));
        }
        for gap in of_file.iter().filter(|gap| gap.kind != "cell") {
            lines.push(match gap.kind {
                "file" => format!("{}: not evaluated: {}", spot(gap), gap.why),
                _ => format!("{}: not evaluated: {}: {}", spot(gap), gap.named(), gap.why),
            });
        }
    }
    lines
}

/// `%%bash` of "it begins with `%%bash`": the most frequent reason of cells by far.
fn shortened(why: &str) -> &str {
    why.strip_prefix("it begins with `").and_then(|magic| magic.strip_suffix('`')).unwrap_or(why)
}
