//! Functions of lists.

use std::sync::Arc;

use super::{Call, collection::is_surely_there};
use crate::{
    graph::guard::Tri,
    graph::value::{Data, List, Unknown, Value},
    read::terraform::eval::{
        collections::open_list,
        convert::{Outcome, Stop, invalid, items, list, text, whole},
        operators::equal,
        partial::{derived, is_known, resting_on},
    },
};

/// Comparisons look at this many parts.
const STEPS: usize = 20_000;

/// The unknown that a value is as a whole.
pub(super) fn reason(call: &Call<'_>, value: &Value) -> Unknown {
    derived(std::slice::from_ref(value), &|names| names[0].clone(), call.place)
}

/// A list that is open if there is a reason.
pub(super) fn listed(call: &Call<'_>, items: Vec<Value>, open: Option<Unknown>) -> Outcome {
    call.afford(items.len())?;
    Ok(call.value(Data::List(Arc::new(List { items, open }))))
}

pub(super) fn chunklist(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (items, size) = (items(&values[0])?, whole(&values[1])?);
    let Ok(size) = usize::try_from(size) else { return invalid("a negative size") };
    let size = if size == 0 { items.len().max(1) } else { size };
    call.list(items.chunks(size).map(|chunk| Value::list(chunk.to_vec(), call.place)).collect())
}

pub(super) fn coalescelist(call: &Call<'_>, values: &[Value]) -> Outcome {
    for value in values {
        match &value.data {
            Data::Absent => return invalid("null"),
            Data::List(list) if !list.items.is_empty() => return Ok(value.clone()),
            Data::List(list) if list.open.is_none() => {}
            Data::Object(_) | Data::Text(_) | Data::Template(_) | Data::Number(_) | Data::Bool(_) => {
                return invalid("no list");
            }
            _ => return Err(Stop::Undecided),
        }
    }
    let _ = call;
    invalid("nothing but empty lists")
}

pub(super) fn compact(call: &Call<'_>, values: &[Value]) -> Outcome {
    let list = list(&values[0])?;
    let mut open = list.open.clone();
    let mut kept = Vec::new();
    for item in &list.items {
        match text(item) {
            _ if matches!(item.data, Data::Absent) => {}
            Ok(text) if text.is_empty() => {}
            Ok(text) => kept.push(Value { data: Data::Text(text), origin: item.origin.clone() }),
            // It may be removed.
            Err(Stop::Undecided) if !is_surely_there(item) => {
                open.get_or_insert_with(|| reason(call, item));
            }
            Err(Stop::Undecided) => kept.push(item.clone()),
            Err(stop) => return Err(stop),
        }
    }
    listed(call, kept, open)
}

pub(super) fn concat(call: &Call<'_>, values: &[Value]) -> Outcome {
    let mut all = Vec::new();
    let mut open = None;
    for value in values {
        match list(value) {
            Ok(list) => {
                call.afford(all.len() + list.items.len())?;
                all.extend(list.items.iter().map(|item| resting_on(item.clone(), value)));
                open = open.or_else(|| list.open.clone());
            }
            Err(Stop::Undecided) => open = open.or_else(|| Some(reason(call, value))),
            Err(stop) => return Err(stop),
        }
    }
    listed(call, all, open)
}

pub(super) fn element(_: &Call<'_>, values: &[Value]) -> Outcome {
    let index = whole(&values[1]);
    let items = items(&values[0])?;
    if items.is_empty() {
        return invalid("an empty list");
    }
    // Whatever the index, it is this one.
    if let ([only], Err(Stop::Undecided)) = (items, &index) {
        return Ok(resting_on(only.clone(), &values[0]));
    }
    match usize::try_from(index?) {
        Ok(at) => Ok(resting_on(items[at % items.len()].clone(), &values[0])),
        Err(_) => invalid("a negative index"),
    }
}

