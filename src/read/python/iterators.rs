//! Iterators: what hands out its items once. Whoever goes through one leaves it empty.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    calls::Arguments,
    identity::is_same,
    special::{goes_through, is_own_object},
};
use crate::{
    graph::value::{Data, Entry, List, Object, Reason, Unknown, Value},
    source::Place,
};

/// The class of what `iter`, `zip`, `map` and their like make, and generators.
const ITERATOR: &str = "builtins.iterator";
/// Where its items are that it has not handed out yet.
const ITEMS: &str = "items";
/// Functions that do not go through an iterator that they are given.
const LOOKS: [&str; 12] =
    ["next", "iter", "isinstance", "type", "print", "str", "repr", "bool", "id", "callable", "hasattr", "getattr"];

/// Whether a built-in function only looks at what it is given.
pub(super) fn only_looks(name: &str) -> bool {
    LOOKS.contains(&name)
}

/// An iterator over a list.
pub(super) fn iterator(list: Value) -> Value {
    let place = list.origin.place;
    let mut object = Object { class: Some(ITERATOR.into()), ..Object::default() };
    object.set(Entry { name: ITEMS.into(), place, value: list });
    Value::object(object, place)
}

/// Whether a value is one.
pub(super) fn is_iterator(value: &Value) -> bool {
    matches!(&value.data, Data::Object(object) if object.class.as_deref() == Some(ITERATOR))
}

impl Machine<'_> {
    /// A list of what is left in an iterator, which is empty then; another value as it is.
    pub(super) fn listed(&mut self, value: &Value) -> Value {
        self.drained(value, None)
    }

    /// The same where it may not be gone through to its end: nothing is known of what it hands out then.
    pub(super) fn drained(&mut self, value: &Value, rest: Option<&Unknown>) -> Value {
        let Data::Object(object) = &value.data else { return value.clone() };
        if !is_iterator(value) {
            return self.gone_through(value, rest).unwrap_or_else(|| value.clone());
        }
        let place = value.origin.place;
        let held = object.entry(ITEMS).map(|entry| &entry.value);
        let begun = held.and_then(|items| self.begun(object, items));
        let items = match begun.as_ref().or(held) {
            Some(items) if matches!(items.data, Data::List(_)) => Value { data: items.data.clone(), ..value.clone() },
            // It has one state of two.
            _ => {
                let why = Unknown { reason: Reason::Control, name: "what an iterator has left".into(), place };
                Value::new(Data::List(Arc::new(List { items: Vec::new(), open: Some(why) })), place)
            }
        };
        self.leave(value, List { items: Vec::new(), open: rest.cloned() });
        items
    }

    /// Iterators that are handed to a call of which nothing is known are gone through there.
    pub(super) fn iterators_handed<'v>(&mut self, given: impl Iterator<Item = &'v Value>, call: &ExprCall) {
        for iterator in given.filter(|value| is_iterator(value)) {
            let why = self.why(call.range());
            self.drained(iterator, Some(&why));
        }
    }

    /// Sets what an iterator has left.
    fn leave(&mut self, iterator: &Value, left: List) {
        let left = Value::new(Data::List(Arc::new(left)), iterator.origin.place);
        self.change_thing(iterator, &mut |known| {
            if let Data::Object(object) = &mut known.data
                && let Some(entry) = Arc::make_mut(object).entries.first_mut()
            {
                entry.value = left.clone();
            }
        });
    }

    /// `iter(value)`; nothing where it is not known what goes through it.
    pub(super) fn iterated(&mut self, value: &Value, place: Place) -> Option<Value> {
        if is_iterator(value) {
            return Some(value.clone());
        }
        let items = self.items(value).map(|items| Value::list(items, place));
        let open = || match &value.data {
            Data::List(list) => Some(Value::new(Data::List(Arc::new(List::clone(list))), place)),
            _ => None,
        };
        items.or_else(open).map(iterator)
    }

    /// `next(iterator, default)`: what it hands out is gone.
    pub(super) fn next_of(&mut self, value: &Value, default: Option<&Value>) -> Option<Value> {
        let Data::Object(object) = &value.data else { return None };
        let held = &object.entry(ITEMS).filter(|_| is_iterator(value))?.value;
        let begun = self.begun(object, held);
        let Data::List(list) = begun.as_ref().unwrap_or(held).data.clone() else { return None };
        match list.items.split_first() {
            // There may be others before it.
            Some(_) if list.open.is_some() => {
                self.leave(value, List { items: Vec::new(), open: list.open.clone() });
                None
            }
            Some((first, rest)) => {
                self.spend(rest.len() / 8);
                self.leave(value, List { items: rest.to_vec(), open: None });
                Some(first.clone())
            }
            None if list.open.is_none() => default.cloned(),
            None => None,
        }
    }

    /// `itertools.islice(iterator, …)`: the first of its items are gone.
    pub(super) fn sliced(&mut self, arguments: &Arguments, range: TextRange) -> Option<Value> {
        let bound = |at: usize| {
            let number = super::library::number(&arguments.positional.get(at)?.value)?;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within a small range")]
            (number.fract() == 0.0 && (0.0..1e6).contains(&number)).then_some(number as usize)
        };
        let (from, to) = match arguments.positional.len() {
            2 => (0, bound(1)?),
            3 => (bound(1)?, bound(2)?),
            _ => return None,
        };
        let over = &arguments.positional.first()?.value;
        let left = match &over.data {
            Data::Object(object) if is_iterator(over) => match &object.entry(ITEMS)?.value.data {
                Data::List(list) if list.open.is_none() => Some(list.items.clone()),
                Data::Symbol(_) => {
                    let listed = self.listed(over);
                    Some(self.items(&listed)?)
                }
                _ => return None,
            },
            _ => None,
        };
        let is_left = left.is_some();
        let mut items = left.or_else(|| self.items(over))?;
        let rest = items.split_off(to.min(items.len()));
        if is_left {
            self.leave(over, List { items: rest, open: None });
        }
        let from = from.min(items.len());
        Some(iterator(Value::list(items.split_off(from), self.place(range))))
    }

    /// The arguments of a built-in function that goes through iterators, with lists in their place.
    pub(super) fn with_lists(&mut self, name: &str, arguments: &Arguments) -> Option<Arguments> {
        let given = || arguments.positional.iter().map(|argument| &argument.value);
        let is_own = |value: &Value| goes_through(name) && is_own_object(value);
        if !given().any(|value| is_iterator(value) || is_own(value)) || LOOKS.contains(&name) {
            return None;
        }
        // The same one twice hands out its items by turns.
        let is_twice = given()
            .enumerate()
            .any(|(at, one)| is_iterator(one) && given().skip(at + 1).any(|other| is_same(one, other)));
        let place = given().find(|value| is_iterator(value) || is_own(value)).map(|value| value.origin.place)?;
        let why = Unknown { reason: Reason::Control, name: "what an iterator has left".into(), place };
        // These stop where they know enough.
        let is_partial = matches!(name, "any" | "all") || name == "zip" && arguments.positional.len() > 1;
        let mut listed = arguments.clone();
        for argument in &mut listed.positional {
            let is_one = is_iterator(&argument.value);
            argument.value = self.drained(&argument.value, is_partial.then_some(&why));
            if let (true, true, Data::List(list)) = (is_twice, is_one, &mut argument.value.data) {
                *list = Arc::new(List { items: Vec::new(), open: Some(why.clone()) });
            }
        }
        Some(listed)
    }
}
