//! What can be wrong with a text, in plain words.

use crate::{source::Span, syntax::tree::Fault};

/// A mistake behind which something is missing in the tree.
pub(super) fn mistake(span: Span, message: impl Into<String>) -> Fault {
    Fault { span, message: message.into(), related: None, fatal: true, limit: false }
}

/// Nested too deeply for us; Terraform would take it.
pub(super) fn too_deep(span: Span) -> Fault {
    Fault { limit: true, ..mistake(span, "this is nested too deeply to be read") }
}

/// More operators in one expression than are followed.
pub(super) fn too_long(span: Span) -> Fault {
    Fault { limit: true, ..mistake(span, "this expression has too many operators to be read") }
}

/// An object with more entries than are read.
pub(super) fn crowded(span: Span) -> Fault {
    Fault { limit: true, ..mistake(span, "this object has too many entries to be read") }
}

/// A quoted text with a line break in it.
pub(super) fn broken_text(span: Span) -> Fault {
    Fault { fatal: false, ..mistake(span, "a quoted text must end on the line that it begins on") }
}

/// An attribute that its body already has.
pub(super) fn repeated(span: Span, first: Span) -> Fault {
    Fault {
        fatal: false,
        related: Some(("first set here".to_owned(), first)),
        ..mistake(span, "this argument is already set")
    }
}

/// What hcl-edit says, at a byte of the whole text.
pub(super) fn of(message: &str, span: Span) -> Fault {
    if message.starts_with("invalid nesting depth") {
        return too_deep(span);
    }
    if message.contains("chained binary operators") {
        return too_long(span);
    }
    if message.contains("redefined") {
        return Fault { limit: true, ..mistake(span, "this name is repeated, and that too often to be read") };
    }
    mistake(span, plain(message))
}

/// The messages of hcl-edit name its grammar; these name what a reader sees.
fn plain(message: &str) -> &'static str {
    let known = [
        ("invalid escape", "this escape is unknown"),
        ("invalid unicode", "this escape is no character"),
        ("heredoc end", "this text has no line with its end word"),
        ("invalid traversal", "after the dot, a name is expected"),
        ("invalid object value", "after the name of an entry, `=` or `:` is expected"),
        ("invalid object", "after each entry, a comma, a new line or `}` is expected"),
        ("invalid expression", "a value is expected here"),
        ("invalid block body", "a `}` or a new line is expected here"),
        ("invalid structure", "after a name, `=` or `{` is expected"),
        ("expected `]`", "a comma or `]` is expected here"),
        ("expected `)`", "a comma or `)` is expected here"),
        ("expected `:`", "a `:` is expected here"),
        ("expected `{`", "a `{` is expected here"),
        ("expected `}`", "a `}` is expected here"),
        ("expected `=>`", "a `=>` is expected here"),
        ("newline", "a new line is expected here"),
        ("identifier", "a name is expected here"),
    ];
    known.iter().find(|(start, _)| message.contains(start)).map_or("this cannot be read", |(_, plain)| plain)
}
