//! Calls of which nothing is known, and the functions that are handed over to them.

use ruff_python_ast::ExprCall;
use ruff_text_size::{Ranged, TextRange};

use super::{
    calls::Given,
    values::{Thing, Value},
    walker::Walker,
};
use crate::graph::fact::UNKNOWN_NAME;

impl<'a> Walker<'a> {
    /// A call of which nothing is known but what goes in: that may come out, and functions that are handed over are
    /// called (`Thread(target=…)`, `executor.submit(…)`, `map(…)`, `process_partial_response(record_handler=…)`).
    pub(super) fn unknown_call(
        &mut self,
        base: &Value<'a>,
        method: Option<&str>,
        given: &Given<'a>,
        call: &'a ExprCall,
    ) -> Value<'a> {
        if let Some(value) = self.of_container(base, method, given) {
            return value;
        }
        if let (Some("get"), Some(name)) = (method, given.positional.first()) {
            self.looked_up(base.from, &name.text().cloned().unwrap_or_else(|| UNKNOWN_NAME.into()));
        }
        let from = self.within(base).and(self.within_all(given));
        let mut value = Value::from(from);
        if let Some(at) = given.positional.iter().position(|value| self.is_callable(value)) {
            let handed = self.handed(Some(at), given);
            let range = call.arguments.args.get(at).map_or(call.range(), Ranged::range);
            let result = self.call_back(&given.positional[at].clone(), &handed, range, call);
            value.join(&result);
            return value;
        }
        for (name, callback) in &given.named {
            if !self.is_callable(callback) {
                continue;
            }
            let handed = match &**name {
                "target" => self.handed(None, given),
                // Something of what the other one is given.
                _ => Given { positional: vec![value.clone()], ..Given::default() },
            };
            let keyword = call.arguments.keywords.iter().find(|known| known.arg.as_deref() == Some(&**name));
            let range = keyword.map_or(call.range(), |keyword| keyword.value.range());
            let result = self.call_back(callback, &handed, range, call);
            value.join(&result);
        }
        value
    }

    /// Whether a call of it does something that is known.
    fn is_callable(&self, value: &Value<'a>) -> bool {
        value.things.iter().any(|thing| match thing {
            Thing::Function(_) | Thing::Lambda(..) => true,
            Thing::Method { is_client, .. } => *is_client,
            _ => false,
        })
    }

    fn call_back(
        &mut self,
        callback: &Value<'a>,
        handed: &Given<'a>,
        range: TextRange,
        call: &'a ExprCall,
    ) -> Value<'a> {
        let mut value = Value::default();
        for thing in &callback.things {
            let result = match thing {
                Thing::Function(function) => self.call_function(function, handed, Some(call.range())),
                Thing::Lambda(module, lambda) => self.call_lambda(*module, lambda, handed),
                Thing::Method { service, name, is_client } => self.method(service, name, *is_client, handed, range),
                _ => continue,
            };
            value.join(&result);
        }
        value
    }

    /// What a function gets that was handed to another one.
    fn handed(&mut self, at: Option<usize>, given: &Given<'a>) -> Given<'a> {
        let mut handed = Given::default();
        let named = |wanted: &str| given.named.iter().find(|(name, _)| &**name == wanted).map(|(_, value)| value);
        if let Some(arguments) = named("args") {
            for name in self.names_of(arguments) {
                let part = self.part(arguments, Some(&name));
                handed.positional.push(part);
            }
        } else {
            for value in given.positional.iter().skip(at.map_or(0, |at| at + 1)) {
                // One of them, for `map`; all, for `submit`.
                let mut either = value.clone();
                let part = self.part(value, None);
                either.join(&part);
                handed.positional.push(either);
            }
        }
        if let (Some(arguments), None) = (named("kwargs"), at) {
            for name in self.names_of(arguments) {
                let part = self.part(arguments, Some(&name));
                handed.named.push((name, part));
            }
        }
        let own = ["target", "args", "kwargs"];
        handed.named.extend(given.named.iter().filter(|(name, _)| !own.contains(&&**name)).cloned());
        handed
    }
}
