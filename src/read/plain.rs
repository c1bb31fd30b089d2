//! YAML and JSON that is data alone → values.

use std::sync::Arc;

use crate::{
    graph::value::{Data, Entry, Object, Piece, Reason, Value},
    source::{Place, Source},
    syntax::tree::{Kind, Node},
};

/// Beyond this a number is not exact as a floating-point one: it stays as it is written.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What a scalar is; nothing for `null` and collections.
pub(super) fn scalar(node: Node<'_>) -> Option<Data> {
    Some(match node.kind() {
        Kind::Null | Kind::Sequence | Kind::Mapping => return None,
        Kind::Bool(value) => Data::Bool(value),
        Kind::Number(number, written) if is_number(number, written) => Data::Number(number.into()),
        Kind::Number(_, text) | Kind::Text(text) => Data::Text(text.into()),
    })
}

/// An account number with a leading zero, and a number with more digits than can be kept, are texts.
pub(super) fn is_number(number: f64, written: &str) -> bool {
    let digits = written.strip_prefix('-').unwrap_or(written).as_bytes();
    let padded = matches!(digits, [b'0', next, ..] if next.is_ascii_digit());
    !padded && number.abs() < EXACT
}

/// The value of a node. `null` is absent, `${NAME}` in a text is a hole that some tool fills before use.
pub(super) fn value(source: &Source, node: Node<'_>) -> Value {
    let place = source.place(node.span());
    if let Some(tag) = node.tag() {
        return Value::unknown(Reason::Unsupported, format!("`!{tag}`"), place);
    }
    match node.kind() {
        Kind::Null => Value::absent(place),
        Kind::Sequence => Value::list(node.items().map(|item| value(source, item)).collect(), place),
        Kind::Mapping => {
            let entries = node.entries().into_iter().map(|entry| Entry {
                name: entry.key.into(),
                place: source.place(entry.key_span),
                value: value(source, entry.value),
            });
            Value::object(Object { entries: entries.collect(), ..Object::default() }, place)
        }
        _ => match scalar(node) {
            Some(Data::Text(text)) => substituted(&text, place),
            Some(data) => Value::new(data, place),
            None => Value::absent(place),
        },
    }
}

/// A text whose `${NAME}` are holes. A lone hole is unknown.
pub(super) fn substituted(text: &Arc<str>, place: Place) -> Value {
    let (mut pieces, mut rest) = (Vec::new(), &**text);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, tail)) = after.split_once('}') else { break };
        pieces.push(Piece::Text(before.into()));
        pieces.push(Piece::Hole(Box::new(Value::unknown(Reason::External, format!("${{{name}}}"), place))));
        rest = tail;
    }
    if pieces.is_empty() {
        return Value::text(text.clone(), place);
    }
    pieces.push(Piece::Text(rest.into()));
    let value = Value::template(pieces, place);
    match &value.data {
        Data::Template(pieces) if pieces.len() == 1 => match &pieces[0] {
            Piece::Hole(only) => only.as_ref().clone(),
            Piece::Text(_) => value,
        },
        _ => value,
    }
}
