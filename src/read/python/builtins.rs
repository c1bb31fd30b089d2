//! Python's own functions and classes, and the methods of texts.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    calls::Arguments,
    enums::Into,
    expressions::composed,
    library::key_name,
    numbers,
    questions::FLAG,
    text::{format, pieces_of},
};
use crate::{
    graph::value::{Data, Entry, List, Object, Piece, Reason, StepKind, Value},
    source::Place,
};

impl<'a> Machine<'a> {
    /// A call of one of Python's own functions.
    pub(super) fn builtin(&mut self, name: &str, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let listed = self.with_lists(name, arguments);
        let arguments = listed.as_ref().unwrap_or(arguments);
        let (range, place) = (call.range(), self.place(call.range()));
        let first = arguments.positional.first().map(|argument| &argument.value);
        let known = self.builtin_of_values(name, call, arguments);
        let known = known.or_else(|| self.builtin_of_rounds(name, call, arguments));
        if let Some(value) = known.or_else(|| self.builtin_of_objects(name, call, arguments)) {
            return value;
        }
        if let ("str", Some(text)) = (name, first.and_then(|value| self.within_text(value, Into::Str))) {
            return text;
        }
        match (name, first.map(|value| &value.data)) {
            ("str", Some(Data::Text(_) | Data::Template(_) | Data::Number(_))) => match first {
                Some(Value { data: Data::Number(number), .. }) => Value::text(numbers::written(number), place),
                Some(value) => value.clone(),
                None => self.unknown(Reason::RunTime, range),
            },
            ("str" | "int" | "float" | "bool" | "list" | "tuple", Some(Data::Unknown(_))) => match first {
                Some(value) => value.clone(),
                None => self.unknown(Reason::RunTime, range),
            },
            ("int", Some(Data::Number(number))) => Value::number(number.near().trunc() + 0.0, place),
            ("float", Some(Data::Number(number))) => numbers::real(number.near(), place),
            ("int" | "float", Some(Data::Text(text))) => match text.trim().parse::<f64>() {
                Ok(number) if name == "float" && number.is_finite() => numbers::real(number, place),
                Ok(number) if text.trim().parse::<i64>().is_ok() => Value::number(number, place),
                _ => {
                    // Python also takes digits with `_` between them, and those of other scripts.
                    if text.bytes().all(|byte| byte.is_ascii() && byte != b'_') {
                        self.raises("ValueError");
                    }
                    self.unknown(Reason::Invalid, range)
                }
            },
            ("bool", Some(_)) => {
                let when = match (first, call.arguments.args.first()) {
                    (Some(value), Some(expression)) => self.truth(value, expression),
                    _ => self.open_at(range),
                };
                Value::guarded(&when, Value::new(Data::Bool(true), place), Value::new(Data::Bool(false), place))
            }
            ("dict", _) => {
                let mut object = Object::default();
                let named = Value::object(arguments.named.clone(), place);
                let pairs = first.and_then(of_pairs);
                for other in pairs.as_ref().or(first).into_iter().chain([&named]) {
                    self.merge(&mut object, other, range);
                }
                Value::object(object, place)
            }
            ("dict.fromkeys", Some(Data::List(keys))) if keys.open.is_none() => {
                let value = arguments.get("", 1).cloned().unwrap_or_else(|| Value::absent(place));
                let pair = |key: &Value| Value::list(vec![key.clone(), value.clone()], place);
                let pairs = Value::list(keys.items.iter().map(pair).collect(), place);
                of_pairs(&pairs).unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            ("iter", Some(_)) if arguments.positional.len() == 1 => {
                let iterated = first.and_then(|value| self.iterated(value, place));
                iterated.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            ("exec", Some(_)) => self.executed(call, arguments),
            ("object.__new__", Some(Data::Symbol(_))) => {
                let made = first.and_then(|class| self.bare_object(class, place));
                made.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            ("list" | "tuple", Some(Data::List(list))) => Value::new(Data::List(Arc::new(List::clone(list))), place),
            #[allow(clippy::cast_precision_loss, reason = "no list is that long")]
            ("len", Some(Data::List(list))) if list.open.is_none() => Value::number(list.items.len() as f64, place),
            // Who runs the script may give it arguments.
            ("len", Some(Data::Symbol(symbol))) if &**symbol == "sys.argv" => match self.openly {
                0 => Value::number(1.0, place).via(StepKind::OptionDefault, "len(sys.argv)", place),
                _ => Value::unknown(Reason::RunTime, [FLAG, "len(sys.argv)`"].concat(), place),
            },
            ("len", Some(Data::Unknown(unknown))) => self.computed_call(name, unknown, place),
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// A method of a text.
    pub(super) fn text_method(&mut self, base: &Value, name: &str, arguments: &Arguments, range: TextRange) -> Value {
        let place = self.place(range);
        let first = arguments.positional.first().map(|argument| &argument.value);
        let text = match &base.data {
            Data::Text(text) => Some(text.clone()),
            _ => None,
        };
        if let Some(found) = text.as_ref().and_then(|text| self.text_search(name, text, arguments, range)) {
            return found;
        }
        match (name, text) {
            ("format", Some(text)) => {
                self.spend(text.len() / 2);
                let values: Vec<Value> = arguments.positional.iter().map(|argument| argument.value.clone()).collect();
                let values = self.all_within_text(&values, Into::Field);
                format(&text, &values, &self.named_within_text(&arguments.named), place)
            }
            ("format_map", Some(text)) => {
                let mut named = Object::default();
                if let Some(first) = first {
                    self.merge(&mut named, first, range);
                }
                format(&text, &[], &named, place)
            }
            ("join", Some(separator)) => {
                let listed = first.map(|value| self.listed(value));
                match listed.and_then(|listed| self.items(&listed)) {
                    Some(items) => joined(&items, &separator, place),
                    None => self.unknown(Reason::RunTime, range),
                }
            }
            ("lower", Some(text)) => Value::text(text.to_lowercase(), place),
            ("upper", Some(text)) => Value::text(text.to_uppercase(), place),
            ("replace", Some(text)) => {
                match (first.and_then(Value::plain_text), arguments.get("new", 1).and_then(Value::plain_text)) {
                    (Some(old), Some(new)) if !old.is_empty() && arguments.get("count", 2).is_some() => {
                        match arguments.get("count", 2).and_then(super::library::number) {
                            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
                            Some(count) if (0.0..1e6).contains(&count) => {
                                Value::text(text.replacen(&*old, &new, count as usize), place)
                            }
                            _ => self.unknown(Reason::RunTime, range),
                        }
                    }
                    (Some(old), Some(new)) if !old.is_empty() => {
                        let pieces =
                            text.split(&*old).flat_map(|part| [Piece::Text(new.clone()), Piece::Text(part.into())]);
                        Value::template(pieces.skip(1), place)
                    }
                    _ => self.unknown(Reason::RunTime, range),
                }
            }
            ("split", Some(text)) => match first.and_then(Value::plain_text) {
                Some(separator) if !separator.is_empty() && arguments.get("maxsplit", 1).is_none() => {
                    Value::list(text.split(&*separator).map(|part| Value::text(part, place)).collect(), place)
                }
                _ => self.text_parts(name, &text, arguments, range),
            },
            ("startswith", Some(text)) => match first.and_then(Value::plain_text) {
                Some(prefix) => Value::new(Data::Bool(text.starts_with(&*prefix)), place),
                None => self.unknown(Reason::RunTime, range),
            },
            (_, Some(text)) => self.text_parts(name, &text, arguments, range),
            _ => self.unknown(Reason::RunTime, range),
        }
    }
}

/// The dict of a list of pairs; nothing for what is none.
pub(super) fn of_pairs(pairs: &Value) -> Option<Value> {
    let Data::List(list) = &pairs.data else { return None };
    let mut object = Object { open: list.open.clone(), ..Object::default() };
    for pair in &list.items {
        let Data::List(pair) = &pair.data else { return None };
        let [key, value] = &pair.items[..] else { return None };
        object.set(Entry { name: key_name(key)?, place: key.origin.place, value: value.clone() });
    }
    Some(Value::object(object, pairs.origin.place))
}

/// Texts with a separator between them.
pub(super) fn joined(parts: &[Value], separator: &str, place: Place) -> Value {
    let mut pieces = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            pieces.push(Piece::Text(separator.into()));
        }
        pieces.extend(pieces_of(part.clone()));
    }
    composed(Value::template(pieces, place), &parts.iter().collect::<Vec<_>>())
}
