//! `match`: each case is a condition on the subject, tried in order.

use std::sync::Arc;

use ruff_python_ast::{Expr, MatchCase, Pattern, Singleton, Stmt, StmtMatch};
use ruff_text_size::Ranged;

use super::{
    Machine,
    bounds::MAX_DEPTH,
    decided::acts,
    library::{key_name, key_value},
    replaced::{Question, Sides, without_default},
};
use crate::graph::{
    guard::Formula,
    value::{Data, Entry, Reason, Value},
};

impl<'a> Machine<'a> {
    /// A `match` statement; whether all of its cases end early.
    pub(super) fn match_statement(&mut self, statement: &'a StmtMatch) -> bool {
        let subject = self.eval(&statement.subject);
        self.cases(&subject, &statement.cases)
    }

    fn cases(&mut self, subject: &Value, cases: &'a [MatchCase]) -> bool {
        let Some((first, rest)) = cases.split_first() else { return false };
        if self.depth > MAX_DEPTH {
            cases.iter().for_each(|case| self.skip(&case.body));
            return false;
        }
        self.depth += 1;
        let (fits, basis) = self.with_basis(&mut |machine| {
            machine.asked(subject);
            machine.fits(subject, &first.pattern)
        });
        let fits = match &first.guard {
            // What is captured is there for the guard.
            Some(guard) => {
                self.branch(&fits, &mut |machine| machine.captured(subject, &first.pattern), &mut |_| false);
                fits.and(&self.condition(guard))
            }
            None => fits,
        };
        let side = |machine: &mut Self, subject: &Value, holds: bool| {
            if !holds {
                return machine.cases(subject, rest);
            }
            if first.guard.is_none() {
                machine.capture(subject, &first.pattern);
            }
            machine.block(&first.body)
        };
        let left_to_runs = basis.as_ref().filter(|basis| basis.kind.is_left_to_runs() && first.guard.is_none());
        let (ended, are_joined) = match left_to_runs.filter(|_| !self.is_silent()) {
            Some(basis) => {
                let by_default = fits == Formula::True;
                let given = without_default(subject, basis);
                self.both(Sides {
                    question: Question {
                        basis,
                        by_default,
                        ask: &mut |machine: &mut Self| (machine.fits(&given, &first.pattern), None),
                        at: first.pattern.range(),
                    },
                    walk: &mut |machine: &mut Self, holds| {
                        side(machine, if holds == by_default { subject } else { &given }, holds)
                    },
                    act: cases.iter().any(|case| acts(&case.body)),
                    goes_on: false,
                })
            }
            None => {
                let walk = &mut |machine: &mut Self| {
                    let then = &mut |machine: &mut Self| side(machine, subject, true);
                    machine.branch(&fits, then, &mut |machine| side(machine, subject, false))
                };
                (self.while_resting(basis.as_ref(), walk), false)
            }
        };
        if let Some(basis) = &basis {
            let others = rest.iter().map(|case| &*case.body);
            let dead: Vec<&'a [Stmt]> = if fits == Formula::True { others.collect() } else { vec![&first.body] };
            self.rest_after(&dead, basis, are_joined);
        }
        self.depth -= 1;
        ended
    }

    /// When a subject fits a pattern.
    fn fits(&mut self, subject: &Value, pattern: &'a Pattern) -> Formula {
        let place = self.place(pattern.range());
        match pattern {
            Pattern::MatchValue(value) => {
                let wanted = self.eval(&value.value);
                self.equal(subject, &wanted, place)
            }
            Pattern::MatchSingleton(singleton) => {
                let wanted = match singleton.value {
                    Singleton::None => Data::Absent,
                    Singleton::True => Data::Bool(true),
                    Singleton::False => Data::Bool(false),
                };
                self.identical(subject, &Value::new(wanted, place), place)
            }
            Pattern::MatchOr(or) => {
                or.patterns.iter().fold(Formula::False, |any, pattern| any.or(&self.fits(subject, pattern)))
            }
            Pattern::MatchAs(inner) => match &inner.pattern {
                Some(pattern) => self.fits(subject, pattern),
                None => Formula::True,
            },
            Pattern::MatchSequence(sequence) => match &subject.data {
                Data::List(list)
                    if list.open.is_none() && !sequence.patterns.iter().any(|part| part.is_match_star()) =>
                {
                    if list.items.len() != sequence.patterns.len() {
                        return Formula::False;
                    }
                    let list = list.clone();
                    let pairs = list.items.iter().zip(&sequence.patterns);
                    pairs.fold(Formula::True, |all, (item, pattern)| all.and(&self.fits(item, pattern)))
                }
                Data::Text(_) | Data::Number(_) | Data::Bool(_) | Data::Absent => Formula::False,
                _ => self.open_at(pattern.range()),
            },
            Pattern::MatchMapping(mapping) => match &subject.data {
                Data::Object(object) if object.open.is_none() && object.class.is_none() => {
                    let object = object.clone();
                    let pairs = mapping.keys.iter().zip(&mapping.patterns);
                    pairs.fold(Formula::True, |all, (key, pattern)| {
                        let fits = match key_name(&self.eval(key)) {
                            Some(key) => match object.entry(&key) {
                                Some(entry) => self.fits(&entry.value, pattern),
                                None => Formula::False,
                            },
                            None => self.open_at(pattern.range()),
                        };
                        all.and(&fits)
                    })
                }
                _ => self.open_at(pattern.range()),
            },
            _ => self.open_at(pattern.range()),
        }
    }

