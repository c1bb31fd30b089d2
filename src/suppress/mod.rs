//! Which findings are silenced, by comments, metadata and the configuration; and which silencers are idle or wrong.

mod collect;
mod comment;
mod cover;
mod judge;
mod outline;

pub use cover::is_named;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    check::{self, Checked, Undecided},
    date::Date,
    finding::Finding,
    graph::{Graph, NotEvaluated},
    rules::Rule,
    source::{FileId, Files, Globs, Place},
    suppress::{collect::Allowance, cover::Cover, outline::Outline},
};

/// An `[[allow]]` of the configuration. It covers the findings of its rule that match its path and its resource.
#[derive(Clone, Debug)]
pub struct ConfigAllowance {
    /// The rule.
    pub rule: &'static Rule,
    /// Files, by their paths from the root; nothing for all files.
    pub path: Option<Globs>,
    /// Resources, by id or address: `*` stands for any text. Nothing for all resources.
    pub resource: Option<Arc<str>>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub expires: Option<Date>,
    /// Where it is written, in a file that is among the [`Files`] of the run.
    pub place: Place,
}

/// How much of the project a run looks at: what is not looked at may be what an allowance is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// All below the root.
    Whole,
    /// Some files and folders below the root.
    Part,
    /// Less than what was read is reported: no allowance is called unused.
    Narrowed,
}

/// What suppression works with.
pub struct Input<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// All files.
    pub files: &'a Files,
    /// Paths of the files that a reader read.
    pub read: Vec<Arc<str>>,
    /// The allowances of the configuration.
    pub config: &'a [ConfigAllowance],
    /// The rules that ran.
    pub rules: &'a [&'static Rule],
    /// Today.
    pub today: Date,
    /// How much is looked at.
    pub view: View,
}

/// What suppression brought.
#[derive(Debug, Default)]
pub struct Suppressed {
    /// The findings that are left and those about allowances, sorted by path, offset and rule.
    pub findings: Vec<Finding>,
    /// The findings that are silenced, in the same order.
    pub silenced: Vec<Silenced>,
    /// The checks that would have had to read too much.
    pub not_evaluated: Vec<NotEvaluated>,
}

/// A finding that an allowance covers.
#[derive(Clone, Debug)]
pub struct Silenced {
    /// The finding.
    pub finding: Finding,
    /// Why, if the allowance says it.
    pub reason: Option<String>,
    /// The allowance.
    pub by: Place,
}

/// Everything that one run knows while it silences.
struct Run<'a> {
    input: &'a Input<'a>,
    /// The allowances in files, those of one file together and in order.
    allowances: Vec<Allowance>,
    /// Their files, with what the comments in them may belong to.
    outlines: FxHashMap<FileId, Outline>,
    undecided: Undecided,
}

/// The files that were read, and those that hold something of what was: the blocks of a plan stand in files that may have
/// been opened for their places alone.
fn shown(input: &Input<'_>, findings: &[Finding]) -> Vec<Arc<str>> {
    let mut files: FxHashSet<FileId> = findings.iter().map(|finding| finding.place.file).collect();
    for resource in input.graph.resources() {
        files.extend(resource.callers.iter().chain([&resource.place]).map(|place| place.file));
    }
    let mut paths: Vec<Arc<str>> = files.into_iter().map(|file| input.files.get(file).path.clone()).collect();
    paths.extend(input.read.iter().cloned());
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Silences what allowances cover, and adds findings about allowances that are unused, unknown, expired or malformed.
/// Fingerprints stay as they are.
pub fn apply(input: &Input<'_>, checked: Checked) -> Suppressed {
    let Checked { findings, implied, not_evaluated, undecided } = checked;
    let (allowances, outlines) = collect::collect(input.files, &shown(input, &findings));
    if allowances.is_empty() && input.config.is_empty() {
        return Suppressed { findings, silenced: Vec::new(), not_evaluated };
    }
    let run = Run { input, allowances, outlines, undecided };
    let mut cover = Cover::of(&run);
    for finding in implied {
        // An allowance of what another finding implies is in use: without it, mending the other would bring this back.
        drop(cover.silence(finding));
    }
    let (mut left, mut silenced) = (Vec::with_capacity(findings.len()), Vec::new());
    let mut silence = |cover: &mut Cover<'_>, findings: Vec<Finding>, left: &mut Vec<Finding>| {
        for finding in findings {
            match cover.silence(finding) {
                Ok(silent) => silenced.push(silent),
                Err(finding) => left.push(*finding),
            }
        }
    };
    silence(&mut cover, findings, &mut left);
    let facts = judge::of_findings(&run, &cover, &left);
    let about = check::of_facts(input.graph, input.files, input.rules, &facts);
    // What is said of allowances can be allowed as well, once: what is said of those allowances stands.
    silence(&mut cover, about, &mut left);
    let facts = judge::of_allowances(&run, &cover);
    left.extend(check::of_facts(input.graph, input.files, input.rules, &facts));
    check::sort(input.files, &mut left);
    silenced.sort_by(|one, other| {
        let key =
            |silent: &Silenced| (input.files.get(silent.finding.place.file).path.clone(), silent.finding.place.span);
        (key(one), one.finding.rule).cmp(&(key(other), other.finding.rule))
    });
    Suppressed { findings: left, silenced, not_evaluated }
}
