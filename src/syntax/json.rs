//! JSON text → [`Tree`]: strict JSON, with the bytes of every key and value.

use jsonc_parser::{
    CollectOptions, ParseOptions, ast,
    common::Ranged,
    errors::{ParseError, ParseErrorKind},
    parse_to_ast,
};

use super::tree::{Data, Fault, MAX_DEPTH, MAX_VALUES, NodeId, Shape, TOO_MANY, Tree};
use crate::source::Span;

mod message;
mod surrogates;

#[cfg(test)]
mod tests;

/// Parses a text. Never fails: what is wrong is in [`Tree::faults`].
///
/// Spans count the bytes of `text`, a byte order mark included; those of keys and texts include the quotes. What is not
/// JSON is a fatal fault and leaves no document. But comments, trailing commas, `NaN` and `Infinity` are only skipped
/// or taken as they are: there the tree is whole, for who can use it. Half of a surrogate pair becomes U+FFFD and a
/// line break or other control character in a text is kept; both are faults that are not fatal.
pub fn parse(text: &str) -> Tree {
    let mut tree = Tree::default();
    let document = Document::of(text);
    if document.has_more_than(MAX_VALUES) {
        let span = Span::new(document.offset, document.offset);
        tree.fault(Fault { span, message: TOO_MANY.to_owned(), related: None, fatal: true, limit: true });
        return tree;
    }
    document.with_ast(&STRICT, |ast| match ast {
        Ok(value) => grow(&mut tree, &document, value),
        Err(error) => {
            let first = document.fault(&error);
            if is_harmless(error.kind()) {
                document.with_ast(&RELAXED, |ast| match ast.map_err(|error| document.fault(&error)) {
                    Ok(value) => grow(&mut tree, &document, value),
                    Err(second) if second.span != first.span => tree.fault(second),
                    Err(_) => {}
                });
            }
            tree.fault(first);
        }
    });
    tree.finish();
    tree
}

/// Nothing but JSON.
pub(super) const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// JSON with the liberties that do not make its meaning doubtful.
pub(super) const RELAXED: ParseOptions =
    ParseOptions { allow_comments: true, allow_trailing_commas: true, allow_non_finite_numbers: true, ..STRICT };

/// A text of JSON, and what was done to make it readable.
pub(super) struct Document<'t> {
    /// The text without its byte order mark; with another text in place of half surrogate pairs, equally long.
    json: std::borrow::Cow<'t, str>,
    /// Bytes of the byte order mark.
    offset: usize,
    /// The escapes that are half of a surrogate pair.
    halves: Vec<Span>,
}

impl<'t> Document<'t> {
    /// Prepares a text.
    pub(super) fn of(text: &'t str) -> Self {
        let json = text.strip_prefix('\u{feff}').unwrap_or(text);
        let offset = text.len() - json.len();
        let (json, halves) = surrogates::replaced(json);
        Self { json, offset, halves }
    }

    /// Whether it has more values than `limit`, by its commas and brackets: a parser would need a hundred bytes for each.
    pub(super) fn has_more_than(&self, limit: usize) -> bool {
        let bytes = self.json.as_bytes();
        // Each value takes a byte, and another one parts it from the next.
        if bytes.len() <= limit * 2 {
            return false;
        }
        let (mut count, mut at) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b',' | b'[' | b'{' => count += 1,
                b'"' => at = end_of_text(bytes, at),
                _ => {}
            }
        }
        count > limit
    }

    /// Parses it and hands the root to `then`; nothing at all is an error.
    pub(super) fn with_ast<T>(
        &self,
        options: &ParseOptions,
        then: impl FnOnce(Result<Option<ast::Value<'_>>, ParseError>) -> T,
    ) -> T {
        let collect = CollectOptions::default();
        then(parse_to_ast(&self.json, &collect, options).map(|result| result.value))
    }

    /// The span of something in the raw text.
    pub(super) fn span(&self, part: &impl Ranged) -> Span {
        let range = part.range();
        Span::new(range.start, range.end).shifted(self.offset)
    }

    /// The text without its byte order mark, as it was parsed.
    pub(super) fn json(&self) -> &str {
        &self.json
    }

    /// Bytes of the byte order mark.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// An error of the parser, at one place of one line.
    pub(super) fn fault(&self, error: &ParseError) -> Fault {
        let range = error.range();
        let part = self.json.get(range.start..range.end).unwrap_or_default();
        let line = part.lines().next().unwrap_or_default();
        let shown = match error.kind() {
            // Their range is all the rest of the file.
            ParseErrorKind::UnterminatedObject
            | ParseErrorKind::UnterminatedArray
            | ParseErrorKind::UnterminatedCommentBlock
            | ParseErrorKind::NestingDepthExceeded => line.chars().next().map_or(0, char::len_utf8),
            _ => line.len(),
        };
        let start = range.start.min(self.json.len());
        let span = Span::new(start, start + shown).shifted(self.offset);
        let limit = matches!(error.kind(), ParseErrorKind::NestingDepthExceeded);
        Fault { span, message: message::of(error.kind()), related: None, fatal: true, limit }
    }
}

