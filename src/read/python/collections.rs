//! Lists and dicts: their methods, and changes in place.

use std::{borrow::Cow, sync::Arc};

use ruff_python_ast::{Expr, ExprAttribute, ExprSlice};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::{
    Machine,
    attribute_dicts::is_attribute_dict,
    branches::either,
    builtins::of_pairs,
    callables::LAMBDA,
    calls::Arguments,
    classes::CLASS,
    formats::within,
    identity::{Change, Changes, copied, is_rooted, noted},
    ini::{PARSER, SECTION, as_section},
    library::key_name,
    presence::{presence, present_or},
    resting::as_sure_as,
};
use crate::{
    finding::Confidence,
    graph::{
        guard::Formula,
        value::{Data, Entry, List, MAX_ENTRIES, Object, Reason, Unknown, Value},
    },
    source::Place,
};

impl<'a> Machine<'a> {
    /// Sets the entries of another object, as `{**object, **other}` does.
    pub(super) fn merge(&mut self, object: &mut Object, other: &Value, range: TextRange) {
        let entries = if let Data::Object(other) = &other.data { other.entries.len() } else { MAX_ENTRIES };
        self.spend((object.entries.len() + entries) * other.branches() / 2);
        merge(object, &spread(other), &self.why(range));
    }

    /// `base[key] = value`, where `base` is a name, or an item of one.
    pub(super) fn set_item(&mut self, base: &'a Expr, key: &Value, value: Value, place: Place) {
        let (name, value) = (key_name(key), self.rested(value));
        let why = self.why(base.range());
        self.change(base, &mut |known| match (&mut known.data, &name) {
            (Data::List(list), _)
                if let Data::Number(at) = &key.data
                    && list.open.is_none()
                    && let Some(at) = index(at.near(), list.items.len()) =>
            {
                Arc::make_mut(list).items[at] = value.clone();
            }
            (Data::Object(object), Some(name)) => {
                let (name, value) = match object.class.as_deref() {
                    Some(SECTION) => (name.to_lowercase().into(), value.clone()),
                    Some(PARSER) => (name.clone(), as_section(&value)),
                    _ => (name.clone(), value.clone()),
                };
                Arc::make_mut(object).set(Entry { name, place, value });
            }
            (Data::Object(object), None) => Arc::make_mut(object).cover(&why),
            (Data::List(list), _) => *Arc::make_mut(list) = List { items: Vec::new(), open: Some(why.clone()) },
            _ => {}
        });
    }

    /// Changes the list, dict or object that an expression denotes, wherever it is held.
    pub(super) fn change(&mut self, target: &'a Expr, change: &mut dyn FnMut(&mut Value)) {
        if is_rooted(target) {
            return self.change_at(target, &mut |known, _| change(known));
        }
        let known = self.eval(target);
        self.change_thing(&known, change);
    }

    /// The same where the expression was evaluated already.
    pub(super) fn change_known(&mut self, base: &Value, target: &'a Expr, change: &mut dyn FnMut(&mut Value)) {
        if is_rooted(target) { self.change(target, change) } else { self.change_thing(base, change) }
    }

    /// Why a `defaultdict` may hold any key: with what it makes of one that is not there, if that is a text.
    pub(super) fn why_of_default(&mut self, arguments: &Arguments, range: TextRange) -> Unknown {
        let why = self.why(range);
        let Some(Data::Symbol(factory)) = arguments.get("", 0).map(|factory| factory.data.clone()) else { return why };
        if !factory.starts_with(LAMBDA) {
            return why;
        }
        let none = Arguments::default();
        match self.symbol_call(&factory, &none, why.place).map(|followed| followed.value.data) {
            Some(Data::Text(text)) => Unknown { name: [DEFAULT_TEXT, &text].concat().into(), ..why },
            _ => why,
        }
    }

    /// `list[lower:upper] = values`.
    pub(super) fn set_slice(&mut self, base: &'a Expr, slice: &'a ExprSlice, value: &Value, range: TextRange) {
        let bounds = self.bounds_of(slice).filter(|(.., step)| matches!(step, None | Some(1)));
        let items = self.items(value);
        let why = self.why(range);
        self.change(base, &mut |known| {
            let Data::List(list) = &mut known.data else { return };
            let list = Arc::make_mut(list);
            match (&bounds, &items) {
                (Some((lower, upper, _)), Some(items)) if list.open.is_none() && items.len() <= MAX_ENTRIES => {
                    let (start, end) = within(*lower, *upper, list.items.len());
                    list.items.splice(start..end, items.iter().cloned());
                }
                _ => *list = List { items: Vec::new(), open: Some(why.clone()) },
            }
        });
    }

