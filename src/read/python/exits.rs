//! Where code leaves a function or a loop early: what it wrote until then is joined where the function or the loop ends.
//!
//! The rest of a function runs where nothing has left it. What a side did that left it is no part of the rest, but it is
//! of what follows the call, in all that outlives the call.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    Machine,
    branches::{Bindings, Joined, either_of, join, join_all, same},
    rounds::Exit,
    scope::{Binding, Scope},
};
use crate::graph::{
    guard::Formula,
    value::{Reason, Value},
};

/// Most bindings of a function or a round that are joined one by one, of all exits together: with more, what was written is
/// not known afterwards.
const MAX_JOINS: usize = 20_000;
/// Exits whose joined things are kept for what was returned there.
const MAX_KEPT: usize = 64;
/// Steps that it takes to keep one binding.
const KEPT: usize = 4;

/// A function or a round of a loop that is walked, which code may leave early.
pub(super) struct Base {
    is_function: bool,
    /// Whether what is written is noted: from the first condition on, before which all that is left is left for certain.
    is_open: bool,
}

/// Something that left one.
pub(super) struct Left {
    pub(super) exit: Exit,
    /// Its condition, within the function.
    pub(super) when: Formula,
    /// What the names were then that had been written, but for a function's own, which end with it.
    names: Vec<(Slot, Bindings)>,
    /// The object of a method, which outlives it.
    receiver: Option<Binding>,
    /// What functions saw that have left the call that made them.
    closures: Vec<Vec<Scope>>,
}

/// Which of all scopes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Seen(usize),
    Hidden(usize, usize),
    Module(usize),
}

/// Things that were joined where a function was left, by the condition.
pub(super) type Joins = Vec<(Formula, Joined)>;

