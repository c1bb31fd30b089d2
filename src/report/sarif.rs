//! `--format sarif`: SARIF 2.1.0, for code scanning and for whatever else reads it.

use std::io;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::{
    finding::{Finding, Fix, Label, Severity},
    graph::NotEvaluated,
    report::{
        Report, also,
        cost::finding::{CostShape, lines},
        only_when, severity,
    },
    rules::{Category, Rule, by_name},
    source::{Place, Source, Span},
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What all paths are relative to: the root of the repository.
const BASE: &str = "%SRCROOT%";

/// Prints the whole report as one SARIF log with one run.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rules: Vec<&'static Rule> = report.findings.iter().filter_map(|finding| by_name(finding.rule)).collect();
    rules.sort_by_key(|rule| rule.name);
    rules.dedup_by_key(|rule| rule.name);
    let index: FxHashMap<&str, usize> = rules.iter().enumerate().map(|(at, rule)| (rule.name, at)).collect();
    let gaps = report.gaps();
    let unreadable = report.unreadable.iter().map(|(path, why)| Notification {
        level: "error",
        message: Text { text: format!("cannot be read: {why}") },
        locations: [Location::of_file(&report.paths.show(path))],
    });
    let is_told = |gap: &&NotEvaluated| report.unreadable.iter().any(|(path, _)| *path == gap.path);
    let notifications = gaps.iter().filter(|gap| !is_told(gap)).map(|gap| Notification {
        level: "note",
        message: Text { text: format!("not evaluated: {}: {}", gap.named(), gap.why) },
        locations: [match gap.place {
            Some(place) => Location::of(report, place),
            None => Location::of_file(&report.paths.show(&gap.path)),
        }],
    });
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: env!("CARGO_PKG_NAME"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: rules.iter().map(|rule| Descriptor::of(rule)).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: report.unreadable.is_empty(),
            tool_execution_notifications: unreadable.chain(notifications).collect(),
        }],
        column_kind: "unicodeCodePoints",
        results: report
            .findings
            .iter()
            .map(|finding| Outcome::of(report, finding, index.get(finding.rule).copied()))
            .collect(),
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
    locations: [Location; 1],
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Text,
    help_uri: String,
    help: Help,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: [&'static str; 1],
    #[serde(rename = "problem.severity")]
    severity: &'static str,
    /// Code scanning files a rule under security by this number alone.
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixShape>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "mllint/v1")]
    ours: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    confidence: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    group: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_when: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<CostShape<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixShape {
    description: Text,
    artifact_changes: Vec<Change>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

impl Descriptor {
    fn of(rule: &'static Rule) -> Self {
        Self {
            id: rule.name,
            name: rule.name,
            short_description: Text { text: rule.summary() },
            help_uri: rule.url(),
            help: Help { text: rule.page, markdown: rule.page },
            default_configuration: Configuration { level: level(rule.severity) },
            properties: RuleProperties {
                tags: [rule.category.name()],
                severity: match rule.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Advice => "recommendation",
                },
                security: (rule.category == Category::Security).then_some(match rule.severity {
                    Severity::Error => "8.0",
                    Severity::Warning => "5.5",
                    Severity::Advice => "3.0",
                }),
            },
        }
    }
}

impl<'a> Outcome<'a> {
    fn of(report: &'a Report<'_>, finding: &'a Finding, rule_index: Option<usize>) -> Self {
        let mut location = Location::of(report, finding.place);
        location.logical_locations.extend(finding.resource.as_ref().map(|(key, _)| Logical {
            fully_qualified_name: format!("{}/{}", report.paths.show(&key.unit), key.id),
            kind: "resource",
        }));
        Self {
            rule_id: finding.rule,
            rule_index,
            level: level(severity(finding)),
            message: Text { text: message(report, finding) },
            locations: [location],
            related_locations: finding.related.iter().zip(1..).map(|(at, id)| related(report, at, id)).collect(),
            partial_fingerprints: Fingerprints { ours: &finding.fingerprint },
            fixes: finding.fix.iter().map(|fix| FixShape::of(report, finding, fix)).collect(),
            properties: Properties {
                confidence: finding.confidence.name(),
                group: &finding.group,
                only_when: finding.branch.as_deref(),
                cost: report.costs.get(&finding.fingerprint).map(CostShape::of),
            },
        }
    }
}

/// The whole of what a finding says: code scanning shows nothing else of it.
fn message(report: &Report<'_>, finding: &Finding) -> String {
    let mut parts = vec![format!("{}{}", finding.message, only_when(finding))];
    parts.extend((!finding.label.is_empty()).then(|| finding.label.clone()));
    parts.extend(also(report, finding));
    parts.extend((!finding.help.is_empty()).then(|| format!("help: {}", finding.help)));
    parts.extend(lines(report, finding));
    parts.join("\n")
}

fn related(report: &Report<'_>, label: &Label, id: usize) -> Location {
    let message = Some(Text { text: label.message.clone() });
    Location { id: Some(id), message, ..Location::of(report, label.place) }
}

impl Location {
    fn of(report: &Report<'_>, place: Place) -> Self {
        let source = report.files.get(place.file);
        let mut location = Self::of_file(&report.paths.show(&source.path));
        location.physical_location.region = Some(Region::of(&source, place.span));
        location
    }

    fn of_file(path: &str) -> Self {
        let physical_location = Physical { artifact_location: Artifact::of(path), region: None };
        Self { id: None, physical_location, logical_locations: Vec::new(), message: None }
    }
}

impl Artifact {
    fn of(path: &str) -> Self {
        Self { uri: uri(path), uri_base_id: BASE }
    }
}

impl Region {
    /// A span in the raw file: columns from 1 in characters, the end exclusive, as SARIF has them.
    fn of(source: &Source, span: Span) -> Self {
        let (start, end) = source.positions(span);
        Self { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
    }
}

impl FixShape {
    fn of(report: &Report<'_>, finding: &Finding, fix: &Fix) -> Self {
        let mut changes: Vec<Change> = Vec::new();
        for edit in &fix.edits {
            let source = report.files.get(edit.place.file);
            let (_, text) = source.raw_edit(edit.place.span, &edit.replacement);
            let deleted_region = Region::of(&source, edit.place.span);
            let replacement = Replacement { deleted_region, inserted_content: Text { text } };
            let uri = uri(&report.paths.show(&source.path));
            match changes.iter_mut().find(|change| change.artifact_location.uri == uri) {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(Change {
                    artifact_location: Artifact { uri, uri_base_id: BASE },
                    replacements: vec![replacement],
                }),
            }
        }
        let text = finding.help.lines().next().unwrap_or_default().to_owned();
        Self { description: Text { text }, artifact_changes: changes }
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

/// A relative path as a URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            byte => {
                let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half)]);
                uri.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references_that_lead_back() {
        assert_eq!(uri("a b/ü%:x.tf"), "a%20b/%C3%BC%25%3Ax.tf");
        assert_eq!(uri("infra/main_1-2~.tf"), "infra/main_1-2~.tf");
    }
}
