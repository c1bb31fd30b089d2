//! Lists, dicts and objects are things: whoever holds one sees what is changed of it, by whatever name.
//!
//! Values that are the same thing share their memory. A copy, as Python makes it, has memory of its own, while its parts
//! are still those of the original. So a change in one place is made wherever the same memory is held.

use std::sync::Arc;

use ruff_python_ast::Expr;
use rustc_hash::FxHashMap;

use super::{Machine, commands::OF_FLAGS, scope::Scope};
use crate::graph::value::{Data, Entry, List, Object, Value};

/// How deep the parts of a value are looked at.
const MAX_PARTS: usize = 8;

/// What a thing was, and what it is now.
pub(super) type Changes = Vec<(Value, Value)>;

/// A change of a value, which notes the parts that it changed.
pub(super) type Change<'c> = dyn FnMut(&mut Value, &mut Changes) + 'c;

/// Makes a change, and notes it where others may hold the same thing.
pub(super) fn noted(value: &mut Value, changes: &mut Changes, change: &mut Change<'_>) {
    let before = is_shared(value).then(|| value.clone());
    change(value, changes);
    if let Some(before) = before.filter(|before| !is_same(before, value)) {
        changes.push((before, value.clone()));
    }
}

/// Whether two values are the same thing.
pub(super) fn is_same(left: &Value, right: &Value) -> bool {
    address(left).is_some_and(|at| address(right) == Some(at))
}

/// Where the memory of a thing is.
fn address(value: &Value) -> Option<usize> {
    match &value.data {
        Data::List(list) => Some(Arc::as_ptr(list).addr()),
        Data::Object(object) => Some(Arc::as_ptr(object).addr()),
        _ => None,
    }
}

/// Whether something else holds the same thing.
fn is_shared(value: &Value) -> bool {
    match &value.data {
        Data::List(list) => Arc::strong_count(list) > 1,
        Data::Object(object) => Arc::strong_count(object) > 1,
        _ => false,
    }
}

/// A copy as `copy.copy` makes it: a thing of its own with the same parts.
pub(super) fn copied(value: &Value) -> Value {
    let data = match &value.data {
        Data::List(list) => Data::List(Arc::new(List::clone(list))),
        Data::Object(object) => Data::Object(Arc::new(Object::clone(object))),
        _ => return value.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// A copy as `copy.deepcopy` makes it, all of whose parts are its own.
pub(super) fn deeply_copied(value: &Value) -> Value {
    let data = match &value.data {
        Data::List(list) => {
            let items = list.items.iter().map(deeply_copied).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        Data::Object(object) => {
            let one = |entry: &Entry| Entry { value: deeply_copied(&entry.value), ..entry.clone() };
            let entries = object.entries.iter().map(one).collect();
            Data::Object(Arc::new(Object { entries, open: object.open.clone(), class: object.class.clone() }))
        }
        _ => return value.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// Whether an expression begins with a name: a change of what it denotes is one of what the name holds.
pub(super) fn is_rooted(mut expression: &Expr) -> bool {
    for _ in 0..super::bounds::MAX_DEPTH {
        expression = match expression {
            Expr::Subscript(subscript) => &subscript.value,
            Expr::Attribute(attribute) => &attribute.value,
            other => return other.is_name_expr(),
        };
    }
    false
}

impl Machine<'_> {
    /// Makes changes wherever the things that were changed are held.
    pub(super) fn spread(&mut self, changes: &Changes) {
        if changes.is_empty() {
            return;
        }
        if !self.views.is_empty() {
            let more = self.views_changed(changes);
            if !more.is_empty() {
                return self.spread_all(&[&changes[..], &more].concat());
            }
        }
        self.spread_all(changes);
    }

    fn spread_all(&mut self, changes: &Changes) {
        let mut replacing = Replacing::of(changes);
        for scope in self.all_scopes() {
            scope.replace_parts(&mut replacing);
        }
        for scope in self.closures.iter_mut().flat_map(|closure| &mut closure.scopes) {
            scope.replace_parts(&mut replacing);
        }
        // What was returned is changed only by what is done after: the rest runs where nothing was.
        let is_after = self.finishing > 0;
        for frame in &mut self.frames {
            for value in frame.returned().filter(|_| is_after) {
                if let Some(now) = replacing.replaced(value, 0) {
                    *value = now;
                }
            }
            for value in &mut frame.yielded.items {
                if let Some(now) = replacing.replaced(value, 0) {
                    *value = now;
                    frame.yielded.is_mixed = true;
                }
            }
        }
        self.spend(replacing.looked_at / 2 + replacing.made * 8);
    }

    /// All names that are bound now: those that are seen, those of the calls that led here, and those of modules.
    pub(super) fn all_scopes(&mut self) -> impl Iterator<Item = &mut Scope> {
        let hidden = self.hidden.iter_mut().flatten();
        self.scopes.iter_mut().chain(hidden).chain(self.module_scopes.iter_mut().map(|(_, scope)| scope))
    }
}

/// Things, each with what it is now. What holds one of them is made anew once, so that it stays one thing as well.
pub(super) struct Replacing {
    /// By where each was; the thing itself is kept, so that nothing else can be there.
    known: FxHashMap<usize, (Value, Value)>,
    /// Parts that were looked at, and lists and dicts that were made anew.
    looked_at: usize,
    made: usize,
}

impl Replacing {
    fn of(changes: &Changes) -> Self {
        let mut known = FxHashMap::default();
        for (before, now) in changes {
            if let Some(at) = address(before) {
                known.entry(at).or_insert_with(|| (before.clone(), now.clone()));
            }
        }
        Self { known, looked_at: 0, made: 0 }
    }

    /// A value with some of its parts, or itself, as they are now; nothing where it has none of them.
    pub(super) fn replaced(&mut self, value: &Value, depth: usize) -> Option<Value> {
        self.looked_at += 1;
        let is_of_flags = matches!(&value.data, Data::Object(of) if of.class.as_deref() == Some(OF_FLAGS));
        if depth > MAX_PARTS || is_of_flags {
            return None;
        }
        let known = address(value).and_then(|at| self.known.get(&at));
        if let Some((_, now)) = known {
            return Some(Value { data: now.data.clone(), origin: value.origin.clone() });
        }
        let now = value.with_parts(&mut |part| self.replaced(part, depth + 1))?;
        self.made += 1;
        if let Some(at) = address(value) {
            self.known.insert(at, (value.clone(), now.clone()));
        }
        Some(now)
    }
}
