//! Objects as they are written, and what is taken out of collections.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    convert::{Outcome, Stop, invalid, text, whole},
    cx::Cx,
    eval,
    partial::{atom, identity, in_branches, is_known, resting_on, settle, shown},
};
use crate::{
    graph::value::{Data, Entry, List, Object, Reason, Reference, Unknown, Value},
    source::Place,
    syntax::hcl::Expr,
};

/// A table of more entries is not taken apart.
const MAX_CHOICES: usize = 8;

/// An object that is put together: later entries win, and what cannot be known covers what came before it.
#[derive(Default)]
pub(super) struct Builder {
    entries: BTreeMap<Arc<str>, Entry>,
    open: Option<Unknown>,
}

impl Builder {
    /// Sets an entry.
    pub(super) fn set(&mut self, entry: Entry) {
        self.entries.insert(entry.name.clone(), entry);
    }

    /// The entry with a name.
    pub(super) fn entry(&mut self, name: &str) -> Option<&mut Entry> {
        self.entries.get_mut(name)
    }

    /// Adds entries that are not known: they may set any name anew.
    pub(super) fn cover(&mut self, why: &Unknown) {
        for entry in self.entries.values_mut() {
            let name = format!("`{}`, or that of {},", entry.name, why.name());
            let place = entry.value.origin.place;
            entry.value = Value::unknown(why.reason, name, place);
        }
        self.open.get_or_insert_with(|| why.clone());
    }

    /// The object, sorted by name as Terraform's are.
    pub(super) fn finish(self) -> Object {
        Object { entries: self.entries.into_values().collect(), open: self.open, class: None }
    }
}

/// `{a = b}`
pub(super) fn object(entries: &[(Expr, Expr)], place: Place, cx: &Cx<'_>) -> Value {
    let mut builder = Builder::default();
    for (key, value) in entries {
        let (name, value) = (eval(key, cx), eval(value, cx));
        match text(&name) {
            Ok(name) => builder.set(Entry { name, place: cx.place(key.span), value }),
            Err(Stop::Undecided) => builder.cover(&super::partial::derived(&[name], &|names| names[0].clone(), place)),
            Err(stop) => return settle(Err(stop), &[name], &|names| names[0].clone(), place),
        }
    }
    Value::object(builder.finish(), place)
}

/// `value.name`, of a value that is known so far.
pub(super) fn attribute(value: &Value, name: &str, place: Place, cx: &Cx<'_>) -> Value {
    in_branches(std::slice::from_ref(value), 0, place, &mut |values| {
        let outcome = attribute_of(&values[0], name, place, cx);
        let found = settle(outcome, values, &|names| format!("{}.{name}", names[0]), place);
        resting_on(found, &values[0])
    })
}

fn attribute_of(value: &Value, name: &str, place: Place, cx: &Cx<'_>) -> Outcome {
    match &value.data {
        Data::Object(object) => entry_of(object, name),
        Data::Reference(reference) => {
            let told = cx.names.attribute(reference, name, place);
            Ok(told.unwrap_or_else(|| further(reference, &format!(".{name}"), place)))
        }
        // The old way to write an index.
        Data::List(list) if name.bytes().all(|byte| byte.is_ascii_digit()) => match name.parse() {
            Ok(at) => item_of(list, at),
            Err(_) => invalid("an index without an item"),
        },
        Data::List(_) => invalid(format!("`.{name}` of a list")),
        Data::Absent => invalid(format!("`.{name}` of null")),
        Data::Text(_) | Data::Template(_) | Data::Number(_) | Data::Bool(_) => {
            invalid(format!("`.{name}` of no object"))
        }
        _ => unknown_part(value),
    }
}

fn unknown_part(value: &Value) -> Outcome {
    match &value.data {
        Data::Unknown(unknown) if unknown.reason == Reason::Invalid => Err(Stop::As(unknown.clone())),
        _ => Err(Stop::Undecided),
    }
}

