//! `--format pretty`: findings with the lines they are about. The only file that knows miette.

use std::{fmt, io};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use rustc_hash::FxHashMap;

use crate::{
    finding::{Finding, Severity},
    report::{
        Report, also, counted,
        excerpt::{Excerpt, Sheet},
        fixed_by,
        fold::Item,
        severity, visible,
    },
    source::{FileId, Mistake, Place, Source, Span},
};

/// More labels than this are counted, not drawn.
const MAX_LABELS: usize = 12;

/// Columns left of a line: its number and the frame.
const GUTTER: usize = 8;
/// Where texts break, and where lines of input are cut, if the columns are not known.
const WIDTH: usize = 100;
const LINE: usize = 120;

/// How it looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether colours are used.
    pub color: bool,
    /// Columns of the terminal; nothing where nobody knows them, as in a file.
    pub columns: Option<usize>,
}

/// Prints the findings, folded.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &Report<'_>, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let pen = Pen::of(style);
    let mut has_folded_advice = false;
    for item in report.fold.items(report.findings) {
        match item {
            Item::Finding(finding) => writeln!(out, "{}", pen.finding(report, finding))?,
            Item::More { next, count } => {
                let places = counted(count, "more place");
                let line = format!("mllint::{}: {places}: {} (--format concise shows all)", next.rule, next.message);
                writeln!(out, "  {} {}\n", pen.symbol(severity(next)), pen.folded(&line))?;
            }
            Item::Advice { first, count } => {
                has_folded_advice = true;
                let spot = report.spot(first.place);
                let places = if count == 1 { spot } else { format!("{count} places, first {spot}") };
                let line = format!("mllint::{}: {} ({places})", first.rule, first.message);
                writeln!(out, "  {} {}", pen.symbol(Severity::Advice), pen.folded(&line))?;
            }
        }
    }
    if has_folded_advice {
        writeln!(out, "  {}--advice shows each place\n", pen.help())?;
    }
    Ok(())
}

/// Prints a mistake in a file that is written for mllint itself; `path` is how the file is shown.
///
/// # Errors
/// When the output cannot be written.
pub fn mistake(
    path: &str,
    source: &Source,
    mistake: &Mistake,
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let pen = Pen::of(style);
    let lines = (0, source.lines().count().saturating_sub(1));
    let sheet = Sheet { title: visible::line(path).into_owned(), source, lines };
    let mut excerpt = Excerpt::of_width(pen.line);
    let label = (!mistake.label.is_empty()).then(|| visible::line(&mistake.label).into_owned());
    let places = excerpt.add(&sheet, &[mistake.span]);
    let labels = places.into_iter().map(|place| LabeledSpan::new_primary_with_span(label.clone(), place)).collect();
    let help = wrapped(&visible::line(&mistake.help), pen.width.saturating_sub(10));
    let drawing = Drawing {
        code: None,
        message: wrapped(&visible::line(&mistake.message), pen.width.saturating_sub(6)),
        severity: Severity::Error,
        help: (!help.is_empty()).then_some(help),
        excerpt,
        labels,
    };
    let mut drawn = String::new();
    match pen.handler.render_report(&mut drawn, &drawing) {
        Ok(()) => writeln!(out, "{drawn}"),
        Err(fmt::Error) => writeln!(out, "error: {path}: {}", mistake.message),
    }
}

/// Draws findings.
struct Pen {
    handler: GraphicalReportHandler,
    theme: GraphicalTheme,
    width: usize,
    line: usize,
    color: bool,
}

impl Pen {
    fn of(style: Style) -> Self {
        let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let width = style.columns.unwrap_or(WIDTH);
        // Lines are wrapped here: miette would break rule names and flags at their hyphens.
        let handler = GraphicalReportHandler::new_themed(theme.clone())
            .with_width(width)
            .with_wrap_lines(false)
            .with_urls(false)
            .without_syntax_highlighting();
        let line = style.columns.map_or(LINE, |columns| columns.saturating_sub(GUTTER));
        Self { handler, theme, width, line, color: style.color }
    }

