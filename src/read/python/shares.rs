//! Values that two names have in common: a dict that another one holds, and the parts of a shallow copy.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall};

use super::{Machine, bounds::MAX_WEIGHT, scope::same_known};
use crate::graph::value::{Data, Value};

/// Most pairs of names that are kept in mind.
const MAX_SHARES: usize = 64;
/// How deep the parts of a literal are looked at, and those of values.
const MAX_PARTS: usize = 8;

/// Two names with something in common.
pub(super) struct Share {
    one: Arc<str>,
    other: Arc<str>,
    /// Whether one holds the other. A copy has only its parts in common.
    whole: bool,
    /// How many calls were being followed where they were named.
    frame: usize,
}

/// What a value was, and what it is now.
type Change = (Value, Value);

impl<'a> Machine<'a> {
    /// Notes which other names' lists and dicts a name's new value has in it.
    pub(super) fn note_shares(&mut self, name: &str, value: &Value, from: Option<&'a Expr>) {
        let frame = self.frames.len();
        if !self.shares.is_empty() {
            self.shares.retain(|share| share.frame != frame || (*share.one != *name && *share.other != *name));
        }
        if !matches!(value.data, Data::Object(_) | Data::List(_)) {
            return;
        }
        let Some(from) = from else { return };
        let mut found = Vec::new();
        held(from, false, 0, &mut found);
        for (other, whole) in found {
            let is_shared = self.lookup(other).is_some_and(|known| is_mutable(&known.value)) && other != name;
            if is_shared && self.shares.len() < MAX_SHARES {
                self.shares.push(Share { one: name.into(), other: other.into(), whole, frame });
            }
        }
    }

    /// The value of a name before it is changed, where another name has some of it.
    pub(super) fn before_change(&self, name: &str) -> Option<Value> {
        let frame = self.frames.len();
        let shared = |share: &Share| share.frame == frame && (*share.one == *name || *share.other == *name);
        self.shares.iter().any(shared).then(|| self.lookup(name).map(|known| known.value.clone())).flatten()
    }

    /// Changes what other names have of a name's value, which has been changed.
    pub(super) fn change_shares(&mut self, name: &str, before: &Value) {
        let Some(after) = self.lookup(name).map(|known| known.value.clone()) else { return };
        let mut changes = Vec::new();
        changed(before, &after, 0, &mut changes);
        self.spend(changes.len() * 4);
        if changes.is_empty() {
            return;
        }
        let frame = self.frames.len();
        let partners: Vec<(Arc<str>, bool)> = self
            .shares
            .iter()
            .filter(|share| share.frame == frame)
            .filter_map(|share| {
                // Whoever is held has the whole of itself in the other; a holder has only parts in what it holds.
                let is_held = *share.other == *name;
                let partner = if is_held { &share.one } else { &share.other };
                (is_held || *share.one == *name).then(|| (partner.clone(), share.whole && is_held))
            })
            .collect();
        for (partner, whole) in partners {
            // The first change is that of the name's own value.
            let parts = if whole { &changes[..] } else { changes.get(1..).unwrap_or_default() };
            let Some(known) = self.lookup(&partner).map(|known| known.value.clone()) else { continue };
            self.spend(known.weight(MAX_WEIGHT).unwrap_or(MAX_WEIGHT) / 4);
            if let Some(now) = replaced(&known, parts, 0)
                && let Some(scope) = self.scopes.iter_mut().rev().find(|scope| scope.get(&partner).is_some())
            {
                scope.change(&partner, &mut |value| *value = now.clone());
            }
        }
    }

    /// Forgets the names of a call that has ended.
    pub(super) fn end_shares(&mut self) {
        let frame = self.frames.len();
        self.shares.retain(|share| share.frame <= frame);
    }
}

