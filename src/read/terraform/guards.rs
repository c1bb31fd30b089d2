//! Values that rest on undecided conditions, taken apart; and the steps of values that come from elsewhere.

use std::sync::Arc;

use crate::{
    graph::{
        guard::{Atom, Formula, Usual},
        value::{Data, Entry, Guarded, List, Object, Reason, StepKind, Unknown, Value},
    },
    source::Place,
};

/// Most ways in which one value may come out; beyond that it is unknown.
const MAX_LEAVES: usize = 16;
/// Values nested deeper than this keep their origins as they are.
const MAX_DEPTH: usize = 32;

/// All that a value may come to, each with its condition. One that is not guarded has itself alone.
pub(super) fn leaves(value: &Value) -> Vec<(Formula, Value)> {
    let mut found = Vec::new();
    if collect(value, &Formula::True, &mut found) {
        return found;
    }
    let place = value.origin.place;
    vec![(Formula::True, Value::unknown(Reason::Limit, "a value with too many conditions", place))]
}

fn collect(value: &Value, when: &Formula, found: &mut Vec<(Formula, Value)>) -> bool {
    match &value.data {
        Data::Guarded(guarded) => {
            collect(&guarded.then, &when.and(&guarded.when), found)
                && collect(&guarded.otherwise, &when.and(&guarded.when.negated()), found)
        }
        _ => {
            found.push((when.clone(), value.clone()));
            found.len() <= MAX_LEAVES
        }
    }
}

/// The value that has one of several by conditions that exclude each other and of which one holds.
pub(super) fn chosen(mut leaves: Vec<(Formula, Value)>, place: Place) -> Value {
    let Some((_, last)) = leaves.pop() else { return Value::absent(place) };
    leaves.into_iter().rev().fold(last, |otherwise, (when, then)| Value::guarded(&when, then, otherwise))
}

/// Whether what an unknown stands for has anything in it: the same question wherever it is asked.
pub(super) fn has_items(unknown: &Unknown) -> Formula {
    let Place { file, span } = unknown.place;
    let subject = format!("{}:{}:{}:items", file.0, span.start, unknown.name());
    let display = format!("{} has an item", unknown.name());
    Formula::Atom(Arc::new(Atom {
        subject: subject.into(),
        equals: None,
        domain: None,
        display: display.into(),
        usual: Usual::Open,
    }))
}

/// The unknown that a value is, or that stands for a value that is none of what is wanted.
pub(super) fn unknown_of(value: &Value, what: &str) -> Unknown {
    match &value.data {
        Data::Unknown(unknown) => unknown.clone(),
        _ => Unknown { reason: Reason::RunTime, name: what.into(), place: value.origin.place },
    }
}

/// A value after a step; what is in it takes the step as well.
pub(super) fn through(value: Value, kind: StepKind, name: &Arc<str>, place: Place) -> Value {
    deep(value, &|value| value.via(kind, name.clone(), place), 0)
}

fn deep(value: Value, step: &dyn Fn(Value) -> Value, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return value;
    }
    let inner = |value: &Value| deep(value.clone(), step, depth + 1);
    let Value { data, origin } = value;
    let data = match data {
        Data::Guarded(guarded) => Data::Guarded(Arc::new(Guarded {
            when: guarded.when.clone(),
            then: inner(&guarded.then),
            otherwise: inner(&guarded.otherwise),
        })),
        Data::List(list) => {
            Data::List(Arc::new(List { items: list.items.iter().map(inner).collect(), open: list.open.clone() }))
        }
        Data::Object(object) => Data::Object(Arc::new(Object {
            entries: object
                .entries
                .iter()
                .map(|entry| Entry { name: entry.name.clone(), place: entry.place, value: inner(&entry.value) })
                .collect(),
            open: object.open.clone(),
            class: object.class.clone(),
        })),
        data => data,
    };
    step(Value { data, origin })
}
