//! Settings that libraries read from the environment and from a `.env` file: pydantic's settings, `decouple`, `environs`.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::{Machine, calls::Arguments, classes::Class, config_files::Form, conversions::truth, objects::positional};
use crate::graph::value::{Data, Entry, Object, Reason, StepKind, Value};

/// The classes of two libraries that read the environment.
const READERS: [&str; 2] = ["environs.Env", "environ.Env"];

/// Where the fields of a class of settings have their values from.
#[derive(Default)]
pub(super) struct Given {
    /// What stands before the name of a field.
    prefix: Arc<str>,
    /// The variables of its file.
    file: Object,
}

impl<'a> Machine<'a> {
    /// What a class of settings says of its file.
    pub(super) fn settings_of_class(&mut self, lineage: &[Arc<Class<'a>>], arguments: &Arguments) -> Given {
        let mut given = Given::default();
        if let Some(prefix) = self.setting_of_class(lineage, "env_prefix").and_then(|prefix| prefix.plain_text()) {
            given.prefix = prefix;
        }
        let told = arguments.named.entry("_env_file").map(|entry| entry.value.clone());
        let Some(path) = told.or_else(|| self.setting_of_class(lineage, "env_file")) else { return given };
        let paths = match &path.data {
            Data::List(list) => list.items.clone(),
            _ => vec![path],
        };
        // The last file that sets a variable is the one that counts.
        for path in paths {
            if let Some(Data::Object(file)) = self.variables_in(&path, TextRange::default()).map(|file| file.data) {
                file.entries.iter().for_each(|entry| given.file.set(entry.clone()));
            }
        }
        given
    }

    /// A setting of `model_config`, or of the class `Config` within a class.
    fn setting_of_class(&mut self, lineage: &[Arc<Class<'a>>], name: &str) -> Option<Value> {
        let mut written: Option<&'a Expr> = None;
        for class in lineage {
            let config = class.constants.iter().find(|(known, ..)| &**known == "model_config");
            if let Some(entry) = config.and_then(|(_, value, _)| value.entry(name)) {
                return Some(entry.value.clone());
            }
            let inner = class.node.body.iter().filter_map(Stmt::as_class_def_stmt);
            let inner = inner.filter(|inner| inner.name.as_str() == "Config").flat_map(|inner| &inner.body);
            let is_it = |target: &Expr| target.as_name_expr().is_some_and(|target| target.id.as_str() == name);
            for statement in inner {
                match statement {
                    Stmt::Assign(assign) if assign.targets.iter().any(is_it) => written = Some(&assign.value),
                    Stmt::AnnAssign(assign) if is_it(&assign.target) => written = assign.value.as_deref(),
                    _ => {}
                }
            }
            if written.is_some() {
                break;
            }
        }
        written.map(|value| self.eval(value))
    }

    /// The value of a field: what the code sets in the environment, else what the file has. Nothing where neither has it.
    pub(super) fn setting(
        &mut self,
        given: &Given,
        lineage: &[Arc<Class<'a>>],
        (name, annotation): (&str, &'a Expr),
    ) -> Option<Value> {
        let variable = match named_otherwise(lineage, name) {
            Some(named) => self.eval(named).plain_text()?.to_string(),
            None => [&*given.prefix, name].concat(),
        };
        let set = [variable.to_uppercase(), variable.clone()].iter().find_map(|name| self.set_variable_of(name));
        // Upper and lower case are one.
        let entry = given.file.entries.iter().rev().find(|entry| entry.name.eq_ignore_ascii_case(&variable));
        let value = set.or_else(|| entry.map(of_file))?;
        Some(self.as_field(annotation, value))
    }

    /// What a text is that is given to a field.
    fn as_field(&mut self, annotation: &'a Expr, value: Value) -> Value {
        let Data::Text(text) = value.data.clone() else { return value };
        let place = value.origin.place;
        let data = match annotation {
            Expr::Name(name) => match name.id.as_str() {
                "str" => return value,
                "bool" => truth(&text).map(Data::Bool),
                "int" | "float" => {
                    self.converted(&["builtins.", name.id.as_str()].concat(), &text, place).map(|made| made.data)
                }
                _ => None,
            },
            // `bool | None`.
            Expr::BinOp(either) if either.op == Operator::BitOr => {
                let side = if either.left.is_none_literal_expr() { &either.right } else { &either.left };
                return self.as_field(side, value);
            }
            Expr::Subscript(of) => {
                let name = match &*of.value {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(name) => name.attr.as_str(),
                    _ => "",
                };
                match (name, &*of.slice) {
                    ("Optional", inner) => return self.as_field(inner, value),
                    ("Annotated", Expr::Tuple(parts)) if let Some(inner) = parts.elts.first() => {
                        return self.as_field(inner, value);
                    }
                    ("Literal", _) => return value,
                    ("list" | "List" | "dict" | "Dict", _) => {
                        self.parsed_at(&text, Form::Json, place).map(|made| made.data)
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        match data {
            Some(data) => Value { data, origin: value.origin },
            None => Value::unknown(Reason::Unsupported, "a setting of the environment", place),
        }
    }

    /// `config(name, default=…, cast=…)` of `decouple`: the environment, then the nearest `.env` file, then the default.
    pub(super) fn decoupled(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let place = self.place(call.range());
        let name = arguments.get("option", 0).and_then(Value::plain_text)?;
        let known = self.set_variable_of(&name).or_else(|| match self.nearest_variables()?.data {
            Data::Object(file) => file.entry(&name).map(of_file),
            _ => None,
        });
        let default = || {
            let default = arguments.get("default", 1)?.clone();
            Some(default.via(StepKind::EnvironmentDefault, name.clone(), place))
        };
        let Some(value) = known.or_else(default) else { return Some(Value::variable(&name, place)) };
        let Some(kind) = arguments.get("cast", 2) else { return Some(value) };
        let Data::Text(text) = &value.data else { return Some(value) };
        let made = match &kind.data {
            Data::Symbol(symbol) if &**symbol == "builtins.bool" => truth(text).map(Data::Bool),
            Data::Symbol(symbol) if symbol.starts_with("builtins.") => {
                self.converted(symbol, text, place).map(|made| made.data)
            }
            _ => {
                let given = Arguments { positional: vec![positional(value.clone())], ..Arguments::default() };
                self.run_value(kind, &given, place).map(|made| made.data)
            }
        };
        Some(match made {
            Some(data) => Value { data, origin: value.origin },
            None => self.unknown(Reason::RunTime, call.range()),
        })
    }

    /// A call of a reader of the environment: `env = Env()`, `env.read_env()`, `env("NAME", default)`, `env.bool("NAME", default)`.
    pub(super) fn env_call(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let place = self.place(call.range());
        let rest = READERS.iter().find_map(|reader| symbol.strip_prefix(reader))?;
        if rest.is_empty() {
            return Some(Value::new(Data::Symbol([symbol, "()"].concat().into()), place));
        }
        let kind = rest.strip_prefix("()").unwrap_or(rest).trim_start_matches('.');
        if kind == "read_env" {
            let path = arguments.get("path", 0).or_else(|| arguments.named.entry("env_file").map(|entry| &entry.value));
            let path = path.cloned();
            if let Some(file) = self.dotenv(path.as_ref(), call) {
                let told = ["override", "overwrite"].iter().find_map(|name| arguments.named.entry(name));
                self.set_variables(&file, told.is_some_and(|told| matches!(told.value.data, Data::Bool(true))));
            }
            return Some(Value::absent(place));
        }
        // Names within `with env.prefixed(…)` have more before them.
        if self.source.text().contains(".prefixed(") {
            return None;
        }
        let name = arguments.get("name", 0).or_else(|| arguments.named.entry("var").map(|entry| &entry.value));
        let name = name.and_then(Value::plain_text)?;
        let Some(value) = self.set_variable_of(&name) else {
            let default = arguments.get("default", 1).cloned();
            let default = default.map(|default| default.via(StepKind::EnvironmentDefault, name.clone(), place));
            return Some(default.unwrap_or_else(|| Value::variable(&name, place)));
        };
        let Data::Text(text) = value.data.clone() else { return Some(value) };
        let data = match kind {
            "" | "str" | "path" => return Some(value),
            "bool" => truth(&text).map(Data::Bool),
            "int" | "float" => self.converted(&["builtins.", kind].concat(), &text, place).map(|made| made.data),
            "json" => self.parsed_at(&text, Form::Json, place).map(|made| made.data),
            "list" if arguments.named.entry("subcast").is_none() => {
                let part = |part: &str| Value::text(part.trim(), value.origin.place);
                Some(Value::list(text.split(',').map(part).collect(), place).data)
            }
            _ => None,
        };
        data.map(|data| Value { data, origin: value.origin })
    }
}

/// The variable of a field that has another name: `Field(…, env="KIND")`.
fn named_otherwise<'a>(lineage: &[Arc<Class<'a>>], name: &str) -> Option<&'a Expr> {
    let fields = lineage.iter().flat_map(|class| &class.node.body).filter_map(Stmt::as_ann_assign_stmt);
    let mut fields =
        fields.filter(|field| field.target.as_name_expr().is_some_and(|target| target.id.as_str() == name));
    let call = fields.find_map(|field| field.value.as_deref()?.as_call_expr())?;
    let env = call.arguments.keywords.iter().find(|keyword| keyword.arg.as_deref() == Some("env"))?;
    Some(&env.value)
}

/// A variable of a `.env` file: whoever runs the code may set another value.
fn of_file(entry: &Entry) -> Value {
    entry.value.clone().via(StepKind::EnvironmentDefault, entry.name.clone(), entry.place)
}