impl Machine<'_> {
    /// Begins a function or a round that may be left early; [`Machine::rejoin`] ends it.
    pub(super) fn begin_leaving(&mut self, is_function: bool) {
        self.bases.push(Base { is_function, is_open: false });
    }

    /// Notes what is written from now on in the function and the loops at hand: part of it may be left early.
    pub(super) fn open_bases(&mut self) {
        if self.bases.last().is_none_or(|base| base.is_open) {
            return;
        }
        let function = self.bases.iter().rposition(|base| base.is_function).unwrap_or(0);
        for at in function..self.bases.len() {
            let base = &mut self.bases[at];
            if base.is_open {
                continue;
            }
            base.is_open = true;
            let own = base.is_function.then(|| Slot::Seen(self.scopes.len().saturating_sub(1)));
            for (slot, scope) in self.slots() {
                if Some(slot) != own {
                    scope.begin_at(at + 1);
                }
            }
        }
    }

    /// Notes that code leaves the function or the round here.
    pub(super) fn note_exit(&mut self, exit: Exit) {
        let when = self.guard.clone();
        let is_return = exit == Exit::Return;
        let at = match self.bases.last() {
            Some(_) if is_return => self.bases.iter().rposition(|base| base.is_function),
            Some(base) if !base.is_function => Some(self.bases.len() - 1),
            _ => None,
        };
        let (mut names, mut receiver, mut closures) = (Vec::new(), None, Vec::new());
        if let Some(at) = at.filter(|&at| self.bases[at].is_open) {
            names.extend(self.slots().map(|(slot, scope)| (slot, scope.since(at + 1))));
            names.retain(|(_, written)| !written.is_empty());
            self.spend(names.iter().map(|(_, written)| written.len() * KEPT).sum());
            receiver = is_return.then(|| self.own_object().cloned()).flatten();
            self.spend(self.closures.len() * KEPT);
            closures = self.closures_now();
        }
        self.exits.push(Left { exit, when, names, receiver, closures });
    }

    /// Ends what [`Machine::begin_leaving`] began: the state is that of whatever left it, each under its condition, or of
    /// what came to its end. If `has_ended`, nothing did, and the last exit stands for all that is left.
    pub(super) fn rejoin(&mut self, exits: Vec<Left>, has_ended: bool) -> Joins {
        let mut joins = Joins::new();
        let Some(base) = self.bases.pop().filter(|base| base.is_open) else { return joins };
        let number = self.bases.len() + 1;
        let written = self.slots().map(|(slot, scope)| (slot, scope.end_at(number).first()));
        let written: Vec<(Slot, Bindings)> = written.filter(|(_, written)| !written.is_empty()).collect();
        let count: usize = written.iter().map(|(_, written)| written.len()).sum();
        if exits.len().saturating_mul(count) > MAX_JOINS {
            let left = exits.into_iter().flat_map(|left| left.names);
            self.lose(written.into_iter().chain(left));
            return joins;
        }
        let mut steps = 0;
        for (at, left) in exits.into_iter().rev().enumerate() {
            let when = if has_ended && at == 0 { Formula::True } else { left.when };
            let mut joined = Joined::new();
            let mut slots: Vec<(Slot, Bindings)> = left.names;
            for (slot, _) in &written {
                if slots.iter().all(|(known, _)| known != slot) {
                    slots.push((*slot, Bindings::default()));
                }
            }
            for (slot, then) in slots {
                let before = written.iter().filter(|(known, _)| *known == slot).flat_map(|(_, before)| before);
                let before = before.map(|(name, binding)| (name.clone(), binding.clone()));
                if let Some(scope) = self.slot(slot) {
                    steps += join(scope, then, before, &when, &mut joined);
                }
            }
            if base.is_function
                && let (Some(then), Some(now)) = (left.receiver, self.own_object().cloned())
                && !same(&then.value, &now.value)
                && let Some(name) = self.frames.last().and_then(|frame| frame.receiver.clone())
                && let Some(scope) = self.scopes.last_mut()
            {
                let value = either_of(&when, &then.value, &now.value, &mut joined);
                scope.restore(name, Some(Binding { value, ..now }));
            }
            let pairs = self.closures.iter_mut().zip(left.closures);
            for (scope, then) in pairs.flat_map(|(closure, then)| closure.scopes.iter_mut().zip(then)) {
                if !scope.is_as(&then) {
                    steps += then.len() + join_all(scope, &then, &when);
                }
            }
            if joins.len() < MAX_KEPT {
                joins.push((when, joined));
            }
        }
        self.spend(steps);
        joins
    }

    /// Makes names unknown of which too many were written.
    fn lose(&mut self, written: impl Iterator<Item = (Slot, Bindings)>) {
        for (slot, names) in written {
            self.spend(names.len());
            let Some(scope) = self.slot(slot) else { continue };
            for name in names.into_keys() {
                let Some(now) = scope.get(&name).cloned() else { continue };
                let value = Value::unknown(Reason::Limit, "what was written before an early exit", now.place);
                scope.restore(name, Some(Binding { value, ..now }));
            }
        }
    }

    /// Runs what is done however the code before was left, after `since` exits: `finally`, the end of a `with`.
    pub(super) fn finishing<R>(&mut self, since: usize, run: &mut dyn FnMut(&mut Self) -> R) -> R {
        self.finishing += 1;
        let result = if self.exits.len() == since {
            run(self)
        } else {
            self.open_bases();
            self.all_scopes().for_each(Scope::begin);
            let before = self.own_object().cloned();
            let last = self.exits.len();
            let result = run(self);
            let written = self.slots().map(|(slot, scope)| {
                let before = scope.end().first();
                let now = |(name, before): (Arc<str>, _)| (scope.get(&name).cloned(), name, before);
                (slot, before.into_iter().map(now).collect::<Vec<_>>())
            });
            let written: Vec<_> = written.filter(|(_, written)| !written.is_empty()).collect();
            let now = self.own_object().cloned();
            for left in self.exits.get_mut(since..last).into_iter().flatten() {
                for (slot, written) in &written {
                    left.finish(*slot, written);
                }
                if let Some(receiver) = &mut left.receiver {
                    *receiver =
                        finished(Some(receiver), before.as_ref(), now.as_ref()).unwrap_or_else(|| receiver.clone());
                }
            }
            result
        };
        self.finishing -= 1;
        result
    }

    /// What the parameter of a method is bound to that stands for its object.
    fn own_object(&self) -> Option<&Binding> {
        let receiver = self.frames.last()?.receiver.as_ref()?;
        self.scopes.last()?.get(receiver)
    }

    /// All scopes, each with where it is.
    fn slots(&mut self) -> impl Iterator<Item = (Slot, &mut Scope)> {
        let seen = self.scopes.iter_mut().enumerate().map(|(at, scope)| (Slot::Seen(at), scope));
        let hidden = self.hidden.iter_mut().enumerate().flat_map(|(call, scopes)| {
            scopes.iter_mut().enumerate().map(move |(at, scope)| (Slot::Hidden(call, at), scope))
        });
        let modules = self.module_scopes.iter_mut().enumerate().map(|(at, (_, scope))| (Slot::Module(at), scope));
        seen.chain(hidden).chain(modules)
    }

    fn slot(&mut self, slot: Slot) -> Option<&mut Scope> {
        match slot {
            Slot::Seen(at) => self.scopes.get_mut(at),
            Slot::Hidden(call, at) => self.hidden.get_mut(call)?.get_mut(at),
            Slot::Module(at) => self.module_scopes.get_mut(at).map(|(_, scope)| scope),
        }
    }
}

impl Left {
    /// Takes over what was written to a scope since: each name with what it is bound to now, and what it was before.
    fn finish(&mut self, slot: Slot, written: &[(Option<Binding>, Arc<str>, Option<Binding>)]) {
        let at = self.names.iter().position(|(known, _)| *known == slot).unwrap_or_else(|| {
            self.names.push((slot, FxHashMap::default()));
            self.names.len() - 1
        });
        let names = &mut self.names[at].1;
        for (now, name, before) in written {
            let then = names.get(name).cloned().flatten();
            let then = then.as_ref().or(before.as_ref());
            names.insert(name.clone(), finished(then, before.as_ref(), now.as_ref()));
        }
    }
}

/// What a name is bound to that was `then` where the code was left, `before` where it was not, and is `now` after what is
/// done on both ways.
fn finished(then: Option<&Binding>, before: Option<&Binding>, now: Option<&Binding>) -> Option<Binding> {
    let now = now?;
    match (then, before) {
        (Some(then), Some(before)) if !same(&then.value, &before.value) => {
            let value = Value::unknown(Reason::Control, "what was left early", now.place);
            Some(Binding { value, ..now.clone() })
        }
        _ => Some(now.clone()),
    }
}

/// What was joined under a condition.
pub(super) fn joined_under<'j>(joins: &'j mut Joins, when: &Formula) -> Option<&'j mut Joined> {
    joins.iter_mut().find(|(known, _)| known == when).map(|(_, joined)| joined)
}