    /// What a generator changes outside of itself after it has yielded may be seen before, by whoever takes its items.
    pub(super) fn changed_outside(&mut self) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| !frame.yielded.items.is_empty()) {
            frame.yielded.is_mixed = true;
        }
    }

    /// Changes a thing by itself, whoever holds it.
    pub(super) fn change_thing(&mut self, known: &Value, change: &mut dyn FnMut(&mut Value)) {
        let mut changes = Changes::new();
        noted(&mut known.clone(), &mut changes, &mut |known, changes| {
            through_guards(known, changes, &mut |known, _| change(known));
        });
        self.spread(&changes);
    }

    fn change_at(&mut self, target: &'a Expr, change: &mut Change<'_>) {
        match target {
            Expr::Subscript(subscript) => {
                let key = self.eval(&subscript.slice);
                let why = self.why(subscript.range());
                self.change_at(&subscript.value, &mut |known, changes| change_item(known, changes, &key, &why, change));
            }
            _ => {
                let Some(path) = self.dotted(target) else { return };
                let holder = self.scopes.iter().rposition(|scope| scope.get(&path).is_some());
                if let (None, Expr::Attribute(attribute)) = (holder, target) {
                    return self.change_field(attribute, change);
                }
                if holder.is_some_and(|at| at + 1 < self.scopes.len()) {
                    self.changed_outside();
                }
                let Some(scope) = holder.and_then(|at| self.scopes.get_mut(at)) else { return };
                let mut changes = Changes::new();
                let (steps, beyond) = scope.change(&path, &mut changes, &mut |value, changes| {
                    through_guards(value, changes, change);
                });
                self.spend(steps);
                if beyond {
                    self.note_limit(target.range());
                }
                self.spread(&changes);
            }
        }
    }

    /// Changes what a field of an object holds: its own, or one that its class holds for all.
    fn change_field(&mut self, attribute: &'a ExprAttribute, change: &mut Change<'_>) {
        let name: Arc<str> = attribute.attr.as_str().into();
        let base = self.eval(&attribute.value);
        let is_elsewhere = match &base.data {
            Data::Object(object) => {
                object.class.as_deref().is_some_and(|class| class.starts_with(CLASS)) && object.entry(&name).is_none()
            }
            Data::Symbol(symbol) => symbol.starts_with(CLASS),
            _ => false,
        };
        if is_elsewhere {
            // It was evaluated before: what a property makes is not made again, unless the object keeps it.
            let is_quiet = u32::from(!self.keeps_property(&base, &name));
            self.quiet += is_quiet;
            let mut known = self.attribute(&base, &name, attribute.range());
            self.quiet -= is_quiet;
            let mut changes = Changes::new();
            noted(&mut known, &mut changes, &mut |known, changes| through_guards(known, changes, change));
            return self.spread(&changes);
        }
        self.change_at(&attribute.value, &mut |known, changes| {
            if let Data::Object(object) = &mut known.data
                && object.class.as_deref().is_some_and(has_fields)
                && let Some(entry) = Arc::make_mut(object).entries.iter_mut().find(|entry| entry.name == name)
            {
                noted(&mut entry.value, changes, &mut |value, changes| through_guards(value, changes, change));
            }
        });
    }

    /// A list or dict was handed to code that is not followed: it may have got more.
    pub(super) fn escapes(&mut self, expression: &'a Expr) {
        match expression {
            // Nothing of it can get more.
            Expr::Name(name) if !self.lookup(name.id.as_str()).is_some_and(|known| may_grow(&known.value)) => return,
            Expr::Name(_) | Expr::Attribute(_) => {}
            _ => return,
        }
        let why = self.why(expression.range());
        self.change(expression, &mut |value| open(value, &why));
    }

    /// `dict.get(key, …)` with a key that is one of a few texts.
    fn get_chosen(
        &mut self,
        base: &Value,
        target: &'a Expr,
        key: &Value,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        if let Data::Guarded(guarded) = &key.data {
            let then = self.get_chosen(base, target, &guarded.then, arguments, range);
            let otherwise = self.get_chosen(base, target, &guarded.otherwise, arguments, range);
            return Value::guarded(&guarded.when, then, otherwise);
        }
        let mut arguments = arguments.clone();
        arguments.positional.iter_mut().take(1).for_each(|argument| argument.value = key.clone());
        let got = self.collection_method(base, target, "get", &arguments, range);
        got.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
    }

    /// Methods of lists and dicts; nothing for a method that is not one of theirs.
    pub(super) fn collection_method(
        &mut self,
        base: &Value,
        target: &'a Expr,
        method: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Option<Value> {
        let place = self.place(range);
        let first = arguments.positional.first().map(|argument| self.listed(&argument.value));
        if method == "get"
            && let Some(chosen) = first.as_ref().and_then(|key| self.with_choices(key))
        {
            return Some(self.get_chosen(base, target, &chosen, arguments, range));
        }
        match (&base.data, method) {
            (Data::Object(object), "get" | "pop") => {
                let name = key_name(first.as_ref()?);
                let default =
                    arguments.positional.get(1).map_or_else(|| Value::absent(place), |value| value.value.clone());
                let chosen = match (method, &first) {
                    ("get", Some(key)) => self.chosen_entry(object, key, Some(&default), place),
                    _ => None,
                };
                let value = match name.as_deref().map(|name| object.entry(name)) {
                    _ if let Some(chosen) = chosen => chosen,
                    Some(Some(entry)) => present_or(&entry.value, &default),
                    Some(None) if object.open.is_none() => default,
                    _ => self.unknown(Reason::RunTime, range),
                };
                let value = first.iter().fold(value, as_sure_as);
                if let ("pop", Some(key)) = (method, &first) {
                    self.delete_item(target, key);
                }
                Some(as_sure_as(value, base))
            }
            (Data::Object(_), "update") => {
                let named = Value::object(arguments.named.clone(), place);
                let why = self.why(range);
                let pairs = first.as_ref().and_then(of_pairs);
                let given = pairs.or(first);
                self.change_known(base, target, &mut |known| {
                    if let Data::Object(object) = &mut known.data {
                        let object = Arc::make_mut(object);
                        given.iter().chain([&named]).for_each(|other| merge(object, other, &why));
                    }
                });
                Some(Value::absent(place))
            }
            (Data::Object(object), "setdefault") => {
                let why = self.why(range);
                let Some(name) = key_name(first.as_ref()?) else {
                    self.change_known(base, target, &mut |known| open(known, &why));
                    return Some(self.unknown(Reason::RunTime, range));
                };
                let given =
                    arguments.positional.get(1).map_or_else(|| Value::absent(place), |value| value.value.clone());
                let value = match (object.entry(&name), &object.open) {
                    (Some(entry), _) if presence(&entry.value) == Formula::True => return Some(entry.value.clone()),
                    (Some(entry), _) => present_or(&entry.value, &given),
                    // It may be there already.
                    (None, Some(why)) => Value::new(Data::Unknown(why.clone()), place),
                    (None, None) => given,
                };
                self.change_known(base, target, &mut |known| {
                    if let Data::Object(object) = &mut known.data {
                        Arc::make_mut(object).set(Entry { name: name.clone(), place, value: value.clone() });
                    }
                });
                Some(value)
            }
            (Data::Object(_) | Data::List(_), "copy") => Some(copied(base)),
            (Data::Object(_), "keys" | "values" | "items") => self.view(base, method, place),
            (Data::List(_), "append") => {
                let item = first?;
                self.change_known(base, target, &mut |known| {
                    if let Data::List(list) = &mut known.data {
                        Arc::make_mut(list).push(item.clone());
                    }
                });
                Some(Value::absent(place))
            }
            (Data::List(_), "extend") => {
                let more = first?;
                let items = self.items(&more);
                let why = self.why(range);
                self.change_known(base, target, &mut |known| {
                    if let Data::List(list) = &mut known.data {
                        let list = Arc::make_mut(list);
                        match (&more.data, &items) {
                            (Data::List(more), _) => list.extend(more),
                            (_, Some(items)) => items.iter().for_each(|item| list.push(item.clone())),
                            _ => list.open = Some(why.clone()),
                        }
                    }
                });
                Some(Value::absent(place))
            }
            (Data::Object(object), "clear") if object.class.is_none() => {
                self.change_known(base, target, &mut |known| {
                    if let Data::Object(object) = &mut known.data {
                        *Arc::make_mut(object) = Object::default();
                    }
                });
                Some(Value::absent(place))
            }
            (
                Data::List(_),
                "insert"
                | "remove"
                | "pop"
                | "popleft"
                | "appendleft"
                | "clear"
                | "reverse"
                | "sort"
                | "add"
                | "discard"
                | "update"
                | "difference_update"
                | "intersection_update"
                | "symmetric_difference_update"
                | "rotate",
            )
            | (Data::Object(_), "clear" | "popitem" | "move_to_end") => {
                let why = self.why(range);
                self.change_known(base, target, &mut |known| match &mut known.data {
                    Data::List(list) => *Arc::make_mut(list) = List { items: Vec::new(), open: Some(why.clone()) },
                    Data::Object(object) => {
                        *Arc::make_mut(object) = Object { open: Some(why.clone()), ..Object::default() };
                    }
                    _ => {}
                });
                Some(self.unknown(Reason::RunTime, range))
            }
            (Data::Object(_) | Data::List(_), _) => Some(self.unknown(Reason::RunTime, range)),
            _ => None,
        }
    }

    /// `del base[key]`.
    pub(super) fn delete_item(&mut self, base: &'a Expr, key: &Value) {
        let why = self.why(base.range());
        self.change(base, &mut |known| match (&mut known.data, key_name(key)) {
            (Data::List(list), _)
                if let Data::Number(at) = &key.data
                    && list.open.is_none()
                    && let Some(at) = index(at.near(), list.items.len()) =>
            {
                Arc::make_mut(list).items.remove(at);
            }
            (Data::Object(object), Some(name)) => Arc::make_mut(object).entries.retain(|entry| entry.name != name),
            (Data::Object(object), None) => Arc::make_mut(object).cover(&why),
            (Data::List(list), _) => *Arc::make_mut(list) = List { items: Vec::new(), open: Some(why.clone()) },
            _ => {}
        });
    }
}

