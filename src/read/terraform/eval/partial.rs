//! What an operation on values comes to that are known in part: branches, names of unknowns, confidence.

use std::sync::Arc;

use super::{
    convert::{Outcome, Stop},
    cx::Cx,
};
use crate::{
    finding::Confidence,
    graph::{
        guard::{Atom, Formula, Usual},
        value::{Data, List, Object, Origin, Piece, Reason, Unknown, Value},
    },
    source::Place,
};

/// An operation on values with more branches than this is unknown: there are more worlds than any check looks at.
const MAX_BRANCHES: usize = 32;
/// Walks through values stop after this many nodes: values share their parts, and may be far larger than memory.
const MAX_WALK: usize = 20_000;
/// No value is deeper than this: what walks through it, and what drops it, needs the stack.
const MAX_DEPTH: usize = 256;
/// Parts that are walked through in the time of a step of evaluation.
const WALKED_PER_STEP: usize = 16;
/// Names of unknowns are cut off beyond this length.
const MAX_NAME: usize = 80;

/// Applies an operation to each combination of the branches that guarded values have, down to `depth` levels.
pub(super) fn in_branches(
    values: &[Value],
    depth: usize,
    place: Place,
    apply: &mut dyn FnMut(&[Value]) -> Value,
) -> Value {
    let mut left = MAX_BRANCHES;
    let value = each_branch(values, depth, &mut left, apply);
    value.unwrap_or_else(|| Value::unknown(Reason::Limit, "a value with many conditions", place))
}

fn each_branch(
    values: &[Value],
    depth: usize,
    left: &mut usize,
    apply: &mut dyn FnMut(&[Value]) -> Value,
) -> Option<Value> {
    let Some(when) = values.iter().find_map(|value| guard_in(value, depth)) else {
        *left = left.checked_sub(1)?;
        return Some(apply(values));
    };
    let mut side = |holds| {
        let values: Vec<Value> = values.iter().map(|value| assuming(value, &when, holds, depth)).collect();
        each_branch(&values, depth, left, apply)
    };
    let (then, otherwise) = (side(true)?, side(false)?);
    Some(Value::guarded(&when, then, otherwise))
}

fn guard_in(value: &Value, depth: usize) -> Option<Formula> {
    match &value.data {
        Data::Guarded(guarded) => Some(guarded.when.clone()),
        Data::List(list) if depth > 0 => list.items.iter().find_map(|item| guard_in(item, depth - 1)),
        Data::Object(object) if depth > 0 => object.entries.iter().find_map(|entry| guard_in(&entry.value, depth - 1)),
        _ => None,
    }
}

/// The value in the worlds where a formula holds, or where it does not.
fn assuming(value: &Value, when: &Formula, holds: bool, depth: usize) -> Value {
    match &value.data {
        Data::Guarded(guarded) if guarded.when == *when => {
            assuming(if holds { &guarded.then } else { &guarded.otherwise }, when, holds, depth)
        }
        Data::List(list) if depth > 0 && guard_in(value, depth).is_some() => {
            let items = list.items.iter().map(|item| assuming(item, when, holds, depth - 1)).collect();
            Value { data: Data::List(Arc::new(List { items, open: list.open.clone() })), origin: value.origin.clone() }
        }
        Data::Object(object) if depth > 0 && guard_in(value, depth).is_some() => {
            let mut object = Object::clone(object);
            for entry in &mut object.entries {
                entry.value = assuming(&entry.value, when, holds, depth - 1);
            }
            Value { data: Data::Object(Arc::new(object)), origin: value.origin.clone() }
        }
        _ => value.clone(),
    }
}

/// Walks through a value, parts of parts included, until `found` answers; also stops where the value is too large.
fn search<T>(value: &Value, left: &mut usize, found: &mut dyn FnMut(&Value) -> Option<T>) -> Option<T> {
    search_within(value, 0, left, found)
}

fn search_within<T>(
    value: &Value,
    depth: usize,
    left: &mut usize,
    found: &mut dyn FnMut(&Value) -> Option<T>,
) -> Option<T> {
    if depth > MAX_DEPTH {
        *left = 0;
    }
    *left = left.checked_sub(1)?;
    let depth = depth + 1;
    found(value).or_else(|| match &value.data {
        Data::Template(pieces) => pieces.iter().find_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Hole(hole) => search_within(hole, depth, left, found),
        }),
        Data::List(list) => list.items.iter().find_map(|item| search_within(item, depth, left, found)),
        Data::Object(object) => object.entries.iter().find_map(|entry| search_within(&entry.value, depth, left, found)),
        Data::Guarded(guarded) => search_within(&guarded.then, depth, left, found)
            .or_else(|| search_within(&guarded.otherwise, depth, left, found)),
        _ => None,
    })
}

/// Whether a value has fewer parts than a limit, those that it shares with itself counted each time, and is not deep.
pub(super) fn is_bounded(value: &Value, limit: usize, cx: &Cx<'_>) -> bool {
    let mut left = limit;
    search(value, &mut left, &mut |_| None::<()>);
    left > 0 && cx.afford((limit - left) / WALKED_PER_STEP)
}

