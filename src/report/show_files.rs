//! `--show-files`: which file was read by which reader, and why the rest were not.

use std::io;

use crate::report::{Report, visible};

/// Prints a line per file, sorted by path.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let read = report.uses.iter().map(|file| {
        let what = match (file.reader, &file.why) {
            (reader, _) if let Some(importer) = &file.importer => {
                let what = match reader {
                    Some("Python") => "a module of",
                    Some("CloudFormation") => "a stack nested in",
                    Some("pipeline definition") => "the definition of a pipeline of",
                    _ => "the definition of a state machine of",
                };
                format!("read as {what} {}", report.paths.show(importer))
            }
            (Some(reader), None) => reader.to_owned(),
            (Some(reader), Some(why)) => format!("{reader}; {why}"),
            (None, why) => format!("skipped: {}", why.as_deref().unwrap_or("no reader knows it")),
        };
        (report.paths.show(&file.path), what)
    });
    let skipped = &report.discovery.skipped;
    let skipped = skipped.iter().map(|file| (report.paths.show(&file.path), format!("skipped: {}", file.why)));
    let mut lines: Vec<(String, String)> = read.chain(skipped).collect();
    lines.sort();
    for (path, what) in lines {
        writeln!(out, "{}: {}", visible::line(&path), visible::line(&what))?;
    }
    Ok(())
}