/// An object whose entries are no surer than itself.
fn spread(value: &Value) -> Cow<'_, Value> {
    let Data::Object(object) = &value.data else { return Cow::Borrowed(value) };
    if value.origin.confidence() == Confidence::High {
        return Cow::Borrowed(value);
    }
    let mut object = object.as_ref().clone();
    for entry in &mut object.entries {
        entry.value = as_sure_as(entry.value.clone(), value);
    }
    Cow::Owned(Value { data: Data::Object(Arc::new(object)), origin: value.origin.clone() })
}

impl Object {
    /// Something may have been set that nothing is known of: each entry may be another, and there may be more.
    pub(super) fn cover(&mut self, why: &Unknown) {
        for entry in &mut self.entries {
            entry.value = Value::new(Data::Unknown(why.clone()), entry.value.origin.place);
        }
        self.open.get_or_insert_with(|| why.clone());
    }
}

/// Sets the entries of another object, as `{**object, **other}` does; `why` it is not known what they are.
pub(super) fn merge(object: &mut Object, other: &Value, why: &Unknown) {
    match &other.data {
        Data::Object(other) => {
            if let Some(more) = &other.open {
                object.cover(more);
            }
            let known = object.entries.iter().enumerate().map(|(at, entry)| (entry.name.clone(), at));
            let mut known: FxHashMap<Arc<str>, usize> = known.collect();
            for entry in &other.entries {
                let Some(&at) = known.get(&entry.name) else {
                    known.insert(entry.name.clone(), object.entries.len());
                    if object.entries.len() < MAX_ENTRIES {
                        object.entries.push(entry.clone());
                    } else {
                        object.set(entry.clone());
                    }
                    continue;
                };
                let Some(slot) = object.entries.get_mut(at) else { continue };
                // An entry that may not be there leaves what was set before it.
                let value = present_or(&entry.value, &slot.value);
                *slot = Entry { value, ..entry.clone() };
            }
        }
        Data::Guarded(guarded) => {
            let (mut then, mut otherwise) = (object.clone(), object.clone());
            merge(&mut then, &guarded.then, why);
            merge(&mut otherwise, &guarded.otherwise, why);
            let joined = either(&guarded.when, &Value::object(then, why.place), &Value::object(otherwise, why.place));
            match joined.data {
                Data::Object(joined) => *object = joined.as_ref().clone(),
                _ => object.cover(why),
            }
        }
        Data::Absent => {}
        Data::Unknown(unknown) => object.cover(unknown),
        _ => object.cover(why),
    }
}

