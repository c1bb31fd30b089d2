//! Environment variables: what the code itself sets, what a `.env` file sets, and defaults.

use ruff_python_ast::{Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments};
use crate::{
    graph::value::{Data, Object, Reason, StepKind, Unknown, Value},
    source::Place,
};

/// Stands for all variables, once one is set whose name is not known.
const ANY: &str = "*";

/// The name of a variable among those of the module.
fn slot(name: &str) -> String {
    ["os.environ[", name, "]"].concat()
}

impl<'a> Machine<'a> {
    /// A call that reads or sets environment variables; nothing for others.
    pub(super) fn environment_call(
        &mut self,
        symbol: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let place = self.place(call.range());
        match symbol {
            "decouple.config" => self.decoupled(call, arguments),
            "os.environ.get" | "os.getenv" => {
                let name = arguments.get("key", 0).and_then(Value::plain_text);
                if let Some(known) = name.as_ref().and_then(|name| self.set_variable_of(name)) {
                    return Some(known);
                }
                let may_be_set = name.as_ref().and_then(|name| self.variable(name));
                let name = name.unwrap_or_else(|| "?".into());
                Some(match arguments.get("default", 1) {
                    // Whoever runs the code may set it, and so may the code: it is the default unless somebody does.
                    Some(default) if !matches!(default.data, Data::Absent) => {
                        default.clone().via(StepKind::EnvironmentDefault, name, place)
                    }
                    _ if let Some(may_be_set) = may_be_set => may_be_set,
                    // `None`, unless somebody sets it. What a function is given, its template tells.
                    _ => {
                        let reason = if self.is_handler() { Reason::RunTime } else { Reason::NoDefault };
                        let unset = Unknown { reason, ..Unknown::variable(&name, place) };
                        Value::new(Data::Unknown(unset), place)
                    }
                })
            }
            "os.environ.setdefault" => {
                let (key, value) = (arguments.get("key", 0)?, arguments.get("value", 1)?);
                let Some(name) = key.plain_text() else {
                    self.set_variable(ANY, value.clone(), place);
                    return Some(self.unknown(Reason::RunTime, call.range()));
                };
                if let Some(known) = self.set_variable_of(&name) {
                    return Some(known);
                }
                let value = value.clone().via(StepKind::EnvironmentDefault, name.clone(), place);
                self.set_variable(&name, value.clone(), place);
                Some(value)
            }
            "os.environ.update" => {
                let first = arguments.positional.first().map(|argument| argument.value.clone());
                let named = Value::object(arguments.named.clone(), place);
                for given in first.iter().chain([&named]) {
                    match &given.data {
                        Data::Object(object) => {
                            self.spend(object.entries.len());
                            for entry in &object.entries {
                                self.set_variable(&entry.name, entry.value.clone(), entry.place);
                            }
                            if object.open.is_some() {
                                self.set_variable(ANY, given.clone(), place);
                            }
                        }
                        _ => self.set_variable(ANY, given.clone(), place),
                    }
                }
                Some(Value::absent(place))
            }
            "os.environ.pop" => {
                let name = arguments.get("key", 0)?.plain_text()?;
                let known = self.variable(&name);
                if let Some(scope) = self.scopes.first_mut() {
                    scope.remove(&slot(&name));
                }
                known.or_else(|| arguments.get("default", 1).cloned())
            }
            "dotenv.load_dotenv" => {
                let file = self.dotenv(arguments.get("dotenv_path", 0), call)?;
                let replaces = arguments.named.entry("override").is_some_and(|entry| entry.value.data.is_true());
                self.set_variables(&file, replaces);
                Some(Value::new(Data::Bool(true), place))
            }
            "dotenv.dotenv_values" => {
                self.dotenv(arguments.get("dotenv_path", 0), call).map(|file| Value::object(file, place))
            }
            _ => None,
        }
    }

