//! `--format json`, version 1: a frozen shape of its own. Keys may be added, never changed.

use std::{io, sync::Arc};

use serde::Serialize;

use crate::{
    finding::{Evidence, Finding},
    graph::{Key, NotEvaluated},
    report::{
        Paths, Report,
        cost::finding::{CostShape, SumShape},
        severity,
    },
    source::{Files, Place, Position},
};

/// The JSON Schema of this format.
pub const SCHEMA: &str = include_str!("schema.json");

/// Prints the whole report as one JSON object.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let gaps = report.gaps();
    let shape = Shape::of(report, &gaps);
    serde_json::to_writer_pretty(&mut *out, &shape)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Shape<'a> {
    version: u32,
    tool: Tool,
    root: String,
    findings: Vec<FindingShape<'a>>,
    summary: Summary<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct FindingShape<'a> {
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    severity: &'a str,
    confidence: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    group: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_when: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    help: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<ResourceShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Arc<str>>,
    location: Location,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixShape<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<EvidenceShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<CostShape<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct ResourceShape<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    kind: &'a str,
    unit: String,
}

/// A place, as JSON has it.
#[derive(Serialize)]
pub(super) struct Location {
    path: String,
    start: Point,
    end: Point,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<CellPoint>,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize)]
struct CellPoint {
    index: u32,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct RelatedShape<'a> {
    message: &'a str,
    location: Location,
}

#[derive(Serialize)]
struct FixShape<'a> {
    safety: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    edits: Vec<EditShape>,
}

#[derive(Serialize)]
struct EditShape {
    path: String,
    start: u32,
    end: u32,
    replacement: String,
}

#[derive(Serialize)]
struct EvidenceShape<'a> {
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<FactShape<'a>>,
}

#[derive(Serialize)]
struct FactShape<'a> {
    id: &'a str,
    as_of: &'a str,
    source: &'a str,
}

#[derive(Serialize)]
struct Summary<'a> {
    files: usize,
    resources: usize,
    errors: usize,
    warnings: usize,
    advice: usize,
    suppressed: usize,
    baselined: usize,
    fixable: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<SumShape>,
    not_evaluated: Vec<GapShape<'a>>,
}

#[derive(Serialize)]
struct GapShape<'a> {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    kind: &'a str,
    what: &'a str,
    why: &'a str,
}

impl<'a> Shape<'a> {
    fn of(report: &'a Report<'_>, gaps: &'a [NotEvaluated]) -> Self {
        let counts = report.counts();
        Self {
            version: 1,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            root: report.paths.show("."),
            findings: report.findings.iter().map(|finding| FindingShape::of(report, finding)).collect(),
            summary: Summary {
                files: counts.files,
                resources: counts.resources,
                errors: counts.errors,
                warnings: counts.warnings,
                advice: counts.advice,
                suppressed: counts.suppressed,
                baselined: counts.baselined,
                fixable: counts.fixable,
                fixed: report.fixed,
                cost: SumShape::of(report),
                not_evaluated: gaps.iter().map(|gap| GapShape::of(report, gap)).collect(),
            },
        }
    }
}

impl<'a> FindingShape<'a> {
    fn of(report: &'a Report<'_>, finding: &'a Finding) -> Self {
        let rule = crate::rules::by_name(finding.rule);
        let related = |label: &'a crate::finding::Label| RelatedShape {
            message: &label.message,
            location: Location::of(report, label.place),
        };
        Self {
            rule: finding.rule,
            category: rule.map(|rule| rule.category.name()),
            severity: severity(finding).name(),
            confidence: finding.confidence.name(),
            group: &finding.group,
            message: &finding.message,
            label: &finding.label,
            only_when: finding.branch.as_deref(),
            help: &finding.help,
            url: rule.map(crate::rules::Rule::url),
            resource: finding.resource.as_ref().map(|(key, kind)| ResourceShape {
                id: &key.id,
                name: report.graph.name(key),
                kind,
                unit: report.paths.show(&key.unit),
            }),
            also: finding.also.iter().map(Key::address).collect(),
            location: Location::of(report, finding.place),
            related: finding.related.iter().map(related).collect(),
            fix: finding.fix.as_ref().map(|fix| FixShape {
                safety: fix.safety.name(),
                title: &fix.title,
                edits: fix.edits.iter().map(|edit| EditShape::of(report, edit)).collect(),
            }),
            evidence: finding.evidence.iter().map(|evidence| EvidenceShape::of(report, evidence)).collect(),
            cost: report.costs.get(&finding.fingerprint).map(CostShape::of),
            fingerprint: &finding.fingerprint,
        }
    }
}

impl Location {
    fn of(report: &Report<'_>, place: Place) -> Self {
        Self::at(report.files, &report.paths, place)
    }

    /// A place of a file, its path as it is shown.
    pub(super) fn at(files: &Files, paths: &Paths, place: Place) -> Self {
        let source = files.get(place.file);
        let (start, end) = source.positions(place.span);
        let cell = source.cells().and_then(|cells| cells.position(source.text(), place.span.start));
        Self {
            path: paths.show(&source.path),
            start: Point::of(start),
            end: Point::of(end),
            cell: cell.map(|at| CellPoint { index: at.index, line: at.line, column: at.column }),
        }
    }
}

impl Point {
    fn of(position: Position) -> Self {
        Self { line: position.line, column: position.column, offset: position.offset }
    }
}

impl EditShape {
    fn of(report: &Report<'_>, edit: &crate::finding::Edit) -> Self {
        let source = report.files.get(edit.place.file);
        let (span, replacement) = source.raw_edit(edit.place.span, &edit.replacement);
        Self { path: report.paths.show(&source.path), start: span.start, end: span.end, replacement }
    }
}

impl<'a> EvidenceShape<'a> {
    fn of(report: &Report<'_>, evidence: &'a Evidence) -> Self {
        Self {
            what: &evidence.what,
            value: evidence.value.as_deref(),
            location: evidence.place.map(|place| Location::of(report, place)),
            fact: evidence.fact.as_ref().map(|fact| FactShape {
                id: &fact.id,
                as_of: &fact.as_of,
                source: &fact.source,
            }),
        }
    }
}

impl<'a> GapShape<'a> {
    fn of(report: &Report<'_>, gap: &'a NotEvaluated) -> Self {
        Self {
            path: report.paths.show(&gap.path),
            line: gap.place.map(|place| report.files.get(place.file).position(place.span.start).line),
            kind: gap.kind,
            what: &gap.what,
            why: &gap.why,
        }
    }
}
