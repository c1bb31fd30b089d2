//! Spans of what was parsed out of a string, as spans of the file that the string is in.

use super::{Expr, Node, Part};
use crate::source::Span;

/// The inside of a JSON string: where each byte of its text is written.
pub(super) struct Inside {
    /// Where the text begins, behind the quote.
    start: u32,
    /// Behind each escape: the offset in the text, and how many more bytes were written so far.
    shifts: Vec<(u32, u32)>,
    whole: Span,
}

impl Inside {
    /// `written` is the string with its quotes, at a span.
    pub(super) fn of(written: &str, whole: Span) -> Self {
        let mut shifts = Vec::new();
        let (mut at, mut text) = (1, 0_u32);
        let mut more = 0;
        while let Some(character) = written.get(at..).and_then(|rest| rest.chars().next()) {
            let (wide, long) = match (character, written.as_bytes().get(at + 1)) {
                ('\\', Some(b'u')) => unicode(&written[at..]),
                ('\\', _) => (2, 1),
                _ => (character.len_utf8(), character.len_utf8()),
            };
            at += wide;
            text += u32::try_from(long).unwrap_or_default();
            if wide != long {
                more += u32::try_from(wide - long).unwrap_or_default();
                shifts.push((text, more));
            }
        }
        Self { start: whole.start + 1, shifts, whole }
    }

    /// Where a span of the text is written.
    pub(super) fn place(&self, span: Span) -> Span {
        let at = |offset: u32| {
            let behind = self.shifts.partition_point(|(end, _)| *end <= offset);
            let more = behind.checked_sub(1).map_or(0, |last| self.shifts[last].1);
            (self.start + offset + more).min(self.whole.end)
        };
        Span { start: at(span.start), end: at(span.end) }
    }
}

/// How many bytes a `\u` escape takes, and how many its character has; of a pair, both together.
fn unicode(written: &str) -> (usize, usize) {
    let half = |at: usize| u32::from_str_radix(written.get(at..at + 4)?, 16).ok();
    match half(2) {
        Some(high @ 0xd800..0xdc00) if written.get(6..8) == Some("\\u") => match half(8) {
            Some(0xdc00..0xe000) => (12, 4),
            _ => (6, char::from_u32(high).map_or(3, char::len_utf8)),
        },
        Some(code) => (6, char::from_u32(code).map_or(3, char::len_utf8)),
        None => (2, 1),
    }
}

/// Changes each span in an expression.
pub(super) fn change(expr: &mut Expr, place: &dyn Fn(Span) -> Span) {
    expr.span = place(expr.span);
    match &mut expr.node {
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Digits(_) | Node::Text(_) | Node::Name(_) | Node::Each => {
        }
        Node::Template(parts) => change_parts(parts, place),
        Node::List(items) => items.iter_mut().for_each(|item| change(item, place)),
        Node::Object(entries) => {
            for (key, value) in entries {
                change(key, place);
                change(value, place);
            }
        }
        Node::Attribute(inner, _) | Node::Negative(inner) | Node::Not(inner) => change(inner, place),
        Node::Index(left, right) | Node::Splat(left, right) | Node::Binary(_, left, right) => {
            change(left, place);
            change(right, place);
        }
        Node::Call { name_span, arguments, .. } => {
            *name_span = place(*name_span);
            arguments.iter_mut().for_each(|argument| change(argument, place));
        }
        Node::Conditional(condition, then, otherwise) => {
            change(condition, place);
            change(then, place);
            change(otherwise, place);
        }
        Node::For(from) => {
            change(&mut from.over, place);
            change(&mut from.item, place);
            from.entry_key.iter_mut().chain(&mut from.condition).for_each(|part| change(part, place));
        }
    }
}

fn change_parts(parts: &mut [Part], place: &dyn Fn(Span) -> Span) {
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Value(value) => change(value, place),
            Part::If(condition, then, otherwise) => {
                change(condition, place);
                change_parts(then, place);
                change_parts(otherwise, place);
            }
            Part::For { over, body, .. } => {
                change(over, place);
                change_parts(body, place);
            }
        }
    }
}
