//! `--baseline` and `--write-baseline`: reads what is known, takes it out of the findings, and writes it anew.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::FxHashSet;

use super::Failure;
use crate::{
    baseline::{self, Baseline, Entry, Matched, Renames},
    cli::Check,
    finding::Finding,
    git::Git,
    graph::Graph,
    report::{FileUse, plain, replace_file},
    settings::{Settings, SettingsError, named_file},
    source::{Files, ReadError},
};

/// What a run found, as far as the baseline asks.
pub(super) struct Found<'a> {
    pub(super) files: &'a Files,
    pub(super) graph: &'a Graph,
    pub(super) uses: &'a [FileUse],
}

/// Leaves the findings that are to be shown: sure enough, and not known. The others, if sure enough, come back: they are known.
pub(super) fn settle(
    options: &Check,
    settings: &Settings,
    found: &Found<'_>,
    findings: &mut Vec<Finding>,
    err: &mut dyn Write,
) -> Result<Vec<Finding>, Failure> {
    let is_sure = |finding: &Finding| finding.confidence >= settings.min_confidence.value.confidence();
    let Some(file) = &settings.baseline.value else {
        findings.retain(is_sure);
        return Ok(Vec::new());
    };
    let is_written = options.write_baseline.is_some();
    let known = match named_file(&file.path) {
        Ok(source) => Baseline::read(&source).map_err(|mistake| SettingsError::Mistakes {
            path: file.shown.clone(),
            source,
            mistakes: vec![mistake],
        })?,
        Err(ReadError::Missing) if is_written => Baseline::default(),
        Err(error) => {
            let help = if error == ReadError::Missing { "\n  help: --write-baseline writes it" } else { "" };
            return Err(Failure::told(format!("cannot read the baseline `{}`: {error}{help}", file.shown)));
        }
    };
    let Matched { of_findings, idle } = known.matched(findings, found.files, || renames(&settings.root, &file.path));
    let gone = Gone::of(options, settings, found, findings);
    let (fixed, unseen): (Vec<usize>, Vec<usize>) = idle.iter().partition(|&&at| gone.is_certain(&known.entries[at]));
    if is_written {
        let unsure = findings.iter().zip(&of_findings).filter(|(finding, _)| !is_sure(finding));
        let kept = unsure.filter_map(|(_, entry)| *entry).chain(unseen).map(|at| known.entries[at].clone());
        let written = Baseline::of(findings.iter().filter(|finding| is_sure(finding)), found.files, kept);
        replace_file(&file.path, |out| baseline::write(&written, out))
            .map_err(|error| Failure::told(format!("cannot write `{}`: {error}", file.shown)))?;
        let new = findings.iter().zip(&of_findings).filter(|(finding, at)| is_sure(finding) && at.is_none()).count();
        if !options.quiet {
            let (all, path) = (written.entries.len(), plain(&file.shown));
            let findings = if all == 1 { "finding" } else { "findings" };
            writeln!(err, "wrote `{path}`: {all} known {findings}, {new} new, {} removed", fixed.len())?;
        }
    } else if !options.quiet && !fixed.is_empty() {
        tell(options, fixed.iter().map(|&at| &known.entries[at]), err)?;
    }
    let mut covered = of_findings.iter().map(|entry| is_written || entry.is_some());
    let mut known: Vec<Finding> = findings.extract_if(.., |_| covered.next().unwrap_or(false)).collect();
    known.retain(is_sure);
    findings.retain(is_sure);
    Ok(known)
}

/// Tells which findings of the baseline are no longer found.
fn tell<'e>(
    options: &Check,
    fixed: impl ExactSizeIterator<Item = &'e Entry>,
    err: &mut dyn Write,
) -> Result<(), Failure> {
    let count = fixed.len();
    let (findings, are, them) = if count == 1 { ("finding", "is", "it") } else { ("findings", "are", "them") };
    let list = if options.verbose { String::new() } else { format!(", --verbose lists {them}") };
    writeln!(
        err,
        "note: {count} {findings} of the baseline {are} no longer found (--write-baseline removes {them}{list})"
    )?;
    if options.verbose {
        for entry in fixed {
            let resource = entry.resource.as_ref().map(|resource| format!(" ({resource})")).unwrap_or_default();
            let line = format!("{}: no longer found: [{}] {}{resource}", entry.path, entry.rule, entry.message);
            writeln!(err, "{}", plain(&line))?;
        }
    }
    Ok(())
}

/// Files that were renamed since the baseline was written, as far as git knows.
fn renames(root: &Path, baseline: &Path) -> Renames {
    let Ok(baseline) = baseline.canonicalize() else { return Renames::default() };
    let renames = Git::at(root).renames_since_change_of(&baseline.to_string_lossy());
    renames.into_iter().map(|(before, now)| (now, before)).collect()
}

/// Where a run would have found what the baseline knows.
struct Gone<'a> {
    files: &'a Files,
    rules: FxHashSet<&'static str>,
    /// Files that were read as a whole.
    whole: FxHashSet<Arc<str>>,
    /// The PATHs, from the root.
    view: Vec<String>,
}

impl<'a> Gone<'a> {
    fn of(options: &Check, settings: &Settings, found: &Found<'a>, findings: &[Finding]) -> Self {
        let mut whole: FxHashSet<Arc<str>> =
            found.uses.iter().filter(|file| file.reader.is_some()).map(|file| file.path.clone()).collect();
        for gap in found.graph.not_evaluated() {
            whole.remove(&gap.path);
        }
        for broken in findings.iter().filter(|finding| finding.rule == "syntax-error") {
            whole.remove(&found.files.get(broken.place.file).path);
        }
        let here = [PathBuf::from(".")];
        let paths = if options.paths.is_empty() { &here[..] } else { &options.paths };
        let below = |path: &PathBuf| {
            let path = path.canonicalize().ok()?;
            Some(path.strip_prefix(&settings.root).ok()?.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
        };
        Self {
            files: found.files,
            rules: settings.selection.rules.iter().map(|rule| rule.name).collect(),
            whole,
            view: paths.iter().filter_map(below).collect(),
        }
    }

    /// Whether a finding that was not found is certain to be gone: its rule ran, and its file was read or is gone.
    fn is_certain(&self, entry: &Entry) -> bool {
        if !self.rules.contains(&*entry.rule) {
            // The rule of an older version is gone for good.
            return crate::rules::by_name(&entry.rule).is_none();
        }
        let is_below = |folder: &String| {
            folder.is_empty() || entry.path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        self.whole.contains(&entry.path) || !self.files.exists(&entry.path) && self.view.iter().any(is_below)
    }
}
