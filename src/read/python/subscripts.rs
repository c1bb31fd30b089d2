//! Items of lists, dicts and texts: `value[key]`.

use ruff_python_ast::{Expr, ExprSubscript};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    callables::NAMESPACE,
    calls::Arguments,
    classes::{CLASS, Form, own_class},
    collections::{index, made_by_default},
    ini::SECTION,
    library::key_name,
    objects::positional,
    patterns::{MATCH, group},
    presence::present_or,
    resting::as_sure_as,
    text::one_of,
};
use crate::graph::value::{Data, Object, Reason, StepKind, Unknown, Value};

impl<'a> Machine<'a> {
    /// The same of an item, as it is written: `["name"]`.
    fn item_of_unknown(&self, unknown: &Unknown, key: &str, range: TextRange) -> Value {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\') || byte == b' ';
        if key.bytes().all(is_plain) {
            return self.part_of(unknown, &["[\"", key, "\"]"], range);
        }
        self.part_of(unknown, &[&format!("[{key:?}]")], range)
    }

    pub(super) fn subscript(&mut self, subscript: &'a ExprSubscript) -> Value {
        if subscript.value.is_call_expr()
            && let Some(value) = self.item_of_namespace(subscript)
        {
            return value;
        }
        let base = self.eval(&subscript.value);
        if let Expr::Slice(slice) = &*subscript.slice {
            let value = self.slice(&base, slice, subscript.range());
            return as_sure_as(value, &base);
        }
        let key = self.eval(&subscript.slice);
        self.item(&base, &key, subscript.range())
    }

    pub(super) fn item(&mut self, base: &Value, key: &Value, range: TextRange) -> Value {
        self.spend(1);
        let value = self.item_of(base, key, range);
        as_sure_as(as_sure_as(value, key), base)
    }

    fn item_of(&mut self, base: &Value, key: &Value, range: TextRange) -> Value {
        let place = self.place(range);
        match (&base.data, &key.data) {
            (Data::Object(_) | Data::List(_), Data::Guarded(guarded)) => {
                let (then, otherwise) =
                    (self.item(base, &guarded.then, range), self.item(base, &guarded.otherwise, range));
                Value::guarded(&guarded.when, then, otherwise)
            }
            (Data::Guarded(guarded), _) => {
                let (then, otherwise) =
                    (self.item(&guarded.then, key, range), self.item(&guarded.otherwise, key, range));
                Value::guarded(&guarded.when, then, otherwise)
            }
            (Data::Object(object), _)
                if let Some(class) = own_class(object)
                    && !self.holds_items(object, "__getitem__") =>
            {
                // A named tuple's fields stand in their order.
                if let Data::Number(at) = &key.data
                    && self.form_of(&format!("{CLASS}{class}")) == Form::Fields
                    && let Some(entry) = index(at.near(), object.entries.len()).and_then(|at| object.entries.get(at))
                {
                    return entry.value.clone();
                }
                let arguments = Arguments { positional: vec![positional(key.clone())], named: Object::default() };
                let followed = self.object_call(class, object, "__getitem__", &arguments, place);
                followed.map_or_else(|| self.unknown(Reason::RunTime, range), |followed| followed.value)
            }
            (Data::Object(found), _) if found.class.as_deref() == Some(MATCH) => {
                let part = key.plain_text().and_then(|which| group(found, &which));
                part.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            (Data::Object(object), Data::Number(at)) if object.class.as_deref() == Some(NAMESPACE) => {
                let at = index(at.near(), object.entries.len());
                let entry = at.and_then(|at| object.entries.get(at)).filter(|_| object.open.is_none());
                entry.map_or_else(|| self.unknown(Reason::RunTime, range), |entry| entry.value.clone())
            }
            (Data::Object(object), _) if let Some(name) = key_name(key) => match object.entry(&name) {
                Some(entry) => {
                    let value = present_or(&entry.value, &self.unknown(Reason::Invalid, range));
                    value.via(StepKind::Entry, name.clone(), entry.place)
                }
                None => match &object.open {
                    _ if object.class.as_deref() == Some(SECTION)
                        && let Some(entry) = object.entry(&name.to_lowercase()) =>
                    {
                        entry.value.clone()
                    }
                    Some(why) if let Some(made) = made_by_default(why) => Value::new(made, place),
                    Some(why) => self.item_of_unknown(why, &name, range),
                    None => {
                        if object.class.is_none() {
                            self.raises("KeyError");
                        }
                        self.unknown(Reason::Invalid, range)
                    }
                },
            },
            (Data::Object(object), _)
                if object.open.is_none() && !object.entries.is_empty() && !matches!(key.data, Data::Guarded(_)) =>
            {
                let values: Vec<&Value> = object.entries.iter().map(|entry| &entry.value).collect();
                let why = Unknown { reason: Reason::RunTime, name: self.short(range).into(), place };
                one_of(&values, why, place)
            }
            (Data::Text(text), Data::Number(at)) => {
                let letters: Vec<char> = text.chars().collect();
                match index(at.near(), letters.len()).and_then(|at| letters.get(at)) {
                    Some(letter) => Value::text(letter.to_string(), place),
                    None => self.unknown(Reason::Invalid, range),
                }
            }
            (Data::List(list), Data::Bool(at)) if list.open.is_none() => match list.items.get(usize::from(*at)) {
                Some(item) => item.clone(),
                None => self.unknown(Reason::Invalid, range),
            },
            (Data::List(list), Data::Number(number)) if list.open.is_none() => {
                #[allow(clippy::cast_possible_truncation, reason = "an index beyond i64 finds nothing anyway")]
                let at = number.near() as i64;
                let length = i64::try_from(list.items.len()).unwrap_or(i64::MAX);
                let at = if at < 0 { at + length } else { at };
                match usize::try_from(at).ok().and_then(|at| list.items.get(at)) {
                    Some(item) => item.clone(),
                    None => {
                        self.raises("IndexError");
                        self.unknown(Reason::Invalid, range)
                    }
                }
            }
            // What is asked of it does not make it known.
            (Data::Unknown(_), Data::Guarded(_)) => self.unknown(Reason::RunTime, range),
            (_, Data::Guarded(guarded)) => {
                let (then, otherwise) =
                    (self.item(base, &guarded.then, range), self.item(base, &guarded.otherwise, range));
                Value::guarded(&guarded.when, then, otherwise)
            }
            (Data::Symbol(symbol), Data::Text(name)) if symbol.starts_with(CLASS) => {
                let class = symbol.strip_prefix(CLASS).unwrap_or_default();
                self.class_constant(class, name).unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            (Data::Symbol(symbol), Data::Text(name)) if &**symbol == "os.environ" => {
                let unknown = || Value::variable(name, place);
                self.variable(name).unwrap_or_else(unknown)
            }
            (Data::Unknown(unknown), Data::Text(name)) => self.item_of_unknown(unknown, name, range),
            _ => self.unknown(Reason::RunTime, range),
        }
    }
}
