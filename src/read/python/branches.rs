//! Code that may or may not run: the state after it is one of two, by its condition.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    Machine,
    bounds::weighed,
    functions::Frame,
    identity::is_same,
    presence::missing as missing_entry,
    resting::resting_on,
    scope::{Binding, Scope, same_known},
};
use crate::graph::{
    guard::Formula,
    value::{Data, Entry, Object, Reason, Step, Value},
};

/// Names that were written, and what they are bound to.
pub(super) type Bindings = FxHashMap<Arc<str>, Option<Binding>>;

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
        self.open_bases();
        let guard = self.guard.clone();
        self.all_scopes().for_each(Scope::begin);
        let closures = self.closures_now();
        self.guard = guard.and(when);
        let left = self.exits.len();
        let then_ended = then(self);
        let then_raised = then_ended && self.exits.len() == left;
        let after_then: Vec<_> = self.all_scopes().map(Scope::take_back).collect();
        let closures_then = self.closures_as_they_were(&closures);
        self.all_scopes().for_each(Scope::begin);
        self.guard = guard.and(&when.negated());
        let left = self.exits.len();
        let else_ended = otherwise(self);
        let else_raised = else_ended && self.exits.len() == left;
        self.guard = guard.clone();
        self.join_closures(closures_then, (then_ended, else_ended), when);
        // A module that only the other side imports has nothing of this one.
        let after_then = after_then.into_iter().chain(std::iter::repeat_with(Bindings::default));
        let sides = self.all_scopes().zip(after_then);
        match (then_ended, else_ended) {
            (true, false) => {
                sides.for_each(|(scope, _)| drop(scope.end()));
                self.guard = guard.and(&when.negated());
            }
            (false, true) => {
                for (scope, then) in sides {
                    scope.take_back();
                    then.into_iter().for_each(|(name, binding)| scope.restore(name, binding));
                }
                self.guard = guard.and(when);
            }
            _ => {
                let mut joined = Joined::default();
                let join = |(scope, then): (&mut Scope, Bindings)| {
                    let before = scope.end();
                    join(scope, then, before.first(), when, &mut joined)
                };
                let steps: usize = sides.map(join).sum();
                self.spend(steps);
            }
        }
        if then_raised != else_raised {
            self.unfailed.push(if then_raised { when.negated() } else { when.clone() });
        }
        then_ended && else_ended
    }

    /// Runs code, and takes back what it writes to names, what leaves it, and what it hands back.
    pub(super) fn without_trace<R>(&mut self, run: &mut dyn FnMut(&mut Self) -> R) -> R {
        let (left, resting) = (self.left_so_far(), self.resting.clone());
        let handed_out = self.frames.last_mut().map(Frame::handed_out_so_far);
        self.all_scopes().for_each(Scope::begin);
        let result = run(self);
        self.all_scopes().for_each(|scope| drop(scope.take_back()));
        self.exits.truncate(left.exits);
        self.raised.truncate(left.raised);
        if let (Some(frame), Some(before)) = (self.frames.last_mut(), handed_out) {
            frame.forget_since(before);
        }
        self.resting = resting;
        result
    }
}

/// Joins all names of two states of a scope.
pub(super) fn join_all(scope: &mut Scope, then: &Scope, when: &Formula) -> usize {
    let names = then.names().map(|(name, binding)| (name.clone(), Some(binding.clone()))).collect();
    join(scope, names, [], when, &mut Joined::default())
}