/// A change of a guarded value changes both of its sides.
fn through_guards(value: &mut Value, changes: &mut Changes, change: &mut Change<'_>) {
    match &mut value.data {
        Data::Guarded(guarded) => {
            let guarded = Arc::make_mut(guarded);
            for side in [&mut guarded.then, &mut guarded.otherwise] {
                noted(side, changes, &mut |side, changes| through_guards(side, changes, change));
            }
        }
        _ => change(value, changes),
    }
}

fn change_item(known: &mut Value, changes: &mut Changes, key: &Value, why: &Unknown, change: &mut Change<'_>) {
    let mut item =
        |item: &mut Value| noted(item, changes, &mut |item, changes| through_guards(item, changes, &mut *change));
    match (&mut known.data, key_name(key), &key.data) {
        (Data::Object(object), Some(name), _) => {
            let object = Arc::make_mut(object);
            match object.entries.iter_mut().find(|entry| entry.name == name) {
                Some(entry) => item(&mut entry.value),
                None => match object.open.as_ref().and_then(made_by_default) {
                    Some(made) => {
                        let mut value = Value::new(made, why.place);
                        item(&mut value);
                        object.set(Entry { name, place: why.place, value });
                    }
                    None => object.open = Some(why.clone()),
                },
            }
        }
        (Data::Object(object), None, _) => Arc::make_mut(object).cover(why),
        (Data::List(list), _, Data::Number(at)) => {
            let at = index(at.near(), list.items.len());
            match at.and_then(|at| Arc::make_mut(list).items.get_mut(at)) {
                Some(one) => item(one),
                None => open(known, why),
            }
        }
        _ => open(known, why),
    }
}