/// The first thing in a value that is not known.
pub(super) fn why(value: &Value) -> Option<Unknown> {
    let place = value.origin.place;
    search(value, &mut { MAX_WALK }, &mut |part| match &part.data {
        Data::Unknown(unknown) => Some(unknown.clone()),
        Data::Symbol(name) => Some(Unknown { reason: Reason::RunTime, name: name.clone().into(), place }),
        Data::Reference(_) => {
            Some(Unknown { reason: Reason::RunTime, name: shown(part)?.into(), place: part.origin.place })
        }
        Data::List(list) => list.open.clone(),
        Data::Object(object) => object.open.clone(),
        Data::Guarded(guarded) => {
            Some(Unknown { reason: Reason::RunTime, name: asked(&guarded.when).into(), place: part.origin.place })
        }
        _ => None,
    })
}

/// The mistake in a value, if it holds one.
pub(super) fn mistake(value: &Value) -> Option<Unknown> {
    search(value, &mut { MAX_WALK }, &mut |part| match &part.data {
        Data::Unknown(unknown) if unknown.reason == Reason::Invalid => Some(unknown.clone()),
        _ => None,
    })
}

/// What stands against an operation on values: a mistake in one of them, or that looking for it was the last straw.
pub(super) fn hindrance(values: &[Value], cx: &Cx<'_>) -> Option<Unknown> {
    let mut left = MAX_WALK;
    let mistake = values.iter().find_map(|value| {
        search(value, &mut left, &mut |part| match &part.data {
            Data::Unknown(unknown) if unknown.reason == Reason::Invalid => Some(unknown.clone()),
            _ => None,
        })
    });
    // The operation will walk through them about as far.
    let place = values.first()?.origin.place;
    let spent = || Unknown { reason: Reason::Limit, name: "an operation on large values".into(), place };
    mistake.or_else(|| (!cx.afford((MAX_WALK - left) / WALKED_PER_STEP)).then(spent))
}

/// Whether all of a value is known.
pub(super) fn is_known(value: &Value) -> bool {
    let mut left = MAX_WALK;
    let open = search(value, &mut left, &mut |part| match &part.data {
        Data::Unknown(_) | Data::Symbol(_) | Data::Reference(_) | Data::Guarded(_) => Some(()),
        Data::List(list) => list.open.as_ref().map(|_| ()),
        Data::Object(object) => object.open.as_ref().map(|_| ()),
        _ => None,
    });
    open.is_none() && left > 0
}

/// Whether there is anything in a value that may still turn out to be a mistake: all unknowns but plain references.
pub(super) fn may_fail(value: &Value) -> bool {
    search(value, &mut { MAX_WALK }, &mut |part| match &part.data {
        Data::Unknown(_) | Data::Symbol(_) | Data::Guarded(_) => Some(()),
        Data::List(list) => list.open.as_ref().map(|_| ()),
        Data::Object(object) => object.open.as_ref().map(|_| ()),
        _ => None,
    })
    .is_some()
}

/// A value as a reader would write it, for the name of an unknown. Nothing for collections.
pub(super) fn shown(value: &Value) -> Option<String> {
    match &value.data {
        Data::Absent => Some("null".to_owned()),
        Data::Unknown(unknown) => Some(unknown.name().to_string()),
        Data::Bool(holds) => Some(holds.to_string()),
        Data::Number(number) => Some(number.text()),
        Data::Text(text) => Some(format!("{text:?}")),
        Data::Reference(reference) => Some(match &reference.attribute {
            Some(attribute) => format!("{}.{attribute}", reference.id),
            None => reference.id.to_string(),
        }),
        Data::Template(pieces) => {
            let mut text = String::from('"');
            for piece in pieces.iter() {
                match piece {
                    Piece::Text(part) => text.push_str(part),
                    Piece::Hole(hole) => text.push_str(&format!("${{{}}}", shown(hole)?)),
                }
            }
            text.push('"');
            Some(text)
        }
        Data::List(list) if list.items.is_empty() => Some(list.open.as_ref()?.name().into_owned()),
        Data::Object(object) if object.entries.is_empty() => Some(object.open.as_ref()?.name().into_owned()),
        _ => None,
    }
    .filter(|text| text.len() <= MAX_NAME)
}

/// A condition as a reader knows it.
fn asked(when: &Formula) -> String {
    match when {
        Formula::True => "true".to_owned(),
        Formula::False => "false".to_owned(),
        Formula::Atom(atom) => atom.display.to_string(),
        Formula::Not(inner) => asked(inner),
        Formula::All(parts) | Formula::Any(parts) => parts.first().map(asked).unwrap_or_default(),
    }
}

