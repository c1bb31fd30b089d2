//! Where code leaves a function, a loop or a `try` early: what it wrote until then is joined where that ends.
//!
//! The rest of a function runs where nothing has left it. What a side did that left it is no part of the rest, but it is
//! of what follows the call, in all that outlives the call. What was written before an error is there for whoever catches
//! it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    Machine,
    branches::{Bindings, Joined, either_of, join, join_all, same},
    rounds::Exit,
    scope::{Binding, Scope, Since},
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

/// What code may leave early.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    /// A call of a function. Its own names end with it, unless it makes functions.
    Function { encloses: bool },
    /// A round of a loop.
    Round,
    /// The body of a `try`.
    Attempt,
}

/// A function, a round of a loop or a `try` that is walked, which code may leave early.
pub(super) struct Base {
    region: Region,
    /// Whether what is written is noted: from the first condition on, before which all that is left is left for certain.
    is_open: bool,
    /// How many [`Stop`]s had been noted when it began.
    stops: usize,
}

/// Where another value than a default stops the run, or leaves a function or a round of a loop: what follows is not made
/// then.
pub(super) struct Stop {
    /// How many resources had been made then, and where what was left ends.
    pub(super) since: usize,
    pub(super) until: Option<usize>,
    pub(super) when: Formula,
    /// What it leaves; nothing where it ends the run.
    exit: Option<Exit>,
}

/// Something that left one.
pub(super) struct Left {
    pub(super) exit: Exit,
    /// Its condition, within the function.
    pub(super) when: Formula,
    /// The class of an error, if the code names it.
    pub(super) error: Option<Arc<str>>,
    /// The number of what was left.
    base: usize,
    /// What the names were then that had been written, by the number of their scope, but for a function's own, which end
    /// with it.
    names: Vec<(usize, Bindings)>,
    /// The object of a method, which outlives it.
    receiver: Option<Binding>,
    /// What functions saw that have left the call that made them.
    closures: Vec<Vec<Scope>>,
}

/// How much has left something, and raised errors, so far.
#[derive(Clone, Copy)]
pub(super) struct LeftSoFar {
    pub(super) exits: usize,
    pub(super) raised: usize,
}

/// Which of all scopes, as they stand at one time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Seen(usize),
    Hidden(usize, usize),
    Module(usize),
}

/// Things that were joined where a function was left, by the condition.
pub(super) type Joins = Vec<(Formula, Joined)>;

