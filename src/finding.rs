//! What a rule found: data, no printing.

use std::{fmt, sync::Arc};

use rustc_hash::FxHashSet;
use serde_json::Value as Json;

use crate::{
    graph::{Input, Key, ResourceId, attr::Attr, value::StepKind},
    source::{Place, Span},
};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Advice,
    /// A risk or a bill that most teams would not want.
    Warning,
    /// Will fail, or certainly loses data or money.
    Error,
}

impl Severity {
    /// Its name: `error`, `warning`, `advice`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How sure it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// It holds in some worlds only.
    Low,
    /// It rests on a default or a heuristic.
    Medium,
    /// Every value is written or constant.
    #[default]
    High,
}

impl Confidence {
    /// Its name: `low`, `medium`, `high`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A second place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What the place is.
    pub message: String,
    /// Where.
    pub place: Place,
    /// The step by which a value came from there, if that is what the place is.
    pub step: Option<StepKind>,
}

impl Label {
    /// The message of a call that leads to what is found.
    pub const CALL: &str = "called here";
}

/// A fact of the catalog on which a finding rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRef {
    /// Id in the catalog: `algorithms/image-classification`.
    pub id: String,
    /// Date of the fact, `YYYY-MM-DD`.
    pub as_of: String,
    /// Where it comes from.
    pub source: String,
}

/// A value or fact on which a finding rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it is: a property path, or a sentence.
    pub what: String,
    /// The value, as text.
    pub value: Option<String>,
    /// Where it is written.
    pub place: Option<Place>,
    /// The fact of the catalog.
    pub fact: Option<FactRef>,
}

/// Which edits a rule's fixes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// The deployment differs only in what the finding names.
    Safe,
    /// It may replace a resource, cost money or change more.
    Unsafe,
}

impl Safety {
    /// Its name: `safe`, `unsafe`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// What a rule wants changed, in the words of the AWS API. How that is written, and whether it may be, is worked out
/// later: see [`Finding::fix_set`].
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// Whether it can be applied without looking.
    pub safety: Safety,
    /// All its changes; they belong together.
    pub changes: Vec<Change>,
}

/// One change of a property.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The resource that has the property; several where they are written at the same place.
    pub resources: Vec<ResourceId>,
    /// Its dotted path.
    pub path: String,
    /// What it is to be; nothing for a property that is to go, or to have another name.
    pub to: Option<Json>,
    /// The name that it is to have; nothing where it keeps its own.
    pub name: Option<&'static str>,
}

impl Remedy {
    /// What mends both of two findings that are shown as one; nothing where they want different things.
    pub fn joined(self, other: Self) -> Option<Self> {
        let same =
            |left: &Change, right: &Change| left.path == right.path && left.to == right.to && left.name == right.name;
        let alike = self.changes.len() == other.changes.len()
            && self.changes.iter().zip(&other.changes).all(|(left, right)| same(left, right));
        if !alike {
            return None;
        }
        let join = |(mut left, right): (Change, Change)| {
            let more: Vec<ResourceId> = right.resources.into_iter().filter(|id| !left.resources.contains(id)).collect();
            left.resources.extend(more);
            left
        };
        let changes = self.changes.into_iter().zip(other.changes).map(join).collect();
        Some(Self { safety: self.safety.max(other.safety), changes })
    }
}

/// A replacement of bytes of a file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Where.
    pub place: Place,
    /// What stands there afterwards.
    pub replacement: String,
}

/// What mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it can be applied without looking.
    pub safety: Safety,
    /// What it does, in a few words: ``add `RootAccess: Disabled` ``.
    pub title: String,
    /// All its edits; they belong together.
    pub edits: Vec<Edit>,
}

/// A resource for whose sake another one is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Which.
    pub key: Key,
    /// Where its head is.
    pub place: Place,
}

/// Workloads that a finding shows.
const WORKLOADS_SHOWN: usize = 5;

