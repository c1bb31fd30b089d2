//! `--format gitlab`: a code quality report, which GitLab shows in merge requests.

use std::io;

use serde::Serialize;

use crate::{
    finding::{Finding, Severity},
    report::{
        Report,
        cost::finding::{lines, short},
        only_when, severity,
    },
    rules::Category,
};

/// Prints all findings as one JSON array.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let issues: Vec<Issue<'_>> = report.findings.iter().map(|finding| Issue::of(report, finding)).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Issue<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    check_name: &'a str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: &'a str,
    location: Location,
}

#[derive(Serialize)]
struct Content {
    body: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'a> Issue<'a> {
    fn of(report: &Report<'_>, finding: &'a Finding) -> Self {
        let source = report.files.get(finding.place.file);
        let (start, end) = source.positions(finding.place.span);
        let help = Some(finding.help.clone()).filter(|help| !help.is_empty());
        let told: Vec<String> = help.into_iter().chain(lines(report, finding)).collect();
        let category = crate::rules::by_name(finding.rule).map(|rule| rule.category);
        Self {
            kind: "issue",
            check_name: finding.rule,
            description: format!("{}{}{}", finding.message, only_when(finding), short(report, finding)),
            content: (!told.is_empty()).then(|| Content { body: told.join("\n") }),
            categories: [of_code_climate(category)],
            severity: match severity(finding) {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Advice => "info",
            },
            fingerprint: &finding.fingerprint,
            location: Location {
                path: report.paths.show(&source.path),
                lines: Lines { begin: start.line, end: end.line },
            },
        }
    }
}

/// The nearest category of Code Climate's, whose format this is.
fn of_code_climate(category: Option<Category>) -> &'static str {
    match category {
        Some(Category::Security) => "Security",
        Some(Category::Performance | Category::Cost) => "Performance",
        Some(Category::Operations | Category::Architecture) => "Complexity",
        Some(Category::Correctness | Category::Reliability) | None => "Bug Risk",
    }
}
