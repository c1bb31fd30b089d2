//! What holds where whoever runs the code gives another value than a default that decides a condition.
//!
//! As the code stands, the side runs that the default decides for: it has no condition of its own. The other side is walked
//! as well. What it makes is there where the condition comes out otherwise, and the names that it writes have one of two
//! values afterwards, of which that of the default is the usual one.

use std::sync::Arc;

use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::{
    Machine,
    branches::{Bindings, Joined, either_of, join},
    exits::Left,
    questions::{UsualAnswers, made_of, question},
    resting::resting_on,
    scope::Scope,
};
use crate::{
    graph::{
        guard::{Atom, Formula, Usual},
        value::{Data, Reason, Step, StepKind, Value},
    },
    source::Place,
};

/// How many defaults one condition may rest on.
const MAX_DEFAULTS: usize = 4;
/// How deep the parts of a value are looked at for what rests on a default.
const MAX_PARTS: usize = 6;

/// A condition, and the default that it rests on, asked again.
pub(super) type Ask<'c, M> = &'c mut dyn FnMut(&mut M) -> (Formula, Option<Arc<Step>>);

/// A condition that a default decides.
pub(super) struct Question<'c, M> {
    /// The default.
    pub(super) basis: &'c Arc<Step>,
    /// How it comes out by the default.
    pub(super) by_default: bool,
    pub(super) ask: Ask<'c, M>,
    /// Where it stands.
    pub(super) at: TextRange,
}

/// The sides of such a condition.
pub(super) struct Sides<'c, M> {
    pub(super) question: Question<'c, M>,
    /// Walks the side where it holds, or the one where not. Says whether it ended early.
    pub(super) walk: &'c mut dyn FnMut(&mut M, bool) -> bool,
    /// Whether either side does anything.
    pub(super) act: bool,
    /// Whether what follows is that side, since the default's hands back something.
    pub(super) goes_on: bool,
}

/// A question that a default decides, and the default.
#[derive(Clone, Debug)]
pub(super) struct Replaced {
    pub(super) question: Arc<Atom>,
    pub(super) basis: Arc<Step>,
}

/// The questions that defaults decide, of those which values of a module depend on, and how others come out by default.
#[derive(Debug, Default)]
pub(super) struct Questions {
    replaced: Vec<Replaced>,
    usual: UsualAnswers,
    nones: FxHashSet<Place>,
}

impl<'a> Machine<'a> {
    /// Walks the side of a condition that a default decides for, and then the other one from the same state. Says whether
    /// what follows is never reached, and whether the names have what they are on both sides.
    pub(super) fn both(&mut self, sides: Sides<'_, Self>) -> (bool, bool) {
        let Sides { mut question, walk, act, goes_on } = sides;
        let (basis, by_default) = (question.basis, question.by_default);
        let goes_on = goes_on && !self.is_in_round();
        let guard = self.guard.clone();
        if let Some(otherwise) = self.otherwise_apart(&mut question) {
            self.guard = guard.and(&otherwise.negated());
        }
        let usual = &mut |machine: &mut Self| {
            let ended = machine.while_resting(Some(basis), &mut |machine| walk(machine, by_default));
            machine.guard = guard.clone();
            ended
        };
        if !act && !goes_on {
            return (usual(self), false);
        }
        self.spend_names();
        self.open_bases();
        let closures = self.closures_now();
        let (left, returned) = (self.exits.len(), self.handed_out());
        self.all_scopes().for_each(Scope::begin);
        if usual(self) {
            self.all_scopes().for_each(|scope| drop(scope.end()));
            let otherwise = goes_on.then(|| self.otherwise(&mut question)).flatten();
            let Some(otherwise) = otherwise else { return (true, false) };
            // What came until here is that of the default.
            let usual = otherwise.negated();
            self.exits[left..].iter_mut().for_each(|left| left.when = left.when.and(&usual));
            let until = self.handed_out();
            if let Some(frame) = self.frames.last_mut() {
                frame.hand_out_where(&usual, (returned, until));
            }
            self.guard = self.guard.and(&otherwise);
            return (walk(self, !by_default), false);
        }
        let by_then: Vec<Bindings> = self.all_scopes().map(Scope::take_back).collect();
        let closures_then = self.closures_as_they_were(&closures);
        let found = self.beside(&mut question, walk);
        let found = found.and_then(|(otherwise, written)| Some((otherwise, written?)));
        drop(self.closures_as_they_were(&closures_then));
        // What only the default's side wrote is on the other one as it was before.
        let mut before: Vec<Bindings> = Vec::new();
        for (scope, then) in self.all_scopes().zip(by_then) {
            before.push(then.keys().map(|name| (name.clone(), scope.get(name).cloned())).collect());
            then.into_iter().for_each(|(name, binding)| scope.restore(name, binding));
        }
        let is_joined = found.is_some();
        if let Some((otherwise, written)) = found {
            let mut joined = Joined::by(basis);
            let sides = self.all_scopes().zip(written.into_iter().zip(before));
            let join = |(scope, (then, before))| join(scope, then, before, &otherwise, &mut joined);
            let steps: usize = sides.map(join).sum();
            self.spend(steps);
        }
        (false, is_joined)
    }