/// Makes `scope`, the state where `when` does not hold, the state of both cases: `then` is what the names are bound to
/// that were written where it holds, `before` what those were that were written where it does not. Tells the steps that it
/// took.
pub(super) fn join(
    scope: &mut Scope,
    mut then: Bindings,
    before: impl IntoIterator<Item = (Arc<str>, Option<Binding>)>,
    when: &Formula,
    joined_before: &mut Joined,
) -> usize {
    let mut steps = 0;
    // What only the other side wrote is here as it was before.
    for (name, binding) in before {
        then.entry(name).or_insert(binding);
    }
    for (name, binding) in then {
        let Some(binding) = binding else { continue };
        let joined = match scope.get(&name) {
            // A name that only one branch binds: reading it elsewhere would be an error of the script's own.
            None => binding,
            Some(other) if same(&other.value, &binding.value) => continue,
            Some(other) => {
                let mut value = either_of(when, &binding.value, &other.value, joined_before);
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
pub(super) fn same(left: &Value, right: &Value) -> bool {
    left.origin.place == right.origin.place && same_known(left, right)
}

/// One of two values: objects are joined entry by entry, so that what both have in common stays known.
pub(super) fn either(when: &Formula, then: &Value, otherwise: &Value) -> Value {
    either_of(when, then, otherwise, &mut Joined::default())
}

/// What was joined so far.
#[derive(Default)]
pub(super) struct Joined {
    /// Things that were joined, and what became of them: whoever holds both sides holds the same thing afterwards.
    things: Vec<(Value, Value, Value)>,
    /// The default that decides which side is the usual one.
    basis: Option<Arc<Step>>,
}

impl Joined {
    /// The sides of a condition that a default decides: the value of the usual one is no surer than that.
    pub(super) fn by(basis: &Arc<Step>) -> Self {
        Self { basis: Some(basis.clone()), ..Self::default() }
    }

    /// One of two values that have nothing in common. Where a default decides, it is where that has it.
    pub(super) fn one_of(&self, when: &Formula, then: Value, otherwise: Value) -> Value {
        let Some(holds) = when.by_default() else { return Value::guarded(when, then, otherwise) };
        let (then, otherwise) = match holds {
            true => (resting_on(then, self.basis.as_ref()), otherwise),
            false => (then, resting_on(otherwise, self.basis.as_ref())),
        };
        let origin = if holds { &then } else { &otherwise }.origin.clone();
        Value { origin, ..Value::guarded(when, then, otherwise) }
    }
}

/// Most of them that are kept in mind.
const MAX_JOINED: usize = 64;

/// The same, where other things were joined before under the same condition.
pub(super) fn either_of(when: &Formula, then: &Value, otherwise: &Value, joined_before: &mut Joined) -> Value {
    if *when == Formula::True || same(then, otherwise) {
        return then.clone();
    }
    let (then, otherwise) = (side(then, when, true), side(otherwise, when, false));
    let (Data::Object(left), Data::Object(right)) = (&then.data, &otherwise.data) else {
        return joined_before.one_of(when, then.clone(), otherwise.clone());
    };
    if left.class != right.class || left.entries.is_empty() && right.entries.is_empty() {
        return joined_before.one_of(when, then.clone(), otherwise.clone());
    }
    // Where one side is the usual one, things are where that has them.
    let is_usual = when.by_default() != Some(false);
    let origin = if is_usual { &then.origin } else { &otherwise.origin };
    let known = joined_before.things.iter().find(|(one, other, _)| is_same(one, then) && is_same(other, otherwise));
    if let Some((_, _, joined)) = known {
        return Value { data: joined.data.clone(), origin: origin.clone() };
    }
    let mut joined = Object {
        entries: Vec::new(),
        open: left.open.clone().or_else(|| right.open.clone()),
        class: left.class.clone(),
    };
    let mut others: FxHashMap<&str, &Entry> = right.entries.iter().map(|entry| (&*entry.name, entry)).collect();
    for entry in &left.entries {
        let other = others.remove(&*entry.name);
        let value = match other {
            Some(other) => either_of(when, &entry.value, &other.value, joined_before),
            None => joined_before.one_of(when, entry.value.clone(), missing(right, entry)),
        };
        let entry = other.filter(|_| !is_usual).unwrap_or(entry);
        joined.entries.push(Entry { value, ..entry.clone() });
    }
    for entry in right.entries.iter().filter(|entry| others.contains_key(&*entry.name)) {
        let value = joined_before.one_of(when, missing(left, entry), entry.value.clone());
        joined.entries.push(Entry { value, ..entry.clone() });
    }
    let joined = Value { data: Data::Object(Arc::new(joined)), origin: origin.clone() };
    if joined_before.things.len() < MAX_JOINED {
        joined_before.things.push((then.clone(), otherwise.clone(), joined.clone()));
    }
    joined
}

/// What a value is on one side of a condition, if it is one of two values under that condition already.
fn side<'v>(mut value: &'v Value, when: &Formula, is_then: bool) -> &'v Value {
    while let Data::Guarded(guarded) = &value.data
        && guarded.when == *when
    {
        value = if is_then { &guarded.then } else { &guarded.otherwise };
    }
    value
}

/// What an object says of an entry that it does not list.
fn missing(object: &Object, entry: &Entry) -> Value {
    match &object.open {
        Some(why) => Value::new(Data::Unknown(why.clone()), entry.place),
        None => missing_entry(entry.place),
    }
}
