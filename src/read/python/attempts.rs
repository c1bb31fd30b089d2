//! `try`: what certainly fails leads to the handler that is for it; else each handler may run.

use std::sync::Arc;

use ruff_python_ast::{
    CmpOp, ExceptHandler, ExceptHandlerExceptHandler, Expr, ExprCall, Stmt, StmtTry, UnaryOp,
    visitor::{self, Visitor},
};
use ruff_text_size::Ranged;

use super::{
    Machine,
    branches::{Bindings, either},
    decided::{always_answers, is_exit, tells},
    exits::{Left, Region, Slot},
    questions::question,
    scope::{Binding, Scope},
};
use crate::graph::{
    guard::{Atom, Formula},
    value::{Data, Reason, Unknown, Value},
};
use crate::source::Place;

/// What is raised for a key, an index or a text that will not do, and the classes above it.
const KINDS: [(&str, &[&str]); 8] = [
    ("KeyError", &["LookupError"]),
    ("IndexError", &["LookupError"]),
    ("ValueError", &[]),
    ("TypeError", &[]),
    ("RuntimeError", &[]),
    ("AttributeError", &[]),
    ("NotImplementedError", &["RuntimeError"]),
    ("FileNotFoundError", &["OSError", "IOError", "EnvironmentError"]),
];
/// What all of them are.
const ALL: [&str; 2] = ["Exception", "BaseException"];

/// Functions of Python's own that have an answer for any value.
const ANY: [&str; 8] = ["bool", "str", "repr", "isinstance", "type", "id", "callable", "hasattr"];

/// The `try` at hand.
#[derive(Clone)]
pub(super) struct Attempt {
    /// The condition under which its body runs.
    here: Formula,
    /// How many calls led to it.
    calls: usize,
    /// The class of what is raised, as the code names it.
    raised: Option<Arc<str>>,
    /// Whether it called something that is not followed, and that may fail.
    may_fail: bool,
    /// Whether its handlers only tell of the error.
    only_tells: bool,
}

/// How the body of a `try` came to its end.
struct Body {
    ended: bool,
    may_fail: bool,
    /// What it handed back, and what left the function or a loop there: from which one on, and up to which.
    returns: (usize, usize),
    exits: (usize, usize),
    /// What it wrote from the first statement on that may fail, as it was before.
    undone: Undone,
}

/// Names of scopes, and what they were bound to.
type Undone = Vec<(Slot, Bindings)>;

/// What is asked where a handler may run.
const EXCEPTION: &str = "an exception";

/// Whether a question is whether a handler runs.
pub(super) fn is_exception(atom: &Atom) -> bool {
    &*atom.display == EXCEPTION
}

/// Errors that have the same handler, and when they are raised.
struct Caught<'a> {
    when: Formula,
    handler: Handler<'a>,
    error: Arc<str>,
}

/// Who handles an error.
#[derive(Clone, Copy)]
enum Handler<'a> {
    Known(&'a ExceptHandlerExceptHandler),
    /// It is one of the `try` around this one.
    Beyond,
    /// Any of them may be for it, or none.
    Open,
}

impl Handler<'_> {
    fn is_as(self, other: Self) -> bool {
        match (self, other) {
            (Self::Known(one), Self::Known(other)) => one.range() == other.range(),
            (Self::Beyond, Self::Beyond) | (Self::Open, Self::Open) => true,
            _ => false,
        }
    }
}

/// A handler that may run.
struct Way<'a> {
    handler: &'a ExceptHandlerExceptHandler,
    /// When the code itself raises an error that is for it.
    raised: Formula,
    /// Whether something may fail besides for which it is.
    is_open: bool,
}

/// Most handlers in a row of which each has a condition.
const MAX_CAUGHT: usize = 16;
/// An error whose class is not known.
const SOME_ERROR: &str = "?";

impl<'a> Machine<'a> {
    /// Notes an error that the code certainly runs into.
    pub(super) fn raises(&mut self, error: &str) {
        if self.attempt.is_none() {
            return;
        }
        let here = self.here();
        if let Some(attempt) = self.attempt.as_mut().filter(|attempt| attempt.here == here && attempt.raised.is_none())
        {
            attempt.raised = Some(error.into());
            // What is left of the statement is not run.
            self.quiet += 1;
        }
    }

