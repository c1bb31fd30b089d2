//! Bounds for hostile code: values, texts and time that grow without end, each noted once in the file.

use std::sync::Arc;

use arrayvec::ArrayString;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

use super::{Machine, scope::Scope};
use crate::{
    graph::{
        NotEvaluated,
        value::{Data, Reason, Value},
    },
    source::Place,
};

/// Most steps in a file: an expression, a statement, or as much work as one. Scripts that people write stay far below.
const MAX_STEPS: usize = 2_000_000;
/// Deepest nesting of expressions and statements that is followed.
pub(super) const MAX_DEPTH: u32 = 120;
/// Most parts of a value, all of it written out. Lists of lists double with each `a = [a, a]`.
pub(super) const MAX_WEIGHT: usize = 10_000;
/// Longest name of an unknown value or of a part of a module: `a = a.b` makes it longer with each round.
const MAX_NAME: usize = 200;
/// Parts of a value that take as long as a step.
const PARTS: usize = 8;

impl Machine<'_> {
    /// Takes some work from what may be done; whether anything is left to do more.
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_add(steps);
        self.steps <= MAX_STEPS
    }

    /// Whether nothing is left to do more.
    pub(super) fn is_spent(&self) -> bool {
        self.steps > MAX_STEPS
    }

    /// Whether the file takes more work than is done. Notes it once.
    pub(super) fn is_exhausted(&mut self, range: TextRange) -> bool {
        if !self.is_spent() {
            return false;
        }
        if self.exhausted.is_none() {
            let place = self.place(range);
            self.exhausted = Some(place);
            self.gap("file", Some(place), "the rest of the file", "it takes too many steps to follow");
        }
        true
    }

    /// Copying all names that are known takes time, and memory while the copy is kept.
    pub(super) fn spend_names(&mut self) {
        let names: usize = self.scopes.iter().map(Scope::len).sum();
        self.spend(names);
    }

    /// A value that was just made, unless it is too large to be carried on.
    pub(super) fn bounded(&mut self, value: Value, expression: &Expr) -> Value {
        if is_plain(&value) {
            return value;
        }
        let range = expression.range();
        let weight = value.weight(MAX_WEIGHT);
        self.spend(weight.unwrap_or(MAX_WEIGHT) / PARTS);
        match weight {
            Some(_) => value,
            None => self.beyond(range),
        }
    }

    /// Notes a value of which a bound took something.
    pub(super) fn notice(&mut self, value: &Value, expression: &Expr) {
        let why = match &value.data {
            Data::Unknown(why) => Some(why),
            Data::List(list) => list.open.as_ref(),
            Data::Object(object) => object.open.as_ref(),
            _ => None,
        };
        if why.is_some_and(|why| why.reason == Reason::Limit) {
            self.note_limit(expression.range());
        }
    }

    /// An unknown value in the place of one that is beyond the bounds.
    pub(super) fn beyond(&mut self, range: TextRange) -> Value {
        self.note_limit(range);
        self.unknown(Reason::Limit, range)
    }

    /// Notes, once in a file, that a value is beyond the bounds.
    pub(super) fn note_limit(&mut self, range: TextRange) {
        if !self.limited {
            self.limited = true;
            let (place, what) = (self.place(range), self.short(range));
            self.gap("expression", Some(place), what, "it is too large or too deeply nested to be followed");
        }
    }

    /// Notes something that is not evaluated.
    pub(super) fn gap(
        &mut self,
        kind: &'static str,
        place: Option<Place>,
        what: impl Into<String>,
        why: impl Into<String>,
    ) {
        let path = self.source.path.clone();
        self.part.not_evaluated.push(NotEvaluated { path, place, kind, what: what.into(), why: why.into() });
    }
}

/// A name that is put together from others; nothing if it grows too long.
pub(super) fn name_of<'p>(pieces: impl IntoIterator<Item = &'p str>) -> Option<Arc<str>> {
    // Many are made: one allocation is enough for each.
    let mut name = ArrayString::<MAX_NAME>::new();
    for piece in pieces {
        name.try_push_str(piece).ok()?;
    }
    Some(name.as_str().into())
}

/// Whether a value has no parts.
fn is_plain(value: &Value) -> bool {
    match &value.data {
        Data::Text(text) => text.len() < 256,
        Data::Template(_) | Data::List(_) | Data::Object(_) | Data::Guarded(_) => false,
        _ => true,
    }
}

/// What it takes to look at a value that was changed in place, and whether it has grown too large.
pub(super) fn weighed(value: &Value) -> (usize, bool) {
    let weight = if is_plain(value) { Some(1) } else { value.weight(MAX_WEIGHT) };
    (weight.unwrap_or(MAX_WEIGHT) / PARTS, weight.is_none())
}
