//! The few things that are read from the text itself: blanks, comments, names.

/// The first byte from `at` on that is neither blank nor comment.
pub(super) fn skip(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        at += rest.len() - trimmed.len();
        let comment = if trimmed.starts_with('#') || trimmed.starts_with("//") {
            trimmed.find('\n')
        } else if trimmed.starts_with("/*") {
            trimmed.find("*/").map(|end| end + 1)
        } else {
            return at;
        };
        match comment {
            Some(end) => at += end + 1,
            None => return text.len(),
        }
    }
}

/// Where the name or number that begins at `at` ends.
pub(super) fn name_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let ends =
        |character: char| !(character.is_alphanumeric() || matches!(character, '_' | '-') || !character.is_ascii());
    at + rest.find(ends).unwrap_or(rest.len())
}
