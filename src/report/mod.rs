//! What a run found, as plain data that each format prints in its own way.

pub mod concise;
pub mod cost;
mod excerpt;
pub mod explain;
mod fold;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod markdown;
mod notes;
mod paths;
pub mod pretty;
pub mod rules;
pub mod sarif;
pub mod show_files;
pub mod statistics;
pub mod terminal;
mod visible;

use std::{
    borrow::Cow,
    fmt,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
    sync::Arc,
};

pub use fold::Fold;
pub use notes::{notes, unread};
pub use paths::Paths;
use rustc_hash::FxHashSet;

use crate::{
    cost::finding::Costs,
    finding::{Finding, Safety, Severity},
    graph::{
        Graph, Key, NotEvaluated,
        fact::{Fact, FactKind},
    },
    rules::{Check, by_name},
    source::{Discovery, Files, Place, replace},
    suppress::Silenced,
};

/// Everything a format may print.
#[derive(Clone)]
pub struct Report<'a> {
    /// The findings to print, sorted by path, offset and rule.
    pub findings: &'a [Finding],
    /// The findings that allowances silence.
    pub silenced: &'a [Silenced],
    /// How many findings the baseline knows; they are not among those to print.
    pub baselined: usize,
    /// How many findings were mended before; nothing where that was not asked for.
    pub fixed: Option<usize>,
    /// Files that could not be read, with the reason.
    pub unreadable: &'a [(Arc<str>, String)],
    /// All files.
    pub files: &'a Files,
    /// The graph.
    pub graph: &'a Graph,
    /// What became of each file.
    pub uses: &'a [FileUse],
    /// Which files were looked at.
    pub discovery: &'a Discovery,
    /// How paths are shown.
    pub paths: Paths,
    /// What is folded.
    pub fold: Fold,
    /// What findings cost, by fingerprint.
    pub costs: Arc<Costs>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileUse {
    /// Path from the root.
    pub path: Arc<str>,
    /// The reader that read it.
    pub reader: Option<&'static str>,
    /// Why none did, or why not all of it was read.
    pub why: Option<String>,
    /// The file that imports it, of a file that was read only as a module of another.
    pub importer: Option<Arc<str>>,
}

/// What the summary counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files that a reader read.
    pub files: usize,
    /// Resources.
    pub resources: usize,
    /// Findings by severity.
    pub errors: usize,
    /// See `errors`.
    pub warnings: usize,
    /// See `errors`.
    pub advice: usize,
    /// Findings that carry a fix.
    pub fixable: usize,
    /// Findings that allowances silence.
    pub suppressed: usize,
    /// Findings that the baseline knows.
    pub baselined: usize,
    /// Those of them whose fix is safe.
    pub safely: usize,
}