/// Before the text that a `defaultdict` has for each key that is not there.
const DEFAULT_TEXT: &str = "a missing key, which stands for ";

/// What `defaultdict` makes of a key that is not there.
pub(super) fn made_by_default(why: &Unknown) -> Option<Data> {
    let name = why.name();
    if let Some(text) = name.strip_prefix(DEFAULT_TEXT) {
        return Some(Data::Text(text.into()));
    }
    let factory = name.strip_suffix(")`")?.rsplit_once("defaultdict(")?.1;
    Some(match factory {
        "list" => Data::List(Arc::default()),
        "dict" => Data::Object(Arc::default()),
        "int" => Data::Number(0.0.into()),
        _ => return None,
    })
}

/// The place of an item as Python counts it, from the end where it is negative.
#[allow(clippy::cast_possible_truncation, reason = "an index beyond i64 finds nothing anyway")]
pub(super) fn index(at: f64, length: usize) -> Option<usize> {
    if at.fract() != 0.0 {
        return None;
    }
    let at = at as i64;
    let at = if at < 0 { at.checked_add(i64::try_from(length).ok()?)? } else { at };
    usize::try_from(at).ok().filter(|&at| at < length)
}

/// Whether objects of a class have fields that code may set.
pub(super) fn has_fields(class: &str) -> bool {
    class.starts_with(CLASS)
        || is_attribute_dict(class)
        || matches!(class, super::callables::NAMESPACE | "argparse.Namespace")
}

/// Whether a value is a list or dict on some path.
fn may_grow(value: &Value) -> bool {
    match &value.data {
        Data::List(_) | Data::Object(_) => true,
        Data::Guarded(guarded) => may_grow(&guarded.then) || may_grow(&guarded.otherwise),
        _ => false,
    }
}

fn open(value: &mut Value, why: &Unknown) {
    match &mut value.data {
        Data::List(list) => Arc::make_mut(list).open = Some(why.clone()),
        Data::Object(object) => Arc::make_mut(object).open = Some(why.clone()),
        _ => {}
    }
}