/// The names whose values an expression puts into what it makes; `copied` where it takes only their parts.
fn held<'a>(expression: &'a Expr, copied: bool, depth: usize, found: &mut Vec<(&'a str, bool)>) {
    if depth > MAX_PARTS || found.len() > MAX_SHARES {
        return;
    }
    match expression {
        Expr::Name(name) if depth > 0 => found.push((name.id.as_str(), !copied)),
        Expr::Dict(dict) => {
            for item in &dict.items {
                held(&item.value, item.key.is_none(), depth + 1, found);
            }
        }
        Expr::List(list) => list.elts.iter().for_each(|element| held(element, false, depth + 1, found)),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| held(element, false, depth + 1, found)),
        Expr::Call(ExprCall { func, arguments, .. }) => match &**func {
            Expr::Attribute(method) if method.attr.as_str() == "copy" && arguments.args.is_empty() => {
                held(&method.value, true, depth + 1, found);
            }
            Expr::Attribute(method) if method.attr.as_str() == "deepcopy" => {}
            Expr::Name(name) if matches!(name.id.as_str(), "deepcopy" | "str" | "len") => {}
            Expr::Name(name) if matches!(name.id.as_str(), "dict" | "list" | "tuple") => {
                arguments.args.iter().for_each(|argument| held(argument, true, depth + 1, found));
                arguments.keywords.iter().for_each(|keyword| held(&keyword.value, false, depth + 1, found));
            }
            // An object of a class may keep what it is given.
            _ => {
                arguments.args.iter().for_each(|argument| held(argument, false, depth + 1, found));
                arguments.keywords.iter().for_each(|keyword| held(&keyword.value, false, depth + 1, found));
            }
        },
        _ => {}
    }
}

fn is_mutable(value: &Value) -> bool {
    matches!(value.data, Data::Object(_) | Data::List(_))
}

/// What changed of a value: itself first, then its parts.
fn changed(before: &Value, after: &Value, depth: usize, found: &mut Vec<Change>) {
    // What another value took the place of has not changed itself.
    let is_other = depth > 0 && before.origin.place != after.origin.place;
    if depth > MAX_PARTS || found.len() > MAX_SHARES || is_other || same_known(before, after) || !is_mutable(before) {
        return;
    }
    found.push((before.clone(), after.clone()));
    match (&before.data, &after.data) {
        (Data::Object(one), Data::Object(other)) => {
            for entry in &one.entries {
                if is_mutable(&entry.value)
                    && let Some(now) = other.entry(&entry.name)
                {
                    changed(&entry.value, &now.value, depth + 1, found);
                }
            }
        }
        (Data::List(one), Data::List(other)) => {
            for (one, other) in one.items.iter().zip(&other.items) {
                changed(one, other, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// A value with some of its parts, or itself, as they are now; nothing where it has none of them.
fn replaced(value: &Value, changes: &[Change], depth: usize) -> Option<Value> {
    if depth > MAX_PARTS || !is_mutable(value) {
        return None;
    }
    if let Some((_, now)) = changes.iter().find(|(before, _)| same_known(before, value)) {
        return Some(now.clone());
    }
    match &value.data {
        Data::Object(object) => {
            let parts = object.entries.iter().enumerate();
            let parts = parts.filter_map(|(at, entry)| Some((at, replaced(&entry.value, changes, depth + 1)?)));
            let parts: Vec<(usize, Value)> = parts.collect();
            if parts.is_empty() {
                return None;
            }
            let mut object = object.as_ref().clone();
            for (at, now) in parts {
                object.entries[at].value = now;
            }
            Some(Value { data: Data::Object(Arc::new(object)), origin: value.origin.clone() })
        }
        Data::List(list) => {
            let parts = list.items.iter().enumerate();
            let parts = parts.filter_map(|(at, item)| Some((at, replaced(item, changes, depth + 1)?)));
            let parts: Vec<(usize, Value)> = parts.collect();
            if parts.is_empty() {
                return None;
            }
            let mut list = list.as_ref().clone();
            for (at, now) in parts {
                list.items[at] = now;
            }
            Some(Value { data: Data::List(Arc::new(list)), origin: value.origin.clone() })
        }
        _ => None,
    }
}
