//! A mistake in a file that people write for mllint.

use super::Span;

/// A mistake in a file that people write for mllint itself: what, where, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes of the file's text.
    pub span: Span,
    /// What is wrong: one line, lower case, no full stop.
    pub message: String,
    /// Why, at that place.
    pub label: String,
    /// What to do, imperative; may be empty.
    pub help: String,
}
