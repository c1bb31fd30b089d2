//! Methods with their object, which may be called later: `step = trainer.fit`.

use std::sync::Arc;

use super::{Machine, identity::is_same};
use crate::{
    graph::value::{Data, Entry, Object, Value},
    source::Place,
};

/// Their class.
pub(super) const METHOD: &str = "builtins.method";
/// Their object, and their name.
const RECEIVER: &str = "self";
const NAME: &str = "name";
/// How deep things are looked through for one of these.
const MAX_PARTS: usize = 4;
/// How many parts of things are looked at.
const MAX_LOOKED_AT: usize = 512;

/// A method of an object.
pub(super) fn bound_method(object: &Arc<Object>, name: &str, place: Place) -> Value {
    let mut method = Object { class: Some(METHOD.into()), ..Object::default() };
    method.set(Entry { name: RECEIVER.into(), place, value: Value::new(Data::Object(object.clone()), place) });
    method.set(Entry { name: NAME.into(), place, value: Value::text(name, place) });
    Value::object(method, place)
}

/// The object of a method.
fn receiver(method: &Value) -> Option<&Value> {
    match &method.data {
        Data::Object(object) if object.class.as_deref() == Some(METHOD) => Some(&object.entry(RECEIVER)?.value),
        _ => None,
    }
}

impl Machine<'_> {
    /// The object of a method as it is now, and the method's name.
    pub(super) fn unbound(&mut self, method: &Object) -> Option<(Value, Arc<str>)> {
        let taken = method.entry(RECEIVER)?.value.clone();
        let mut left = MAX_LOOKED_AT;
        let mut now = None;
        for scope in self.all_scopes() {
            let found = scope.names().find_map(|(_, binding)| current(&binding.value, &taken, None, 0, &mut left));
            now = now.or(found);
        }
        self.spend(1 + (MAX_LOOKED_AT - left) / 8);
        Some((now.unwrap_or(taken), method.entry(NAME)?.value.plain_text()?))
    }
}

/// What an object is now of which a method was taken, if a value holds it. An object that holds a method of its own has
/// changed since, and the method knows it as it was. `holder` is the object of the same class that holds the value.
fn current(value: &Value, taken: &Value, holder: Option<&Value>, depth: usize, left: &mut usize) -> Option<Value> {
    if depth > MAX_PARTS || *left == 0 {
        return None;
    }
    *left -= 1;
    if is_same(value, taken) {
        return Some(taken.clone());
    }
    if let Some(receiver) = receiver(value) {
        return holder.filter(|_| is_same(receiver, taken)).cloned();
    }
    match &value.data {
        Data::Object(object) => {
            let is_like = matches!(&taken.data, Data::Object(taken) if taken.class == object.class);
            let holder = if is_like { Some(value) } else { holder };
            object.entries.iter().find_map(|entry| current(&entry.value, taken, holder, depth + 1, left))
        }
        Data::List(list) => list.items.iter().find_map(|item| current(item, taken, holder, depth + 1, left)),
        _ => None,
    }
}