    /// Whether the statement at hand has certainly failed within a `try`, so that it assigns nothing.
    pub(super) fn has_failed(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| attempt.raised.is_some())
    }

    /// `raise ValueError(…)`: what has been written until then is there for the handler.
    pub(super) fn raise_statement(&mut self, raised: Option<&'a Expr>) {
        let class = match raised {
            Some(Expr::Call(call)) => Some(&*call.func),
            raised => raised,
        };
        let error = class.and_then(last_name).filter(|name| name.starts_with(char::is_uppercase));
        self.error(error.unwrap_or(SOME_ERROR));
    }

    /// An error of a class is raised here.
    fn error(&mut self, error: &str) {
        let Some(attempt) = &self.attempt else { return };
        if attempt.here == self.here() {
            self.raises(error);
        } else {
            let is_near = attempt.calls == self.frames.len();
            self.note_error(Some(error.into()), is_near);
        }
    }

    pub(super) fn try_statement(&mut self, statement: &'a StmtTry) -> bool {
        let (since, exits) = (self.handed_out(), self.left_so_far());
        // Without handlers an error is one of the `try` around it.
        let ended = if statement.handlers.is_empty() {
            self.attempted(&statement.body, false).0
        } else {
            self.body_and_handlers(statement)
        };
        let last = self.handed_out();
        let is_last_word = !statement.finalbody.is_empty()
            && self.finishing(exits, &mut |machine| machine.block(&statement.finalbody));
        if is_last_word
            && matches!(statement.finalbody.last(), Some(Stmt::Return(_)))
            && let Some(frame) = self.frames.last_mut()
        {
            frame.take_back(since, last);
        }
        is_last_word || ended
    }

    /// The body of a `with` that hides errors: what follows it runs in any case.
    pub(super) fn body_without_errors(&mut self, body: &'a [Stmt]) {
        let (ended, attempt, thrown, _) = self.attempted_apart(body, false);
        self.rejoin(thrown, ended && attempt.raised.is_none());
    }

    /// Runs a body whose errors are caught, by handlers that may only tell of them. Tells whether it ended early, how it went,
    /// and the errors that it ran into under a condition. [`Machine::rejoin`] ends it.
    fn attempted_apart(&mut self, body: &'a [Stmt], only_tells: bool) -> (bool, Attempt, Vec<Left>, Undone) {
        let errors = self.raised.len();
        let (here, calls) = (self.here(), self.frames.len());
        let attempt = Attempt { here, calls, raised: None, may_fail: false, only_tells };
        let outer = self.attempt.replace(attempt.clone());
        self.begin_leaving(Region::Attempt);
        self.open_bases();
        let (ended, undone) = self.attempted(body, true);
        let attempt = std::mem::replace(&mut self.attempt, outer).unwrap_or(attempt);
        self.quiet -= u32::from(attempt.raised.is_some());
        (ended, attempt, self.raised.split_off(errors), undone)
    }

    /// The body of a `try`, then the handlers of the errors that it raises, each under its condition, and its `else`.
    fn body_and_handlers(&mut self, statement: &'a StmtTry) -> bool {
        let (since, exits) = (self.handed_out(), self.exits.len());
        let only_tells = statement.handlers.iter().all(only_tells);
        let (ended, attempt, thrown, undone) = self.attempted_apart(&statement.body, only_tells);
        let Attempt { raised, may_fail, .. } = attempt;
        let body =
            Body { ended, may_fail, returns: (since, self.handed_out()), exits: (exits, self.exits.len()), undone };
        let mut caught: Vec<Caught<'a>> = Vec::new();
        for left in &thrown {
            let error = left.error.clone().unwrap_or_else(|| SOME_ERROR.into());
            let handler = self.handler_for(statement, &error);
            let is_full = caught.len() == MAX_CAUGHT;
            match caught.last_mut() {
                Some(last) if last.handler.is_as(handler) && last.error == error => {
                    last.when = last.when.or(&left.when);
                }
                Some(last) if is_full => {
                    let (when, error) = (last.when.or(&left.when), SOME_ERROR.into());
                    *last = Caught { when, handler: Handler::Open, error };
                }
                _ => caught.push(Caught { when: left.when.clone(), handler, error }),
            }
        }
        self.rejoin(thrown, ended && raised.is_none());
        let Some(error) = raised else {
            // A handler that something else may lead to as well runs once for both.
            let (known, others): (Vec<Caught<'a>>, Vec<Caught<'a>>) =
                caught.into_iter().partition(|caught| matches!(caught.handler, Handler::Known(_)));
            return self.caught(statement, &others, &mut |machine| machine.handlers(statement, &body, &known));
        };
        let handler = self.handler_for(statement, &error);
        self.caught(statement, &caught, &mut |machine| {
            // What the failing statement handed back it did not.
            let last = machine.handed_out();
            if let Some(frame) = machine.frames.last_mut() {
                frame.take_back(since, last);
            }
            machine.handle(statement, handler, &error)
        })
    }

    /// Runs the handler of each error under its condition, and where there was none of them what is done else.
    fn caught(
        &mut self,
        statement: &'a StmtTry,
        caught: &[Caught<'a>],
        otherwise: &mut dyn FnMut(&mut Self) -> bool,
    ) -> bool {
        let Some((first, rest)) = caught.split_first() else { return otherwise(self) };
        self.branch(
            &first.when,
            &mut |machine| machine.handle(statement, first.handler, &first.error),
            &mut |machine| machine.caught(statement, rest, otherwise),
        )
    }

    /// Handles an error that was raised; whether that ends the block.
    fn handle(&mut self, statement: &'a StmtTry, handler: Handler<'a>, error: &str) -> bool {
        match handler {
            Handler::Known(handler) => self.block(&handler.body),
            Handler::Beyond => {
                self.error(error);
                true
            }
            Handler::Open => {
                let way = |ExceptHandler::ExceptHandler(handler): &'a ExceptHandler| Way {
                    handler,
                    raised: Formula::False,
                    is_open: true,
                };
                let ways: Vec<Way<'a>> = statement.handlers.iter().map(way).collect();
                self.first_of(self.place(statement.range()), &ways, &[], &mut Formula::False, &mut |machine| {
                    machine.error(error);
                    true
                })
            }
        }
    }

    /// The handler of an error.
    fn handler_for(&mut self, statement: &'a StmtTry, error: &str) -> Handler<'a> {
        let (all, is_closed) = self.kinds_of(error);
        handler_of(statement, &all, is_closed)
    }

    /// Runs the body of a `try` until a statement of it fails; whether it ended early. If it `is_watched`, tells what was
    /// written from the first statement on that may fail, as it was before.
    fn attempted(&mut self, body: &'a [Stmt], is_watched: bool) -> (bool, Undone) {
        let outer = (self.guard.clone(), self.resting.clone());
        let (mut ended, mut is_noted) = (false, false);
        for statement in body {
            if is_watched && !is_noted {
                self.all_scopes().for_each(Scope::begin);
                is_noted = true;
            }
            ended = self.statement(statement);
            if ended || self.attempt.as_ref().is_some_and(|attempt| attempt.raised.is_some()) {
                break;
            }
            if is_noted && !self.attempt.as_ref().is_some_and(|attempt| attempt.may_fail) {
                self.all_scopes().for_each(|scope| drop(scope.end()));
                is_noted = false;
            }
        }
        (self.guard, self.resting) = outer;
        let undone = self.slots().filter(|_| is_noted).map(|(slot, scope)| (slot, scope.end().first()));
        (ended, undone.filter(|(_, written)| !written.is_empty()).collect())
    }

    /// Handlers of which it is not known whether they run, and where none of them does, the `else`. What the body handed
    /// back after something that may fail is handed back where no handler runs that goes on; what it wrote since is not there
    /// for a handler. `caught` are the errors for known handlers that the code itself raises under a condition.
    fn handlers(&mut self, statement: &'a StmtTry, body: &Body, caught: &[Caught<'a>]) -> bool {
        if self.hopeful.contains(&self.place(statement.range())) {
            return body.ended || self.block(&statement.orelse);
        }
        let ways = self.ways(statement, caught);
        let mut failed = Formula::False;
        let undone: &[(Slot, Bindings)] = if body.may_fail { &body.undone } else { &[] };
        let otherwise = &mut |machine: &mut Self| body.ended || machine.block(&statement.orelse);
        let ended = self.first_of(self.place(statement.range()), &ways, undone, &mut failed, otherwise);
        if body.may_fail && failed != Formula::False {
            let passed = failed.negated();
            if let Some(frame) = self.frames.last_mut() {
                frame.hand_out_where(&passed, body.returns);
            }
            for left in self.exits.get_mut(body.exits.0..body.exits.1).into_iter().flatten() {
                left.when = left.when.and(&passed);
            }
        }
        ended
    }

    /// The handlers that may run.
    fn ways(&mut self, statement: &'a StmtTry, caught: &[Caught<'a>]) -> Vec<Way<'a>> {
        let is_sure = self.only_imports_known(&statement.body);
        let cannot_fail = only_asks(&statement.body);
        let way = |ExceptHandler::ExceptHandler(handler): &'a ExceptHandler| {
            let own = caught.iter().filter(|caught| caught.handler.is_as(Handler::Known(handler)));
            let raised = own.fold(Formula::False, |raised, caught| raised.or(&caught.when));
            let is_open = !(cannot_fail || is_for_another_version(handler) || is_sure && is_for_imports(handler));
            Way { handler, raised, is_open }
        };
        let all = statement.handlers.iter().map(way);
        all.filter(|way| way.is_open || way.raised != Formula::False).collect()
    }

    /// One of some handlers, or what is done where none of them runs. `failed` becomes the condition under which one runs
    /// that does not raise an error itself.
    fn first_of(
        &mut self,
        at: Place,
        ways: &[Way<'a>],
        undone: &[(Slot, Bindings)],
        failed: &mut Formula,
        otherwise: &mut dyn FnMut(&mut Self) -> bool,
    ) -> bool {
        let Some((Way { handler: first, raised, is_open }, rest)) = ways.split_first() else { return otherwise(self) };
        let fails = if *is_open { self.runs(at, first) } else { Formula::False };
        let elsewhere = rest.iter().fold(Formula::False, |any, way| any.or(&way.raised));
        let when = raised.or(&fails.and(&elsewhere.negated()));
        let before = (self.handed_out(), self.exits.len());
        let mut raises = false;
        let handle = &mut |machine: &mut Self| {
            machine.undo(undone, raised);
            let is_exit = matches!(first.body.last(), Some(Stmt::Expr(last))
                if last.value.as_call_expr().is_some_and(is_exit));
            let ended = machine.block(&first.body) || is_exit;
            raises = ended && (machine.handed_out(), machine.exits.len()) == before;
            ended
        };
        let mut others = Formula::False;
        let ended =
            self.branch(&when, handle, &mut |machine| machine.first_of(at, rest, undone, &mut others, otherwise));
        *failed = if raises { others } else { fails.or(&others) };
        ended
    }

    /// Takes back what was written, but for where the code itself `raised` an error.
    fn undo(&mut self, undone: &[(Slot, Bindings)], raised: &Formula) {
        self.spend(undone.iter().map(|(_, names)| names.len()).sum());
        for (slot, names) in undone {
            let Some(scope) = self.slot(*slot) else { continue };
            for (name, before) in names {
                let now = scope.get(name).filter(|_| *raised != Formula::False);
                let before = match (before, now) {
                    (Some(before), Some(now)) => {
                        Some(Binding { value: either(raised, &now.value, &before.value), ..before.clone() })
                    }
                    // Without it, the name is asked for only where it is there.
                    (None, Some(_)) => continue,
                    (before, None) => before.clone(),
                };
                scope.restore(name.clone(), before);
            }
        }
    }

    /// The question whether a handler of the `try` at a place runs: one of them does, or none.
    fn runs(&self, at: Place, handler: &ExceptHandlerExceptHandler) -> Formula {
        match question(&Unknown { reason: Reason::Control, name: EXCEPTION.into(), place: at }, None) {
            Formula::Atom(atom) => {
                let which = self.place(handler.range()).span.start.to_string().into();
                Formula::Atom(Arc::new(Atom { equals: Some(which), ..Atom::clone(&atom) }))
            }
            other => other,
        }
    }

    /// Notes a call that is not followed: it may fail.
    pub(super) fn may_fail(&mut self, call: &ExprCall, answer: &Value) {
        if let Some(attempt) = &mut self.attempt {
            let is_open = matches!(answer.data, Data::Unknown(_) | Data::Reference(_));
            attempt.may_fail |= is_open && !tells(call) && !always_answers(call) && !takes_anything(call);
        }
    }

    /// Whether an error that is raised here leads to code that goes on.
    pub(super) fn is_caught(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| !attempt.only_tells)
    }

    /// What an error is by its class, and all classes that this one inherits from; whether these are all.
    fn kinds_of(&self, error: &str) -> (Vec<Arc<str>>, bool) {
        let (lineage, _) = self.lineage(error);
        let mut all: Vec<Arc<str>> = lineage.iter().map(|class| class.node.name.as_str().into()).collect();
        let own = all.len();
        let mut is_closed = true;
        for base in lineage.iter().flat_map(|class| class.node.bases()) {
            match base.as_name_expr() {
                Some(name) => all.push(name.id.as_str().into()),
                None => is_closed = false,
            }
        }
        if own == 0 {
            all.push(error.into());
        }
        for at in own..all.len() {
            let kind = all[at].clone();
            let above = KINDS.iter().find(|(known, _)| **known == *kind).map(|(_, above)| *above);
            is_closed &= above.is_some() || ALL.contains(&&*kind) || all[..own].contains(&kind);
            all.extend(above.into_iter().flatten().map(|above| Arc::from(*above)));
        }
        (all, is_closed)
    }

    /// How often the function at hand has returned so far.
    pub(super) fn handed_out(&mut self) -> usize {
        self.frames.last_mut().map_or(0, |frame| frame.handed_out_so_far().0)
    }

    /// Whether a block does nothing but import modules that are there.
    fn only_imports_known(&mut self, body: &'a [Stmt]) -> bool {
        body.iter().all(|statement| match statement {
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                self.local_module(module, import.level).is_some()
            }
            Stmt::Import(import) => {
                import.names.iter().all(|alias| self.local_module(alias.name.as_str(), 0).is_some())
            }
            _ => false,
        })
    }
}

