//! Texts with holes: `Fn::Sub` and dynamic references.

use rustc_hash::FxHashMap;

use super::{
    template::Template,
    values::{Call, composed, scalar_text},
};
use crate::{
    graph::value::{Data, Piece, Reason, Value},
    read::states::{HOLE, filled},
    source::Place,
    syntax::tree::Node,
};

/// How a dynamic reference begins; it ends with `}}`.
const DYNAMIC: &str = "{{resolve:";

/// Texts that cost more than this are not put together: functions within functions can double a text at each level.
const MAX_COST: usize = 50_000;

/// Bytes of text that cost as much as a node.
pub(super) const BYTES: usize = 64;

/// What a piece costs to copy.
fn cost(piece: &Piece) -> usize {
    match piece {
        Piece::Text(text) => 1 + text.len() / BYTES,
        Piece::Hole(hole) => match &hole.data {
            Data::Text(text) => 1 + text.len() / BYTES,
            Data::Template(inner) => inner.iter().map(cost).sum(),
            _ => 1,
        },
    }
}

/// A part of `Fn::Sub`'s text.
#[derive(Debug, PartialEq, Eq)]
enum Part<'t> {
    Text(&'t str),
    /// `${!Literal}` without its braces and the `!`: written out as `${Literal}`.
    Literal(&'t str),
    /// `${Name}`, `${Resource.Attribute}`.
    Name(&'t str),
}

/// Takes a text apart. A `${` that is not closed is text.
fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((inner, tail)) = after.split_once('}') else { break };
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        parts.push(match inner.strip_prefix('!') {
            Some(literal) => Part::Literal(literal),
            None => Part::Name(inner.trim()),
        });
        rest = tail;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

impl<'t> Template<'t> {
    /// A written text; dynamic references in it are unknown, and its holes are filled.
    pub(super) fn text(&mut self, text: &str, place: Place) -> Value {
        if let Some(value) = self.filled(text, place) {
            return value;
        }
        match text.contains(DYNAMIC) {
            true => self.template(vec![Piece::Text(text.into())], place),
            false => Value::text(text, place),
        }
    }

    /// A text with holes, with what fills them; nothing for one that has none. A lone hole is what fills it.
    pub(super) fn filled(&self, text: &str, place: Place) -> Option<Value> {
        if !self.has_hole(text) {
            return None;
        }
        let value = filled(&text.into(), &self.stack.holes, place);
        let marks = text.split(HOLE).skip(1).step_by(2);
        let parts: Vec<Value> =
            marks.filter_map(|mark| self.stack.holes.get(mark.parse::<usize>().ok()?).cloned()).collect();
        Some(if value.origin.step.is_some() { value } else { composed(value, &parts) })
    }

    /// Whether a text that other code has put together has a hole.
    pub(super) fn has_hole(&self, text: &str) -> bool {
        !self.stack.holes.is_empty() && text.contains(HOLE)
    }

    /// A text from pieces; dynamic references in it are unknown. A lone hole is what fills it.
    pub(super) fn template(&mut self, pieces: Vec<Piece>, place: Place) -> Value {
        let cost = pieces.iter().map(cost).fold(0, usize::saturating_add);
        if cost > MAX_COST || !self.afford(cost) {
            return self.too_large("a text", place);
        }
        let value = Value::template(pieces, place);
        let pieces = match &value.data {
            Data::Text(text) if text.contains(DYNAMIC) => vec![Piece::Text(text.clone())],
            Data::Template(pieces) => pieces.to_vec(),
            Data::Guarded(_) => {
                return self.in_branches(value, &mut |template, text| match &text.data {
                    Data::Text(known) if known.contains(DYNAMIC) => {
                        template.template(vec![Piece::Text(known.clone())], place)
                    }
                    _ => text.clone(),
                });
            }
            _ => return value,
        };
        let value = Value::template(self.undynamic(pieces, place), place);
        match &value.data {
            Data::Template(pieces) => match &pieces[..] {
                [Piece::Hole(only)] => Value { data: only.data.clone(), origin: value.origin.clone() },
                _ => value,
            },
            _ => value,
        }
    }

    /// Replaces `{{resolve:…}}`, which may itself have holes, by unknowns.
    fn undynamic(&mut self, pieces: Vec<Piece>, place: Place) -> Vec<Piece> {
        let mut done = Vec::with_capacity(pieces.len());
        // The name of the reference that is open, with `…` for its holes.
        let mut name: Option<String> = None;
        for piece in pieces {
            let text = match piece {
                Piece::Text(text) => text,
                hole => {
                    match &mut name {
                        Some(name) => name.push('…'),
                        None => done.push(hole),
                    }
                    continue;
                }
            };
            let mut rest = &*text;
            loop {
                if let Some(mut inner) = name.take() {
                    let Some((end, tail)) = rest.split_once("}}") else {
                        inner.push_str(rest);
                        name = Some(inner);
                        break;
                    };
                    inner.push_str(end);
                    done.push(Piece::Hole(Box::new(self.outside(Reason::External, &inner, place))));
                    rest = tail;
                }
                match rest.split_once(DYNAMIC) {
                    Some((before, tail)) => {
                        done.push(Piece::Text(before.into()));
                        name = Some("resolve:".to_owned());
                        rest = tail;
                    }
                    None => {
                        done.push(Piece::Text(rest.into()));
                        break;
                    }
                }
            }
        }
        // It was never closed, so it is no reference; what it held is not known any more.
        if let Some(name) = name {
            done.push(Piece::Hole(Box::new(Value::unknown(Reason::Invalid, name, place))));
        }
        done
    }

    /// `Fn::Sub` with a text, or with a text and a mapping of names.
    pub(super) fn sub(&mut self, call: Call<'t>) -> Value {
        let mut items = call.argument.items();
        let (text, names) = match items.len() {
            0 => (call.argument, None),
            1 | 2 => match items.next() {
                Some(first) => (first, items.next()),
                None => (call.argument, None),
            },
            _ => return self.invalid(call.node, "`Fn::Sub`", "it takes a text and a mapping of names"),
        };
        let Some(text) = scalar_text(text) else {
            // A transform may bring the text; no other function can.
            let text = if text.is_mapping() { self.eval(text) } else { Value::absent(self.place(text.span())) };
            return match text.is_unknown() {
                true => text,
                false => self.invalid(call.node, "`Fn::Sub`", "its text is not written as one"),
            };
        };
        let mut given: FxHashMap<&'t str, Value> = FxHashMap::default();
        for entry in names.map(Node::entries).unwrap_or_default() {
            let value = self.eval(entry.value);
            given.insert(entry.key, value);
        }
        let place = self.place(call.node.span());
        let mut holes = Vec::new();
        let mut pieces = Vec::new();
        for part in parts(&text) {
            pieces.push(match part {
                Part::Text(text) => match self.filled(text, place) {
                    Some(value) => {
                        holes.push(value.clone());
                        Piece::Hole(Box::new(value))
                    }
                    None => Piece::Text(text.into()),
                },
                Part::Literal(text) => Piece::Text(format!("${{{text}}}").into()),
                Part::Name(name) => {
                    let value = match given.get(name) {
                        Some(value) => value.clone(),
                        None => self.mentioned_in_text(name, call.node),
                    };
                    holes.push(value.clone());
                    Piece::Hole(Box::new(value))
                }
            });
        }
        let mut value = composed(self.template(pieces, place), &holes);
        if text.contains('\n') {
            // A default in it is not where a script is written.
            value.origin.place = place;
        }
        value
    }

    /// What `${Name}` or `${Resource.Attribute}` stands for.
    fn mentioned_in_text(&mut self, name: &str, node: Node<'t>) -> Value {
        match name.split_once('.') {
            Some((resource, attribute)) => self.attribute(resource, Some(attribute), node),
            None => self.named(name, node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart_at_its_names() {
        assert_eq!(
            parts("a ${B} ${!C} ${D.Arn}$"),
            [
                Part::Text("a "),
                Part::Name("B"),
                Part::Text(" "),
                Part::Literal("C"),
                Part::Text(" "),
                Part::Name("D.Arn"),
                Part::Text("$")
            ]
        );
        assert_eq!(parts("x ${open"), [Part::Text("x ${open")]);
        assert_eq!(parts(""), []);
    }
}
