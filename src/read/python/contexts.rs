//! `with`: what is done before its body, and what after it.

use std::sync::Arc;

use ruff_python_ast::{Expr, Stmt, StmtWith};
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    classes::{CLASS, own_class},
    functions::{Followed, Function},
    generators::{CONTEXT, entered},
    objects::positional,
    scope::Scope,
};
use crate::{
    graph::value::{Data, Entry, Object, Reason, Value},
    source::Place,
};

/// Where a context keeps the function that it is of, and the number of the names that it left when it yielded.
const FUNCTION: &str = "function";
const NAMES: &str = "names";

/// The body of a function for `with`, taken apart where it yields.
struct Halves<'a> {
    before: Vec<&'a Stmt>,
    yielded: Option<&'a Expr>,
    after: Vec<&'a Stmt>,
}

impl<'a> Halves<'a> {
    /// Nothing for a body that yields within a loop, a condition or another `with`.
    fn of(body: &'a [Stmt]) -> Option<Self> {
        for (at, statement) in body.iter().enumerate() {
            let inner = match statement {
                Stmt::Expr(one) if let Expr::Yield(one) = &*one.value => {
                    Self { before: Vec::new(), yielded: one.value.as_deref(), after: Vec::new() }
                }
                Stmt::Try(attempt) if let Some(mut inner) = Self::of(&attempt.body) => {
                    inner.after.extend(attempt.orelse.iter().chain(&attempt.finalbody));
                    inner
                }
                _ => continue,
            };
            return Some(Self {
                before: body[..at].iter().chain(inner.before).collect(),
                after: inner.after.into_iter().chain(&body[at + 1..]).collect(),
                yielded: inner.yielded,
            });
        }
        None
    }
}

impl<'a> Machine<'a> {
    pub(super) fn with_statement(&mut self, statement: &'a StmtWith) -> bool {
        let (mut hides_errors, mut is_rehearsed) = (false, false);
        let mut managers: Vec<Option<Arc<str>>> = Vec::new();
        for item in &statement.items {
            let value = self.eval(&item.context_expr);
            if let Expr::Call(call) = &item.context_expr {
                let symbol = self.symbol_of(&call.func);
                hides_errors |= &*symbol == "contextlib.suppress";
                is_rehearsed |= self.is_stand_in(&symbol, &item.context_expr);
            }
            managers.push(self.managed(&value, item.context_expr.range()));
            let value = self.entered_object(entered(value), item.context_expr.range());
            if let Some(target) = &item.optional_vars {
                self.assign(target, value, None);
            }
        }
        let since = self.left_so_far();
        self.quiet += u32::from(is_rehearsed);
        let ended = if hides_errors {
            self.body_without_errors(&statement.body);
            false
        } else {
            self.block(&statement.body)
        };
        self.quiet -= u32::from(is_rehearsed);
        for manager in managers.into_iter().rev().flatten() {
            self.finishing(since, &mut |machine| machine.left(&manager, machine.place(statement.range())));
        }
        ended
    }

    /// Keeps what does something when its `with` ends, by a name that no code has; its names are seen by all changes until
    /// then.
    fn managed(&mut self, value: &Value, range: ruff_text_size::TextRange) -> Option<Arc<str>> {
        let Data::Object(object) = &value.data else { return None };
        let class = object.class.as_deref()?;
        let is_own = class.strip_prefix(CLASS).is_some_and(|class| match self.own_name(class).map(str::to_owned) {
            Some(own) => self.method_of(&own, "__exit__").is_some(),
            None => true,
        });
        if !is_own && (class != CONTEXT || object.entry(NAMES).is_none()) {
            return None;
        }
        if let Some(names) = self.names_of_context(object) {
            self.hidden.push(vec![names]);
        }
        let name: Arc<str> = format!("with {}", range.start().to_u32()).into();
        let place = self.place(range);
        if let Some(scope) = self.scopes.last_mut() {
            scope.bind(name.clone(), value.clone(), place);
        }
        Some(name)
    }