    fn symbol(&self, severity: Severity) -> String {
        let (symbols, styles) = (&self.theme.characters, &self.theme.styles);
        let (symbol, style) = match severity {
            Severity::Error => (&symbols.error, styles.error),
            Severity::Warning => (&symbols.warning, styles.warning),
            Severity::Advice => (&symbols.advice, styles.advice),
        };
        if self.color { style.style(symbol).to_string() } else { symbol.clone() }
    }

    /// A line behind a symbol, wrapped.
    fn folded(&self, line: &str) -> String {
        wrapped(&visible::line(line), self.line).replace('\n', "\n    ")
    }

    fn help(&self) -> String {
        if self.color { self.theme.styles.help.style("help: ").to_string() } else { "help: ".to_owned() }
    }

    /// One finding, with a line break at its end.
    fn finding(&self, report: &Report<'_>, finding: &Finding) -> String {
        let (excerpt, labels, left_out) = drawn(report, finding, self.line);
        let mut message = vec![finding.message.clone()];
        message.extend(finding.branch.as_ref().map(|branch| format!("only when {branch}")));
        message.extend(also(report, finding));
        let message: Vec<String> =
            message.iter().map(|line| wrapped(&visible::line(line), self.width.saturating_sub(6))).collect();
        let mut help = Vec::new();
        if !finding.help.is_empty() {
            let lines = visible::lines(&finding.help).into_owned();
            help.extend(lines.lines().map(|line| wrapped(line, self.width.saturating_sub(10))));
        }
        for line in super::cost::finding::lines(report, finding) {
            help.push(wrapped(&visible::line(&line), self.width.saturating_sub(10)));
        }
        if let (Some(fix), Some(options)) = (&finding.fix, fixed_by(finding)) {
            let line = format!("{options} can {}", fix.title);
            help.push(wrapped(&visible::line(&line), self.width.saturating_sub(10)));
        }
        if left_out > 0 {
            help.push(format!("{left_out} more related places are in --format json"));
        }
        let drawing = Drawing {
            code: Some(format!("mllint::{}", finding.rule)),
            message: message.join("\n"),
            severity: severity(finding),
            help: (!help.is_empty()).then(|| help.join("\n")),
            excerpt,
            labels,
        };
        let mut drawn = String::new();
        match self.handler.render_report(&mut drawn, &drawing) {
            Ok(()) => drawn,
            // Never seen; a finding is worth more than its frame.
            Err(fmt::Error) => format!("{}: {}\n", report.spot(finding.place), drawing.message),
        }
    }
}

