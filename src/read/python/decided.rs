//! `if`. Where a default decides that whoever runs the code may replace, what the other side makes is read as well; and
//! what stops a run until something is filled in stops no reading.

use std::sync::Arc;

use ruff_python_ast::{
    ElifElseClause, Expr, ExprCall, Stmt, StmtIf,
    visitor::{self, Visitor},
};
use ruff_text_size::Ranged;

use super::{Machine, bounds::MAX_DEPTH, scope::Binding};
use crate::graph::{
    guard::Formula,
    value::{Data, Reason, Step, StepKind, Value},
};

/// How many defaults one condition may rest on.
const MAX_DEFAULTS: usize = 4;
/// How deep the parts of a value are looked at for what rests on a default.
const MAX_PARTS: usize = 6;
/// Methods of loggers, and functions that only tell something.
const TELLING: [&str; 10] =
    ["print", "debug", "info", "warning", "error", "exception", "critical", "log", "format", "join"];

/// A condition, and the default that it rests on, asked again.
type Ask<'c, M> = &'c mut dyn FnMut(&mut M) -> (Formula, Option<Arc<Step>>);

/// Methods and functions that answer in any case.
const ANSWERING: [&str; 12] =
    ["get", "getenv", "keys", "values", "items", "copy", "lower", "upper", "strip", "startswith", "endswith", "now"];

impl<'a> Machine<'a> {
    pub(super) fn if_statement(&mut self, statement: &'a StmtIf) -> bool {
        self.choice(&statement.test, &statement.body, &statement.elif_else_clauses)
    }

    fn else_clauses(&mut self, clauses: &'a [ElifElseClause]) -> bool {
        let Some((first, rest)) = clauses.split_first() else { return false };
        let Some(test) = &first.test else { return self.block(&first.body) };
        if self.depth > MAX_DEPTH {
            clauses.iter().for_each(|clause| self.skip(&clause.body));
            return false;
        }
        self.depth += 1;
        let ended = self.choice(test, &first.body, rest);
        self.depth -= 1;
        ended
    }

    fn choice(&mut self, test: &'a Expr, body: &'a [Stmt], clauses: &'a [ElifElseClause]) -> bool {
        let (when, basis) = self.settled(test);
        let left_to_runs = basis.as_ref().filter(|basis| basis.kind.is_left_to_runs()).cloned();
        let otherwise = match clauses {
            [last] if last.test.is_none() => Some(&*last.body),
            _ => None,
        };
        if when == Formula::True && !self.is_caught() {
            if only_stops(body) {
                self.fill_in(test, left_to_runs.as_ref());
                return self.else_clauses(clauses);
            }
            if let Some((Stmt::Raise(last), before)) = body.split_last() {
                // `raise SystemExit(main())`.
                let ended = self.block(before);
                if let Some(raised) = last.exc.as_deref().filter(|_| !ended) {
                    self.eval(raised);
                }
                return ended;
            }
        }
        let taken = if when == Formula::True { Some(body) } else { otherwise.filter(|_| when == Formula::False) };
        if let (Some(basis), Some(last)) = (&left_to_runs, taken.and_then(<[Stmt]>::last)) {
            if when == Formula::False && last.is_raise_stmt() && otherwise.is_some_and(only_stops) && !self.is_caught()
            {
                return self.only_this(test, basis, body);
            }
            if last.is_return_stmt() {
                // What is written before it is left is not that of the rest.
                self.open_bases();
            }
        }
        let resting = self.resting.clone();
        if let Some(basis) = &basis {
            self.resting.get_or_insert_with(|| basis.clone());
        }
        let ended =
            self.branch(&when, &mut |machine| machine.block(body), &mut |machine| machine.else_clauses(clauses));
        self.resting = resting;
        if let Some(basis) = &left_to_runs
            && self.quiet == 0
        {
            let other = &mut |machine: &mut Self| match when {
                Formula::True => machine.else_clauses(clauses),
                _ => machine.block(body),
            };
            if !ended {
                let makes = match when {
                    Formula::True => clauses.iter().any(|clause| may_make(&clause.body)),
                    _ => may_make(body),
                };
                if makes {
                    self.beside(basis, &when, &mut |machine| machine.settled(test), other);
                }
            } else if taken.and_then(<[Stmt]>::last).is_some_and(Stmt::is_return_stmt)
                && !self.is_in_round()
                && let Some(question) = self.asked_openly(basis, &mut |machine| machine.settled(test))
            {
                self.guard = self.guard.and(&if when == Formula::True { question.negated() } else { question });
                return other(self);
            }
        }
        if let Some(basis) = &basis {
            let others = clauses.iter().map(|clause| &*clause.body);
            let dead: Vec<&'a [Stmt]> = if when == Formula::True { others.collect() } else { vec![body] };
            self.rest_after(&dead, basis);
        }
        ended
    }