    /// Walks the side of a condition that a default rules out. Its condition, and what its names are in the end, if it
    /// has one; what it hands back is noted, all else is taken back. Where it has no end, what follows is not reached.
    fn beside(
        &mut self,
        question: &mut Question<'_, Self>,
        walk: &mut dyn FnMut(&mut Self, bool) -> bool,
    ) -> Option<(Formula, Option<Vec<Bindings>>)> {
        let guard = self.guard.clone();
        let since = self.handed_out();
        let (found, returned) = self.without_trace(&mut |machine| {
            let Some(otherwise) = machine.otherwise(question) else { return (None, Vec::new()) };
            machine.guard = guard.and(&otherwise);
            machine.all_scopes().for_each(Scope::begin);
            let left = machine.exits.len();
            let ended = walk(machine, !question.by_default);
            let written: Vec<Bindings> = machine.all_scopes().map(Scope::take_back).collect();
            if ended {
                machine.guard.clone_from(&guard);
                let exit = machine.exits.get(left..).and_then(<[Left]>::last).map(|left| left.exit);
                machine.note_stop(&otherwise, exit);
            }
            // What it writes before it leaves is none of what follows.
            let found = Some((otherwise, (!ended).then_some(written)));
            (found, machine.frames.last().map(|frame| frame.returned_since(since)).unwrap_or_default())
        });
        self.guard = guard;
        if let Some(frame) = self.frames.last_mut() {
            returned.into_iter().for_each(|(when, value)| frame.hand_out(when, value));
        }
        found
    }

    /// A value that is chosen by a condition that a default decides, beside the one that is chosen where another value is
    /// given.
    pub(super) fn both_values(
        &mut self,
        chosen: Value,
        (by_default, basis): (bool, Option<&Arc<Step>>),
        test: &'a Expr,
        other: &mut dyn FnMut(&mut Self) -> Value,
    ) -> Value {
        let chosen = resting_on(chosen, basis);
        let Some(basis) = basis.filter(|basis| basis.kind.is_left_to_runs() && self.openly == 0) else { return chosen };
        let guard = self.guard.clone();
        let ask = &mut |machine: &mut Self| machine.settled(test);
        let mut question = Question { basis, by_default, ask, at: test.range() };
        let found = self.without_trace(&mut |machine| {
            let otherwise = machine.otherwise(&mut question)?;
            machine.guard = guard.and(&otherwise);
            Some((other(machine), otherwise))
        });
        self.guard = guard;
        match found {
            Some((other, otherwise)) => either_of(&otherwise, &other, &chosen, &mut Joined::by(basis)),
            None => chosen,
        }
    }

    /// When a condition comes out otherwise than by the default that decides it. The default is not known any more.
    fn otherwise(&mut self, question: &mut Question<'_, Self>) -> Option<Formula> {
        let Question { basis, by_default, ask, at } = question;
        let asked = self.asked_openly(basis, &mut **ask)?;
        Some(self.otherwise_of(&asked, basis, *by_default, *at))
    }

    /// The same, after which all is as it was.
    pub(super) fn otherwise_apart(&mut self, question: &mut Question<'_, Self>) -> Option<Formula> {
        self.without_trace(&mut |machine| machine.otherwise(question))
    }

    /// A condition of which a default decides one part, as it is where another value is given: with all of its parts, and
    /// what is usual of them.
    pub(super) fn all_parts(
        &mut self,
        basis: &Arc<Step>,
        ask: &mut dyn FnMut(&mut Self) -> Formula,
    ) -> Option<Formula> {
        let ask: Ask<'_, Self> = &mut |machine| machine.with_open_basis(ask);
        let whole = self.without_trace(&mut |machine| machine.asked_openly(basis, &mut *ask))?;
        let whole = whole.with_usual(&|atom| self.known_usual(atom));
        self.note_replaced(&whole, basis);
        Some(whole)
    }

