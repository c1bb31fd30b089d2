//! Members of enumerations within texts. A member that is a text or a number as well is written as one, or by its name:
//! that depends on how it gets into the text, and on the version of Python.

use std::{borrow::Cow, sync::Arc};

use ruff_python_ast::{Expr, Stmt};

use super::{
    Machine,
    classes::{Class, Form, MEMBER},
};
use crate::{
    graph::value::{Data, List, Object, Reason, Value},
    source::Place,
};

/// How a member is written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// By `str` and `%s`; nothing where versions of Python differ.
    by_name: Option<Arc<str>>,
    /// Whether a field of a text is filled with its value in all versions.
    fills_value: bool,
}

/// How a value gets into a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Into {
    /// `str(value)`, `f"{value!s}"`.
    Str,
    /// `"%s" % value`, or `%d` for a number.
    Percent,
    /// `f"{value}"`, `"{}".format(value)`.
    Field,
}

impl<'a> Machine<'a> {
    /// Notes the members of an enumeration that are texts or numbers, and are not written as such.
    pub(super) fn note_members(&mut self, class: &Class<'a>) {
        if class.form != Form::PlainEnum || class.bases.iter().any(|base| &**base == "enum.StrEnum") {
            return;
        }
        let name = class.node.name.as_str();
        if self.writes_values(name) == Some(true) {
            return;
        }
        let is_own = self.writes_values(name).is_some();
        let is_int = class.bases.iter().any(|base| &**base == "enum.IntEnum");
        for (member, value, _) in &class.constants {
            let by_name = (!is_int && !is_own).then(|| format!("{name}.{member}").into());
            self.members.insert(value.origin.place, Written { by_name, fills_value: is_int && !is_own });
        }
    }

    /// Whether a class says that its members are written as their values; nothing where it does not say anything.
    fn writes_values(&mut self, class: &str) -> Option<bool> {
        let methods = ["__format__", "__str__"].map(|name| self.method_of(class, name));
        let method = match methods {
            [None, None] => return None,
            [None, Some(method)] => method,
            _ => return Some(false),
        };
        let is_value = |expression: &Expr| match expression {
            Expr::Attribute(attribute) => matches!(attribute.attr.as_str(), "value" | "_value_"),
            _ => false,
        };
        Some(match &method.function.node.body[..] {
            [Stmt::Return(returned)] => returned.value.as_deref().is_some_and(|value| match value {
                Expr::Call(call) => match (&*call.func, &*call.arguments.args) {
                    (Expr::Name(function), [only]) => function.id.as_str() == "str" && is_value(only),
                    _ => false,
                },
                other => is_value(other),
            }),
            _ => false,
        })
    }

    /// What a value is within a text, if it is a member of an enumeration, or an object that says so.
    pub(super) fn within_text(&mut self, value: &Value, into: Into) -> Option<Value> {
        match &value.data {
            Data::Object(member) => {
                let Some(class) = member.class.as_deref()?.strip_prefix(MEMBER).map(str::to_owned) else {
                    return self.text_of_object(value, into);
                };
                match self.writes_values(&class) {
                    Some(true) => Some(member.entry("value")?.value.clone()),
                    None if self.classes.contains_key(&*class) => {
                        let name = member.entry("name")?.value.plain_text()?;
                        Some(Value { data: Data::Text(format!("{class}.{name}").into()), origin: value.origin.clone() })
                    }
                    _ => None,
                }
            }
            Data::Text(_) | Data::Number(_) if !self.members.is_empty() => {
                let known = self.members.get(&value.origin.place)?;
                let data = match (&known.by_name, into) {
                    (_, Into::Field) if known.fills_value => return None,
                    (Some(name), Into::Str) => Data::Text(name.clone()),
                    (Some(name), Into::Percent) if matches!(value.data, Data::Text(_)) => Data::Text(name.clone()),
                    _ => {
                        let why = "a member of an enumeration as text";
                        return Some(Value::unknown(Reason::Unsupported, why, value.origin.place));
                    }
                };
                Some(Value { data, origin: value.origin.clone() })
            }
            _ => None,
        }
    }

    /// The value of a member that is a text or a number, which is no member any more.
    pub(super) fn value_of_member(&self, member: &Value, place: Place) -> Value {
        if self.members.is_empty() { member.clone() } else { Value::new(member.data.clone(), place) }
    }

    /// What `%` fills a text with.
    pub(super) fn percent_values<'v>(&mut self, values: &'v Value) -> Cow<'v, Value> {
        let is_one = |value: &Value| matches!(&value.data, Data::Object(object) if object.class.is_some());
        let may_be_one = match &values.data {
            Data::List(list) => list.items.iter().any(is_one),
            _ => is_one(values),
        };
        if self.members.is_empty() && !may_be_one {
            return Cow::Borrowed(values);
        }
        let data = match &values.data {
            Data::List(list) if list.open.is_none() => {
                let items = self.all_within_text(&list.items, Into::Percent);
                Data::List(Arc::new(List { items, open: None }))
            }
            _ => return self.within_text(values, Into::Percent).map_or(Cow::Borrowed(values), Cow::Owned),
        };
        Cow::Owned(Value { data, origin: values.origin.clone() })
    }

    /// The same of what fields of a text are named by.
    pub(super) fn named_within_text(&mut self, named: &Object) -> Object {
        let mut named = named.clone();
        for entry in &mut named.entries {
            if let Some(text) = self.within_text(&entry.value, Into::Field) {
                entry.value = text;
            }
        }
        named
    }

    /// Values for a text, with those of members in their place.
    pub(super) fn all_within_text(&mut self, values: &[Value], into: Into) -> Vec<Value> {
        values.iter().map(|value| self.within_text(value, into).unwrap_or_else(|| value.clone())).collect()
    }
}
