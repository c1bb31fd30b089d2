//! Digests that end logical IDs: of a text, or of how a function is written that SAM does not evaluate.

use std::collections::BTreeMap;

use serde_json::Value;
use sha1::{Digest, Sha1};

use crate::{
    read::cloudformation::values::Call,
    syntax::tree::{Kind, Node},
};

/// What is written is looked at so deep, and in so many parts: aliases could repeat it without end.
const MAX_DEPTH: usize = 8;
const MAX_PARTS: usize = 256;

/// The first letters of a digest, as SAM ends logical IDs: of a text as it is, of all else as JSON.
pub(super) fn digest(of: &Value) -> String {
    let text = of.as_str().map_or_else(|| of.to_string(), str::to_owned);
    Sha1::digest(text).iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}

/// The JSON that SAM has for what is written: its functions by their long names, its keys sorted.
pub(super) fn json(node: Node<'_>) -> Option<Value> {
    let mut left = MAX_PARTS;
    part(node, MAX_DEPTH, &mut left)
}

fn part(node: Node<'_>, depth: usize, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    let depth = depth.checked_sub(1)?;
    let Some(call) = Call::of(node).filter(|call| call.tagged) else { return plain(node, depth, left) };
    let name = match call.name {
        "Ref" | "Condition" => call.name.to_owned(),
        name => format!("Fn::{name}"),
    };
    let argument = match (call.name, call.argument.text()) {
        ("GetAtt", Some(text)) => text.splitn(2, '.').map(Value::from).collect::<Vec<_>>().into(),
        _ => plain(call.argument, depth, left)?,
    };
    Some(serde_json::Map::from_iter([(name, argument)]).into())
}

/// A node without its tag.
fn plain(node: Node<'_>, depth: usize, left: &mut usize) -> Option<Value> {
    Some(match node.kind() {
        Kind::Null => Value::Null,
        Kind::Bool(truth) => truth.into(),
        Kind::Number(number, text) => match text.parse::<i64>() {
            Ok(whole) => whole.into(),
            Err(_) => number.into(),
        },
        Kind::Text(text) => text.into(),
        Kind::Sequence => node.items().map(|item| part(item, depth, left)).collect::<Option<Vec<_>>>()?.into(),
        Kind::Mapping => {
            let entries = node.own_entries().map(|entry| Some((entry.key.to_owned(), part(entry.value, depth, left)?)));
            let sorted = entries.collect::<Option<BTreeMap<_, _>>>()?;
            sorted.into_iter().collect::<serde_json::Map<_, _>>().into()
        }
    })
}
