//! Code that may or may not run: the state after it is one of two, by its condition.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    Machine,
    bounds::weighed,
    scope::{Binding, Journal, Scope, same_known},
};
use crate::graph::{
    guard::Formula,
    value::{Data, Entry, Object, Reason, Value},
};

/// Names that were written, and what they are bound to.
type Bindings = FxHashMap<Arc<str>, Option<Binding>>;

impl<'a> Machine<'a> {
    /// Runs `then` where `when` holds and `otherwise` where not, each from the same state, and joins what they leave.
    /// Each says whether it ended early (`return`, `raise`): then what follows is the other one's.
    pub(super) fn branch(
        &mut self,
        when: &Formula,
        then: &mut dyn FnMut(&mut Self) -> bool,
        otherwise: &mut dyn FnMut(&mut Self) -> bool,
    ) -> bool {
        match when {
            Formula::True => return then(self),
            Formula::False => return otherwise(self),
            _ => {}
        }
        self.spend_names();
        let guard = self.guard.clone();
        let outer: Vec<Option<Journal>> = self.scopes.iter_mut().map(Scope::begin).collect();
        self.guard = guard.and(when);
        let then_ended = then(self);
        let after_then: Vec<_> = self.scopes.iter_mut().map(Scope::take_back).collect();
        self.scopes.iter_mut().for_each(|scope| drop(scope.begin()));
        self.guard = guard.and(&when.negated());
        let else_ended = otherwise(self);
        self.guard = guard.clone();
        if !then_ended && else_ended {
            self.scopes.iter_mut().for_each(|scope| drop(scope.take_back()));
        }
        let before: Vec<Journal> = self.scopes.iter_mut().zip(outer).map(|(scope, outer)| scope.end(outer)).collect();
        match (then_ended, else_ended) {
            (true, false) => self.guard = guard.and(&when.negated()),
            (false, true) => {
                self.guard = guard.and(when);
                for (scope, then) in self.scopes.iter_mut().zip(after_then) {
                    then.into_iter().for_each(|(name, binding)| scope.restore(name, binding));
                }
            }
            _ => {
                let sides = after_then.into_iter().zip(before);
                let steps: usize = self
                    .scopes
                    .iter_mut()
                    .zip(sides)
                    .map(|(scope, (then, before))| join(scope, then, before, when))
                    .sum();
                self.spend(steps);
            }
        }
        then_ended && else_ended
    }
}

/// Makes `scope`, the state where `when` does not hold, the state of both cases: `then` is what the names are bound to
/// that were written where it holds, `before` what was noted where it does not. Tells the steps that it took.
fn join(scope: &mut Scope, mut then: Bindings, before: Journal, when: &Formula) -> usize {
    let mut steps = 0;
    // What only the other side wrote is here as it was before.
    for (name, binding) in before.first() {
        then.entry(name).or_insert(binding);
    }
    for (name, binding) in then {
        let Some(binding) = binding else { continue };
        let joined = match scope.get(&name) {
            // A name that only one branch binds: reading it elsewhere would be an error of the script's own.
            None => binding,
            Some(other) if same(&other.value, &binding.value) => continue,
            Some(other) => {
                let mut value = either(when, &binding.value, &other.value);
                let (more, is_beyond) = weighed(&value);
                steps += 1 + more;
                if is_beyond {
                    value = Value::unknown(Reason::Limit, "a value of this size", binding.place);
                }
                Binding { value, place: binding.place, reassigned: true, object: binding.object }
            }
        };
        scope.restore(name, Some(joined));
    }
    steps
}

/// The same value, written at the same place.
fn same(left: &Value, right: &Value) -> bool {
    left.origin.place == right.origin.place && same_known(left, right)
}

/// One of two values: objects are joined entry by entry, so that what both have in common stays known.
pub(super) fn either(when: &Formula, then: &Value, otherwise: &Value) -> Value {
    if same(then, otherwise) {
        return then.clone();
    }
    let (Data::Object(left), Data::Object(right)) = (&then.data, &otherwise.data) else {
        return Value::guarded(when, then.clone(), otherwise.clone());
    };
    if left.class != right.class || left.entries.is_empty() && right.entries.is_empty() {
        return Value::guarded(when, then.clone(), otherwise.clone());
    }
    let mut joined = Object {
        entries: Vec::new(),
        open: left.open.clone().or_else(|| right.open.clone()),
        class: left.class.clone(),
    };
    let mut others: FxHashMap<&str, &Entry> = right.entries.iter().map(|entry| (&*entry.name, entry)).collect();
    for entry in &left.entries {
        let value = match others.remove(&*entry.name) {
            Some(other) => either(when, &entry.value, &other.value),
            None => Value::guarded(when, entry.value.clone(), missing(right, entry)),
        };
        joined.entries.push(Entry { value, ..entry.clone() });
    }
    for entry in right.entries.iter().filter(|entry| others.contains_key(&*entry.name)) {
        let value = Value::guarded(when, missing(left, entry), entry.value.clone());
        joined.entries.push(Entry { value, ..entry.clone() });
    }
    Value { data: Data::Object(Arc::new(joined)), origin: then.origin.clone() }
}

/// What an object says of an entry that it does not list.
fn missing(object: &Object, entry: &Entry) -> Value {
    match &object.open {
        Some(why) => Value::new(Data::Unknown(why.clone()), entry.place),
        None => Value::absent(entry.place),
    }
}
