//! Defaults that decide a condition: what follows is as sure as they are.

use std::sync::Arc;

use ruff_python_ast::{Expr, Stmt};

use super::{Machine, identity::Changes};
use crate::{
    finding::Confidence,
    graph::{
        guard::Formula,
        value::{Origin, Step, Value},
    },
};

impl<'a> Machine<'a> {
    /// When an expression is true, and the default that this rests on.
    pub(super) fn settled(&mut self, test: &'a Expr) -> (Formula, Option<Arc<Step>>) {
        self.with_basis(&mut |machine| machine.condition(test))
    }

    /// A condition, and the default that it rests on: none where it stays open, since then both of its sides are seen.
    pub(super) fn with_basis(&mut self, ask: &mut dyn FnMut(&mut Self) -> Formula) -> (Formula, Option<Arc<Step>>) {
        let (when, basis) = self.with_any_basis(ask);
        if matches!(when, Formula::True | Formula::False) {
            return (when, basis);
        }
        if let Some((holds, known)) = self.by_default(&when) {
            return (Formula::decided(holds), known);
        }
        // A default decides one part of it, and nothing the others: all of them are asked.
        let is_left = |basis: &Arc<Step>| basis.kind.is_left_to_runs();
        if let Some(basis) = basis.filter(|basis| is_left(basis) && self.openly == 0 && !self.is_silent())
            && let Some(whole) = self.all_parts(&basis, ask)
        {
            return match self.by_default(&whole) {
                Some((holds, known)) => (Formula::decided(holds), known.or(Some(basis))),
                None => (whole, None),
            };
        }
        (when, None)
    }

    /// The same, where a value may be one of two of which a default has one.
    pub(super) fn with_open_basis(
        &mut self,
        ask: &mut dyn FnMut(&mut Self) -> Formula,
    ) -> (Formula, Option<Arc<Step>>) {
        let (when, basis) = self.with_any_basis(ask);
        let is_decided = matches!(when, Formula::True | Formula::False);
        (when, basis.filter(|_| is_decided))
    }

    /// A condition, and the first default that it came upon.
    fn with_any_basis(&mut self, ask: &mut dyn FnMut(&mut Self) -> Formula) -> (Formula, Option<Arc<Step>>) {
        let outer = self.basis.take();
        let when = ask(self);
        (when, std::mem::replace(&mut self.basis, outer))
    }

    /// Notes a value that a condition asks about.
    pub(super) fn asked(&mut self, value: &Value) {
        if self.basis.is_none() {
            self.basis = weakest(&value.origin);
        }
    }

    /// A value that is set where the code only comes by some default.
    pub(super) fn rested(&self, value: Value) -> Value {
        resting_on(value, self.resting.as_ref())
    }

    /// Walks code to which the run only comes by a default, if it is told one.
    pub(super) fn while_resting(&mut self, basis: Option<&Arc<Step>>, walk: &mut dyn FnMut(&mut Self) -> bool) -> bool {
        let resting = self.resting.clone();
        if let Some(basis) = basis {
            self.resting.get_or_insert_with(|| basis.clone());
        }
        let ended = walk(self);
        self.resting = resting;
        ended
    }

    /// After a condition that a default decided: the names that its other side assigns rest on that default, unless they
    /// are joined with what they are there, and if that side would have ended here, so does all that follows.
    pub(super) fn rest_after(&mut self, dead: &[&'a [Stmt]], basis: &Arc<Step>, are_joined: bool) {
        for body in dead {
            for name in self.assigned(body).into_iter().filter(|_| !are_joined) {
                let Some(scope) = self.scopes.last_mut() else { continue };
                let rest = &mut |value: &mut Value, _: &mut Changes| *value = resting_on(value.clone(), Some(basis));
                let (steps, _) = scope.change(&name, &mut Vec::new(), rest);
                self.spend(steps);
            }
            let ends =
                matches!(body.last(), Some(Stmt::Return(_) | Stmt::Raise(_) | Stmt::Break(_) | Stmt::Continue(_)));
            if ends {
                self.resting.get_or_insert_with(|| basis.clone());
            }
        }
    }
}

/// The first of the steps of a value that is no more than a default.
fn weakest(origin: &Origin) -> Option<Arc<Step>> {
    let step = origin.steps().find(|step| step.kind.confidence() < Confidence::High)?;
    Some(step.alone())
}

/// A value that is no surer than a default.
pub(super) fn resting_on(value: Value, basis: Option<&Arc<Step>>) -> Value {
    match basis {
        Some(step) if value.origin.confidence() > step.kind.confidence() => {
            value.via(step.kind, step.name.clone(), step.place)
        }
        _ => value,
    }
}

/// A part of a value, or what a value chose, that is no surer than the value itself.
pub(super) fn as_sure_as(value: Value, other: &Value) -> Value {
    if other.origin.step.is_none() { value } else { resting_on(value, weakest(&other.origin).as_ref()) }
}