fn entry_of(object: &Object, name: &str) -> Outcome {
    match (object.entry(name), &object.open) {
        (Some(entry), _) => Ok(entry.value.clone()),
        (None, Some(why)) => Err(Stop::As(Unknown { name: format!("{}.{name}", why.name()).into(), ..why.clone() })),
        (None, None) => invalid(format!("`{name}`, which the object does not have,")),
    }
}

/// An attribute of a resource, or a part of one.
fn further(reference: &Reference, step: &str, place: Place) -> Value {
    let attribute = match &reference.attribute {
        Some(attribute) => format!("{attribute}{step}"),
        // `aws_subnet.this[0]`: addresses are without index.
        None if step.starts_with('[') => {
            return Value::new(Data::Reference(Arc::new(reference.clone())), place);
        }
        None => step.trim_start_matches('.').to_owned(),
    };
    let reference = Reference { id: reference.id.clone(), attribute: Some(attribute.into()) };
    Value::new(Data::Reference(Arc::new(reference)), place)
}

/// `base[key]`
pub(super) fn index(base: &Value, key: &Value, place: Place) -> Value {
    in_branches(&[base.clone(), key.clone()], 0, place, &mut |values| {
        let outcome = match index_of(&values[0], &values[1], place) {
            Err(Stop::Undecided) => one_of_table(&values[0], &values[1]).ok_or(Stop::Undecided),
            outcome => outcome,
        };
        let found = settle(outcome, values, &|names| format!("{}[{}]", names[0], names[1]), place);
        resting_on(found, &values[0])
    })
}

/// The entry of a table whose key is decided later: that of each key where it is this one. Where it is none of them,
/// nothing is deployed. Nothing for a table that is not wholly known, such as one of resources: which of them is meant is
/// not known.
fn one_of_table(whole: &Value, key: &Value) -> Option<Value> {
    let Data::Object(table) = &whole.data else { return None };
    if table.entries.len() > MAX_CHOICES || table.open.is_some() || !is_known(whole) {
        return None;
    }
    let (last, others) = table.entries.split_last()?;
    let (subject, display) = identity(key)?;
    let are_truths = others.len() == 1 && table.entry("true").is_some() && table.entry("false").is_some();
    let is_it = |name: &Arc<str>| match &**name {
        "true" if are_truths => atom(subject.clone(), None, display.clone()),
        "false" if are_truths => atom(subject.clone(), None, display.clone()).negated(),
        _ => atom(subject.clone(), Some(name.clone()), format!("{display} == {name:?}").into()),
    };
    let choose = |rest: Value, entry: &Entry| Value::guarded(&is_it(&entry.name), entry.value.clone(), rest);
    Some(others.iter().rev().fold(last.value.clone(), choose))
}

/// The item or entry of a collection.
pub(super) fn index_of(base: &Value, key: &Value, place: Place) -> Outcome {
    match &base.data {
        Data::List(list) => match usize::try_from(whole(key)?) {
            Ok(at) => item_of(list, at),
            Err(_) => invalid("a negative index"),
        },
        Data::Object(object) => entry_of(object, &text(key)?),
        Data::Reference(reference) => {
            let Some(key) = shown(key) else { return Err(Stop::Undecided) };
            Ok(further(reference, &format!("[{key}]"), place))
        }
        Data::Absent => invalid("an index of null"),
        Data::Text(_) | Data::Template(_) | Data::Number(_) | Data::Bool(_) => invalid("an index of no collection"),
        _ => unknown_part(base),
    }
}

fn item_of(list: &List, at: usize) -> Outcome {
    match (&list.open, list.items.get(at)) {
        (Some(why), _) => Err(Stop::As(Unknown { name: format!("{}[{at}]", why.name()).into(), ..why.clone() })),
        (None, Some(item)) => Ok(item.clone()),
        (None, None) => invalid(format!("index {at} of a list with {} items", list.items.len())),
    }
}

/// A list that may hold more than is known.
pub(super) fn open_list(items: Vec<Value>, why: Unknown, place: Place) -> Value {
    Value::new(Data::List(Arc::new(List { items, open: Some(why) })), place)
}
