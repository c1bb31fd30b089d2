//! Calls of the script's own functions: what they return, where that can be worked out.

use std::sync::Arc;

use ruff_python_ast::{ExprCall, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments, scope::Scope};
use crate::graph::{
    guard::Formula,
    value::{Data, Entry, List, Object, Reason, Value},
};

/// How deep calls of functions are followed.
const MAX_CALLS: u32 = 6;
/// Most calls of functions that are followed in a file: each walks the function's body again.
const MAX_FOLLOWED: u32 = 2_000;

/// A function whose result is being worked out.
#[derive(Default)]
pub(super) struct Frame {
    /// What it returned so far, each under the condition that it got there.
    returned: Vec<(Formula, Value)>,
}

impl<'a> Machine<'a> {
    /// Remembers a function by its name, for calls of it. A name that is defined twice could be either.
    pub(super) fn remember_function(&mut self, definition: &'a StmtFunctionDef) {
        let known = self.functions.entry(definition.name.as_str().into()).or_insert(Some(definition));
        if known.is_some_and(|known| known.range() != definition.range()) {
            *known = None;
        }
    }

    /// Notes what `return` hands back, if a call is being followed.
    pub(super) fn returns(&mut self, value: Value) {
        let guard = self.guard.clone();
        if let Some(frame) = self.frames.last_mut() {
            frame.returned.push((guard, value));
        }
    }

    /// What a call of one of the script's own functions returns. The body is walked with the arguments of this call;
    /// the resources in it are those of the function itself and are not made again.
    pub(super) fn call_function(&mut self, name: &str, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let range = call.range();
        let definition = self.functions.get(name).copied().flatten();
        let plain = definition.filter(|definition| !definition.is_async && definition.decorator_list.is_empty());
        let depth = u32::try_from(self.frames.len()).unwrap_or(u32::MAX);
        let Some(definition) = plain.filter(|_| depth < MAX_CALLS && self.followed < MAX_FOLLOWED) else {
            return self.outside(call, arguments);
        };
        self.followed += 1;
        let Some(scope) = self.bound(definition, arguments) else { return self.outside(call, arguments) };
        self.spend_names();
        let base = self.scopes.first().cloned().unwrap_or_default();
        let base = if self.function.is_empty() { base } else { base.seen_by_functions() };
        let outer = std::mem::replace(&mut self.scopes, vec![base, scope]);
        let guard = std::mem::replace(&mut self.guard, Formula::True);
        self.module_depth += 1;
        self.frames.push(Frame::default());
        let ended = self.block(&definition.body);
        let frame = self.frames.pop().unwrap_or_default();
        self.module_depth -= 1;
        self.guard = guard;
        self.scopes = outer;
        // The function may have changed the lists and dicts that it was handed.
        self.outside(call, arguments);
        self.result(frame, ended, range)
    }

    /// The first `return` that was reached counts; without one the result is `None`.
    fn result(&self, mut frame: Frame, ended: bool, range: ruff_text_size::TextRange) -> Value {
        if ended && let Some((guard, _)) = frame.returned.last_mut() {
            // Where no path falls off the end, the last `return` is that of all that is left.
            *guard = Formula::True;
        }
        let mut result = Value::absent(self.place(range));
        for (guard, value) in frame.returned.into_iter().rev() {
            // An object that the function makes belongs to the function; its name means nothing here.
            let value = if has_reference(&value) { self.unknown(Reason::RunTime, range) } else { value };
            result = super::branches::either(&guard, &value, &result);
        }
        result
    }

    /// The parameters of a function with the arguments of a call; nothing where they do not fit.
    fn bound(&mut self, definition: &'a StmtFunctionDef, arguments: &Arguments) -> Option<Scope> {
        let mut scope = Scope::default();
        let parameters = &definition.parameters;
        let mut positional = arguments.positional.iter();
        let mut named = arguments.named.clone();
        for (parameter, by_position) in
            (parameters.posonlyargs.iter().chain(&parameters.args).map(|parameter| (parameter, true)))
                .chain(parameters.kwonlyargs.iter().map(|parameter| (parameter, false)))
        {
            let name: Arc<str> = parameter.parameter.name.as_str().into();
            let place = self.place(parameter.range());
            let given = by_position.then(|| positional.next()).flatten().map(|argument| argument.value.clone());
            let value = match (given, named.entry(&name), &parameter.default, &named.open) {
                (Some(value), ..) => value,
                (None, Some(entry), ..) => entry.value.clone(),
                (None, None, _, Some(_)) => self.unknown(Reason::RunTime, parameter.range()),
                (None, None, Some(default), None) => self.eval(default),
                (None, None, None, None) => return None,
            };
            named.entries.retain(|entry| entry.name != name);
            scope.bind(name, value, place);
        }
        let rest: Vec<Value> = positional.map(|argument| argument.value.clone()).collect();
        match &parameters.vararg {
            Some(parameter) => {
                let list = List { items: rest, open: named.open.clone() };
                let place = self.place(parameter.range());
                scope.bind(parameter.name.as_str().into(), Value::new(Data::List(Arc::new(list)), place), place);
            }
            None if !rest.is_empty() => return None,
            None => {}
        }
        match &parameters.kwarg {
            Some(parameter) => {
                let place = self.place(parameter.range());
                let entries: Vec<Entry> = named.entries;
                let object = Object { entries, open: named.open, class: None };
                scope.bind(parameter.name.as_str().into(), Value::object(object, place), place);
            }
            None if !named.entries.is_empty() => return None,
            None => {}
        }
        Some(scope)
    }
}

fn has_reference(value: &Value) -> bool {
    let mut found = false;
    crate::graph::each_reference(value, &mut |_| found = true);
    found
}
