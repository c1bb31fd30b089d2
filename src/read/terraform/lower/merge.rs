//! Properties put together from several places.

use std::sync::Arc;

use crate::{
    graph::{
        guard::Formula,
        value::{Data, Entry, List, Object, Unknown, Value},
    },
    source::Place,
};

/// Sets a value at a dotted path; objects and lists that are there already take it in.
pub(super) fn set(object: &mut Object, path: &str, place: Place, value: Value) {
    add(object, wrapped(path, place, value), &Formula::True);
}

/// An entry for a dotted path: its first name, with objects below it.
fn wrapped(path: &str, place: Place, value: Value) -> Entry {
    match path.split_once('.') {
        None => Entry { name: path.into(), place, value },
        Some((head, rest)) => {
            let entries = vec![wrapped(rest, place, value)];
            let inner = Value::object(Object { entries, ..Object::default() }, place);
            Entry { name: head.into(), place, value: inner }
        }
    }
}

/// Adds an entry under a condition. Objects are merged, lists joined; another value is replaced where the condition holds.
pub(super) fn add(object: &mut Object, entry: Entry, when: &Formula) {
    let Some(known) = object.entries.iter_mut().find(|known| known.name == entry.name) else {
        let value = match &entry.value.data {
            Data::List(_) => guarded_items(entry.value, when),
            _ => Value::guarded(when, entry.value, Value::absent(entry.place)),
        };
        object.entries.push(Entry { value, ..entry });
        return;
    };
    match (&mut known.value.data, entry.value.data) {
        (_, Data::Absent) => {}
        (Data::Object(known), Data::Object(more)) => {
            let known = Arc::make_mut(known);
            for entry in more.entries.iter().cloned() {
                add(known, entry, when);
            }
            known.open = known.open.take().or_else(|| more.open.clone());
        }
        (Data::List(known), more @ Data::List(_)) => {
            let more = guarded_items(Value { data: more, origin: entry.value.origin }, when);
            let Data::List(more) = more.data else { return };
            let known = Arc::make_mut(known);
            known.items.extend(more.items.iter().cloned());
            known.open = known.open.take().or_else(|| more.open.clone());
        }
        (_, data) => {
            let value = Value { data, origin: entry.value.origin };
            known.value = Value::guarded(when, value, known.value.clone());
            known.place = entry.place;
        }
    }
}

/// A list whose items exist under a condition.
fn guarded_items(list: Value, when: &Formula) -> Value {
    let Data::List(items) = &list.data else { return list };
    if *when == Formula::True {
        return list;
    }
    let guarded = |item: &Value| Value::guarded(when, item.clone(), Value::absent(item.origin.place));
    let items = List { items: items.items.iter().map(guarded).collect(), open: items.open.clone() };
    Value { data: Data::List(Arc::new(items)), ..list }
}

/// Notes that a property may be set elsewhere: what is absent becomes unknown, a list may have more items.
pub(super) fn may_be(object: &mut Object, name: &str, is_list: bool, why: &Unknown, when: &Formula, place: Place) {
    let open = |value: Value| {
        let opened = opened(&value, is_list, why);
        Value::guarded(when, opened, value)
    };
    match object.entries.iter_mut().find(|known| &*known.name == name) {
        Some(known) => known.value = open(known.value.clone()),
        None => {
            let value = open(Value::absent(place));
            object.entries.push(Entry { name: name.into(), place, value });
        }
    }
}

fn opened(value: &Value, is_list: bool, why: &Unknown) -> Value {
    let like = |data: Data| Value { data, origin: value.origin.clone() };
    match &value.data {
        Data::Absent if is_list => like(Data::List(Arc::new(List { items: Vec::new(), open: Some(why.clone()) }))),
        Data::Absent => like(Data::Unknown(why.clone())),
        Data::List(list) if is_list && list.open.is_none() => {
            like(Data::List(Arc::new(List { items: list.items.clone(), open: Some(why.clone()) })))
        }
        Data::Guarded(guarded) => {
            let (then, otherwise) = (opened(&guarded.then, is_list, why), opened(&guarded.otherwise, is_list, why));
            Value { origin: value.origin.clone(), ..Value::guarded(&guarded.when, then, otherwise) }
        }
        _ => value.clone(),
    }
}
