//! Sets: lists that are sorted and hold nothing twice.

use super::{
    Call,
    lists::{listed, reason},
};
use crate::{
    graph::{
        guard::Tri,
        value::{Data, Unknown, Value},
    },
    read::terraform::eval::{
        convert::{Outcome, Stop, items, list, unified},
        operators::equal,
        order,
        partial::is_known,
    },
};

/// Comparisons look at this many parts.
const STEPS: usize = 20_000;
/// Sets larger than this are compared item by item only if they are plain.
const MAX_COMPARED: usize = 2048;

/// The items without repetitions, and why there may be fewer of them: two that are not known may be the same.
fn deduplicated(call: &Call<'_>, items: Vec<Value>) -> Outcome<(Vec<Value>, Option<Unknown>)> {
    call.afford(items.len())?;
    let mut kept: Vec<Value> = Vec::new();
    let mut texts = rustc_hash::FxHashSet::default();
    let mut open = None;
    for item in items {
        if let Data::Text(text) = &item.data
            && open.is_none()
            && kept.len() == texts.len()
        {
            if texts.insert(text.clone()) {
                kept.push(item);
            }
            continue;
        }
        if kept.len() > MAX_COMPARED {
            return Err(Stop::Limit("a large set".into()));
        }
        let known = kept.iter().fold(Tri::No, |any, other| any.or(equal(other, &item, &mut { STEPS })));
        match known {
            Tri::Yes => continue,
            Tri::Unknown if !same_reference(&kept, &item) => {
                let unknown = if is_known(&item) { kept.iter().find(|item| !is_known(item)) } else { Some(&item) };
                open = open.or_else(|| unknown.map(|item| reason(call, item)));
            }
            Tri::Unknown => continue,
            Tri::No => {}
        }
        if let Data::Text(text) = &item.data {
            texts.insert(text.clone());
        }
        kept.push(item);
    }
    Ok((kept, open))
}

/// Whether the same attribute of the same resource is there already.
fn same_reference(kept: &[Value], item: &Value) -> bool {
    let Data::Reference(reference) = &item.data else { return false };
    // Resources with `count` share one address: only the whole says that it is the same.
    reference.attribute.is_none()
        && kept.iter().any(|other| matches!(&other.data, Data::Reference(one) if one == reference))
}

/// A set of these items.
pub(super) fn set(call: &Call<'_>, items: Vec<Value>, open: Option<Unknown>) -> Outcome {
    let (mut items, repeated) = deduplicated(call, unified(items)?)?;
    items.sort_by(order::compare);
    listed(call, items, open.or(repeated))
}

pub(super) fn distinct(call: &Call<'_>, values: &[Value]) -> Outcome {
    let list = list(&values[0])?;
    let (items, repeated) = deduplicated(call, unified(list.items.clone())?)?;
    listed(call, items, list.open.clone().or(repeated))
}

pub(super) fn union(call: &Call<'_>, values: &[Value]) -> Outcome {
    let mut all = Vec::new();
    let mut open = None;
    for value in values {
        match list(value) {
            Ok(list) => {
                call.afford(all.len() + list.items.len())?;
                all.extend(list.items.iter().cloned());
                open = open.or_else(|| list.open.clone());
            }
            Err(Stop::Undecided) => open = open.or_else(|| Some(reason(call, value))),
            Err(stop) => return Err(stop),
        }
    }
    set(call, all, open)
}

pub(super) fn intersection(call: &Call<'_>, values: &[Value]) -> Outcome {
    let sets = brought_together(values)?;
    let (first, rest) = sets.split_first().map_or((&[][..], &[][..]), |(first, rest)| (&first[..], rest));
    let mut kept = Vec::new();
    for item in first {
        match rest.iter().fold(Tri::Yes, |all, other| all.and(holds(other, item))) {
            Tri::Yes => kept.push(item.clone()),
            Tri::No => {}
            Tri::Unknown => return Err(Stop::Undecided),
        }
    }
    set(call, kept, None)
}

pub(super) fn subtract(call: &Call<'_>, values: &[Value]) -> Outcome {
    let sets = brought_together(values)?;
    let [from, without] = &sets[..] else { return Err(Stop::Undecided) };
    let mut kept = Vec::new();
    for item in from {
        match holds(without, item) {
            Tri::Yes => {}
            Tri::No => kept.push(item.clone()),
            Tri::Unknown => return Err(Stop::Undecided),
        }
    }
    set(call, kept, None)
}

/// The items of closed lists, all of one type.
fn brought_together(values: &[Value]) -> Outcome<Vec<Vec<Value>>> {
    let lists: Vec<&[Value]> = values.iter().map(items).collect::<Outcome<_>>()?;
    if lists.iter().any(|list| list.len() > MAX_COMPARED) {
        return Err(Stop::Limit("a large set".into()));
    }
    let mut all = unified(lists.concat())?.into_iter();
    Ok(lists.iter().map(|list| all.by_ref().take(list.len()).collect()).collect())
}

fn holds(list: &[Value], item: &Value) -> Tri {
    list.iter().fold(Tri::No, |any, other| any.or(equal(other, item, &mut { STEPS })))
}

pub(super) fn product(call: &Call<'_>, values: &[Value]) -> Outcome {
    let lists: Vec<&[Value]> = values.iter().map(items).collect::<Outcome<_>>()?;
    let count = lists.iter().map(|list| list.len()).fold(1, usize::saturating_mul);
    call.afford(count.saturating_mul(lists.len()))?;
    let mut all: Vec<Vec<Value>> = vec![Vec::new()];
    for list in lists {
        all = all
            .into_iter()
            .flat_map(|begun| list.iter().map(move |item| [&begun[..], std::slice::from_ref(item)].concat()))
            .collect();
    }
    call.list(all.into_iter().map(|items| Value::list(items, call.place)).collect())
}
