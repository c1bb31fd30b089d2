//! `for` expressions and splats.

use std::sync::Arc;

use super::{
    collections::{Builder, open_list},
    convert::{Outcome, Stop, boolean, invalid, text},
    cx::Cx,
    eval,
    operators::is_set,
    partial::{chosen_by, derived, formula, hindrance, in_branches, mistake, resting_on, settle},
};
use crate::{
    graph::{
        guard::Formula,
        number::Number,
        value::{Data, Entry, List, Reason, Unknown, Value},
    },
    source::Place,
    syntax::hcl::{Expr, For},
};

/// Most conditions that choose among the rounds of one loop: with more, what it makes is open.
const MAX_CONDITIONS: usize = 2;

/// What a loop runs over: pairs of key and value, and why there may be more.
pub(super) struct Rounds {
    pub(super) pairs: Vec<(Value, Value)>,
    pub(super) open: Option<Unknown>,
}

/// The rounds of a loop over a value without guards.
pub(super) fn rounds(over: &Value, is_set: bool, place: Place) -> Outcome<Rounds> {
    let key = |at: usize| Value::number(Number::counted(at), place);
    match &over.data {
        Data::List(list) => {
            let pairs = list.items.iter().enumerate().map(|(at, item)| {
                let key = match &list.open {
                    _ if is_set => item.clone(),
                    // There may be items before it.
                    Some(why) => Value::unknown(why.reason, format!("an index of {}", why.name()), why.place),
                    None => key(at),
                };
                (key, resting_on(item.clone(), over))
            });
            Ok(Rounds { pairs: pairs.collect(), open: list.open.clone() })
        }
        Data::Object(object) => {
            let mut entries: Vec<&Entry> = object.entries.iter().collect();
            entries.sort_by(|one, two| one.name.cmp(&two.name));
            let pairs = entries
                .into_iter()
                .map(|entry| (Value::text(entry.name.clone(), entry.place), resting_on(entry.value.clone(), over)));
            Ok(Rounds { pairs: pairs.collect(), open: object.open.clone() })
        }
        Data::Absent => invalid("a loop over null"),
        Data::Text(_) | Data::Template(_) | Data::Number(_) | Data::Bool(_) => invalid("a loop over no collection"),
        _ => {
            if let Some(mistake) = mistake(over) {
                return Err(Stop::As(mistake));
            }
            let open = derived(std::slice::from_ref(over), &|names| names[0].clone(), place);
            Ok(Rounds { pairs: Vec::new(), open: Some(open) })
        }
    }
}

/// `[for …]` and `{for …}`
pub(super) fn for_expression(inner: &For, place: Place, cx: &Cx<'_>) -> Value {
    let over = eval(&inner.over, cx);
    let is_set = is_set(&inner.over);
    in_branches(&[over], 0, place, &mut |values| {
        let outcome = rounds(&values[0], is_set, place).and_then(|rounds| run(inner, &rounds, place, cx, &[]));
        settle(outcome, values, &|names| format!("a loop over {}", names[0]), place)
    })
}