impl Machine<'_> {
    /// Begins something that may be left early; [`Machine::rejoin`] ends it.
    pub(super) fn begin_leaving(&mut self, region: Region) {
        self.bases.push(Base { region, is_open: false, stops: self.stops.len() });
    }

    /// How much has left something so far.
    pub(super) fn left_so_far(&self) -> LeftSoFar {
        LeftSoFar { exits: self.exits.len(), raised: self.raised.len() }
    }

    /// Whether the code at hand is in a round of a loop, which it may leave.
    pub(super) fn is_in_round(&self) -> bool {
        let nearest = self.bases.iter().rev().find(|base| base.region != Region::Attempt);
        nearest.is_some_and(|base| base.region == Region::Round)
    }

    /// Notes what is written from now on in the function and the loops at hand: part of it may be left early.
    pub(super) fn open_bases(&mut self) {
        if self.bases.last().is_none_or(|base| base.is_open) {
            return;
        }
        let function = self.bases.iter().rposition(Base::is_function).unwrap_or(0);
        for at in function..self.bases.len() {
            let base = &mut self.bases[at];
            if base.is_open {
                continue;
            }
            base.is_open = true;
            let ends_with_it = base.region == Region::Function { encloses: false };
            let own = ends_with_it.then(|| Slot::Seen(self.scopes.len().saturating_sub(1)));
            for (ordinal, (slot, scope)) in self.slots().enumerate() {
                if Some(slot) != own {
                    scope.begin_at(Since { base: at + 1, ordinal });
                }
            }
        }
    }

    /// Notes that code leaves the function or the round here.
    pub(super) fn note_exit(&mut self, exit: Exit) {
        let is_return = exit == Exit::Return;
        let at = if is_return {
            self.bases.iter().rposition(Base::is_function)
        } else {
            // What a `try` in it does not catch leaves the round.
            let last = self.bases.iter().rposition(|base| base.region != Region::Attempt);
            last.filter(|&at| self.bases[at].region == Region::Round)
        };
        let left = self.left_at(exit, at, self.guard.clone());
        self.exits.push(left);
    }

    /// Notes that the run stops, or leaves something, where a flag has another value than its default.
    pub(super) fn note_stop(&mut self, otherwise: &Formula, exit: Option<Exit>) {
        if self.is_silent() || self.openly > 0 || exit.is_none() && self.is_caught() {
            return;
        }
        let (since, when) = (self.part.resources.len(), self.here().and(otherwise));
        self.stops.push(Stop { since, until: None, when, exit });
    }

    /// What leaves a function or a round keeps nothing back that follows it.
    fn end_stops(&mut self, base: &Base) {
        let until = self.part.resources.len();
        for stop in self.stops.iter_mut().skip(base.stops).filter(|stop| stop.until.is_none()) {
            let ends = match stop.exit {
                None | Some(Exit::Raise) => false,
                Some(Exit::Return) => base.is_function(),
                Some(_) => base.region == Region::Round,
            };
            if ends {
                stop.until = Some(until);
            }
        }
    }

    /// Notes that an error is raised here, which a `try` at hand may catch: in this function, if `is_near`.
    pub(super) fn note_error(&mut self, error: Option<Arc<str>>, is_near: bool) {
        let at = self.bases.iter().rposition(|base| base.region == Region::Attempt);
        let when = if is_near { self.guard.clone() } else { self.here() };
        let left = self.left_at(Exit::Raise, at, when);
        self.raised.push(Left { error, ..left });
    }

    /// What leaves one of the functions, rounds and `try` at hand, and what had been written until then.
    fn left_at(&mut self, exit: Exit, at: Option<usize>, when: Formula) -> Left {
        let (mut names, mut receiver, mut closures) = (Vec::new(), None, Vec::new());
        if let Some(at) = at.filter(|&at| self.bases[at].is_open) {
            names.extend(self.slots().filter_map(|(_, scope)| Some((scope.ordinal_in(at + 1)?, scope.since(at + 1)))));
            names.retain(|(_, written)| !written.is_empty());
            self.spend(names.iter().map(|(_, written)| written.len() * KEPT).sum());
            receiver = (exit == Exit::Return).then(|| self.own_object().cloned()).flatten();
            self.spend(self.closures.len() * KEPT);
            closures = self.closures_now();
        }
        Left { exit, when, error: None, base: at.map_or(0, |at| at + 1), names, receiver, closures }
    }

    /// A name that code of another module binds may have been bound before one of the errors since `since`, or after.
    pub(super) fn open_in_raised(&mut self, since: usize, name: &Arc<str>, binding: &Binding) {
        for at in since..self.raised.len() {
            let base = self.raised[at].base;
            let holders = self.slots().filter(|(_, scope)| scope.get(name).is_some());
            let ordinals: Vec<usize> = holders.filter_map(|(_, scope)| scope.ordinal_in(base)).collect();
            let value = Value::unknown(Reason::Control, "what was left early", binding.place);
            for ordinal in ordinals {
                let written = self.raised[at].written(ordinal);
                written.insert(name.clone(), Some(Binding { value: value.clone(), ..binding.clone() }));
            }
        }
    }

    /// Ends what [`Machine::begin_leaving`] began: the state is that of whatever left it, each under its condition, or of
    /// what came to its end. If `has_ended`, nothing did, and the last exit stands for all that is left.
    pub(super) fn rejoin(&mut self, exits: Vec<Left>, has_ended: bool) -> Joins {
        let mut joins = Joins::new();
        let base = self.bases.pop();
        if let Some(base) = &base {
            self.end_stops(base);
        }
        let Some(base) = base.filter(|base| base.is_open) else { return joins };
        let number = self.bases.len() + 1;
        if exits.is_empty() {
            self.slots().for_each(|(_, scope)| drop(scope.end_at(number)));
            return joins;
        }
        let mut places: Vec<(usize, Slot)> = Vec::new();
        let mut written: Vec<(Slot, Bindings)> = Vec::new();
        for (slot, scope) in self.slots() {
            let Some(ordinal) = scope.ordinal_in(number) else { continue };
            places.push((ordinal, slot));
            written.push((slot, scope.end_at(number).first()));
        }
        written.retain(|(_, written)| !written.is_empty());
        let slot_of = |(ordinal, names): (usize, Bindings)| {
            let (_, slot) = places.iter().find(|(known, _)| *known == ordinal)?;
            Some((*slot, names))
        };
        let count: usize = written.iter().map(|(_, written)| written.len()).sum();
        if exits.len().saturating_mul(count) > MAX_JOINS {
            let left = exits.into_iter().flat_map(|left| left.names).filter_map(slot_of);
            self.lose(written.into_iter().chain(left));
            return joins;
        }
        let mut steps = 0;
        for (at, left) in exits.into_iter().rev().enumerate() {
            let when = if has_ended && at == 0 { Formula::True } else { left.when };
            let mut joined = Joined::default();
            let mut slots: Vec<(Slot, Bindings)> = left.names.into_iter().filter_map(slot_of).collect();
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
            if base.is_function()
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

    /// Nothing is known of what was written since the innermost of these began: it is not known when it was.
    pub(super) fn lose_what_was_written(&mut self) {
        let number = self.bases.len();
        let written: Vec<_> = self.slots().map(|(slot, scope)| (slot, scope.since(number))).collect();
        self.lose(written.into_iter());
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

    /// Runs what is done however the code since was left: `finally`, the end of a `with`.
    pub(super) fn finishing<R>(&mut self, since: LeftSoFar, run: &mut dyn FnMut(&mut Self) -> R) -> R {
        self.finishing += 1;
        let result = if self.exits.len() == since.exits && self.raised.len() == since.raised {
            run(self)
        } else {
            self.open_bases();
            self.all_scopes().for_each(Scope::begin);
            let before = self.own_object().cloned();
            let last = self.left_so_far();
            let result = run(self);
            let written = self.slots().map(|(slot, scope)| {
                let before = scope.end().first();
                let now = |(name, before): (Arc<str>, _)| (scope.get(&name).cloned(), name, before);
                (slot, before.into_iter().map(now).collect::<Vec<_>>())
            });
            let written: Vec<_> = written.filter(|(_, written)| !written.is_empty()).collect();
            let now = self.own_object().cloned();
            let mut exits = self.exits.split_off(since.exits);
            let mut raised = self.raised.split_off(since.raised);
            let own = exits.iter_mut().take(last.exits - since.exits);
            for left in own.chain(raised.iter_mut().take(last.raised - since.raised)) {
                for (slot, written) in &written {
                    if let Some(ordinal) = self.slot(*slot).and_then(|scope| scope.ordinal_in(left.base)) {
                        left.finish(ordinal, written);
                    }
                }
                if let Some(receiver) = &mut left.receiver {
                    *receiver =
                        finished(Some(receiver), before.as_ref(), now.as_ref()).unwrap_or_else(|| receiver.clone());
                }
            }
            self.exits.append(&mut exits);
            self.raised.append(&mut raised);
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
    pub(super) fn slots(&mut self) -> impl Iterator<Item = (Slot, &mut Scope)> {
        let seen = self.scopes.iter_mut().enumerate().map(|(at, scope)| (Slot::Seen(at), scope));
        let hidden = self.hidden.iter_mut().enumerate().flat_map(|(call, scopes)| {
            scopes.iter_mut().enumerate().map(move |(at, scope)| (Slot::Hidden(call, at), scope))
        });
        let modules = self.module_scopes.iter_mut().enumerate().map(|(at, (_, scope))| (Slot::Module(at), scope));
        seen.chain(hidden).chain(modules)
    }

    pub(super) fn slot(&mut self, slot: Slot) -> Option<&mut Scope> {
        match slot {
            Slot::Seen(at) => self.scopes.get_mut(at),
            Slot::Hidden(call, at) => self.hidden.get_mut(call)?.get_mut(at),
            Slot::Module(at) => self.module_scopes.get_mut(at).map(|(_, scope)| scope),
        }
    }
}

impl Base {
    fn is_function(&self) -> bool {
        matches!(self.region, Region::Function { .. })
    }
}

impl Left {
    /// The names of a scope that had been written, by its number.
    fn written(&mut self, ordinal: usize) -> &mut Bindings {
        let at = self.names.iter().position(|(known, _)| *known == ordinal).unwrap_or_else(|| {
            self.names.push((ordinal, FxHashMap::default()));
            self.names.len() - 1
        });
        &mut self.names[at].1
    }

    /// Takes over what was written to a scope since: each name with what it is bound to now, and what it was before.
    fn finish(&mut self, ordinal: usize, written: &[(Option<Binding>, Arc<str>, Option<Binding>)]) {
        let names = self.written(ordinal);
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