/// One fault, at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Name of the rule; the engine sets it.
    pub rule: &'static str,
    /// How bad; the engine sets the rule's default unless the rule chose its second severity.
    pub severity: Option<Severity>,
    /// How sure; the engine lowers it by what the values rest on, and by the worlds.
    pub confidence: Confidence,
    /// What is wrong: one line, lower case, no full stop.
    pub message: String,
    /// Where it shows.
    pub place: Place,
    /// Why, at that place.
    pub label: String,
    /// Places that explain it.
    pub related: Vec<Label>,
    /// What to do, imperative; lines after the first are details.
    pub help: String,
    /// The resource it is about.
    pub resource: Option<(Key, Arc<str>)>,
    /// Dotted path of the property it is about: part of the fingerprint.
    pub property: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What the rule wants changed.
    pub remedy: Option<Remedy>,
    /// What mends it: edits that may be applied; nothing where the remedy cannot be written.
    pub fix: Option<Fix>,
    /// Findings of a rule with the same group are one story.
    pub group: String,
    /// The branch in which it holds, if not in all.
    pub branch: Option<String>,
    /// Other resources that raise the same finding at the same place.
    pub also: Vec<Key>,
    /// The workloads for whose sake it is one, where a resource serves several: it holds as long as one is left.
    pub workloads: Vec<Workload>,
    /// Number among the findings that are equal but for their place; the engine sets it.
    pub ordinal: u32,
    /// Stable identity; the engine sets it.
    pub fingerprint: String,
}

impl Finding {
    /// A finding at a place.
    pub fn at(place: Place, message: impl Into<String>) -> Self {
        Self {
            rule: "",
            severity: None,
            confidence: Confidence::High,
            message: message.into(),
            place,
            label: String::new(),
            related: Vec::new(),
            help: String::new(),
            resource: None,
            property: String::new(),
            evidence: Vec::new(),
            remedy: None,
            fix: None,
            group: String::new(),
            branch: None,
            also: Vec::new(),
            workloads: Vec::new(),
            ordinal: 0,
            fingerprint: String::new(),
        }
    }

    /// A finding about a property: at the place that sets it (or that should), with a second label where the value
    /// comes from if it came through a variable, parameter or dict, or where the dict is that lacks it.
    pub fn on(attr: &Attr<'_>, message: impl Into<String>) -> Self {
        let mut finding = Self::at(attr.place(), message);
        finding.property = attr.path().to_owned();
        if let Some((place, step, message)) = attr.source() {
            finding.related.push(Label { message, place, step: Some(step) });
        }
        if let Some(place) = attr.request() {
            let is_request = attr.subject().resource().input == Input::Api;
            let what = if is_request { "the request is" } else { "the arguments are" };
            finding = finding.related(place, format!("{what} written here"));
        }
        finding.evidence(attr)
    }

