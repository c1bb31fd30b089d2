//! Edits of a text, and what the languages have in common when something is written into one.

use crate::source::Span;

/// A replacement of some bytes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The bytes; none where something is only added.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl TextEdit {
    /// A replacement of bytes.
    pub fn new(start: usize, end: usize, text: impl Into<String>) -> Self {
        Self { span: Span::new(start, end), text: text.into() }
    }

    /// Something added at an offset.
    pub fn at(offset: usize, text: impl Into<String>) -> Self {
        Self::new(offset, offset, text)
    }
}

/// A text after its edits, which do not overlap; nothing if they do, or lie outside. Of several at one offset the first
/// comes first.
pub fn edited(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut new = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in sorted {
        new.push_str(text.get(at..edit.span.start as usize)?);
        text.get(edit.span.range())?;
        new.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    new.push_str(text.get(at..)?);
    Some(new)
}

/// The line break that a text uses: that of its first line.
pub(super) fn line_break(text: &str) -> &'static str {
    match memchr::memchr(b'\n', text.as_bytes()) {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Where the line that holds an offset begins.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..offset]).map_or(0, |at| at + 1);
    if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8().min(offset) } else { start }
}

/// Where the line that holds an offset ends: before its line break.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    let end = memchr::memchr(b'\n', &text.as_bytes()[offset..]).map_or(text.len(), |at| offset + at);
    if end > offset && text[..end].ends_with('\r') { end - 1 } else { end }
}

/// Where the next line begins: behind the line break of the line that holds an offset.
pub(super) fn next_line(text: &str, offset: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[offset..]).map_or(text.len(), |at| offset + at + 1)
}

/// Blanks and tabs at the start of the line that holds an offset.
pub(super) fn indentation(text: &str, offset: usize) -> &str {
    let line = &text[line_start(text, offset)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether nothing but blanks stands before an offset on its line.
pub(super) fn is_first(text: &str, offset: usize) -> bool {
    text[line_start(text, offset)..offset].trim_matches([' ', '\t']).is_empty()
}
/// Whether an `f64` holds all of a written decimal number: few digits, and no large exponent.
pub fn fits_float(written: &str) -> bool {
    let (digits, exponent) = written.split_once(['e', 'E']).unwrap_or((written, "0"));
    digits.bytes().filter(u8::is_ascii_digit).count() <= 15
        && exponent.parse::<i32>().is_ok_and(|exponent| exponent.abs() <= 20)
}