/// The first handler that is for an error of some kinds, which are all if `is_closed`; it is open where one before it may
/// be as well.
fn handler_of<'a>(statement: &'a StmtTry, kinds: &[Arc<str>], is_closed: bool) -> Handler<'a> {
    let names = |one: &Expr| {
        let name = last_name(one)?;
        if ALL.contains(&name) || kinds.iter().any(|kind| **kind == *name) {
            return Some(true);
        }
        // Any class of the project's may be above another one.
        (is_closed && KINDS.iter().any(|(kind, _)| *kind == name)).then_some(false)
    };
    for handler in &statement.handlers {
        let ExceptHandler::ExceptHandler(handler) = handler;
        let is_for_it = match handler.type_.as_deref() {
            None => Some(true),
            Some(Expr::Tuple(errors)) => {
                let all: Option<Vec<bool>> = errors.elts.iter().map(names).collect();
                all.map(|all| all.into_iter().any(|is_it| is_it))
            }
            Some(one) => names(one),
        };
        match is_for_it {
            Some(true) => return Handler::Known(handler),
            Some(false) => {}
            None => return Handler::Open,
        }
    }
    Handler::Beyond
}

/// Whether statements do nothing that may fail by itself: they ask for something, and raise errors.
fn only_asks(body: &[Stmt]) -> bool {
    let mut failing = Failing(false);
    failing.visit_body(body);
    !failing.0
}