/// The lines of a finding and its labels in them, and how many labels were left out.
fn drawn(report: &Report<'_>, finding: &Finding, line: usize) -> (Excerpt, Vec<LabeledSpan>, usize) {
    let mut marks: Vec<(Place, &str)> = vec![(finding.place, &finding.label)];
    for related in &finding.related {
        match marks.iter_mut().find(|(place, _)| *place == related.place) {
            Some((_, label)) if label.is_empty() => *label = &related.message,
            // A second label at the very place of the finding would only cover the first.
            Some((_, label)) if **label == *related.message => {}
            _ => marks.push((related.place, &related.message)),
        }
    }
    let left_out = marks.len().saturating_sub(MAX_LABELS);
    marks.truncate(MAX_LABELS);
    let mut sources: FxHashMap<FileId, std::sync::Arc<Source>> = FxHashMap::default();
    for (place, _) in &marks {
        sources.entry(place.file).or_insert_with(|| report.files.get(place.file));
    }
    let mut by_sheet: Vec<(Sheet<'_>, Vec<usize>)> = Vec::new();
    for (at, (place, _)) in marks.iter().enumerate() {
        let sheet = sheet(report, &sources[&place.file], place.span);
        match by_sheet.iter_mut().find(|(known, _)| known.source.id == sheet.source.id && known.lines == sheet.lines) {
            Some((_, members)) => members.push(at),
            None => by_sheet.push((sheet, vec![at])),
        }
    }
    let mut excerpt = Excerpt::of_width(line);
    let mut labels = Vec::new();
    for (sheet, members) in &by_sheet {
        let spans: Vec<Span> = members.iter().map(|&at| marks[at].0.span).collect();
        for (&at, place) in members.iter().zip(excerpt.add(sheet, &spans)) {
            let label = (!marks[at].1.is_empty()).then(|| visible::line(marks[at].1).into_owned());
            labels.push(match at {
                0 => LabeledSpan::new_primary_with_span(label, place),
                _ => LabeledSpan::new_with_span(label, place),
            });
        }
    }
    (excerpt, labels, left_out)
}

/// The text that a span is shown in: its file, or its cell.
fn sheet<'a>(report: &Report<'_>, source: &'a Source, span: Span) -> Sheet<'a> {
    let path = report.paths.show(&source.path);
    let path = visible::line(&path);
    let lines = source.lines();
    match source.cells().and_then(|cells| cells.cell_at(span.start)) {
        Some(cell) => {
            let last = cell.span.end.saturating_sub(1).max(cell.span.start);
            let lines = (lines.line(cell.span.start), lines.line(last));
            Sheet { title: format!("{path}:cell {}", cell.index), source, lines }
        }
        None => Sheet { title: path.into_owned(), source, lines: (0, lines.count() - 1) },
    }
}

/// Breaks a line at spaces so that no part is wider than `width`, where words allow it.
pub(super) fn wrapped(line: &str, width: usize) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut column = 0;
    for (at, word) in line.split(' ').enumerate() {
        let length = word.chars().count();
        if at > 0 && column + 1 + length > width {
            shown.push('\n');
            column = 0;
        } else if at > 0 {
            shown.push(' ');
            column += 1;
        }
        shown.push_str(word);
        column += length;
    }
    shown
}

/// A finding as miette takes it.
#[derive(Debug)]
struct Drawing {
    /// Nothing for a mistake in a file of ours.
    code: Option<String>,
    message: String,
    severity: Severity,
    help: Option<String>,
    excerpt: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// miette's own walk over a text starts at byte 0 for every label; over an excerpt it is short, whatever the file.
impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let piece = self.piece(span.offset(), span.len()).ok_or(MietteError::OutOfBounds)?;
        let within = SourceSpan::from((span.offset() - piece.start, span.len()));
        let contents = piece.text.as_bytes().read_span(&within, before, after)?;
        let shown = SourceSpan::from((contents.span().offset() + piece.start, contents.span().len()));
        // Without context lines the position of a label is asked for: as people count it, not in bytes.
        let mark = piece.columns.iter().find(|(offset, _)| before == 0 && *offset == span.offset());
        let column = mark.map_or(contents.column(), |&(_, column)| column);
        Ok(Box::new(MietteSpanContents::new_named(
            piece.title.clone(),
            contents.data(),
            shown,
            contents.line() + piece.line,
            column,
            contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use miette::NamedSource;

    use super::*;

    /// The same finding over miette's own source.
    #[derive(Debug)]
    struct Plain {
        source: NamedSource<String>,
        labels: Vec<LabeledSpan>,
    }

    impl fmt::Display for Plain {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("m")
        }
    }

    impl std::error::Error for Plain {}

    impl Diagnostic for Plain {
        fn severity(&self) -> Option<miette::Severity> {
            Some(miette::Severity::Warning)
        }

        fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
            Some(Box::new("mllint::r"))
        }

        fn source_code(&self) -> Option<&dyn SourceCode> {
            Some(&self.source)
        }

        fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
            Some(Box::new(self.labels.iter().cloned()))
        }
    }

    fn label(at: usize, place: (usize, usize)) -> LabeledSpan {
        let text = Some(format!("l{at}"));
        if at == 0 { LabeledSpan::new_primary_with_span(text, place) } else { LabeledSpan::new_with_span(text, place) }
    }

    fn drawn_by_miette(text: &str, spans: &[Span]) -> String {
        let labels = spans.iter().enumerate().map(|(at, span)| label(at, (span.start as usize, span.len()))).collect();
        let plain = Plain { source: NamedSource::new("t", text.to_owned()), labels };
        let mut drawn = String::new();
        pen().handler.render_report(&mut drawn, &plain).expect("drawn");
        drawn
    }

