//! Control characters from input never reach a terminal: they are replaced by symbols that can be seen.

use std::borrow::Cow;

/// The symbol for a character that steers a terminal or reorders text; nothing for one that can be printed.
pub(super) fn symbol(char: char) -> Option<char> {
    match char {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(char)),
        '\u{7f}' => Some('␡'),
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// A text for one line.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    replaced(text, |_| false)
}

/// A text of several lines.
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    replaced(text, |char| char == '\n')
}

/// The first characters of a text, and a sign that there were more.
pub(super) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

fn replaced(text: &str, is_kept: impl Fn(char) -> bool) -> Cow<'_, str> {
    let shown = |char: char| symbol(char).filter(|_| !is_kept(char));
    if !text.chars().any(|char| shown(char).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|char| shown(char).unwrap_or(char)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_replaced() {
        assert_eq!(line("a\u{1b}]0;b\u{7}\n\u{9b}c"), "a␛]0;b␇␊\u{fffd}c");
        assert_eq!(lines("a\nb\r\n"), "a\nb␍\n");
        assert!(matches!(line("grün"), Cow::Borrowed("grün")));
        assert_eq!((cut("grün", 4), cut("grüne", 4)), ("grün".into(), "grün…".into()));
    }
}