struct Failing(bool);

impl<'a> Visitor<'a> for Failing {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Raise(_) | Stmt::Pass(_) => {}
            Stmt::If(_) | Stmt::Expr(_) | Stmt::Return(_) => visitor::walk_stmt(self, statement),
            _ => self.0 = true,
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.0 |= match expression {
            Expr::Name(_) | Expr::Attribute(_) | Expr::BoolOp(_) | Expr::Tuple(_) | Expr::List(_) => false,
            Expr::UnaryOp(operation) => operation.op != UnaryOp::Not,
            Expr::Compare(compare) => {
                !compare.ops.iter().all(|one| matches!(one, CmpOp::Eq | CmpOp::NotEq | CmpOp::Is | CmpOp::IsNot))
            }
            Expr::Call(call) => !(takes_anything(call) || always_answers(call) || tells(call)),
            literal => !literal.is_literal_expr(),
        };
        if !self.0 {
            visitor::walk_expr(self, expression);
        }
    }
}

/// Whether a call is one of a function of Python's own that has an answer for any value.
fn takes_anything(call: &ExprCall) -> bool {
    call.func.as_name_expr().is_some_and(|name| ANY.contains(&name.id.as_str()))
}

/// The name of a class, without that of its module.
fn last_name(class: &Expr) -> Option<&str> {
    match class {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// Whether a handler has what stands in for a call that another version of a library refuses: `except TypeError` after a
/// call with an argument that an older one does not take.
fn is_for_another_version(handler: &ExceptHandlerExceptHandler) -> bool {
    matches!(handler.type_.as_deref(), Some(Expr::Name(name)) if name.id == "TypeError")
}

/// Whether a handler only tells of an error, and ends the run or the function with it.
fn only_tells(handler: &ExceptHandler) -> bool {
    let ExceptHandler::ExceptHandler(handler) = handler;
    handler.body.iter().all(|statement| match statement {
        Stmt::Expr(_) | Stmt::Raise(_) | Stmt::Pass(_) => true,
        Stmt::Return(statement) => statement
            .value
            .as_deref()
            .is_none_or(|value| value.is_none_literal_expr() || value.is_number_literal_expr()),
        _ => false,
    })
}

/// Whether a handler stands in for a module that is not there.
fn is_for_imports(handler: &ExceptHandlerExceptHandler) -> bool {
    let names = ["ImportError", "ModuleNotFoundError"];
    let is_one = |error: &Expr| matches!(error, Expr::Name(name) if names.contains(&name.id.as_str()));
    match handler.type_.as_deref() {
        Some(Expr::Tuple(errors)) => errors.elts.iter().all(is_one),
        Some(error) => is_one(error),
        None => false,
    }
}
