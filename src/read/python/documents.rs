//! YAML and JSON as Python's libraries read them: PyYAML has the rules of YAML 1.1, in which `on` is a truth value, `012`
//! an octal number and `1e-3` a text.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    library::key_name,
    numbers::{as_text, real},
    scalars::{Bare, bare},
};
use crate::{
    graph::value::{Data, Entry, Object, Reason, Value},
    read::plain,
    source::{Place, Source},
    syntax::tree::{Kind, Node},
};

/// By which rules a bare scalar is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Dialect {
    /// PyYAML: YAML 1.1.
    Yaml,
    /// OmegaConf: the same, but `1e-3` is a number and a date a text.
    Omega,
    /// `ruamel.yaml`: YAML 1.2.
    Yaml12,
    Json,
}

/// The value of a node: `null` is absent, `${NAME}` in a text is a hole that some tool fills before use.
pub(super) fn value(source: &Source, node: Node<'_>, dialect: Dialect) -> Value {
    let place = source.place(node.span());
    if let Some(tag) = node.tag() {
        return Value::unknown(Reason::Unsupported, format!("`!{tag}`"), place);
    }
    match node.kind() {
        Kind::Sequence => Value::list(node.items().map(|item| value(source, item, dialect)).collect(), place),
        Kind::Mapping => {
            let mut object = Object::default();
            let mut known: FxHashMap<Arc<str>, usize> = FxHashMap::default();
            for entry in node.entries() {
                let key_place = source.place(entry.key_span);
                let (name, same) = key(entry.key, entry.is_bare, dialect, key_place);
                let value = value(source, entry.value, dialect);
                match known.get(&same) {
                    // Of a key that is there twice the last value counts.
                    Some(&at) => object.entries[at].value = value,
                    None => {
                        known.insert(same, object.entries.len());
                        object.entries.push(Entry { name, place: key_place, value });
                    }
                }
            }
            Value::object(object, place)
        }
        _ => match node.bare() {
            Some(bare) => scalar(bare, dialect, place),
            None => match node.kind() {
                Kind::Text(text) => plain::substituted(&text.into(), place),
                _ => Value::absent(place),
            },
        },
    }
}

/// The name of the entry that a key stands for, and that of the key that it is the same as: one that is written bare may be
/// a number or a truth value, and `1`, `1.0` and `true` are one key.
fn key(written: &str, is_bare: bool, dialect: Dialect, place: Place) -> (Arc<str>, Arc<str>) {
    let value =
        if is_bare && dialect != Dialect::Json { scalar(written, dialect, place) } else { Value::text(written, place) };
    let name = key_name(&value).unwrap_or_else(|| written.into());
    let number = match &value.data {
        Data::Number(number) => Some(number.near()),
        Data::Bool(truth) => Some(f64::from(u8::from(*truth))),
        _ => None,
    };
    let same = number.and_then(|number| key_name(&Value::number(number, place)));
    (name.clone(), same.unwrap_or(name))
}

/// What a bare scalar is.
fn scalar(written: &str, dialect: Dialect, place: Place) -> Value {
    match bare(written, dialect) {
        Bare::Null => Value::absent(place),
        Bare::Bool(truth) => Value::new(Data::Bool(truth), place),
        Bare::Whole(number) if plain::is_number(number, "") => Value::number(number, place),
        Bare::Real(number) => real(number, place),
        Bare::Whole(_) | Bare::Endless => Value::unknown(Reason::Unsupported, "a number", place),
        Bare::Date => Value::unknown(Reason::Unsupported, "a date", place),
        Bare::Text => plain::substituted(&written.into(), place),
    }
}

/// A value as it is after it was written as JSON, or YAML, and read again: JSON has texts for keys.
pub(super) fn reread(value: &Value, is_json: bool) -> Value {
    let data = match &value.data {
        Data::List(list) => {
            let mut list = list.as_ref().clone();
            list.items.iter_mut().for_each(|item| *item = reread(item, is_json));
            Data::List(Arc::new(list))
        }
        Data::Object(object) => {
            let mut object = object.as_ref().clone();
            for entry in &mut object.entries {
                entry.value = reread(&entry.value, is_json);
                if is_json && let Some(name) = json_key(entry) {
                    entry.name = name;
                }
            }
            Data::Object(Arc::new(object))
        }
        data => data.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// The name that JSON gives the entry of a dict.
fn json_key(entry: &Entry) -> Option<Arc<str>> {
    let words = [(Data::Bool(true), "true"), (Data::Bool(false), "false"), (Data::Absent, "null")];
    let word = words.into_iter().find(|(key, _)| {
        let key = Value::new(key.clone(), entry.place);
        key_name(&key).is_some_and(|name| name == entry.name)
    });
    word.map(|(_, word)| word.into()).or_else(|| as_text(&super::library::key_value(entry)))
}

/// Whether a value can be written as JSON or YAML and read again without loss: it has neither objects nor functions in it.
pub(super) fn is_data(value: &Value) -> bool {
    match &value.data {
        Data::Object(object) => object.class.is_none() && object.entries.iter().all(|entry| is_data(&entry.value)),
        Data::List(list) => list.items.iter().all(is_data),
        Data::Guarded(guarded) => is_data(&guarded.then) && is_data(&guarded.otherwise),
        Data::Symbol(_) | Data::Reference(_) => false,
        _ => true,
    }
}