    /// Why, at the place of the finding.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// A second place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Label { message: message.into(), place, step: None });
        self
    }

    /// A second place: a property that plays a part, if it is written; and the value behind it as evidence.
    #[must_use]
    pub fn because(mut self, attr: &Attr<'_>, message: impl Into<String>) -> Self {
        if attr.is_written() {
            self = self.related(attr.place(), message);
        }
        self.evidence(attr)
    }

    /// The workloads for whose sake it is a finding: the first ones are shown, the others counted.
    #[must_use]
    pub fn for_workloads(mut self, workloads: Vec<Workload>) -> Self {
        self.workloads = workloads;
        self.show_workloads();
        self
    }

    /// The resources that raise it.
    pub fn subjects(&self) -> impl Iterator<Item = &Key> {
        self.resource.iter().map(|(key, _)| key).chain(&self.also)
    }

    /// Takes resources that raise it away; whether any is left. The first that is left is the one it is about.
    pub fn drop_subjects(&mut self, gone: impl Fn(&Key) -> bool) -> bool {
        self.also.retain(|key| !gone(key));
        let Some((first, _)) = &mut self.resource else { return false };
        if gone(first) {
            if self.also.is_empty() {
                return false;
            }
            *first = self.also.remove(0);
        }
        true
    }

    /// Takes workloads away; whether any is left.
    pub fn drop_workloads(&mut self, gone: impl Fn(&Workload) -> bool) -> bool {
        let (dropped, left): (Vec<_>, Vec<_>) = std::mem::take(&mut self.workloads).into_iter().partition(gone);
        if !dropped.is_empty() {
            let places: FxHashSet<Place> = dropped.iter().chain(&left).map(|workload| workload.place).collect();
            self.related.retain(|label| !places.contains(&label.place));
        }
        self.workloads = left;
        if !dropped.is_empty() {
            self.show_workloads();
        }
        !self.workloads.is_empty()
    }

    fn show_workloads(&mut self) {
        let shown = self.workloads.len().min(WORKLOADS_SHOWN);
        for (at, workload) in self.workloads.iter().enumerate().take(shown) {
            let more = self.workloads.len() - shown;
            let others = match more {
                _ if at + 1 < shown => String::new(),
                0 => String::new(),
                1 => ", and so does 1 more workload".to_owned(),
                _ => format!(", and so do {more} more workloads"),
            };
            let message = format!("`{}` runs in it{others}", workload.key.id);
            self.related.push(Label { message, place: workload.place, step: None });
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The rule's second severity in place of its default.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// At most this sure.
    #[must_use]
    pub fn at_most(mut self, confidence: Confidence) -> Self {
        self.confidence = self.confidence.min(confidence);
        self
    }

    /// A fact of the catalog that it rests on.
    #[must_use]
    pub fn fact(mut self, what: impl Into<String>, fact: FactRef) -> Self {
        self.evidence.push(Evidence { what: what.into(), value: None, place: None, fact: Some(fact) });
        self
    }

    /// A value that it rests on.
    #[must_use]
    pub fn evidence(mut self, attr: &Attr<'_>) -> Self {
        if let Some(value) = attr.display() {
            let place = attr.origin().map(|origin| origin.place);
            self.evidence.push(Evidence { what: attr.path().to_owned(), value: Some(value), place, fact: None });
        }
        self
    }

    /// What mends it: the property is to have this value. It is written where it belongs, in the words of the file
    /// (`RootAccess: Disabled`, `root_access = "Disabled"`), in place of the literal that is there or as a new entry. Where
    /// that cannot be done truthfully (the literal has other uses, the file is generated, a condition is in the way) the
    /// finding has no fix and its help stands alone. Called twice, both changes belong to one fix.
    #[must_use]
    pub fn fix_set(self, attr: &Attr<'_>, value: impl Into<Json>, safety: Safety) -> Self {
        self.wants(attr, Some(value.into()), None, safety)
    }

    /// What mends it: the entry, argument or block that sets the property is to go. See [`Finding::fix_set`].
    #[must_use]
    pub fn fix_remove(self, attr: &Attr<'_>, safety: Safety) -> Self {
        self.wants(attr, None, None, safety)
    }

    /// What mends it: the entry or argument that sets the property is to have another name, and its value stays. See
    /// [`Finding::fix_set`].
    #[must_use]
    pub fn fix_rename(self, attr: &Attr<'_>, name: &'static str, safety: Safety) -> Self {
        self.wants(attr, None, Some(name), safety)
    }

    fn wants(mut self, attr: &Attr<'_>, to: Option<Json>, name: Option<&'static str>, safety: Safety) -> Self {
        let change = Change { resources: vec![attr.subject().id()], path: attr.path().to_owned(), to, name };
        let remedy = self.remedy.get_or_insert_with(|| Remedy { safety, changes: Vec::new() });
        remedy.safety = remedy.safety.max(safety);
        remedy.changes.push(change);
        self
    }

    /// What mends it, as edits of the text at places that the graph has; for what is no property of a resource.
    #[must_use]
    pub fn fix(mut self, safety: Safety, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { safety, title: title.into(), edits });
        self
    }

    /// Span of the finding in its file's text.
    pub fn span(&self) -> Span {
        self.place.span
    }
}
