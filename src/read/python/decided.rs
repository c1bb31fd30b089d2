//! `if`. Where a default decides that whoever runs the code may replace, what the other side makes is read as well; and
//! what stops a run until something is filled in stops no reading.

use std::sync::Arc;

use ruff_python_ast::{
    ElifElseClause, Expr, ExprCall, Stmt, StmtIf,
    visitor::{self, Visitor},
};
use ruff_text_size::Ranged;

use super::{
    Machine,
    bounds::MAX_DEPTH,
    callables::FUNCTION,
    command_line::PARSER,
    replaced::{Question, Sides},
    scope::Binding,
};
use crate::graph::{
    guard::Formula,
    value::{Data, Step, Value},
};

/// Methods of loggers, and functions that only tell something.
const TELLING: [&str; 16] = [
    "print",
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "exception",
    "critical",
    "fatal",
    "log",
    "format",
    "join",
    "print_help",
    "print_usage",
    "echo",
    "secho",
];

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
            if self.only_stops(body) {
                let goes_on = left_to_runs.as_ref().filter(|_| !self.is_silent());
                let goes_on = goes_on.and_then(|basis| self.goes_on_where(test, basis));
                self.fill_in(test, left_to_runs.as_ref());
                if let Some(goes_on) = goes_on {
                    self.guard = self.guard.and(&goes_on);
                }
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
        if when == Formula::False && self.only_stops(body) && !self.is_caught() {
            self.stops_where(test, left_to_runs.as_ref(), false);
        }
        let taken = if when == Formula::True { Some(body) } else { otherwise.filter(|_| when == Formula::False) };
        if let (Some(basis), Some(last)) = (&left_to_runs, taken.and_then(<[Stmt]>::last)) {
            if when == Formula::False
                && last.is_raise_stmt()
                && otherwise.is_some_and(|body| self.only_stops(body))
                && !self.is_caught()
            {
                return self.only_this(test, basis, body);
            }
            if last.is_return_stmt() {
                // What is written before it is left is not that of the rest.
                self.open_bases();
            }
        }
        // What only stops the run hides nothing that follows: it goes on, as it is meant to.
        let goes_on = !matches!(when, Formula::True | Formula::False) && self.only_stops(body) && !self.is_caught();
        let guard = goes_on.then(|| self.guard.clone());
        let (ended, are_joined) = match &left_to_runs {
            Some(basis) if !self.is_silent() => self.both(Sides {
                question: Question {
                    basis,
                    by_default: when == Formula::True,
                    ask: &mut |machine: &mut Self| machine.settled(test),
                    at: test.range(),
                },
                walk: &mut |machine: &mut Self, holds| match holds {
                    true => machine.block(body),
                    false => machine.else_clauses(clauses),
                },
                act: acts(body) || leaves(body) || clauses.iter().any(|clause| acts(&clause.body)),
                goes_on: taken.and_then(<[Stmt]>::last).is_some_and(Stmt::is_return_stmt),
            }),
            _ => {
                let walk = &mut |machine: &mut Self| {
                    let then = &mut |machine: &mut Self| machine.block(body);
                    machine.branch(&when, then, &mut |machine| machine.else_clauses(clauses))
                };
                (self.while_resting(basis.as_ref(), walk), false)
            }
        };
        if let Some(guard) = guard {
            self.guard = guard;
            self.note_stop(&when, None);
        }
        if let Some(basis) = &basis {
            let others = clauses.iter().map(|clause| &*clause.body);
            let dead: Vec<&'a [Stmt]> = if when == Formula::True { others.collect() } else { vec![body] };
            // Where the run would have stopped, nothing that follows is another one.
            let dead: Vec<&'a [Stmt]> = dead.into_iter().filter(|body| !self.only_stops(body)).collect();
            self.rest_after(&dead, basis, are_joined);
        }
        ended
    }

    /// Where what follows runs, if a choice of whoever runs the code decides: a flag that says whether anything is done.
    /// What has no value yet, and has to be filled in, is no choice.
    fn goes_on_where(&mut self, test: &'a Expr, basis: &Arc<Step>) -> Option<Formula> {
        let mut named = Named::default();
        named.visit_expr(test);
        let is_choice = named.0.into_iter().any(|name| {
            let known = self.dotted(name).and_then(|path| Some(self.lookup(&path)?.value.clone()));
            let known = known.or_else(|| name.is_attribute_expr().then(|| self.eval(name)));
            known.is_some_and(|known| match &known.data {
                Data::Bool(_) | Data::Number(_) => true,
                Data::Text(text) => !text.is_empty(),
                _ => false,
            })
        });
        if is_choice { self.where_otherwise(test, basis, true) } else { None }
    }

    /// When a test comes out otherwise than by the default that decides it.
    fn where_otherwise(&mut self, test: &'a Expr, basis: &Arc<Step>, by_default: bool) -> Option<Formula> {
        let ask = &mut |machine: &mut Self| machine.settled(test);
        self.otherwise_apart(&mut Question { basis, by_default, ask, at: test.range() })
    }

    /// Notes that the run stops where a flag has another value than its default: what follows is not made there.
    fn stops_where(&mut self, test: &'a Expr, basis: Option<&Arc<Step>>, by_default: bool) {
        let Some(basis) = basis.filter(|_| !self.is_silent() && self.openly == 0) else { return };
        if let Some(otherwise) = self.where_otherwise(test, basis, by_default) {
            self.note_stop(&otherwise, None);
        }
    }

    /// `assert`: where it does not hold, the run stops.
    pub(super) fn assert_statement(&mut self, test: &'a Expr) {
        if calls_any(test) {
            return;
        }
        let (when, basis) = self.settled(test);
        if self.is_caught() {
            return;
        }
        match when {
            Formula::True => {
                self.stops_where(test, basis.as_ref().filter(|basis| basis.kind.is_left_to_runs()), true);
            }
            Formula::False => {}
            when => self.note_stop(&when.negated(), None),
        }
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

    /// Whether statements do nothing but stop the run, and tell why.
    fn only_stops(&self, statements: &[Stmt]) -> bool {
        let Some((last, before)) = statements.split_last() else { return false };
        let ends = |call: &ExprCall| {
            (is_exit(call) || self.is_complaint(call) || self.calls_what_stops(call)) && !hands_on(call)
        };
        let is_stop = match last {
            Stmt::Raise(statement) => match statement.exc.as_deref() {
                Some(Expr::Call(call)) => !hands_on(call),
                _ => true,
            },
            Stmt::Expr(statement) => statement.value.as_call_expr().is_some_and(ends),
            _ => false,
        };
        is_stop && !may_make(before)
    }

    /// Whether a call is that of a function of one's own that tells why and stops: `die("…")`.
    fn calls_what_stops(&self, call: &ExprCall) -> bool {
        let name = call.func.as_name_expr().and_then(|name| self.lookup(name.id.as_str()));
        let Some(Data::Symbol(symbol)) = name.map(|known| &known.value.data) else { return false };
        let function = symbol.strip_prefix(FUNCTION).and_then(|name| self.own_name(name));
        let function = function.and_then(|name| self.functions.get(name)?.as_ref());
        let Some((last, before)) = function.and_then(|function| function.node.body.split_last()) else { return false };
        let is_end = match last {
            Stmt::Raise(_) => true,
            Stmt::Expr(last) => last.value.as_call_expr().is_some_and(|call| is_exit(call) || self.is_complaint(call)),
            _ => false,
        };
        is_end && !may_make(before)
    }

    /// Whether a parser of arguments tells what is wrong with them: `parser.error("…")`.
    fn is_complaint(&self, call: &ExprCall) -> bool {
        let Some(method) = call.func.as_attribute_expr() else { return false };
        let ends = matches!(method.attr.as_str(), "error" | "exit" | "fail");
        let of = method.value.as_name_expr().filter(|_| ends).and_then(|name| self.lookup(name.id.as_str()));
        of.is_some_and(|known| is_interface(&known.value.data))
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
}

/// Whether it is a plain value, as somebody writes it into a script.
fn is_plain(data: &Data) -> bool {
    matches!(data, Data::Absent | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Template(_))
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

/// Whether a statement ends the program.
pub(super) fn stops(statement: &Stmt) -> bool {
    let call = statement.as_expr_stmt().and_then(|statement| statement.value.as_call_expr());
    call.is_some_and(|call| is_exit(call) && !hands_on(call))
}

/// Whether statements do more than to stop something, or to tell why.
pub(super) fn acts(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| match statement {
        Stmt::Pass(_) | Stmt::Raise(_) | Stmt::Break(_) | Stmt::Continue(_) => false,
        Stmt::Return(statement) => statement.value.is_some(),
        Stmt::Expr(statement) => match &*statement.value {
            Expr::Call(call) => !tells(call) || hands_on(call),
            expression => !expression.is_literal_expr(),
        },
        _ => true,
    })
}

/// Whether it is a parser of arguments, or `click`'s context.
fn is_interface(data: &Data) -> bool {
    match data {
        Data::Object(of) => of.class.as_deref() == Some(PARSER),
        Data::Unknown(unknown) => unknown.given_name().is_some_and(|name| matches!(name, "argument `ctx`" | "ctx")),
        _ => false,
    }
}

/// Whether statements end with what leaves a function or a round of a loop.
fn leaves(statements: &[Stmt]) -> bool {
    matches!(statements.last(), Some(Stmt::Return(_) | Stmt::Break(_) | Stmt::Continue(_)))
}

/// Whether statements call anything that may make something.
pub(super) fn may_make(statements: &[Stmt]) -> bool {
    calls_in(|calls| calls.visit_body(statements))
}

/// Whether an expression calls anything but what only tells something.
pub(super) fn calls_any(expression: &Expr) -> bool {
    calls_in(|calls| calls.visit_expr(expression))
}

/// Whether a call is handed what another one answers, but for texts: `sys.exit(main())`.
fn hands_on(call: &ExprCall) -> bool {
    call.arguments.args.iter().any(calls_any)
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