pub(super) fn flatten(call: &Call<'_>, values: &[Value]) -> Outcome {
    let mut flat = Flat { items: Vec::new(), open: None, left: super::MAX_ITEMS };
    flat.add(call, list(&values[0])?)?;
    listed(call, flat.items, flat.open)
}

struct Flat {
    items: Vec<Value>,
    open: Option<Unknown>,
    left: usize,
}

impl Flat {
    fn add(&mut self, call: &Call<'_>, list: &List) -> Outcome<()> {
        if let Some(why) = &list.open {
            self.open.get_or_insert_with(|| why.clone());
        }
        for item in &list.items {
            self.left = self.left.checked_sub(1).ok_or(Stop::Limit("a very large list".into()))?;
            match &item.data {
                Data::List(inner) => self.add(call, inner)?,
                // It may be a list; what a resource is known by is none.
                Data::Unknown(_) | Data::Guarded(_) => {
                    self.open.get_or_insert_with(|| reason(call, item));
                }
                Data::Reference(_) if !is_surely_there(item) => {
                    self.open.get_or_insert_with(|| reason(call, item));
                }
                _ => self.items.push(item.clone()),
            }
        }
        Ok(())
    }
}

pub(super) fn index(call: &Call<'_>, values: &[Value]) -> Outcome {
    for (at, item) in items(&values[0])?.iter().enumerate() {
        match equal(item, &values[1], &mut { STEPS }) {
            Tri::Yes => return call.counted(at),
            Tri::Unknown => return Err(Stop::Undecided),
            Tri::No => {}
        }
    }
    invalid("an item that the list does not have")
}

pub(super) fn matchkeys(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (found, keys, wanted) = (items(&values[0])?, items(&values[1])?, items(&values[2])?);
    if found.len() != keys.len() {
        return invalid("lists of different lengths");
    }
    let mut kept = Vec::new();
    for (item, key) in found.iter().zip(keys) {
        let is_wanted = wanted.iter().fold(Tri::No, |any, one| any.or(equal(one, key, &mut { STEPS })));
        match is_wanted {
            Tri::Yes => kept.push(item.clone()),
            Tri::No => {}
            Tri::Unknown => return Err(Stop::Undecided),
        }
    }
    call.list(kept)
}

pub(super) fn one(call: &Call<'_>, values: &[Value]) -> Outcome {
    match items(&values[0])? {
        [] => Ok(Value::absent(call.place)),
        [only] => Ok(resting_on(only.clone(), &values[0])),
        _ => invalid("a list of more than one"),
    }
}

pub(super) fn reverse(call: &Call<'_>, values: &[Value]) -> Outcome {
    let list = list(&values[0])?;
    listed(call, list.items.iter().rev().cloned().collect(), list.open.clone())
}

pub(super) fn slice(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (from, to) = (whole(&values[1])?, whole(&values[2])?);
    let items = items(&values[0])?;
    match (usize::try_from(from), usize::try_from(to)) {
        (Ok(from), Ok(to)) if from <= to && to <= items.len() => call.list(items[from..to].to_vec()),
        _ => invalid("bounds outside of the list"),
    }
}

pub(super) fn sort(call: &Call<'_>, values: &[Value]) -> Outcome {
    let list = list(&values[0])?;
    let mut texts = Vec::new();
    for item in &list.items {
        match text(item) {
            Ok(text) => texts.push(Value { data: Data::Text(text), origin: item.origin.clone() }),
            Err(Stop::Undecided) => texts.push(item.clone()),
            Err(stop) => return Err(stop),
        }
    }
    if let Some(unknown) = texts.iter().find(|item| !is_known(item)) {
        // Where each one stands is not known: an open list promises no order.
        let open = list.open.clone().unwrap_or_else(|| reason(call, unknown));
        return Ok(open_list(texts, open, call.place));
    }
    texts.sort_by_key(Value::plain_text);
    listed(call, texts, list.open.clone())
}
