//! Functions that wait until the module has been walked: those that no call has led to by then are walked once each, with
//! arguments that are not known, or the defaults of those that nobody seems to give.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::{
    Machine,
    functions::Frame,
    mentions::{Mentions, Waiting},
    scope::Scope,
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Reason, StepKind, Unknown, Value},
    },
    source::Place,
};

/// How often functions that others may call are put off, until those are walked that have been defined meanwhile.
const MAX_WAITS: usize = 4;

/// A function whose body waits.
pub(super) struct Pending<'a> {
    definition: &'a StmtFunctionDef,
    name: Arc<str>,
    /// The class that it is a method of.
    class: Option<Arc<str>>,
    enclosing: Vec<Scope>,
}

/// What a function that waits is given as its event, as an unknown.
const EVENT: &str = "argument `event`";

/// Whether an unknown is the event that a handler is given, or a part of it.
pub(super) fn is_of_event(unknown: &Unknown) -> bool {
    let name = unknown.name();
    name.strip_prefix(&EVENT[..EVENT.len() - 1]).is_some_and(|rest| rest.starts_with(['`', '[', '.']))
}

impl<'a> Machine<'a> {
    /// `event.get("size", "ml.m5.large")`: whoever calls the handler may give another one.
    pub(super) fn default_of_event(&mut self, call: &'a ExprCall) -> Option<Value> {
        if call.arguments.len() != 2 {
            return None;
        }
        let arguments = self.arguments(call);
        let key = arguments.get("key", 0)?.plain_text()?;
        let default = arguments.get("default", 1).filter(|default| !matches!(default.data, Data::Absent))?;
        // Where a condition is asked again for another value than the default, this is what is forgotten.
        let slot: Arc<str> = format!("(event)[{key}]@{}", call.range().start().to_u32()).into();
        let is_forgotten = |value: &Value| matches!(value.data, Data::Unknown(_) | Data::Guarded(_));
        if let Some(known) = self.lookup(&slot).filter(|known| is_forgotten(&known.value)) {
            return Some(known.value.clone());
        }
        let place = self.place(call.range());
        let value = default.clone().via(StepKind::OptionDefault, key, place);
        self.scopes.last_mut()?.bind(slot, value.clone(), place);
        Some(value)
    }

    /// A function or method that was defined: it waits for the end of the module.
    pub(super) fn queue_function(&mut self, definition: &'a StmtFunctionDef, name: Arc<str>, class: Option<Arc<str>>) {
        let start = definition.range().start().to_u32();
        if self.quiet > 0 || self.is_exhausted(definition.range()) || !self.queued.insert(start) {
            return;
        }
        let enclosing = if self.function.is_empty() {
            Vec::new()
        } else {
            self.spend_names();
            self.scopes.iter().map(Scope::apart).collect()
        };
        self.pending.push_back(Pending { definition, name, class, enclosing });
    }

