//! What is said beside the findings, on standard error.

use std::io;

use crate::report::{Report, counted, visible};

/// Prints what could not be evaluated (a count, or each with `verbose`), and warns where nothing was there to check.
///
/// # Errors
/// When the output cannot be written.
pub fn notes(report: &Report<'_>, verbose: bool, err: &mut dyn io::Write) -> io::Result<()> {
    let gaps = report.graph.not_evaluated();
    if verbose {
        for gap in gaps {
            let spot = match gap.place {
                Some(place) => report.spot(place),
                None => visible::line(&report.paths.show(&gap.path)).into_owned(),
            };
            let what = format!("{} {}: {}", gap.kind, gap.what, gap.why);
            writeln!(err, "{spot}: not evaluated: {}", visible::line(&what))?;
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
