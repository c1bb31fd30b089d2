//! Texts that become truth values, numbers and literals: `strtobool`, `ast.literal_eval`, the types of arguments and settings.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, Number, Stmt, UnaryOp};
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments, config_files::Form, expressions::composed, library::key_name, numbers::real};
use crate::{
    graph::value::{Data, Entry, Object, Reason, Value},
    source::Place,
    syntax::python,
};

/// How deep a literal is nested at most.
const MAX_DEPTH: usize = 16;
/// Longest text of a literal.
const MAX_TEXT: usize = 16 << 10;

impl<'a> Machine<'a> {
    /// A call of a function that makes something of a text; nothing for others.
    pub(super) fn conversion_call(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let name = name_of(symbol)?;
        let given = arguments.positional.first().map(|argument| argument.value.clone())?;
        Some(self.converted_value(name, &given, call, 0))
    }

    fn converted_value(&mut self, name: &str, given: &Value, call: &'a ExprCall, depth: usize) -> Value {
        let place = self.place(call.range());
        match &given.data {
            Data::Text(text) => {
                let made = self.converted(name, text, place);
                composed(made.unwrap_or_else(|| self.unknown(Reason::Invalid, call.range())), &[given])
            }
            // It is no other than the text that is not known.
            Data::Unknown(_) => given.clone(),
            Data::Guarded(guarded) if depth < MAX_DEPTH => {
                let then = self.converted_value(name, &guarded.then, call, depth + 1);
                let otherwise = self.converted_value(name, &guarded.otherwise, call, depth + 1);
                Value { origin: given.origin.clone(), ..Value::guarded(&guarded.when, then, otherwise) }
            }
            _ => self.unknown(Reason::RunTime, call.range()),
        }
    }

    /// What a function of Python's, or of one of its libraries, makes of a text; nothing where that is not known.
    pub(super) fn converted(&mut self, symbol: &str, text: &Arc<str>, place: Place) -> Option<Value> {
        self.spend(text.len() / 8);
        Some(match name_of(symbol).unwrap_or(symbol) {
            "builtins.int" | "builtins.float" => {
                let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
                if symbol.ends_with("float") { real(number, place) } else { Value::number(number, place) }
            }
            "builtins.bool" => Value::new(Data::Bool(!text.is_empty()), place),
            "builtins.str" => Value::text(text.clone(), place),
            "strtobool" => Value::number(f64::from(u8::from(truth(text)?)), place),
            "literal_eval" if text.len() <= MAX_TEXT => {
                let parsed = python::parse(text.trim());
                match &parsed.suite[..] {
                    [Stmt::Expr(only)] if parsed.faults.is_empty() => literal(&only.value, place, 0)?,
                    _ => return None,
                }
            }
            "json.loads" => self.parsed_at(text, Form::Json, place)?,
            _ => return None,
        })
    }
}

/// The functions that are known by several names.
fn name_of(symbol: &str) -> Option<&'static str> {
    match symbol {
        "distutils.util.strtobool" | "setuptools._distutils.util.strtobool" | "setuptools.distutils.util.strtobool" => {
            Some("strtobool")
        }
        "ast.literal_eval" => Some("literal_eval"),
        "strtobool" | "literal_eval" => Some(if symbol == "strtobool" { "strtobool" } else { "literal_eval" }),
        _ => None,
    }
}

/// A text as a truth value, as `strtobool`, pydantic and others have it; nothing for other texts.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" | "t" | "true" | "on" | "1" => Some(true),
        "n" | "no" | "f" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// The value of a literal, all of it at one place; nothing for what is none.
fn literal(expression: &Expr, place: Place, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    let all = |items: &[Expr]| items.iter().map(|item| literal(item, place, depth + 1)).collect::<Option<Vec<_>>>();
    Some(match expression {
        Expr::StringLiteral(literal) => Value::text(literal.value.to_str(), place),
        Expr::BooleanLiteral(literal) => Value::new(Data::Bool(literal.value), place),
        Expr::NoneLiteral(_) => Value::absent(place),
        Expr::NumberLiteral(literal) => match &literal.value {
            #[allow(clippy::cast_precision_loss, reason = "settings are small numbers")]
            Number::Int(int) => Value::number(int.as_i64()? as f64, place),
            Number::Float(float) => real(*float, place),
            Number::Complex { .. } => return None,
        },
        Expr::UnaryOp(operation) if operation.op == UnaryOp::USub => {
            match literal(&operation.operand, place, depth + 1)?.data {
                Data::Number(number) if number.is_real() => real(-number.near(), place),
                Data::Number(number) => Value::number(-number.near(), place),
                _ => return None,
            }
        }
        Expr::List(list) => Value::list(all(&list.elts)?, place),
        Expr::Tuple(tuple) => Value::list(all(&tuple.elts)?, place),
        Expr::Set(set) => Value::list(all(&set.elts)?, place),
        Expr::Dict(dict) => {
            let mut object = Object::default();
            for item in &dict.items {
                let name = key_name(&literal(item.key.as_ref()?, place, depth + 1)?)?;
                object.set(Entry { name, place, value: literal(&item.value, place, depth + 1)? });
            }
            Value::object(object, place)
        }
        _ => return None,
    })
}