    /// The same as [`Machine::capture`], as one side of a condition.
    fn captured(&mut self, subject: &Value, pattern: &'a Pattern) -> bool {
        self.capture(subject, pattern);
        false
    }

    /// Binds the names of a pattern.
    fn capture(&mut self, subject: &Value, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(inner) => {
                if let Some(pattern) = &inner.pattern {
                    self.capture(subject, pattern);
                }
                if let Some(name) = &inner.name {
                    let name: Arc<str> = name.as_str().into();
                    self.bind(name, subject.clone(), self.place(pattern.range()));
                }
            }
            Pattern::MatchSequence(sequence) => {
                let items = match &subject.data {
                    Data::List(list) if list.open.is_none() && list.items.len() == sequence.patterns.len() => {
                        Some(list.clone())
                    }
                    _ => None,
                };
                for (at, part) in sequence.patterns.iter().enumerate() {
                    let item = items.as_ref().and_then(|list| list.items.get(at).cloned());
                    let item = item.unwrap_or_else(|| self.unknown(Reason::RunTime, part.range()));
                    self.capture(&item, part);
                }
            }
            Pattern::MatchMapping(mapping) => {
                let known = match &subject.data {
                    Data::Object(object) if object.open.is_none() && object.class.is_none() => Some(object.clone()),
                    _ => None,
                };
                let mut rest = known.as_deref().cloned();
                for (key, part) in mapping.keys.iter().zip(&mapping.patterns) {
                    let name = key_name(&self.eval(key));
                    let found = known.as_ref().zip(name.as_ref()).and_then(|(known, name)| known.entry(name));
                    match found.map(|entry| entry.value.clone()) {
                        Some(value) => self.capture(&value, part),
                        None => self.capture_unknown(part),
                    }
                    rest = rest.zip(name).map(|(mut rest, name)| {
                        rest.entries.retain(|entry| entry.name != name);
                        rest
                    });
                }
                if let Some(name) = &mapping.rest {
                    let place = self.place(name.range());
                    let value = match rest {
                        Some(rest) => Value::object(rest, place),
                        None => self.unknown(Reason::RunTime, name.range()),
                    };
                    self.bind(name.as_str(), value, place);
                }
            }
            Pattern::MatchOr(or) => or.patterns.iter().for_each(|part| self.capture_unknown(part)),
            _ => self.capture_unknown(pattern),
        }
    }

    /// Binds the names of a pattern of which it is not known what they are.
    fn capture_unknown(&mut self, pattern: &'a Pattern) {
        let mut bind = |name: &ruff_python_ast::Identifier| {
            let value = self.unknown(Reason::RunTime, name.range());
            let place = self.place(name.range());
            self.bind(name.as_str(), value, place);
        };
        match pattern {
            Pattern::MatchAs(inner) => {
                inner.name.iter().for_each(&mut bind);
                inner.pattern.iter().for_each(|part| self.capture_unknown(part));
            }
            Pattern::MatchStar(inner) => inner.name.iter().for_each(bind),
            Pattern::MatchMapping(inner) => {
                inner.rest.iter().for_each(bind);
                inner.patterns.iter().for_each(|part| self.capture_unknown(part));
            }
            Pattern::MatchClass(inner) => {
                let parts = inner.arguments.patterns.iter();
                parts.chain(inner.arguments.keywords.iter().map(|keyword| &keyword.pattern)).for_each(|part| {
                    self.capture_unknown(part);
                });
            }
            Pattern::MatchSequence(inner) => inner.patterns.iter().for_each(|part| self.capture_unknown(part)),
            Pattern::MatchOr(inner) => inner.patterns.iter().for_each(|part| self.capture_unknown(part)),
            Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
        }
    }

    /// The targets of `first, *rest = value`; nothing where the items are not known.
    pub(super) fn unpacked(&self, elements: &'a [Expr], value: &Value) -> Option<Vec<Value>> {
        // A named tuple's fields, or the keys of a dict.
        if let Data::Object(object) = &value.data
            && object.open.is_none()
            && object.entries.len() == elements.len()
            && !elements.iter().any(Expr::is_starred_expr)
        {
            let one = |entry: &Entry| if object.class.is_some() { entry.value.clone() } else { key_value(entry) };
            return Some(object.entries.iter().map(one).collect());
        }
        if let Data::Guarded(guarded) = &value.data {
            let then = self.unpacked(elements, &guarded.then)?;
            let otherwise = self.unpacked(elements, &guarded.otherwise)?;
            let pairs = then.into_iter().zip(otherwise);
            return Some(pairs.map(|(then, otherwise)| Value::guarded(&guarded.when, then, otherwise)).collect());
        }
        let Data::List(list) = &value.data else { return None };
        let star = elements.iter().position(Expr::is_starred_expr);
        let Some(star) = star.filter(|_| list.open.is_none()) else {
            return (list.open.is_none() && list.items.len() == elements.len()).then(|| list.items.clone());
        };
        let behind = elements.len() - star - 1;
        let end = list.items.len().checked_sub(behind).filter(|&end| end >= star)?;
        let rest = Value::list(list.items[star..end].to_vec(), value.origin.place);
        let rest = Value { origin: value.origin.clone(), ..rest };
        let (head, tail) = (&list.items[..star], &list.items[end..]);
        Some(head.iter().cloned().chain([rest]).chain(tail.iter().cloned()).collect())
    }
}
