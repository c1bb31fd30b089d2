//! Values that rest on a default where other parts of the same resource say what is where the default is replaced: there
//! they are not those of the default either.

use std::sync::Arc;

use super::{
    Machine,
    exits::Stop,
    replaced::{Replaced, is_itself, is_same_default, other_than, switch},
};
use crate::graph::{
    guard::{Atom, Formula, Usual},
    value::{Data, Step, Value},
};

/// How deep the parts of a value are looked at.
const MAX_PARTS: usize = 12;

impl Machine<'_> {
    /// Ends what defaults decided. What is there only where another value is given than a default is as sure as what is
    /// there by default: its condition is one like others. And of what rests on the default, each resource has one of two
    /// values where its other parts have.
    pub(super) fn open_defaults(&mut self) {
        let mut looked_at = 0;
        let has_defaults = self.has_switches || !self.replaced.is_empty() || !self.stops.is_empty();
        for (at, resource) in self.part.resources.iter_mut().enumerate() {
            if has_defaults {
                let mut asked = Asked { has_stops: !self.stops.is_empty(), ..Asked::default() };
                asked.in_formula(&resource.guard);
                asked.in_value(&resource.properties, 0);
                looked_at += asked.looked_at;
                let known: Vec<&Replaced> =
                    self.replaced.iter().filter(|known| asked.atoms.iter().any(|atom| known.is_about(atom))).collect();
                let is_after = |stop: &&Stop| stop.since <= at && stop.until.is_none_or(|until| at < until);
                for stop in self.stops.iter().filter(is_after) {
                    if stop.when.any_atom(&|atom| asked.atoms.iter().any(|known| known.is_same(atom))) {
                        resource.guard = resource.guard.and(&stop.when.negated());
                    }
                }
                if let Some(properties) = beside_default(&resource.properties, &known, 0) {
                    resource.properties = properties;
                }
            }
            if resource.guard.is_unusual() {
                resource.guard = resource.guard.with_usual(&|atom| atom.usual.by_default().map(Usual::Switched));
            }
        }
        self.spend(looked_at);
    }
}

/// The questions that the parts of a resource depend on, and that defaults decide, or where the run may stop all of them.
#[derive(Default)]
struct Asked {
    atoms: Vec<Arc<Atom>>,
    has_stops: bool,
    looked_at: usize,
}

impl Asked {
    fn in_formula(&mut self, formula: &Formula) {
        formula.each_atom(&mut |atom| {
            if (atom.usual != Usual::Open || self.has_stops) && !self.atoms.contains(atom) {
                self.atoms.push(atom.clone());
            }
        });
    }

    fn in_value(&mut self, value: &Value, depth: usize) {
        self.looked_at += 1;
        if depth > MAX_PARTS {
            return;
        }
        if let Data::Guarded(guarded) = &value.data {
            self.in_formula(&guarded.when);
        }
        let none = value.with_parts(&mut |part| {
            self.in_value(part, depth + 1);
            None
        });
        debug_assert!(none.is_none());
    }
}

/// A value, or one with such parts, that is one of two, since it rests on a default that decides one of some questions, or
/// is a switch; nothing for others.
fn beside_default(value: &Value, known: &[&Replaced], depth: usize) -> Option<Value> {
    match &value.data {
        _ if depth > MAX_PARTS => None,
        Data::Guarded(guarded) => {
            // Its own questions are asked already.
            let is_other = |known: &&Replaced| !guarded.when.any_atom(&|atom| known.is_about(atom));
            let others: Vec<&Replaced> = known.iter().copied().filter(is_other).collect();
            value.with_parts(&mut |part| beside_default(part, &others, depth + 1))
        }
        Data::Object(_) | Data::List(_) => value.with_parts(&mut |part| beside_default(part, known, depth + 1)),
        Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Template(_) => {
            let step = value.origin.steps().find(|step| step.kind.is_left_to_runs())?;
            let own = known.iter().filter(|known| is_same_default(&known.basis, step));
            let questions: Vec<Arc<Atom>> = own.map(|known| known.question.clone()).collect();
            let questions = if questions.is_empty() { switch(value, step).into_iter().collect() } else { questions };
            let wrapped = questions.iter().fold(value.clone(), |wrapped, question| {
                let other = replaced_by(value, step, question);
                let when = Formula::Atom(question.clone());
                let origin = wrapped.origin.clone();
                let guarded = match question.usual {
                    Usual::LeftToRuns(true) => Value::guarded(&when, wrapped, other),
                    _ => Value::guarded(&when, other, wrapped),
                };
                Value { origin, ..guarded }
            });
            (!questions.is_empty()).then_some(wrapped)
        }
        _ => None,
    }
}

/// What a value is where a question comes out otherwise than by the default that the value rests on.
fn replaced_by(value: &Value, step: &Step, question: &Atom) -> Value {
    let place = value.origin.place;
    match (&value.data, &question.equals, question.usual) {
        (Data::Bool(holds), None, Usual::LeftToRuns(usual)) if *holds == usual && is_itself(value, step) => {
            Value::new(Data::Bool(!holds), place)
        }
        (Data::Text(_), Some(text), Usual::LeftToRuns(false)) if is_itself(value, step) => {
            Value::text(text.clone(), place)
        }
        _ => other_than(value, step),
    }
}