/// The rounds of a loop, where some conditions hold or do not.
fn run(inner: &For, rounds: &Rounds, place: Place, outer: &Cx<'_>, assumed: &[(Formula, bool)]) -> Outcome {
    let mut items = Vec::new();
    let mut object = Builder::default();
    let mut open = rounds.open.clone();
    for (key, value) in rounds.pairs.iter().cloned() {
        let cx = round(outer, inner.key.as_deref(), &inner.value, key, value);
        if let Some(condition) = &inner.condition {
            let kept = eval(condition, &cx);
            match (boolean(&kept), question(&kept, &cx)) {
                (Ok(true), _) => {}
                (Ok(false), _) => continue,
                (Err(Stop::Undecided), Some(when)) => match assumed.iter().find(|(known, _)| *known == when) {
                    Some((_, true)) => {}
                    Some((_, false)) => continue,
                    None if assumed.len() < MAX_CONDITIONS => {
                        let side = |holds| {
                            let assumed = [assumed, &[(when.clone(), holds)]].concat();
                            run(inner, rounds, place, outer, &assumed).map(|value| chosen_by(value, &kept))
                        };
                        return Ok(Value::guarded(&when, side(true)?, side(false)?));
                    }
                    None => {
                        open.get_or_insert_with(|| derived(&[kept], &|names| names[0].clone(), place));
                        continue;
                    }
                },
                (Err(Stop::Undecided), None) => {
                    open.get_or_insert_with(|| derived(&[kept], &|names| names[0].clone(), place));
                    continue;
                }
                (Err(stop), _) => return Err(stop),
            }
        }
        let item = eval(&inner.item, &cx);
        let Some(entry_key) = &inner.entry_key else {
            items.push(item);
            continue;
        };
        let name = eval(entry_key, &cx);
        match text(&name) {
            Ok(name) => add(&mut object, inner.grouped, Entry { name, place: cx.place(entry_key.span), value: item })?,
            Err(Stop::Undecided) => {
                open.get_or_insert_with(|| derived(&[name], &|names| names[0].clone(), place));
            }
            Err(stop) => return Err(stop),
        }
    }
    if inner.entry_key.is_none() {
        return Ok(match open {
            Some(why) => open_list(items, why, place),
            None => Value::list(items, place),
        });
    }
    let mut object = object.finish();
    if let (Some(why), true) = (&open, inner.grouped) {
        for entry in &mut object.entries {
            if let Data::List(list) = &mut entry.value.data {
                Arc::make_mut(list).open = Some(why.clone());
            }
        }
    }
    object.open = open;
    Ok(Value::object(object, place))
}

/// The question that a condition asks; nothing for what other conditions may be called as well.
fn question(kept: &Value, cx: &Cx<'_>) -> Option<Formula> {
    let is_told_apart = match &kept.data {
        Data::Guarded(_) => true,
        Data::Unknown(unknown) => unknown.reason != Reason::Unsupported && !unknown.name().contains('…'),
        _ => false,
    };
    is_told_apart.then(|| formula(kept, cx).ok()).flatten()
}

/// What one round of a loop is evaluated in.
pub(super) fn round<'a>(cx: &Cx<'a>, key_name: Option<&str>, value_name: &str, key: Value, value: Value) -> Cx<'a> {
    let cx = match key_name {
        Some(name) => cx.with(name, key),
        None => cx.clone(),
    };
    cx.with(value_name, value)
}

fn add(object: &mut Builder, grouped: bool, entry: Entry) -> Outcome<()> {
    let place = entry.value.origin.place;
    match (object.entry(&entry.name), grouped) {
        (Some(known), true) => {
            if let Data::List(list) = &mut known.value.data {
                Arc::make_mut(list).items.push(entry.value);
            }
        }
        (Some(_), false) => return invalid(format!("a loop that makes the key `{}` twice", entry.name)),
        (None, true) => {
            let value = Value::list(vec![entry.value], place);
            object.set(Entry { value, ..entry });
        }
        (None, false) => object.set(entry),
    }
    Ok(())
}

/// `over[*]…`: null is an empty list, and a single value a list of one.
pub(super) fn splat(over: Value, each: &Expr, place: Place, cx: &Cx<'_>) -> Value {
    in_branches(&[over], 0, place, &mut |values| {
        let over = &values[0];
        if let Some(hindrance) = hindrance(values, cx) {
            return Value::new(Data::Unknown(hindrance), place);
        }
        let item = |item: &Value| eval(each, &cx.with("*", resting_on(item.clone(), over)));
        match &over.data {
            Data::List(list) => {
                let items = list.items.iter().map(item).collect();
                Value::new(Data::List(Arc::new(List { items, open: list.open.clone() })), place)
            }
            Data::Absent => Value::list(Vec::new(), place),
            Data::Reference(reference) if reference.attribute.is_none() => Value::list(vec![item(over)], place),
            Data::Unknown(_) | Data::Symbol(_) | Data::Reference(_) => {
                open_list(Vec::new(), derived(values, &|names| format!("{}[*]", names[0]), place), place)
            }
            _ => Value::list(vec![item(over)], place),
        }
    })
}