    /// Walks the side of a condition that a default rules out, for what it makes where another value is given. What it
    /// writes, and what it hands back, is that of no run as the code stands: it is taken back.
    pub(super) fn beside(
        &mut self,
        basis: &Arc<Step>,
        when: &Formula,
        ask: Ask<'_, Self>,
        other: &mut dyn FnMut(&mut Self) -> bool,
    ) {
        self.spend_names();
        let guard = self.guard.clone();
        let closures = self.closures_now();
        self.without_trace(&mut |machine| {
            if let Some(question) = machine.asked_openly(basis, &mut *ask) {
                machine.guard = guard.and(&if *when == Formula::True { question.negated() } else { question });
                other(machine);
            }
        });
        drop(self.closures_as_they_were(&closures));
        self.guard = guard;
    }

    /// Walks the one side of a condition whose other side stops the run, as a default has it.
    fn only_this(&mut self, test: &'a Expr, basis: &Arc<Step>, body: &'a [Stmt]) -> bool {
        let guard = self.guard.clone();
        if let Some(question) = self.asked_openly(basis, &mut |machine| machine.settled(test)) {
            self.guard = guard.and(&question);
        }
        let ended = self.block(body);
        self.guard = guard;
        ended
    }

    /// A condition, asked of values that whoever runs the code gives instead of their defaults, which are not known any
    /// more; nothing where something else decides it.
    fn asked_openly(&mut self, basis: &Arc<Step>, ask: Ask<'_, Self>) -> Option<Formula> {
        let mut basis = basis.clone();
        for _ in 0..MAX_DEFAULTS {
            self.forget_default(&basis);
            self.quiet += 1;
            let (when, next) = ask(self);
            self.quiet -= 1;
            match (when, next) {
                (Formula::True | Formula::False, Some(next)) if next.kind.is_left_to_runs() => basis = next,
                (Formula::True | Formula::False, _) => return None,
                (when, _) => return Some(when),
            }
        }
        None
    }

    /// Goes on behind what stops a run: whoever runs the code fills in what it asks for.
    fn fill_in(&mut self, test: &'a Expr, basis: Option<&Arc<Step>>) {
        if let Some(basis) = basis {
            return self.forget_default(basis);
        }
        let mut named = Named::default();
        named.visit_expr(test);
        for name in named.0 {
            let why = self.why(name.range());
            let Some(path) = self.dotted(name) else { continue };
            let scope = self.scopes.iter_mut().rev().find(|scope| scope.get(&path).is_some());
            let Some((scope, (name, known))) = scope.and_then(|scope| {
                let known = scope.entry(&path).map(|(name, known)| (name.clone(), known.clone()))?;
                Some((scope, known))
            }) else {
                continue;
            };
            if is_plain(&known.value.data) && !path.starts_with("__") {
                let value = Value::new(Data::Unknown(why), known.value.origin.place);
                scope.restore(name, Some(Binding { value, ..known }));
            }
        }
    }

    /// What rests on a default is not known where another value is given.
    fn forget_default(&mut self, default: &Step) {
        let unknown = given_at_run(default);
        if default.kind == StepKind::EnvironmentDefault {
            self.set_variable(&default.name, unknown.clone(), default.place);
        }
        let mut looked_at = 0;
        for scope in &mut self.scopes {
            scope.revalue(&mut |value| given_instead(value, default, &unknown, 0, &mut looked_at));
        }
        self.spend(looked_at / 2);
    }
}