    /// How a question comes out by default, as far as that is known.
    fn known_usual(&self, atom: &Atom) -> Option<Usual> {
        let before = self.replaced.iter().find(|known| known.is_about(atom)).map(|known| known.question.usual);
        before.or_else(|| self.usual_of(atom))
    }

    /// The questions that the values at hand depend on, for whoever takes them over.
    pub(super) fn questions(&self) -> Questions {
        Questions { replaced: self.replaced.clone(), usual: self.usual.clone(), nones: self.nones.clone() }
    }

    /// Takes over questions together with the values that depend on them.
    pub(super) fn ask_also(&mut self, questions: &Questions) {
        for other in &questions.replaced {
            if !self.replaced.iter().any(|known| known.is_about(&other.question)) {
                self.replaced.push(other.clone());
            }
        }
        self.usual.extend(questions.usual.iter().map(|(asked, holds)| (asked.clone(), *holds)));
        self.nones.extend(&questions.nones);
    }

    /// Notes the questions of a condition that a default decides.
    pub(super) fn note_replaced(&mut self, when: &Formula, basis: &Arc<Step>) {
        when.each_atom(&mut |atom| {
            if atom.usual != Usual::Open && !self.replaced.iter().any(|known| known.is_about(atom)) {
                self.replaced.push(Replaced { question: atom.clone(), basis: basis.clone() });
            }
        });
    }

    /// When a question comes out otherwise than by the default that decides it, with what is usual of its parts.
    fn otherwise_of(&mut self, question: &Formula, basis: &Arc<Step>, by_default: bool, at: TextRange) -> Formula {
        let usual = self.with_defaults(question, by_default, at);
        self.note_replaced(&usual, basis);
        if by_default { usual.negated() } else { usual }
    }

    /// A question, with how each of its parts comes out by default. Where that is not certain of the parts, it is one
    /// question of its own.
    fn with_defaults(&self, question: &Formula, by_default: bool, at: TextRange) -> Formula {
        let all_are = |holds: bool| {
            let usual = move |atom: &Atom| {
                self.known_usual(atom).or((atom.usual == Usual::Open).then_some(Usual::LeftToRuns(holds)))
            };
            Some(question.with_usual(&usual)).filter(|usual| usual.by_default() == Some(by_default))
        };
        let alone = || self.open_at(at).with_usual(&|_| Some(Usual::LeftToRuns(by_default)));
        all_are(false).or_else(|| all_are(true)).unwrap_or_else(alone)
    }

    /// How a condition comes out that depends on values of which a default has one: as it does where the code stands, or
    /// by that default, which is told.
    pub(super) fn by_default(&self, when: &Formula) -> Option<(bool, Option<Arc<Step>>)> {
        if self.replaced.is_empty() || matches!(when, Formula::True | Formula::False) || self.openly > 0 {
            return None;
        }
        if let Some(holds) = self.here().decides(when) {
            return Some((holds, None));
        }
        let holds = when.by_default()?;
        let mut basis = None;
        when.each_atom(&mut |atom| {
            let known = self.replaced.iter().find(|known| known.is_about(atom));
            basis = basis.take().or_else(|| Some(known?.basis.clone()));
        });
        // What is given nowhere is asked of both sides.
        Some((holds, Some(basis?)))
    }

    /// A condition, asked of values that whoever runs the code gives instead of their defaults, which are not known any
    /// more; nothing where something else decides it.
    pub(super) fn asked_openly(&mut self, basis: &Arc<Step>, ask: Ask<'_, Self>) -> Option<Formula> {
        let mut basis = basis.clone();
        for _ in 0..MAX_DEFAULTS {
            self.forget_default(&basis);
            self.quiet += 1;
            self.openly += 1;
            let (when, next) = ask(self);
            self.openly -= 1;
            self.quiet -= 1;
            match (when, next) {
                (Formula::True | Formula::False, Some(next)) if next.kind.is_left_to_runs() => basis = next,
                (Formula::True | Formula::False, _) => return None,
                (when, _) => return Some(when),
            }
        }
        None
    }

    /// The questions that a default decides, of those on which values depend.
    fn questions_of(&self, default: &Step) -> impl Iterator<Item = &Arc<Atom>> {
        self.replaced.iter().filter(|known| is_same_default(&known.basis, default)).map(|known| &known.question)
    }

    /// What rests on a default is not known where another value is given.
    pub(super) fn forget_default(&mut self, default: &Step) {
        if default.kind == StepKind::EnvironmentDefault {
            self.set_variable(&default.name, given_at_run(default), default.place);
        }
        let asked: Vec<Arc<Atom>> = self.questions_of(default).cloned().collect();
        let mut looked_at = 0;
        for scope in &mut self.scopes {
            scope.revalue(&mut |value| given_instead(value, (default, &asked), 0, &mut looked_at));
        }
        self.spend(looked_at / 2);
    }
}

