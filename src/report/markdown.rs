//! `--format markdown`: for the summary of a job or a comment on a pull request.

use std::{fmt::Write as _, io};

use crate::{
    finding::Severity,
    report::{Report, also, counted, fold::Item, only_when, severity, visible},
};

/// Bytes of the findings: a comment on GitHub holds 65 536 characters, the summary of a step 1 MiB.
const LARGEST: usize = 56_000;
/// Characters of one text of a finding.
const LONGEST: usize = 1000;
/// Related places that are listed.
const RELATED: usize = 3;

/// Prints a title with the counts, then the findings by severity; one line where there is nothing to tell.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let counts = report.counts();
    let items = report.fold.items(report.findings);
    if items.is_empty() {
        writeln!(out, "**mllint**: {counts}")?;
        return notes(report, out);
    }
    writeln!(out, "### mllint: {counts}")?;
    let (mut written, mut left_out) = (0, 0);
    for level in [Severity::Error, Severity::Warning, Severity::Advice] {
        let count = match level {
            Severity::Error => counted(counts.errors, "error"),
            Severity::Warning => counted(counts.warnings, "warning"),
            Severity::Advice => format!("{} advice", counts.advice),
        };
        let of_level = items.iter().filter(|item| severity(item.finding()) == level);
        let mut entries = String::new();
        for item in of_level {
            let entry = if written < LARGEST { entry(report, item) } else { String::new() };
            if entry.is_empty() || written + entry.len() > LARGEST {
                written = LARGEST;
                left_out += 1 + item.more();
            } else {
                written += entry.len();
                entries.push_str(&entry);
            }
        }
        if entries.is_empty() {
            continue;
        }
        if level == Severity::Advice {
            writeln!(out, "\n<details>\n<summary>{count}</summary>\n\n{entries}\n</details>")?;
        } else {
            write!(out, "\n#### {count}\n\n{entries}")?;
        }
    }
    if left_out > 0 {
        let findings = counted(left_out, "more finding");
        writeln!(out, "\n{findings}, not shown here; `mllint --format concise` has a line for each")?;
    }
    notes(report, out)
}

/// What a reader must know beside the findings.
fn notes(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let gaps = report.gaps().len();
    if gaps > 0 {
        let (parts, were) = (counted(gaps, "part"), if gaps == 1 { "was" } else { "were" });
        writeln!(out, "\n{parts} of the input {were} not evaluated; `mllint --verbose` tells which and why")?;
    }
    if report.graph.resources().is_empty() {
        writeln!(out, "\nNo AWS resource is in what was read; `mllint --show-files` tells what became of each file")?;
    }
    Ok(())
}

/// One item of the list.
fn entry(report: &Report<'_>, item: &Item<'_>) -> String {
    let finding = item.finding();
    let rule = match crate::rules::by_name(finding.rule) {
        Some(rule) => format!("[{}]({})", finding.rule, rule.url()),
        None => prose(finding.rule),
    };
    let mut entry = format!("- **{}** ({rule})", prose(&format!("{}{}", finding.message, only_when(finding))));
    let mut line = |line: &str| {
        let _ = write!(entry, "<br>\n  {line}");
    };
    let place = code(&report.spot(finding.place));
    let more = if item.more() > 0 { format!(" and {}", counted(item.more(), "more place")) } else { String::new() };
    let label = if finding.label.is_empty() { String::new() } else { format!(": {}", prose(&finding.label)) };
    line(&format!("{place}{more}{label}"));
    for related in finding.related.iter().take(RELATED) {
        line(&format!("{}: {}", code(&report.spot(related.place)), prose(&related.message)));
    }
    if finding.related.len() > RELATED {
        line(&counted(finding.related.len() - RELATED, "more related place"));
    }
    if let Some(also) = also(report, finding) {
        line(&prose(&also));
    }
    for (at, help) in finding.help.lines().enumerate() {
        let begin = if at == 0 { "**help**: " } else { "" };
        line(&format!("{begin}{}", prose(help.trim())));
    }
    for cost in super::cost::finding::lines(report, finding) {
        line(&prose(&cost));
    }
    entry.push('\n');
    entry
}

/// A text of ours that may quote input: what stands in backticks is code, the rest says itself and nothing else.
fn prose(text: &str) -> String {
    let text = visible::cut(text, LONGEST);
    let text = visible::line(&text);
    let parts: Vec<&str> = text.split('`').collect();
    let mut shown = String::with_capacity(text.len());
    for (at, part) in parts.iter().enumerate() {
        // The last backtick of an odd number opens nothing.
        let is_code = at % 2 == 1 && at + 1 < parts.len();
        match (is_code, part.trim().is_empty()) {
            (true, false) => shown.push_str(&code(part)),
            (true, true) => shown.push_str("\\`\\`"),
            (false, _) => {
                if at % 2 == 1 {
                    shown.push_str("\\`");
                }
                shown.push_str(&escaped(part));
            }
        }
    }
    shown
}

/// Plain text in Markdown: no markup, no HTML, and nobody is mentioned.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\\' | '*' | '_' | '[' | ']' | '~' | '|' | '!' | '$' => shown.extend(['\\', char]),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            // An escape would not keep GitHub from linking a user or an issue.
            '@' | '#' => {
                shown.push(char);
                shown.push_str("<!-- -->");
            }
            char => shown.push(char),
        }
    }
    shown
}

/// A code span, whatever the text holds.
fn code(text: &str) -> String {
    let text = visible::cut(text, LONGEST);
    let text = visible::line(&text);
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_input_is_no_markup() {
        assert_eq!(prose("a `b*` c*"), "a `b*` c\\*");
        assert_eq!(prose("<script> [x](y) @team #1"), "&lt;script&gt; \\[x\\](y) @<!-- -->team #<!-- -->1");
        assert_eq!(prose("odd ` one <b>"), "odd \\` one &lt;b&gt;");
        assert_eq!(prose("empty `` and\nmore"), "empty \\`\\` and␊more");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\u{1b}|\n"), "`a␛|␊`");
    }
}
