//! Names that code binds by their text: `globals()["T"] = …`, `exec(…)`.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, ExprSubscript};
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments, objects::positional, statements::names_assigned};
use crate::{
    graph::value::{Data, Entry, Object, Reason, StepKind, Value},
    source::Place,
    syntax::python,
};

/// Longest text that `exec` is followed for.
const MAX_CODE: usize = 64 << 10;

/// Whose names a call hands out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Module,
    /// Those of a function: what is set there changes none of them.
    Function,
}

impl<'a> Machine<'a> {
    /// Whose names `globals()`, `locals()` or `vars()` hands out; nothing for another expression.
    fn namespace(&self, expression: &Expr) -> Option<Whose> {
        let Expr::Call(call) = expression else { return None };
        let Expr::Name(name) = &*call.func else { return None };
        if !call.arguments.is_empty() || self.lookup(name.id.as_str()).is_some() {
            return None;
        }
        match name.id.as_str() {
            "globals" => Some(Whose::Module),
            "locals" | "vars" => Some(if self.frames.is_empty() { Whose::Module } else { Whose::Function }),
            _ => None,
        }
    }

    /// Whether an expression is one of these calls.
    pub(super) fn is_namespace(&self, expression: &Expr) -> bool {
        self.namespace(expression).is_some()
    }

    /// `globals()[key] = value`; whether it was that.
    pub(super) fn set_in_namespace(&mut self, base: &Expr, key: &Value, value: &Value, place: Place) -> bool {
        let Some(whose) = self.namespace(base) else { return false };
        if whose == Whose::Module {
            match key.plain_text() {
                Some(name) => self.bind_in_module(name, value.clone(), place),
                None => self.forget_names(None, place),
            }
        }
        true
    }

    /// `vars(object)[key] = value`, `object.__dict__[key] = value`; whether it was that.
    pub(super) fn set_in_fields(
        &mut self,
        subscript: &'a ExprSubscript,
        key: &Value,
        value: &Value,
        place: Place,
    ) -> bool {
        let target = match &*subscript.value {
            Expr::Attribute(fields) if fields.attr.as_str() == "__dict__" => &*fields.value,
            Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "vars") => {
                match &*call.arguments.args {
                    [object] if call.arguments.keywords.is_empty() => object,
                    _ => return false,
                }
            }
            _ => return false,
        };
        let mut fields = Object::default();
        match key.plain_text() {
            Some(name) => fields.set(Entry { name, place, value: value.clone() }),
            None => fields.open = Some(self.why(subscript.range())),
        }
        let given = Arguments { positional: vec![positional(Value::object(fields, place))], named: Object::default() };
        self.update_fields(target, &given, subscript.range());
        true
    }

    /// `globals().update(…)`.
    pub(super) fn update_namespace(&mut self, base: &Expr, arguments: &Arguments, place: Place) {
        if self.namespace(base) != Some(Whose::Module) {
            return;
        }
        let first = arguments.positional.first().map(|argument| &argument.value.data);
        let given: &[Entry] = match first {
            Some(Data::Object(object)) if object.open.is_none() => &object.entries,
            None => &[],
            Some(_) => {
                self.forget_names(None, place);
                &[]
            }
        };
        if arguments.named.open.is_some() {
            self.forget_names(None, place);
        }
        for entry in given.iter().chain(&arguments.named.entries) {
            self.bind_in_module(entry.name.clone(), entry.value.clone(), place);
        }
    }

    /// `globals()[key]`; nothing for an item of something else.
    pub(super) fn item_of_namespace(&mut self, subscript: &'a ExprSubscript) -> Option<Value> {
        let whose = self.namespace(&subscript.value)?;
        let name = self.eval(&subscript.slice).plain_text()?;
        let scope = if whose == Whose::Module { self.scopes.first() } else { self.scopes.last() };
        let binding = scope?.get(&name)?;
        Some(match &binding.value.data {
            Data::Symbol(_) | Data::Reference(_) | Data::Unknown(_) => binding.value.clone(),
            _ => binding.value.clone().via(StepKind::Variable, name, binding.place),
        })
    }

    /// `exec(code)`: the names that it assigns may have any value.
    pub(super) fn executed(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let place = self.place(call.range());
        // It may have names of its own.
        if arguments.positional.len() == 1 && arguments.named.entries.is_empty() {
            let code = arguments.positional.first().map(|argument| &argument.value);
            let text = match code {
                Some(Value { data: Data::Text(text), .. }) => Some(text.clone()),
                Some(code) => self.text_of_file(code, call.range()),
                None => None,
            };
            let parsed = text.filter(|text| text.len() <= MAX_CODE).map(|text| {
                self.spend(text.len() / 2);
                names_assigned(&python::parse(&text).suite)
            });
            self.forget_names(parsed.as_deref(), place);
        }
        Value::absent(place)
    }

    /// Binds a name of the module, whatever function is at hand.
    pub(super) fn bind_in_module(&mut self, name: impl AsRef<str> + Into<Arc<str>>, value: Value, place: Place) {
        let value = self.rested(value);
        if let Some(scope) = self.scopes.first_mut() {
            scope.bind(name, value, place);
        }
    }

    /// Some names, or all that hold values, may be bound to others.
    fn forget_names(&mut self, names: Option<&[Arc<str>]>, place: Place) {
        let Some(scope) = self.scopes.last_mut() else { return };
        let all: Vec<Arc<str>> = match names {
            Some(names) => names.to_vec(),
            None => {
                let values = scope.names().filter(|(_, known)| !matches!(known.value.data, Data::Symbol(_)));
                values.map(|(name, _)| name.clone()).collect()
            }
        };
        for name in &all {
            scope.bind(name.clone(), Value::unknown(Reason::Control, format!("`{name}`"), place), place);
        }
        self.spend(all.len());
    }
}