/// The unknown that an operation on `operands` comes to. The same operation on the same unknown is the same unknown,
/// wherever it is written, as long as the rest of its operands can be named.
pub(super) fn derived(operands: &[Value], show: &dyn Fn(&[String]) -> String, place: Place) -> Unknown {
    let Some(first) = operands.iter().find_map(why) else {
        let names: Vec<String> = operands.iter().map(|_| "…".to_owned()).collect();
        return Unknown { reason: Reason::Unsupported, name: show(&names).into(), place };
    };
    let names: Vec<Option<String>> = operands.iter().map(shown).collect();
    let unknowns = operands.iter().filter(|operand| why(operand).is_some()).count();
    let all: Option<Vec<String>> = names.iter().cloned().collect();
    match all.map(|names| show(&names)).filter(|name| name.len() <= MAX_NAME) {
        Some(name) if unknowns == 1 => Unknown { name: name.into(), ..first },
        Some(name) => Unknown { name: name.into(), reason: first.reason, place },
        None => {
            let names: Vec<String> = names.into_iter().map(|name| name.unwrap_or_else(|| "…".to_owned())).collect();
            let name = Some(show(&names)).filter(|name| name.len() <= MAX_NAME);
            Unknown { name: name.map_or_else(|| first.name.clone(), Into::into), reason: first.reason, place }
        }
    }
}

/// The value of an operation: its outcome, or the unknown it comes to.
pub(super) fn settle(outcome: Outcome, operands: &[Value], show: &dyn Fn(&[String]) -> String, place: Place) -> Value {
    let why = match outcome {
        Ok(value) => return value,
        Err(Stop::Undecided) => derived(operands, show, place),
        Err(Stop::As(unknown)) => unknown,
        Err(Stop::Invalid(what)) => Unknown { reason: Reason::Invalid, name: what.into_owned().into(), place },
        Err(Stop::Unsupported(what)) => Unknown { reason: Reason::Unsupported, name: what.into_owned().into(), place },
        Err(Stop::Limit(what)) => Unknown { reason: Reason::Limit, name: what.into_owned().into(), place },
    };
    Value::new(Data::Unknown(why), place)
}

/// The same value, with the steps of another that it was chosen by or taken out of.
pub(super) fn resting_on(value: Value, other: &Value) -> Value {
    let steps: Vec<_> = other.origin.steps().collect();
    steps.into_iter().rev().fold(value, |value, step| value.via(step.kind, step.name.clone(), step.place))
}

/// The same value, less sure if the value that it was chosen by is less sure.
pub(super) fn chosen_by(value: Value, condition: &Value) -> Value {
    match weakest(std::slice::from_ref(condition)) {
        Some(origin) if origin.confidence() < value.origin.confidence() => {
            resting_on(value, &Value { data: Data::Absent, origin })
        }
        _ => value,
    }
}

/// A value put together from `parts`: it is as sure as the least sure of them, and that one is what to change.
pub(super) fn composed(mut value: Value, parts: &[Value]) -> Value {
    if let Some(origin) = weakest(parts) {
        value = value.no_surer_than(&origin);
        value.origin = origin;
    }
    value
}

/// The origin of the least sure known part, if it is less than sure.
fn weakest(parts: &[Value]) -> Option<Origin> {
    let mut weakest: Option<Origin> = None;
    let mut left = MAX_WALK;
    for part in parts {
        search(part, &mut left, &mut |part| {
            let sure = weakest.as_ref().map_or(Confidence::High, Origin::confidence);
            if !part.is_unknown() && part.origin.step.is_some() && part.origin.confidence() < sure {
                weakest = Some(part.origin.clone());
            }
            None::<()>
        });
    }
    weakest
}

/// Which run-time value an unknown is, and how a reader knows it; nothing for what is known.
pub(super) fn identity(value: &Value) -> Option<(Arc<str>, Arc<str>)> {
    match &value.data {
        Data::Unknown(unknown) => {
            let (name, place) = (unknown.name(), unknown.place);
            Some((format!("{}:{}:{name}", place.file.0, place.span.start).into(), name.into()))
        }
        Data::Reference(_) => {
            let name = shown(value)?;
            Some((format!("{}:{name}", value.origin.place.file.0).into(), name.into()))
        }
        _ => None,
    }
}

/// The condition that a truth value is.
pub(super) fn formula(value: &Value, cx: &Cx<'_>) -> Outcome<Formula> {
    if !cx.afford(1) {
        return Err(Stop::Limit("a condition".into()));
    }
    match &value.data {
        Data::Guarded(guarded) => {
            let (then, otherwise) = (formula(&guarded.then, cx)?, formula(&guarded.otherwise, cx)?);
            Ok(guarded.when.and(&then).or(&guarded.when.negated().and(&otherwise)))
        }
        Data::Unknown(unknown) if unknown.reason == Reason::Invalid => Err(Stop::As(unknown.clone())),
        Data::Unknown(_) | Data::Reference(_) => {
            let Some((subject, display)) = identity(value) else { return Err(Stop::Undecided) };
            Ok(atom(subject, None, display))
        }
        Data::Template(_) | Data::Symbol(_) => Err(Stop::Undecided),
        _ => super::convert::boolean(value).map(Formula::decided),
    }
}

/// An undecided question.
pub(super) fn atom(subject: Arc<str>, equals: Option<Arc<str>>, display: Arc<str>) -> Formula {
    Formula::Atom(Arc::new(Atom { subject, equals, domain: None, display, usual: Usual::Open }))
}