/// What whoever runs the code gives instead of a default.
fn given_at_run(default: &Step) -> Value {
    let place = default.place;
    match default.kind {
        StepKind::EnvironmentDefault => Value::variable(&default.name, place),
        _ => Value::unknown(Reason::RunTime, format!("argument `{}`", default.name), place),
    }
}

/// A value as it is where another one is given than a default.
pub(super) fn without_default(value: &Value, default: &Step) -> Value {
    given_instead(value, default, &given_at_run(default), 0, &mut 0).unwrap_or_else(|| value.clone())
}

/// A value, or one with such parts, that rests on a default, as it is where another one is given; nothing for others.
fn given_instead(value: &Value, default: &Step, unknown: &Value, depth: usize, looked_at: &mut usize) -> Option<Value> {
    *looked_at += 1;
    let is_it = |step: &Step| step.kind == default.kind && step.place == default.place && step.name == default.name;
    let has_class = matches!(&value.data, Data::Object(object) if object.class.is_some());
    if !has_class
        && !matches!(value.data, Data::Reference(_) | Data::Symbol(_) | Data::Unknown(_))
        && value.origin.steps().any(is_it)
    {
        return Some(unknown.clone());
    }
    if depth > MAX_PARTS {
        return None;
    }
    value.with_parts(&mut |part| given_instead(part, default, unknown, depth + 1, looked_at))
}

/// Whether it is a plain value, as somebody writes it into a script.
fn is_plain(data: &Data) -> bool {
    matches!(data, Data::Absent | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Template(_))
}

/// Whether statements do nothing but stop the run, and tell why.
fn only_stops(statements: &[Stmt]) -> bool {
    let Some((last, before)) = statements.split_last() else { return false };
    let is_stop = match last {
        Stmt::Raise(statement) => match statement.exc.as_deref() {
            Some(Expr::Call(call)) => !hands_on(call),
            _ => true,
        },
        Stmt::Expr(statement) => statement.value.as_call_expr().is_some_and(|call| is_exit(call) && !hands_on(call)),
        _ => false,
    };
    is_stop && !may_make(before)
}

/// Whether a call ends the program.
pub(super) fn is_exit(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Name(name) => matches!(name.id.as_str(), "exit" | "quit"),
        Expr::Attribute(method) => {
            let of = method.value.as_name_expr().map(|name| name.id.as_str());
            matches!((of, method.attr.as_str()), (Some("sys"), "exit") | (Some("os"), "_exit"))
        }
        _ => false,
    }
}

/// Whether statements call anything that may make something.
pub(super) fn may_make(statements: &[Stmt]) -> bool {
    calls_in(|calls| calls.visit_body(statements))
}

/// Whether a call is handed what another one answers, but for texts: `sys.exit(main())`.
fn hands_on(call: &ExprCall) -> bool {
    call.arguments.args.iter().any(|argument| calls_in(|calls| calls.visit_expr(argument)))
}

/// Whether there is a call that may make something.
fn calls_in(visit: impl FnOnce(&mut Calls)) -> bool {
    let mut calls = Calls::default();
    visit(&mut calls);
    calls.0
}

#[derive(Default)]
struct Calls(bool);

impl<'a> Visitor<'a> for Calls {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if !self.0 {
            visitor::walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.0 |= matches!(expression, Expr::Call(call) if !tells(call));
        if !self.0 {
            visitor::walk_expr(self, expression);
        }
    }
}

/// Whether a call only tells something: `print(…)`, `logger.info(…)`.
pub(super) fn tells(call: &ExprCall) -> bool {
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(method) => method.attr.as_str(),
        _ => return false,
    };
    TELLING.contains(&name)
}

/// Whether a call asks something that has an answer in any case: an item that may be missing, a text in another form.
pub(super) fn always_answers(call: &ExprCall) -> bool {
    call.func.as_attribute_expr().is_some_and(|method| ANSWERING.contains(&method.attr.as_str()))
}

/// The names and attributes in a condition.
#[derive(Default)]
struct Named<'a>(Vec<&'a Expr>);

impl<'a> Visitor<'a> for Named<'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(_) => self.0.push(expression),
            Expr::Attribute(_) => {
                self.0.push(expression);
                visitor::walk_expr(self, expression);
            }
            _ => visitor::walk_expr(self, expression),
        }
    }
}