impl Report<'_> {
    /// Counts what is shown.
    pub fn counts(&self) -> Counts {
        let of = |wanted| self.findings.iter().filter(|finding| severity(finding) == wanted).count();
        Counts {
            files: self.uses.iter().filter(|file| file.reader.is_some()).count(),
            resources: self.graph.deployed(),
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            advice: of(Severity::Advice),
            fixable: self.findings.iter().filter(|finding| finding.fix.is_some()).count(),
            suppressed: self.silenced.len(),
            baselined: self.baselined,
            safely: self.findings.iter().filter(|finding| fixed_by(finding) == Some("--fix")).count(),
        }
    }

    /// What is shown in numbers: the findings, and what they add up to.
    pub fn summary(&self) -> String {
        format!("{}{}", self.counts(), self::cost::finding::added_up(self))
    }

    /// What could not be evaluated: what the readers say, and each file or cell that is broken where no finding tells.
    fn gaps(&self) -> Vec<NotEvaluated> {
        let told: FxHashSet<Place> =
            self.findings.iter().filter(|finding| is_of_fault(finding)).map(|f| f.place).collect();
        let broken = self.graph.facts().iter().filter_map(|fact| match fact {
            Fact::Fault(fault) if !fault.readable && !told.contains(&fault.place) => Some(NotEvaluated {
                path: fault.path.clone(),
                place: Some(fault.place),
                kind: "file",
                what: format!("{} text", fault.language),
                why: fault.message.clone(),
            }),
            _ => None,
        });
        let mut gaps: Vec<NotEvaluated> = self.graph.not_evaluated().iter().cloned().chain(broken).collect();
        gaps.sort();
        gaps
    }

    /// A place as people write it: `path:line:column`, in a notebook `path:cell 4:line:column`.
    fn spot(&self, place: Place) -> String {
        let source = self.files.get(place.file);
        let path = self.paths.show(&source.path);
        let path = visible::line(&path);
        if let Some(at) = source.cells().and_then(|cells| cells.position(source.text(), place.span.start)) {
            return format!("{path}:cell {}:{}:{}", at.index, at.line, at.column);
        }
        let at = source.position(place.span.start);
        format!("{path}:{}:{}", at.line, at.column)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found: Vec<String> = [
            (self.errors > 0).then(|| counted(self.errors, "error")),
            (self.warnings > 0).then(|| counted(self.warnings, "warning")),
            (self.advice > 0).then(|| format!("{} advice", self.advice)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
        let silent: Vec<String> = [(self.suppressed, "suppressed"), (self.baselined, "in the baseline")]
            .into_iter()
            .filter(|&(count, _)| count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let silent = if silent.is_empty() { String::new() } else { format!(" ({})", silent.join(", ")) };
        let fixable = match (self.safely, self.fixable - self.safely) {
            (0, 0) => String::new(),
            (safe, 0) => format!(" ({safe} fixable with --fix)"),
            (0, all) => format!(" ({all} fixable with --fix --unsafe-fixes)"),
            (safe, more) => format!(" ({safe} fixable with --fix, {more} more with --unsafe-fixes)"),
        };
        let (resources, files) = (counted(self.resources, "resource"), counted(self.files, "file"));
        write!(f, "{found}{fixable}{silent} in {resources} of {files}")
    }
}

/// The options that apply the fix of a finding, if it has one.
fn fixed_by(finding: &Finding) -> Option<&'static str> {
    finding.fix.as_ref().map(|fix| match fix.safety {
        Safety::Safe => "--fix",
        Safety::Unsafe => "--fix --unsafe-fixes",
    })
}

/// Whether a finding tells that something cannot be read.
fn is_of_fault(finding: &Finding) -> bool {
    by_name(finding.rule).is_some_and(|rule| matches!(rule.check, Check::Code(FactKind::Fault, _)))
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The severity of a finding; the engine has set it.
pub fn severity(finding: &Finding) -> Severity {
    finding.severity.unwrap_or(Severity::Warning)
}

/// The branch that a finding holds in, as the end of its message.
fn only_when(finding: &Finding) -> String {
    finding.branch.as_ref().map(|branch| format!(" (only when {branch})")).unwrap_or_default()
}

/// Which resource a finding is about, where its id says little, and which others have the same finding, in words.
fn also(report: &Report<'_>, finding: &Finding) -> Option<String> {
    let named = finding.resource.as_ref().and_then(|(key, _)| report.graph.name(key));
    let named = named.map(|name| format!("it is `{name}` of the CDK application"));
    let parts: Vec<String> = named.into_iter().chain(same_for(report, finding)).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Other resources with the same finding, in words. Those of another unit are told by it as well: two roots that call
/// one module have the same addresses.
fn same_for(report: &Report<'_>, finding: &Finding) -> Option<String> {
    const SHOWN: usize = 3;
    let own = finding.resource.as_ref().map(|(key, _)| &key.unit);
    let address = |key: &Key| report.graph.name(key).map_or_else(|| key.address(), Into::into);
    let name = |key: &Key| match own {
        Some(own) if *own != key.unit => format!("`{}` of `{}`", address(key), report.paths.show(&key.unit)),
        _ => format!("`{}`", address(key)),
    };
    let names: Vec<String> = finding.also.iter().take(SHOWN).map(name).collect();
    let more = finding.also.len().saturating_sub(SHOWN);
    match (names.as_slice(), more) {
        ([], _) => None,
        ([one], _) => Some(format!("the same for {one}")),
        ([first @ .., last], 0) => Some(format!("the same for {} and {last}", first.join(", "))),
        (names, more) => Some(format!("the same for {} and {more} more", names.join(", "))),
    }
}

/// A text for one line of a terminal: control characters become symbols.
pub fn plain(text: &str) -> Cow<'_, str> {
    visible::line(text)
}

/// The same for a text of several lines.
pub fn plain_lines(text: &str) -> Cow<'_, str> {
    visible::lines(text)
}

/// Writes a file beside the old one, which it then replaces in one step: whatever happens, one of the two is whole.
/// A link stays one, and so does the mode.
///
/// # Errors
/// When it cannot be written.
pub fn replace_file(path: &Path, print: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let old = fs::metadata(&real).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return write_file(&real, print);
    }
    replace(&real, old.map(|old| old.permissions()), print)
}

/// Writes a file.
///
/// # Errors
/// When it cannot be written.
pub fn write_file(path: &Path, print: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    print(&mut file)?;
    file.flush()
}
