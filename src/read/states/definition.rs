//! A definition as a tree → its value, with `${name}` replaced by what the template gives for it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    graph::value::{Data, Entry, List, Object, Piece, Reason, Unknown, Value},
    read::plain::scalar,
    source::{Place, Source, Span},
    syntax::tree::{Kind, Node},
};

/// Stands for a hole in a text that is parsed: no definition holds this character.
pub(in crate::read) const HOLE: char = '\u{e000}';

/// Values deeper than this are not followed.
const MAX_DEPTH: usize = crate::graph::value::MAX_LEVELS;

/// What is given for the names in a definition: `DefinitionSubstitutions`.
#[derive(Default)]
pub(in crate::read) struct Substitutions(FxHashMap<Arc<str>, Value>);

impl Substitutions {
    /// Those of a property.
    pub(super) fn of(property: Option<&Value>) -> Self {
        let Some(Data::Object(object)) = property.map(|value| &value.data) else { return Self::default() };
        Self(object.entries.iter().map(|entry| (entry.name.clone(), entry.value.clone())).collect())
    }

    /// What a name stands for, at the place where it is written. What nobody gives is known to somebody else.
    fn named(&self, name: &str, place: Place) -> Value {
        match self.0.get(name.trim()) {
            Some(value) => value.clone(),
            None => Value::unknown(Reason::External, format!("${{{name}}}"), place),
        }
    }

    /// A text with its `${name}` replaced.
    fn text(&self, text: &Arc<str>, place: Place) -> Value {
        if !text.contains("${") {
            return Value::text(text.clone(), place);
        }
        let (mut pieces, mut rest) = (Vec::new(), &**text);
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, tail)) = after.split_once('}') else { break };
            pieces.push(Piece::Text(before.into()));
            pieces.push(Piece::Hole(Box::new(self.named(name, place))));
            rest = tail;
        }
        pieces.push(Piece::Text(rest.into()));
        sole(Value::template(pieces, place))
    }

    /// A value that was read already, with the names in its texts replaced.
    pub(super) fn apply(&self, value: &Value, depth: usize) -> Value {
        let data = match &value.data {
            _ if depth > MAX_DEPTH => return value.clone(),
            Data::Text(text) if text.contains("${") => {
                let made = self.text(text, value.origin.place);
                return if made.origin.step.is_some() { made } else { Value { origin: value.origin.clone(), ..made } };
            }
            Data::List(list) => Data::List(Arc::new(List {
                items: list.items.iter().map(|item| self.apply(item, depth + 1)).collect(),
                open: list.open.clone(),
            })),
            Data::Object(object) => {
                let entries = object.entries.iter().map(|entry| Entry {
                    name: entry.name.clone(),
                    place: entry.place,
                    value: self.apply(&entry.value, depth + 1),
                });
                let (entries, open) = (entries.collect(), object.open.clone());
                Data::Object(Arc::new(Object { entries, open, class: object.class.clone() }))
            }
            _ => return value.clone(),
        };
        Value { data, origin: value.origin.clone() }
    }
}

/// A text that is one hole is what fills it.
pub(super) fn sole(value: Value) -> Value {
    match &value.data {
        Data::Template(pieces) => match &pieces[..] {
            [Piece::Hole(only)] => Value::clone(only),
            _ => value,
        },
        _ => value,
    }
}

/// The value of a node of a file of its own.
pub(super) fn value(source: &Source, node: Node<'_>, names: &Substitutions) -> Value {
    of_node(node, &|span| source.place(span), &|span, text| {
        let place = source.place(span);
        // A `${name}` that was masked for the parser.
        match source.slice(span).strip_prefix("${").and_then(|name| name.strip_suffix('}')) {
            Some(name) => names.named(name, place),
            None => names.text(&text, place),
        }
    })
}

/// The value of a node, by what its place and its texts are.
pub(super) fn of_node(node: Node<'_>, place: &dyn Fn(Span) -> Place, text: &dyn Fn(Span, Arc<str>) -> Value) -> Value {
    build(node, place, text, 0)
}

fn build(node: Node<'_>, place: &dyn Fn(Span) -> Place, text: &dyn Fn(Span, Arc<str>) -> Value, depth: usize) -> Value {
    let at = place(node.span());
    if depth > MAX_DEPTH {
        return Value::unknown(Reason::Limit, "a value nested this deeply", at);
    }
    if let Some(tag) = node.tag() {
        return Value::unknown(Reason::Unsupported, format!("`!{tag}`"), at);
    }
    match node.kind() {
        Kind::Null => Value::absent(at),
        Kind::Sequence => Value::list(node.items().map(|item| build(item, place, text, depth + 1)).collect(), at),
        Kind::Mapping => {
            let mut object = Object::default();
            for entry in node.entries() {
                let at = place(entry.key_span);
                if entry.key.contains(HOLE) {
                    object.open = Some(Unknown { reason: Reason::RunTime, name: "a key".into(), place: at });
                    continue;
                }
                let value = build(entry.value, place, text, depth + 1);
                object.entries.push(Entry { name: entry.key.into(), place: at, value });
            }
            Value::object(object, at)
        }
        _ => match scalar(node) {
            Some(Data::Text(written)) => text(node.span(), written),
            Some(data) => Value::new(data, at),
            None => Value::absent(at),
        },
    }
}