    fn drawn_by_us(text: &str, spans: &[Span]) -> String {
        let source = Source::plain(FileId(0), "t".into(), Arc::from(text));
        let sheet = Sheet { title: "t".into(), source: &source, lines: (0, source.lines().count() - 1) };
        let mut excerpt = Excerpt::default();
        let labels = excerpt.add(&sheet, spans).into_iter().enumerate().map(|(at, place)| label(at, place)).collect();
        let drawing = Drawing {
            code: Some("mllint::r".to_owned()),
            message: "m".into(),
            severity: Severity::Warning,
            help: None,
            excerpt,
            labels,
        };
        let mut drawn = String::new();
        pen().handler.render_report(&mut drawn, &drawing).expect("drawn");
        drawn
    }

    fn pen() -> Pen {
        Pen::of(Style { color: false, columns: None })
    }

    const TEXTS: &[&str] = &[
        "",
        "a",
        "ab\n",
        "\n",
        "\n\n\n",
        "ab\ncd\nef\ngh\nij\nkl\n",
        "ab\r\ncd\r\n\r\nef\r\ngh",
        "a\n\n\nb\n\n\nc",
        "\tab\n\t\tcd\n",
    ];

    /// Offsets of a text. The one between `\r` and `\n` is left out: miette counts its column as that of the `\r`.
    fn offsets(text: &str, from: usize) -> impl Iterator<Item = usize> {
        (from..=text.len()).filter(|&at| !text[..at].ends_with('\r'))
    }

    #[test]
    fn one_label_is_drawn_as_miette_draws_it() {
        for text in TEXTS {
            for start in offsets(text, 0) {
                for end in start..=text.len() {
                    let spans = [Span::new(start, end)];
                    assert_eq!(drawn_by_us(text, &spans), drawn_by_miette(text, &spans), "{text:?} {start}..{end}");
                }
            }
        }
    }

    /// miette takes the number of lines from the top of the file for the number of lines of a context, so further down
    /// it joins what lies far apart: equal only where the two are the same.
    #[test]
    fn two_labels_in_the_first_lines_are_drawn_as_miette_draws_them() {
        for text in TEXTS {
            for first in offsets(text, 0) {
                for second in offsets(text, first) {
                    let lines = text[..second].matches('\n').count() - text[..first].matches('\n').count();
                    let from_top = text[..first].matches('\n').count() <= 1 && lines <= 3;
                    let spans = [Span::new(first, first), Span::new(second, (second + 1).min(text.len()))];
                    if from_top {
                        assert_eq!(drawn_by_us(text, &spans), drawn_by_miette(text, &spans), "{text:?} {spans:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn labels_far_apart_are_frames_of_their_own() {
        let text = "line\n".repeat(60);
        let shown = drawn_by_us(&text, &[Span::new(50 * 5, 50 * 5 + 4), Span::new(0, 4)]);
        let expected = "\
mllint::r

  ⚠ m
    ╭─[t:51:1]
 50 │ line
 51 │ line
    · ──┬─
    ·   ╰── l0
 52 │ line
    ╰────
   ╭─[t:1:1]
 1 │ line
   · ──┬─
   ·   ╰── l1
 2 │ line
   ╰────
";
        assert_eq!(shown, expected);
    }

    #[test]
    fn columns_are_characters_and_long_lines_keep_theirs() {
        let shown = drawn_by_us("ü: 1\n", &[Span::new(4, 5)]);
        assert!(shown.contains("[t:1:4]"), "{shown}");
        let shown = drawn_by_us(&format!("{}KEY", "x".repeat(999)), &[Span::new(999, 1002)]);
        assert!(shown.contains("[t:1:1000]"), "{shown}");
    }

    #[test]
    fn lines_break_at_spaces_only() {
        assert_eq!(wrapped("use spot-without-checkpoint here", 12), "use\nspot-without-checkpoint\nhere");
        assert_eq!(wrapped("", 12), "");
    }
}
