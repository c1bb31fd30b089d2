//! What functions keep of their calls: `functools.lru_cache`, `functools.cache`, `functools.cached_property`.

use std::sync::Arc;

use super::{
    Machine,
    calls::Arguments,
    classes::{MethodKind, own_class},
    functions::{Followed, Function},
    identity::is_same,
    scope::same_known,
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Entry, Object, Value},
    },
    source::Place,
};

/// Most calls of a function that are remembered.
const MAX_CALLS: usize = 64;

/// Whether a decorator lets a function answer calls that it knows with what it answered before.
pub(super) fn is_cache(decorator: &str) -> bool {
    matches!(
        decorator,
        "functools.lru_cache"
            | "functools.cache"
            | "functools.cached_property"
            | "cachetools.cached"
            | "streamlit.cache_resource"
    )
}

impl<'a> Machine<'a> {
    /// A call of a function that remembers its calls: one with the same arguments as before brings the same thing again.
    pub(super) fn remembered(
        &mut self,
        function: &Function<'a>,
        receiver: Option<Value>,
        arguments: &Arguments,
        site: Place,
    ) -> Option<Followed> {
        // One that is made anew with each call of another function remembers nothing of before.
        let is_sure = self.is_sure() && function.level <= 1 && arguments.named.open.is_none();
        if !is_sure {
            return self.follow(function, receiver, arguments, site);
        }
        let slot: Arc<str> = slot(&function.name).into();
        let given = arguments.positional.iter().map(|argument| argument.value.clone());
        let named = arguments
            .named
            .entries
            .iter()
            .flat_map(|entry| [Value::text(entry.name.clone(), entry.place), entry.value.clone()]);
        let asked: Vec<Value> = receiver.iter().cloned().chain(given).chain(named).collect();
        let known = self.calls_in(&slot);
        self.spend(known.len() * asked.len() / 4);
        let found = known.iter().find_map(|call| match &call.data {
            Data::List(call) => call.items.split_last().filter(|(_, before)| are_same(before, &asked)),
            _ => None,
        });
        if let Some((answer, _)) = found {
            return Some(Followed { value: answer.clone(), receiver });
        }
        let followed = self.follow(function, receiver, arguments, site)?;
        if known.len() < MAX_CALLS {
            // Its body may have called it as well.
            let mut calls = self.calls_in(&slot);
            let receiver = followed.receiver.clone().filter(|_| !asked.is_empty());
            let asked = receiver.iter().cloned().chain(asked.into_iter().skip(usize::from(receiver.is_some())));
            calls.push(Value::list(asked.chain([followed.value.clone()]).collect(), site));
            if let Some(scope) = self.scopes.first_mut() {
                scope.bind(slot, Value::list(calls, site), site);
            }
        }
        Some(followed)
    }

    /// The calls that are remembered by a name.
    fn calls_in(&self, slot: &str) -> Vec<Value> {
        match self.scopes.first().and_then(|scope| scope.get(slot)).map(|binding| &binding.value.data) {
            Some(Data::List(calls)) => calls.items.clone(),
            _ => Vec::new(),
        }
    }

    /// `function.cache_clear()`.
    pub(super) fn forget_calls(&mut self, function: &str) {
        if let Some(scope) = self.scopes.first_mut() {
            scope.remove(&slot(function));
        }
    }

    /// A property that is asked for once: the object keeps it as a field.
    pub(super) fn kept(&mut self, object: &Arc<Object>, name: &str, value: &Value, site: Place) {
        if !self.is_sure() {
            return;
        }
        self.change_thing(&Value::new(Data::Object(object.clone()), site), &mut |known| {
            if let Data::Object(object) = &mut known.data {
                Arc::make_mut(object).set(Entry { name: name.into(), place: site, value: value.clone() });
            }
        });
    }

    /// Whether an object keeps what a property of its class answers.
    pub(super) fn keeps_property(&mut self, object: &Value, name: &str) -> bool {
        let Data::Object(object) = &object.data else { return false };
        let class = own_class(object);
        let own = class.and_then(|class| self.own_name(class)).map(str::to_owned);
        let method = own.and_then(|own| self.method_of(&own, name));
        method.is_some_and(|method| method.function.is_cached && method.kind == MethodKind::Property)
    }

    /// Whether what runs now certainly runs, once, and makes what it makes.
    fn is_sure(&self) -> bool {
        self.quiet == 0 && self.looping == 0 && self.here() == Formula::True
    }
}

/// The name by which the calls of a function are remembered.
fn slot(function: &str) -> String {
    [function, "(remembered)"].concat()
}

fn are_same(before: &[Value], now: &[Value]) -> bool {
    before.len() == now.len()
        && before.iter().zip(now).all(|(one, other)| same_known(one, other) || is_same(one, other))
}
