//! `--fix` and `--diff` within a run.

use std::io::{self, Write};

use super::{Failure, given};
use crate::{
    cli::Check,
    finding::Safety,
    fix::{
        apply::{Fixed, Looked, to_fixpoint},
        diff, write,
    },
    report::{self, Paths},
    source::Files,
};

/// The files after `--fix`.
pub(super) struct Applied {
    pub(super) files: Files,
    /// Whether something could not be written, or was taken back.
    pub(super) failed: bool,
    /// Whether the fixed text went to standard output.
    pub(super) is_printed: bool,
    /// How many findings were mended.
    pub(super) count: usize,
}

/// Which fixes may be applied.
///
/// # Errors
/// A sentence about options that make no sense together.
pub(super) fn allowed(options: &Check) -> Result<Safety, String> {
    if options.unsafe_fixes && !options.fix && !options.diff {
        return Err(
            "--unsafe-fixes applies nothing by itself\n  help: add --fix, or --diff to see what it would change"
                .to_owned(),
        );
    }
    if (options.fix || options.diff) && options.show_files {
        return Err("--show-files checks nothing, so there is nothing to fix".to_owned());
    }
    Ok(if options.unsafe_fixes { Safety::Unsafe } else { Safety::Safe })
}

/// Applies the fixes that `--fix` asks for, and writes the files. A text from standard input goes to standard output.
pub(super) fn applied(
    options: &Check,
    files: Files,
    look: &dyn Fn(&Files) -> Looked,
    paths: &Paths,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Applied> {
    let fixed = to_fixpoint(files, allowed(options).unwrap_or(Safety::Safe), look);
    // What cannot be deployed as it is given is an error, and no reason to write anything.
    if fixed.view.outcome.mistakes.iter().any(|mistake| !mistake.harmless) {
        return Ok(Applied { files: fixed.files, failed: true, is_printed: false, count: 0 });
    }
    let mut failed = told(&fixed, err)?;
    let is_stdin = fixed.files.root().is_none();
    if is_stdin {
        for path in fixed.files.memory_paths() {
            if let Ok(source) = fixed.files.read(&path) {
                out.write_all(source.raw().as_bytes())?;
            }
        }
    } else {
        for (path, why) in write::write(&fixed.files, &fixed.changes) {
            failed = true;
            writeln!(err, "error: cannot fix `{}`: {why}", report::plain(&paths.show(&path)))?;
        }
    }
    if fixed.count > 0 && !options.quiet && !failed {
        let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let (findings, files) = (counted(fixed.count, "finding"), counted(fixed.changes.len(), "file"));
        writeln!(err, "fixed {findings} in {files}")?;
    }
    Ok(Applied { files: fixed.files, failed, is_printed: is_stdin, count: fixed.count })
}

/// Prints what `--fix` would change. Whether that is anything, and whether fixes were taken back.
pub(super) fn diff(
    options: &Check,
    files: Files,
    look: &dyn Fn(&Files) -> Looked,
    paths: &Paths,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(bool, bool), Failure> {
    let fixed = to_fixpoint(files, allowed(options).unwrap_or(Safety::Safe), look);
    given::settle(&fixed.view.outcome.mistakes, &fixed.files, paths, options.quiet, err)?;
    for (path, changed) in &fixed.changes {
        diff::print(&paths.show(path), changed, out)?;
    }
    let failed = told(&fixed, err)?;
    if !options.quiet {
        let (findings, would) = (fixed.count, if fixed.count == 1 { "finding" } else { "findings" });
        let left = fixed.view.findings.iter().filter(|finding| finding.fix.is_some()).count();
        let more = match left {
            0 => String::new(),
            _ if options.unsafe_fixes => String::new(),
            left => format!(" ({left} more with --unsafe-fixes)"),
        };
        writeln!(err, "would fix {findings} {would}{more}")?;
    }
    Ok((!fixed.changes.is_empty(), failed))
}

/// Says which fixes were taken back.
fn told(fixed: &Fixed, err: &mut dyn Write) -> io::Result<bool> {
    for fault in &fixed.faults {
        writeln!(err, "error: {}; this is a fault in mllint", report::plain(fault))?;
    }
    if !fixed.faults.is_empty() {
        writeln!(err, "  help: please report it at https://github.com/mllint/mllint/issues")?;
    }
    Ok(!fixed.faults.is_empty())
}