    /// Whether the script is code of a Lambda function, or a module, which may be one of such code.
    fn is_handler(&self) -> bool {
        if self.quiet_at_first > 0 {
            return true;
        }
        let is_one = |definition: &StmtFunctionDef| {
            let parameters = &definition.parameters;
            let first = parameters.iter_non_variadic_params().next().map(|first| first.parameter.name.as_str());
            let takes_two = parameters.iter_non_variadic_params().count() > 1 || parameters.vararg.is_some();
            takes_two && (first == Some("event") || definition.name.as_str().ends_with("handler"))
        };
        self.suite.iter().any(|statement| statement.as_function_def_stmt().is_some_and(is_one))
    }

    /// The variables of a `.env` file: that which is named, or the nearest one.
    pub(super) fn dotenv(&mut self, path: Option<&Value>, call: &'a ExprCall) -> Option<Object> {
        let path = path.filter(|path| !matches!(path.data, Data::Absent)).cloned();
        let found = match path {
            Some(path) => self.variables_in(&path, call.range()),
            None => self.nearest_variables(),
        };
        match found?.data {
            Data::Object(file) => Some(file.as_ref().clone()),
            _ => None,
        }
    }

    /// Sets the variables of a file: those that are set already stay, unless it replaces them.
    pub(super) fn set_variables(&mut self, file: &Object, replaces: bool) {
        for entry in &file.entries {
            if replaces || self.set_variable_of(&entry.name).is_none() {
                let value = entry.value.clone();
                let value = value.via(StepKind::EnvironmentDefault, entry.name.clone(), entry.place);
                self.set_variable(&entry.name, value, entry.place);
            }
        }
    }

    /// A variable that the code set, or may have set.
    pub(super) fn variable(&self, name: &str) -> Option<Value> {
        let scope = self.scopes.first()?;
        let any = || {
            let binding = scope.get(&slot(ANY))?;
            Some(Value::variable(name, binding.place))
        };
        scope.get(&slot(name)).map(|binding| binding.value.clone()).or_else(any)
    }

    /// A variable that the code itself sets by its name.
    pub(super) fn set_variable_of(&self, name: &str) -> Option<Value> {
        self.scopes.first()?.get(&slot(name)).map(|binding| binding.value.clone())
    }

    /// `del os.environ[key]`; whether it was that.
    pub(super) fn unset_environment(&mut self, base: &'a Expr, key: &Value) -> bool {
        let is_environment = matches!(&self.eval(base).data, Data::Symbol(symbol) if &**symbol == "os.environ");
        if let (true, Some(name), Some(scope)) = (is_environment, key.plain_text(), self.scopes.first_mut()) {
            scope.remove(&slot(&name));
        }
        is_environment
    }

    /// `%env NAME=value` or `%set_env NAME value` of a notebook: what stands behind the name is the value as it is written.
    /// Names of Python in it, which IPython fills in, are not followed.
    pub(super) fn environment_command(&mut self, line: &str, place: Place) {
        let Some(given) = ["env ", "set_env "].iter().find_map(|command| line.strip_prefix(command)) else { return };
        let given = given.trim();
        let Some((name, value)) = given.split_once(if given.contains('=') { '=' } else { ' ' }) else { return };
        let (name, value) = (name.trim(), value.trim());
        let is_filled_in = |text: &str| text.contains(['$', '{']);
        let known = match is_filled_in(value) {
            true => Value::variable(name, place),
            false => Value::text(value, place),
        };
        self.set_variable(if is_filled_in(name) { ANY } else { name }, known, place);
    }

    pub(super) fn set_variable(&mut self, name: &str, value: Value, place: Place) {
        self.bind_in_module(slot(name), value, place);
    }

    /// `os.environ[key] = value`; whether it was that.
    pub(super) fn set_environment(&mut self, base: &'a Expr, key: &Value, value: &Value, place: Place) -> bool {
        let is_named = match base {
            Expr::Name(name) => name.id.as_str() == "environ",
            Expr::Attribute(attribute) => attribute.attr.as_str() == "environ",
            _ => false,
        };
        if !is_named || !matches!(&self.eval(base).data, Data::Symbol(symbol) if &**symbol == "os.environ") {
            return false;
        }
        let name = key.plain_text();
        self.set_variable(name.as_deref().unwrap_or(ANY), value.clone(), place);
        true
    }
}

impl Data {
    /// Whether it is `True`.
    fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }
}
