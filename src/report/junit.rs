//! `--format junit`: test results for servers that show these and nothing else.

use std::io;

use crate::{
    finding::{Finding, Severity},
    report::{Report, also, only_when, severity, visible},
};

/// Prints a suite with a failed case for each error and warning, and a passed one for each advice or for a clean run.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let counts = report.counts();
    let (tests, failures) = (report.findings.len().max(1), counts.errors + counts.warnings);
    let totals = format!("name=\"mllint\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites {totals}>\n  <testsuite {totals}>")?;
    if report.findings.is_empty() {
        let said = counts.to_string();
        let said = escaped(&said);
        writeln!(out, "    <testcase name=\"{said}\" classname=\"mllint\"/>")?;
    }
    for finding in report.findings {
        case(report, finding, out)?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn case(report: &Report<'_>, finding: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
    let source = report.files.get(finding.place.file);
    let (path, line) = (report.paths.show(&source.path), source.position(finding.place.span.start).line);
    let path = escaped(&visible::line(&path)).into_owned();
    let name = escaped(&format!("{} at {}", finding.rule, report.spot(finding.place))).into_owned();
    let message = format!("{}{}", finding.message, only_when(finding));
    let message = escaped(&visible::line(&message)).into_owned();
    let text = [Some(finding.label.clone()), also(report, finding), Some(finding.help.clone())];
    let costs = super::cost::finding::lines(report, finding);
    let text: Vec<String> = text.into_iter().flatten().chain(costs).filter(|text| !text.is_empty()).collect();
    let text = text.join("\n");
    let text = escaped(&visible::lines(&text)).into_owned();
    writeln!(out, "    <testcase name=\"{name}\" classname=\"{path}\" file=\"{path}\" line=\"{line}\">")?;
    match severity(finding) {
        Severity::Advice => writeln!(out, "      <system-out>advice: {message}\n{text}</system-out>")?,
        level => writeln!(out, "      <failure type=\"{level}\" message=\"{message}\">{text}</failure>")?,
    }
    writeln!(out, "    </testcase>")
}

/// Text in XML; the caller has made control characters visible.
fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    let needs = |char: char| matches!(char, '&' | '<' | '>' | '"' | '\'' | '\u{fffe}' | '\u{ffff}');
    if !text.contains(needs) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match char {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&apos;"),
            // Not characters of XML, not even as references.
            '\u{fffe}' | '\u{ffff}' => shown.push('\u{fffd}'),
            char => shown.push(char),
        }
    }
    shown.into()
}
