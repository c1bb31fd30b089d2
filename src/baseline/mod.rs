//! The baseline: a file of findings that are known, so that only new ones are shown.

mod moved;
mod write;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

pub use moved::Renames;
pub use write::write;

use crate::{
    finding::Finding,
    source::{Files, Mistake, Source, Span},
    syntax::{
        json,
        tree::{Kind, Node},
    },
};

/// The version of the file that is written, and the only one that is read.
pub const VERSION: u32 = 1;
/// The file where nobody names another.
pub const FILE: &str = "mllint-baseline.json";

/// Findings that are known.
#[derive(Debug, Default)]
pub struct Baseline {
    /// They, in the order of the file; a fingerprint is there once.
    pub entries: Vec<Entry>,
}

/// A finding that is known. Only its fingerprint counts; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path of the file, from the root.
    pub path: Arc<str>,
    /// Name of the rule.
    pub rule: Arc<str>,
    /// Address of the resource, if there is one.
    pub resource: Option<Arc<str>>,
    /// What the finding says.
    pub message: Arc<str>,
    /// Identity of the finding.
    pub fingerprint: Arc<str>,
}

/// What a baseline and the findings of a run have to do with each other.
#[derive(Debug, Default)]
pub struct Matched {
    /// For each finding, the number of the entry that covers it.
    pub of_findings: Vec<Option<usize>>,
    /// Numbers of the entries that cover no finding.
    pub idle: Vec<usize>,
}

impl Entry {
    fn of(finding: &Finding, files: &Files) -> Self {
        let resource = finding.resource.as_ref().map(|(key, _)| key.address());
        Self {
            path: files.get(finding.place.file).path.clone(),
            rule: finding.rule.into(),
            resource,
            message: finding.message.as_str().into(),
            fingerprint: finding.fingerprint.as_str().into(),
        }
    }
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it: it is no JSON, of a version that is not known, or has no list of findings.
    pub fn read(source: &Source) -> Result<Self, Mistake> {
        let tree = json::parse(source.text());
        // A comma behind the last entry is what a merge leaves: the tree is whole without it.
        if let Some(fault) = tree.faults.first().filter(|_| tree.root().is_none()) {
            return Err(Mistake {
                span: fault.span,
                message: "the baseline is not JSON".to_owned(),
                label: fault.message.clone(),
                help: AGAIN.to_owned(),
            });
        }
        let Some(root) = tree.root() else {
            return Err(mistake(Span::new(0, 0), "the baseline is empty", "nothing stands here"));
        };
        let Some(version) = root.get("version") else {
            return Err(mistake(start(root.span()), "the baseline has no version", "expected `\"version\": 1`"));
        };
        match version.kind() {
            Kind::Number(number, _) if number == f64::from(VERSION) => {}
            Kind::Number(number, written) if number > f64::from(VERSION) => {
                return Err(Mistake {
                    span: version.span(),
                    message: format!("the baseline is of version {written}"),
                    label: format!("this mllint reads version {VERSION}"),
                    help: format!("use a newer mllint; or {AGAIN}"),
                });
            }
            _ => return Err(mistake(version.span(), "the version of the baseline is unknown", "expected 1")),
        }
        let findings = root.get("findings").filter(|findings| findings.kind() == Kind::Sequence);
        let Some(findings) = findings else {
            return Err(mistake(
                start(root.span()),
                "the baseline has no list of findings",
                "expected `\"findings\": […]`",
            ));
        };
        let mut known = FxHashSet::default();
        let mut baseline = Self::default();
        for item in findings.items() {
            let entry = entry(item)?;
            // Two branches may each have added the same line.
            if known.insert(entry.fingerprint.clone()) {
                baseline.entries.push(entry);
            }
        }
        Ok(baseline)
    }

    /// Finds the entry for each finding: the one with its fingerprint, else one that had it before its file was
    /// renamed or moved. An entry covers one finding.
    ///
    /// `renames` is asked at most once, and only where an entry names a file that is gone.
    pub fn matched(&self, findings: &[Finding], files: &Files, renames: impl FnOnce() -> Renames) -> Matched {
        let mut by_fingerprint: FxHashMap<&str, usize> =
            self.entries.iter().enumerate().map(|(at, entry)| (&*entry.fingerprint, at)).collect();
        let mut of_findings: Vec<Option<usize>> =
            findings.iter().map(|finding| by_fingerprint.remove(finding.fingerprint.as_str())).collect();
        if !by_fingerprint.is_empty() && of_findings.contains(&None) {
            let idle = by_fingerprint.into_iter().map(|(fingerprint, at)| (fingerprint, &*self.entries[at].path, at));
            moved::find(idle, findings, &mut of_findings, files, renames);
        }
        let used: FxHashSet<usize> = of_findings.iter().flatten().copied().collect();
        let idle = (0..self.entries.len()).filter(|at| !used.contains(at)).collect();
        Matched { of_findings, idle }
    }
}

/// What to do about a baseline that cannot be used.
const AGAIN: &str = "delete the file, and write it again with --write-baseline";

fn mistake(span: Span, message: &str, label: &str) -> Mistake {
    Mistake { span, message: message.to_owned(), label: label.to_owned(), help: AGAIN.to_owned() }
}

/// The first character of a span.
fn start(span: Span) -> Span {
    Span { start: span.start, end: span.end.min(span.start + 1) }
}

fn entry(item: Node<'_>) -> Result<Entry, Mistake> {
    let text = |key: &str| item.get(key).and_then(Node::text).map(Arc::from);
    let Some(fingerprint) = text("fingerprint") else {
        return Err(mistake(
            start(item.span()),
            "an entry of the baseline has no fingerprint",
            "expected `\"fingerprint\": \"v1:…\"`",
        ));
    };
    Ok(Entry {
        path: text("path").unwrap_or_default(),
        rule: text("rule").unwrap_or_default(),
        resource: text("resource"),
        message: text("message").unwrap_or_default(),
        fingerprint,
    })
}

/// The name of a file.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