    /// Walks the functions that wait, and those that wait then.
    pub(super) fn waiting_functions(&mut self) {
        let seen = self.scopes[0].seen_by_functions();
        let mut round = 0;
        self.has_doubles = !self.pending.is_empty() && self.tests_with_doubles();
        while !self.pending.is_empty() {
            // Those that no other one mentions come first: they may call the others, with arguments that are known.
            let waiting: Vec<Pending<'a>> = self.pending.drain(..).collect();
            let waiting: Vec<Pending<'a>> = waiting.into_iter().filter(|one| !self.is_walked(one)).collect();
            let called = |one: &Pending<'a>| match (one.definition.name.as_str(), &one.class) {
                ("__init__", Some(class)) => class.clone(),
                (name, _) => name.into(),
            };
            let names: Vec<Arc<str>> = waiting.iter().map(called).collect();
            let asked = waiting.iter().zip(&names).map(|(one, name)| {
                let class = one.class.as_ref().and_then(|class| Some(self.classes.get(class)?.as_ref()?.node));
                let is_outermost = one.enclosing.is_empty() && class.is_some() == one.class.is_some();
                Waiting { node: one.definition, name, class, is_outermost }
            });
            let modules: Vec<&str> = self.module_names.iter().map(|(name, _)| &**name).collect();
            let mentions = Mentions::of(&asked.collect::<Vec<_>>(), &seen, &modules);
            let mut names = names.iter();
            let is_called =
                |one: &Pending<'a>| names.next().is_some_and(|name| mentions.elsewhere(one.definition, name));
            let (called, first): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_called);
            let is_busy = |one: &Pending<'a>| !mentions.is_idle(one.definition);
            let has_first = !first.is_empty();
            first.into_iter().filter(is_busy).for_each(|one| self.function_body(one, &seen));
            let called = called.into_iter().filter(is_busy);
            // So may functions that were defined by then.
            if has_first && round < MAX_WAITS && !self.pending.is_empty() {
                self.pending.extend(called);
            } else {
                called.for_each(|one| self.function_body(one, &seen));
            }
            round += 1;
        }
    }

    /// Whether a call led to a function.
    fn is_walked(&self, pending: &Pending<'a>) -> bool {
        self.making.contains_key(&self.place(pending.definition.range()))
    }

    /// Walks the body of a function; `seen` is what functions see of the module.
    fn function_body(&mut self, pending: Pending<'a>, seen: &Scope) {
        let range = pending.definition.range();
        if self.is_walked(&pending) || self.is_exhausted(range) {
            return;
        }
        self.spend_names();
        let mut scopes = pending.enclosing;
        if scopes.is_empty() {
            scopes = vec![seen.clone()];
        }
        self.walked_from = self.part.resources.len();
        let outer = std::mem::replace(&mut self.scopes, scopes);
        let guard = std::mem::replace(&mut self.guard, Formula::True);
        let is_quiet = u32::from(self.is_rehearsal(pending.definition, pending.class.as_ref()));
        self.quiet += is_quiet;
        let receiver = pending.class.as_ref().and_then(|class| self.receiver_of(class, pending.definition));
        let (whole, class) = (self.place(range), pending.class.clone());
        self.frames.push(Frame::of(whole, pending.definition, class, receiver.is_some()));
        self.function.push(pending.name.clone());
        let mut scope = Scope::default();
        self.bind_parameters(&pending.name, pending.definition, &mut scope, receiver);
        self.scopes.push(scope);
        self.block(&pending.definition.body);
        self.quiet -= is_quiet;
        self.scopes = outer;
        self.function.pop();
        self.frames.pop();
        self.exits.clear();
        self.guard = guard;
    }

    /// Parameters are unknown, but for what their defaults say where nobody seems to give another value.
    pub(super) fn bind_parameters(
        &mut self,
        function: &str,
        definition: &'a StmtFunctionDef,
        scope: &mut Scope,
        mut receiver: Option<Value>,
    ) {
        let parameters = &definition.parameters;
        let mut given = self.given_by_decorators(definition);
        let skipped = usize::from(receiver.is_some());
        let by_position = parameters.posonlyargs.len() + parameters.args.len();
        for (at, parameter) in parameters.iter_non_variadic_params().enumerate() {
            let name: Arc<str> = parameter.parameter.name.as_str().into();
            let place = self.place(parameter.parameter.range());
            let at = at.checked_sub(skipped).filter(|at| at + skipped < by_position);
            let value = match (receiver.take(), parameter.default.as_deref()) {
                (Some(receiver), _) => receiver,
                (None, _) if let Some(known) = given.remove(&name) => known,
                (None, Some(default)) if !self.callers_of(function, definition).give(&name, at) => {
                    self.argument_default(function, default, &name, place)
                }
                (None, _) => Value::unknown(Reason::RunTime, format!("argument `{name}`"), place),
            };
            scope.bind(name, value, place);
        }
        for parameter in [&parameters.vararg, &parameters.kwarg].into_iter().flatten() {
            let place = self.place(parameter.range());
            let name: Arc<str> = parameter.name.as_str().into();
            scope.bind(name.clone(), Value::unknown(Reason::RunTime, format!("arguments `{name}`"), place), place);
        }
    }

    /// The default of an argument that nothing in the file gives.
    fn argument_default(&mut self, function: &str, default: &'a Expr, name: &Arc<str>, place: Place) -> Value {
        let value = self.default_of(function, name, default);
        match value.data {
            // `None` stands for "not given": callers that matter give something.
            Data::Absent => Value::unknown(Reason::RunTime, format!("argument `{name}`"), place),
            _ => value.via(StepKind::OptionDefault, name.clone(), place),
        }
    }
}
