//! `--changed`: what a run finds that a commit does not have, and what stands on lines that differ from it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Failure;
use crate::{
    baseline::{Baseline, Matched, Renames},
    cli::Check,
    finding::Finding,
    fix::apply::Looked,
    git::{Blob, Git},
    settings::Settings,
    source::{Candidate, Discovery, FileId, Files, MAX_BYTES, is_candidate, text_of},
};

/// What was there before: the findings of the commit that a run is compared with, and the texts of its files.
pub(super) struct Base {
    known: Baseline,
    renames: Renames,
    texts: FxHashMap<Arc<str>, Arc<str>>,
}

impl Base {
    /// Checks the commit that `--changed` names as the run checks the working tree: with its options, and with the files
    /// of today where the commit has no others. `look` reads and checks.
    ///
    /// # Errors
    /// When there is no such commit, or the check fails.
    pub(super) fn of(
        reference: &str,
        settings: &Settings,
        files: &Files,
        discovery: &Discovery,
        look: &dyn Fn(&Files, &Discovery) -> Result<Looked, Failure>,
    ) -> Result<Self, Failure> {
        if files.root().is_none() {
            return Err(Failure::told("--changed compares files, and standard input has no earlier state"));
        }
        let git = Git::at(&settings.root);
        let commit = commit(&git, reference).map_err(Failure::told)?;
        let given: FxHashMap<&str, bool> =
            discovery.candidates.iter().map(|candidate| (&*candidate.path, candidate.named)).collect();
        // A file that is gone may have been renamed.
        let is_wanted = |blob: &Blob| {
            let path = &*blob.path;
            blob.size <= MAX_BYTES && (given.contains_key(path) || is_candidate(path) && !files.exists(path))
        };
        let broken = || Failure::told(format!("git does not tell the files of `{reference}`"));
        let blobs: Vec<Blob> = git.files_of(&commit).ok_or_else(broken)?.into_iter().filter(is_wanted).collect();
        let contents = git.contents(&blobs).ok_or_else(broken)?;
        let texts = blobs.into_iter().zip(contents).filter_map(|(blob, content)| {
            let text = text_of(&blob.path, content?).ok()?;
            Some((blob.path.into(), text))
        });
        let texts: FxHashMap<Arc<str>, Arc<str>> = texts.collect();
        let base = files.changed(texts.iter().map(|(path, text)| (path.clone(), text.clone())));
        let named = |path: &str| given.get(path).copied().unwrap_or(false);
        let mut candidates: Vec<Candidate> =
            texts.keys().map(|path| Candidate { path: path.clone(), named: named(path) }).collect();
        candidates.sort();
        let looked =
            look(&base, &Discovery { candidates, excluded: discovery.excluded.clone(), ..Discovery::default() })?;
        let known = Baseline::of(looked.findings.iter(), &base, std::iter::empty());
        let renames = git.renames_since(&commit).into_iter().map(|(before, now)| (now, before)).collect();
        Ok(Self { known, renames, texts })
    }

    /// Leaves the findings that are new, and those on lines that are.
    pub(super) fn narrow(&self, findings: &mut Vec<Finding>, files: &Files) {
        let Matched { of_findings, .. } = self.known.matched(findings, files, || self.renames.clone());
        let mut new_lines: FxHashMap<FileId, FxHashSet<u32>> = FxHashMap::default();
        let mut known = of_findings.into_iter();
        findings.retain(|finding| {
            if known.next().flatten().is_none() {
                return true;
            }
            let file = finding.place.file;
            let source = files.get(file);
            let lines = new_lines.entry(file).or_insert_with(|| self.new_lines(&source.path, source.raw()));
            let (start, end) = source.positions(finding.place.span);
            (start.line..=end.line).any(|line| lines.contains(&line))
        });
    }

    /// The lines of a file, from 1, that it did not have.
    fn new_lines(&self, path: &str, text: &str) -> FxHashSet<u32> {
        let before = self.renames.get(path).map_or(path, String::as_str);
        let Some(old) = self.texts.get(before) else { return FxHashSet::default() };
        let old: FxHashSet<&str> = old.lines().collect();
        (1..).zip(text.lines()).filter(|(_, line)| !old.contains(line)).map(|(at, _)| at).collect()
    }
}

/// The commit that a name stands for, or the last one that it has in common with what is checked out.
fn commit(git: &Git, reference: &str) -> Result<String, String> {
    let Some(commit) = git.commit(reference) else {
        if git.commit("HEAD").is_none() {
            return Err("--changed needs a git repository with a commit, and there is none here".to_owned());
        }
        let help = "`git fetch` brings what a clone lacks; with actions/checkout, `fetch-depth: 0`";
        return Err(format!("there is no commit `{reference}`\n  help: {help}"));
    };
    git.merge_base(&commit).ok_or_else(|| {
        let help = "`git fetch --unshallow` brings the commits between; with actions/checkout, `fetch-depth: 0`";
        format!("`{reference}` has no commit in common with what is checked out\n  help: {help}")
    })
}

/// The commit that is asked for: by `--changed` alone, the last one.
pub(super) fn reference(options: &Check) -> Option<&str> {
    options.changed.as_ref().map(|reference| reference.as_deref().unwrap_or("HEAD"))
}