/// Behind the quote that ends the text that begins at an offset.
fn end_of_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += next + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        // What follows a backslash ends nothing.
        at += 1;
    }
    bytes.len()
}

/// Whether the text can be read nevertheless, without a guess.
fn is_harmless(kind: &ParseErrorKind) -> bool {
    matches!(
        kind,
        ParseErrorKind::CommentsNotAllowed
            | ParseErrorKind::TrailingCommasNotAllowed
            | ParseErrorKind::NonFiniteNumbersNotAllowed
            // A bare `NaN` is one of these; other words fail again.
            | ParseErrorKind::UnexpectedWord
            | ParseErrorKind::UnexpectedToken
    )
}

/// Adds the document to the tree.
fn grow(tree: &mut Tree, document: &Document<'_>, value: Option<ast::Value<'_>>) {
    let Some(value) = value else {
        let message = "there is no JSON in this file".to_owned();
        let span = Span::new(document.offset, document.offset);
        tree.fault(Fault { span, message, related: None, fatal: true, limit: false });
        return;
    };
    let halves = document.halves.iter().map(|half| half.shifted(document.offset));
    for span in halves {
        tree.fault(remark(span, "this escape is one half of a surrogate pair: no character"));
    }
    if let Some(root) = (Growth { tree, document }).node(value, 0) {
        tree.push_document(root);
    }
}

fn remark(span: Span, message: &str) -> Fault {
    Fault { span, message: message.to_owned(), related: None, fatal: false, limit: false }
}

struct Growth<'a, 't> {
    tree: &'a mut Tree,
    document: &'a Document<'t>,
}

impl Growth<'_, '_> {
    /// Adds a value with all that is in it; nothing when it is too deep.
    fn node(&mut self, value: ast::Value<'_>, depth: usize) -> Option<NodeId> {
        let span = self.document.span(&value);
        if depth > MAX_DEPTH {
            let message = message::of(&ParseErrorKind::NestingDepthExceeded);
            let span = Span { end: span.start + 1, ..span };
            self.tree.fault(Fault { span, message, related: None, fatal: true, limit: true });
            return None;
        }
        let shape = match value {
            ast::Value::StringLit(text) => return Some(self.text(&text.value, span)),
            ast::Value::NumberLit(number) => Shape::Plain(number.value.into()),
            ast::Value::BooleanLit(truth) => Shape::Plain(if truth.value { "true" } else { "false" }.into()),
            ast::Value::NullKeyword(_) => Shape::Plain("null".into()),
            ast::Value::Array(array) => {
                let node = self.tree.push(Data { span, tag: None, shape: Shape::Sequence(Vec::new()) });
                let items = array.elements.into_iter().map(|item| self.node(item, depth + 1)).collect::<Option<_>>()?;
                self.tree.node_mut(node).shape = Shape::Sequence(items);
                return Some(node);
            }
            ast::Value::Object(object) => {
                let node = self.tree.push(Data { span, tag: None, shape: Shape::Mapping(Vec::new()) });
                let properties = object.properties.into_iter().map(|property| {
                    let key = self.text(property.name.as_str(), self.document.span(&property.name));
                    Some((key, self.node(property.value, depth + 1)?))
                });
                let entries = properties.collect::<Option<_>>()?;
                self.tree.node_mut(node).shape = Shape::Mapping(entries);
                return Some(node);
            }
        };
        Some(self.tree.push(Data { span, tag: None, shape }))
    }

    fn text(&mut self, value: &str, span: Span) -> NodeId {
        let start = span.start as usize - self.document.offset;
        let written = self.document.json.as_bytes().get(start..start + span.len()).unwrap_or_default();
        if let Some(at) = written.iter().position(|&byte| byte < b' ') {
            let at = span.start as usize + at;
            let message = "a control character in a text must be written as an escape, as `\\n` or `\\t`";
            self.tree.fault(remark(Span::new(at, at + 1), message));
        }
        self.tree.push(Data { span, tag: None, shape: Shape::Text(value.into()) })
    }
}