impl Replaced {
    pub(super) fn is_about(&self, atom: &Atom) -> bool {
        self.question.is_same(atom)
    }
}

/// Whether two steps are those of the same default.
pub(super) fn is_same_default(one: &Step, other: &Step) -> bool {
    one.kind == other.kind && one.place == other.place && one.name == other.name
}

/// What whoever runs the code gives instead of a default.
pub(super) fn given_at_run(default: &Step) -> Value {
    let place = default.place;
    match default.kind {
        StepKind::EnvironmentDefault => Value::variable(&default.name, place),
        _ => Value::unknown(Reason::RunTime, format!("argument `{}`", default.name), place),
    }
}

/// What whoever runs the code gives instead of a value that is such a default itself, and the default; nothing for others.
pub(super) fn given_instead_of(value: &Value) -> Option<(Value, Arc<Step>)> {
    let mut left = value.origin.steps().filter(|step| step.kind.is_left_to_runs());
    let step = left.find(|step| is_itself(value, step))?;
    Some((given_at_run(step), step.alone()))
}

/// What a value is instead that rests on a default: a switch is one of two; of what was made of the default, no more is
/// known than that it is something else than the default.
pub(super) fn other_than(value: &Value, default: &Step) -> Value {
    let given = given_at_run(default);
    if let Some(question) = switch(value, default) {
        let truth = |holds| Value::new(Data::Bool(holds), value.origin.place);
        return Value::guarded(&Formula::Atom(question), truth(true), truth(false));
    }
    match &given.data {
        Data::Unknown(unknown) if !is_itself(value, default) => made_of(unknown, value.origin.place),
        _ => given,
    }
}

/// Whether a value is the default itself, not one that was made of it.
pub(super) fn is_itself(value: &Value, default: &Step) -> bool {
    let (inner, outer) = (value.origin.place, default.place);
    !value.origin.is_made
        && inner.file == outer.file
        && outer.span.start <= inner.span.start
        && inner.span.end <= outer.span.end
}

/// The question whether a flag is set, where a value is that of the flag.
pub(super) fn switch(value: &Value, default: &Step) -> Option<Arc<Atom>> {
    let Data::Bool(usual) = value.data else { return None };
    let given = given_at_run(default);
    let Data::Unknown(unknown) = &given.data else { return None };
    match question(unknown, None).with_usual(&|_| Some(Usual::LeftToRuns(usual))) {
        Formula::Atom(atom) if is_itself(value, default) => Some(atom),
        _ => None,
    }
}

/// A value as it is where another one is given than a default.
pub(super) fn without_default(value: &Value, default: &Step) -> Value {
    given_instead(value, (default, &[]), 0, &mut 0).unwrap_or_else(|| value.clone())
}

/// A value, or one with such parts, that rests on a default, as it is where another one is given; nothing for others. Values
/// that depend on one of the questions `asked` about the default tell it themselves.
fn given_instead(
    value: &Value,
    (default, asked): (&Step, &[Arc<Atom>]),
    depth: usize,
    looked_at: &mut usize,
) -> Option<Value> {
    *looked_at += 1;
    let has_class = matches!(&value.data, Data::Object(object) if object.class.is_some());
    if !has_class
        && !matches!(value.data, Data::Reference(_) | Data::Symbol(_) | Data::Unknown(_) | Data::Guarded(_))
        && value.origin.steps().any(|step| is_same_default(step, default))
        && !tells(value, asked, depth)
    {
        return Some(other_than(value, default));
    }
    if depth > MAX_PARTS {
        return None;
    }
    if matches!(value.data, Data::Guarded(_)) && tells(value, asked, MAX_PARTS) {
        return None;
    }
    value.with_parts(&mut |part| given_instead(part, (default, asked), depth + 1, looked_at))
}

/// Whether a value, or one of its parts, depends on one of some questions, so that it tells itself what it is where these come
/// out otherwise.
fn tells(value: &Value, asked: &[Arc<Atom>], depth: usize) -> bool {
    if asked.is_empty() || depth > MAX_PARTS {
        return false;
    }
    match &value.data {
        Data::Guarded(guarded) => guarded.when.any_atom(&|atom| asked.contains(atom)),
        Data::Object(object) => object.entries.iter().any(|entry| tells(&entry.value, asked, depth + 1)),
        Data::List(list) => list.items.iter().any(|item| tells(item, asked, depth + 1)),
        _ => false,
    }
}