    fn names_of_context(&self, context: &Object) -> Option<Scope> {
        let at = super::library::number(&context.entry(NAMES)?.value)?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was counted")]
        self.contexts.get(at as usize).map(Scope::apart)
    }

    /// Does what is done when a `with` ends.
    fn left(&mut self, manager: &str, site: Place) {
        let Some(value) = self.scopes.last().and_then(|scope| scope.get(manager)).map(|known| known.value.clone())
        else {
            return;
        };
        if let Some(scope) = self.scopes.last_mut() {
            scope.remove(manager);
        }
        let Data::Object(object) = &value.data else { return };
        match object.class.as_deref() {
            Some(CONTEXT) => {
                let function = object.entry(FUNCTION).and_then(|entry| entry.value.plain_text());
                let names = self.hidden.pop().and_then(|mut names| names.pop());
                if let (Some(function), Some(names)) = (function, names) {
                    self.leave_context(&function, &names, site);
                }
            }
            Some(class) => {
                let class = class.strip_prefix(CLASS).unwrap_or_default().to_owned();
                let nothing = || positional(Value::absent(site));
                let given = Arguments { positional: vec![nothing(), nothing(), nothing()], named: Object::default() };
                self.object_call(&class, object, "__exit__", &given, site);
            }
            None => {}
        }
    }

    /// What an object of the project's own hands out where it is entered.
    fn entered_object(&mut self, value: Value, range: ruff_text_size::TextRange) -> Value {
        let Data::Object(object) = &value.data else { return value };
        let Some(class) = own_class(object) else { return value };
        let none = Arguments::default();
        let site = self.place(range);
        match self.object_call(class, object, "__enter__", &none, site) {
            Some(followed) => followed.value,
            None => self.unknown(Reason::RunTime, range),
        }
    }

    /// A call of a function for `with`: what it does before it yields. `name` is the function's, from anywhere.
    pub(super) fn enter_context(
        &mut self,
        function: &Function<'a>,
        name: &str,
        arguments: &Arguments,
        site: Place,
    ) -> Option<Followed> {
        let halves = Halves::of(&function.node.body)?;
        let mut left = None;
        let mut entered = Value::absent(site);
        self.follow_with(function, None, Given::Arguments(arguments), site, &mut |machine| {
            for statement in &halves.before {
                machine.statement(statement);
            }
            if let Some(value) = halves.yielded {
                entered = machine.eval(value);
            }
            left = machine.scopes.last().map(Scope::apart);
            false
        })?;
        let mut context = Object { class: Some(CONTEXT.into()), ..Object::default() };
        context.set(Entry { name: "value".into(), place: site, value: entered });
        if let Some(names) = left.filter(|_| !halves.after.is_empty()) {
            context.set(Entry { name: FUNCTION.into(), place: site, value: Value::text(name, site) });
            #[allow(clippy::cast_precision_loss, reason = "there are few")]
            let number = self.contexts.len() as f64;
            context.set(Entry { name: NAMES.into(), place: site, value: Value::number(number, site) });
            self.contexts.push(names);
        }
        Some(Followed::of(Value::object(context, site)))
    }

    /// What such a function does after it has yielded, with the names that it left.
    fn leave_context(&mut self, name: &str, names: &Scope, site: Place) -> Option<Followed> {
        let Some(own) = self.own_name(name) else {
            return self.abroad(name, &mut |machine| machine.leave_context(name, names, site));
        };
        let function = self.functions.get(own).cloned().flatten()?;
        let halves = Halves::of(&function.node.body)?;
        self.follow_with(&function, None, Given::Names(names.apart()), site, &mut |machine| {
            halves.after.iter().any(|statement| machine.statement(statement))
        })
    }
}

/// What a function's body is walked with.
pub(super) enum Given<'g> {
    /// The arguments of a call.
    Arguments(&'g Arguments),
    /// Its names as they were.
    Names(Scope),
}
