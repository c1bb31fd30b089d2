//! Fixes applied round after round, in memory, until none is left. What a fix breaks is taken back.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    finding::{Finding, Safety},
    graph::fact::Fact,
    read::Outcome,
    source::Files,
    suppress::Silenced,
    syntax::text::{TextEdit, edited},
};

/// A fix may make room for another one, but not for ever.
const MAX_ROUNDS: usize = 50;

/// What was read of some files, and what is found in it.
#[derive(Debug, Default)]
pub struct Looked {
    /// What was read.
    pub outcome: Outcome,
    /// The findings that are shown, with their fixes.
    pub findings: Vec<Finding>,
    /// The findings that allowances silence.
    pub silenced: Vec<Silenced>,
    /// How many findings the baseline knows.
    pub baselined: usize,
}

/// What applying brought.
pub struct Fixed {
    /// The files with their new texts.
    pub files: Files,
    /// What is read and found in these.
    pub view: Looked,
    /// The files that differ, by path.
    pub changes: BTreeMap<Arc<str>, Changed>,
    /// Findings that were mended.
    pub count: usize,
    /// Fixes that were taken back, and why: faults of ours.
    pub faults: Vec<String>,
}

/// A file before and after.
pub struct Changed {
    /// Its text as it was read.
    pub old: Arc<str>,
    /// Its text with all fixes.
    pub new: Arc<str>,
}

/// Applies all fixes up to a kind, to those that other fixes make possible. `look` reads and checks. Nothing is written.
pub fn to_fixpoint(files: Files, allowed: Safety, look: &dyn Fn(&Files) -> Looked) -> Fixed {
    let view = look(&files);
    let mut run = Run { allowed, banned: FxHashSet::default(), careful: FxHashSet::default(), faults: Vec::new() };
    let mut fixed = Fixed { files, view, changes: BTreeMap::new(), count: 0, faults: Vec::new() };
    for _ in 0..MAX_ROUNDS {
        let round = run.choose(&fixed);
        if round.numbers.is_empty() {
            fixed.faults = run.faults;
            return fixed;
        }
        let Some(texts) = round.texts(&fixed.files) else { break };
        let files = fixed.files.changed(texts.iter().map(|(path, text)| (path.clone(), text.clone())));
        let view = look(&files);
        if run.refuses(&fixed, &view, &round) {
            continue;
        }
        for (path, new) in texts {
            let old = || fixed.files.read(&path).map_or_else(|_| Arc::from(""), |source| source.raw().into());
            let old = fixed.changes.get(&path).map_or_else(old, |changed| changed.old.clone());
            fixed.changes.insert(path, Changed { old, new });
        }
        fixed.changes.retain(|_, changed| changed.old != changed.new);
        fixed.count += round.numbers.len();
        (fixed.files, fixed.view) = (files, view);
    }
    run.faults.push(format!("there were still fixes to apply after {MAX_ROUNDS} rounds"));
    fixed.faults = run.faults;
    fixed
}

/// What is known over the rounds.
struct Run {
    allowed: Safety,
    /// Fingerprints of findings whose fix did harm, or no good.
    banned: FxHashSet<String>,
    /// Files of which only one fix is applied at a time.
    careful: FxHashSet<Arc<str>>,
    faults: Vec<String>,
}

/// The fixes of one round.
#[derive(Default)]
struct Round {
    /// Which findings they mend.
    numbers: Vec<usize>,
    /// Their edits in bytes of the raw files.
    edits: BTreeMap<Arc<str>, Vec<TextEdit>>,
}

