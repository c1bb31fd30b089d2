//! `--format github`: workflow commands, which GitHub Actions shows as annotations beside the lines of a pull request.

use std::{fmt::Write as _, io};

use crate::{
    finding::{Finding, Severity},
    report::{Report, also, counted, fold::Item, only_when, severity, visible},
};

/// Annotations of one level that GitHub keeps of a step; it drops the others without a word.
const KEPT: usize = 10;
/// Related places that a message names.
const RELATED: usize = 3;
/// Characters of one message: GitHub refuses annotations of more than 64 KiB.
const LONGEST: usize = 4000;

/// Prints one command for each finding, most severe first and no more than GitHub keeps; the last line counts the rest.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let items = report.fold.items(report.findings);
    let levels = [Severity::Error, Severity::Warning, Severity::Advice];
    let of = |level| items.iter().filter(move |item| severity(item.finding()) == level);
    let fits = levels.iter().all(|&level| of(level).count() <= KEPT);
    let mut left_out = 0;
    for level in levels {
        // The line that counts is a notice as well.
        let kept = if fits || level != Severity::Advice { KEPT } else { KEPT - 1 };
        for item in of(level).take(kept) {
            writeln!(out, "{}", command(report, item))?;
        }
        left_out += of(level).skip(kept).map(|item| 1 + item.more()).sum::<usize>();
    }
    if left_out > 0 {
        let findings = counted(left_out, "more finding");
        let why = format!("GitHub keeps {KEPT} annotations of each level");
        writeln!(out, "::notice title=mllint::{findings}, not shown here: {why}")?;
    }
    Ok(())
}

/// One workflow command.
fn command(report: &Report<'_>, item: &Item<'_>) -> String {
    let finding = item.finding();
    let level = match severity(finding) {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let source = report.files.get(finding.place.file);
    let path = report.paths.show(&source.path);
    let (start, end) = source.positions(finding.place.span);
    // A span that ends with a line break ends on the line before; columns count only within one line.
    let last = if end.column == 1 && end.line > start.line { end.line - 1 } else { end.line };
    let mut command = format!("::{level} file={},line={},endLine={last}", property(&path), start.line);
    if start.line == end.line {
        let _ = write!(command, ",col={},endColumn={}", start.column, end.column);
    }
    let _ = write!(command, ",title={}", property(&format!("mllint: {}", finding.rule)));
    format!("{command}::{}", data(&message(report, finding, item.more())))
}

/// What an annotation says. The place comes first: the log of a step shows the message alone.
fn message(report: &Report<'_>, finding: &Finding, more: usize) -> String {
    let mut text = format!("{}: {}{}", report.spot(finding.place), finding.message, only_when(finding));
    if more > 0 {
        let _ = write!(text, " (and {})", counted(more, "more place"));
    }
    let mut line = |line: &str| {
        text.push('\n');
        text.push_str(line);
    };
    if !finding.label.is_empty() {
        line(&finding.label);
    }
    if let Some(also) = also(report, finding) {
        line(&also);
    }
    for related in finding.related.iter().take(RELATED) {
        line(&format!("{}: {}", report.spot(related.place), related.message));
    }
    if !finding.help.is_empty() {
        line(&format!("help: {}", finding.help));
    }
    for cost in super::cost::finding::lines(report, finding) {
        line(&cost);
    }
    if let Some(rule) = crate::rules::by_name(finding.rule) {
        line(&rule.url());
    }
    visible::cut(&text, LONGEST).into_owned()
}

/// The text of a command. Control characters but line breaks are made visible, so no line of ours begins elsewhere.
fn data(text: &str) -> String {
    visible::lines(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(&visible::line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_a_command_or_begins_another() {
        assert_eq!(property("a,b:c%\r\n::x"), "a%2Cb%3Ac%25␍␊%3A%3Ax");
        assert_eq!(data("100%\n::error::x\u{1b}\r"), "100%25%0A::error::x␛␍");
    }
}