impl Run {
    /// As many fixes as there is room for; each whole.
    fn choose(&self, fixed: &Fixed) -> Round {
        let mut round = Round::default();
        for (number, finding) in fixed.view.findings.iter().enumerate() {
            let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety <= self.allowed) else { continue };
            if self.banned.contains(&finding.fingerprint) {
                continue;
            }
            let edits = fix.edits.iter().map(|edit| {
                let source = fixed.files.get(edit.place.file);
                let (span, text) = source.raw_edit(edit.place.span, &edit.replacement);
                (source.path.clone(), TextEdit { span, text })
            });
            let edits: Vec<(Arc<str>, TextEdit)> = edits.collect();
            let known =
                |(path, edit): &(Arc<str>, TextEdit)| round.edits.get(path).is_some_and(|others| others.contains(edit));
            // The same literal of another finding.
            let is_done = !edits.is_empty() && edits.iter().all(known);
            let fits = |(path, edit): &(Arc<str>, TextEdit)| match round.edits.get(path) {
                Some(_) if self.careful.contains(path) => false,
                Some(others) => {
                    others.iter().all(|other| edit.span.end < other.span.start || other.span.end < edit.span.start)
                }
                None => true,
            };
            if !is_done && !edits.iter().all(fits) {
                continue;
            }
            round.numbers.push(number);
            if !is_done {
                edits.into_iter().for_each(|(path, edit)| round.edits.entry(path).or_default().push(edit));
            }
        }
        round
    }

    /// Whether a round does harm or no good. What it is about is then applied with more care, or not at all.
    fn refuses(&mut self, before: &Fixed, after: &Looked, round: &Round) -> bool {
        let broken = |view: &Looked, path: &Arc<str>| {
            let of = |fact: &&Fact| matches!(fact, Fact::Fault(fault) if fault.path == *path);
            let is_read = view.outcome.files.iter().any(|file| file.path == *path && file.reader.is_some());
            (view.outcome.graph.facts().iter().filter(of).count(), !is_read)
        };
        let broken: FxHashSet<&Arc<str>> =
            round.edits.keys().filter(|path| broken(after, path) > broken(&before.view, path)).collect();
        let findings = || round.numbers.iter().map(|&number| &before.view.findings[number]);
        let touches = |finding: &Finding, path: &Arc<str>| {
            let places = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.place.file);
            places.into_iter().any(|file| before.files.get(file).path == *path)
        };
        for path in &broken {
            let those: Vec<&Finding> = findings().filter(|finding| touches(finding, path)).collect();
            match those[..] {
                [one] => self.ban(one, &format!("`{path}` could not be read after it")),
                _ => drop(self.careful.insert((*path).clone())),
            }
        }
        if !broken.is_empty() {
            return true;
        }
        let counts = |findings: &[Finding]| {
            let mut counts: FxHashMap<&'static str, usize> = FxHashMap::default();
            findings.iter().for_each(|finding| *counts.entry(finding.rule).or_default() += 1);
            counts
        };
        let (old, new) = (counts(&before.view.findings), counts(&after.findings));
        let left: FxHashSet<&str> = after.findings.iter().map(|finding| &*finding.fingerprint).collect();
        let mut mended: FxHashMap<&'static str, usize> = FxHashMap::default();
        findings().for_each(|finding| *mended.entry(finding.rule).or_default() += 1);
        let useless: Vec<&Finding> = findings()
            .filter(|finding| {
                let count = |counts: &FxHashMap<&str, usize>| counts.get(finding.rule).copied().unwrap_or(0);
                // One finding less of its rule: its fingerprint may be another's now.
                left.contains(&*finding.fingerprint) && count(&new) + count(&mended) > count(&old)
            })
            .collect();
        useless.iter().for_each(|finding| self.ban(finding, "it was still found after it"));
        !useless.is_empty()
    }

    fn ban(&mut self, finding: &Finding, why: &str) {
        if self.banned.insert(finding.fingerprint.clone()) {
            self.faults.push(format!("a fix of `{}` was taken back: {why}", finding.rule));
        }
    }
}

impl Round {
    /// The new texts of the files; nothing where the edits do not fit, which they do.
    fn texts(&self, files: &Files) -> Option<BTreeMap<Arc<str>, Arc<str>>> {
        let text = |(path, edits): (&Arc<str>, &Vec<TextEdit>)| {
            let source = files.read(path).ok()?;
            Some((path.clone(), Arc::from(edited(source.raw(), edits)?)))
        };
        self.edits.iter().map(text).collect()
    }
}
