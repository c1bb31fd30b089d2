//! Terraform's conversions between texts, numbers and truth values, and why a value could not be had.

use std::{borrow::Cow, sync::Arc};

use unicode_normalization::UnicodeNormalization;

use crate::graph::{
    number::Number,
    value::{Data, List, Object, Reason, Unknown, Value},
    wide::NoNumber,
};

/// Why there is no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stop {
    /// It is wrong: what is wrong with it.
    Invalid(Cow<'static, str>),
    /// It depends on something that is not known.
    Undecided,
    /// mllint does not evaluate it: what.
    Unsupported(Cow<'static, str>),
    /// It is beyond the bounds: what.
    Limit(Cow<'static, str>),
    /// It is this unknown.
    As(Unknown),
}

/// A value, or why there is none.
pub(super) type Outcome<T = Value> = Result<T, Stop>;

/// Something wrong.
pub(super) fn invalid<T>(what: impl Into<Cow<'static, str>>) -> Outcome<T> {
    Err(Stop::Invalid(what.into()))
}

/// A text as Terraform keeps it: letters and their accents are one character where there is one.
pub(super) fn composed_text(text: &str) -> Cow<'_, str> {
    match text.is_ascii() || unicode_normalization::is_nfc(text) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.nfc().collect()),
    }
}

/// A text, from texts, numbers and truth values.
pub(super) fn text(value: &Value) -> Outcome<Arc<str>> {
    match &value.data {
        Data::Text(text) => Ok(text.clone()),
        // Terraform has numbers without end, which can be passed on and never be shown.
        Data::Number(number) if number.is_endless() => invalid("a number without end"),
        Data::Number(number) => Ok(number.text().into()),
        Data::Bool(holds) => Ok(if *holds { "true" } else { "false" }.into()),
        Data::List(_) | Data::Object(_) => invalid("a collection where a text is needed"),
        _ => open(value, "text"),
    }
}

/// A number, from numbers and texts that are one.
pub(super) fn number(value: &Value) -> Outcome<Number> {
    match &value.data {
        Data::Number(number) => Ok(number.clone()),
        Data::Text(text) => parse_number(text),
        Data::Bool(_) | Data::List(_) | Data::Object(_) => invalid("no number"),
        _ => open(value, "number"),
    }
}

/// A number as Go's `float64`.
pub(super) fn float(value: &Value) -> Outcome<f64> {
    match number(value)? {
        number if number.is_wide() && number.near().is_infinite() => invalid("a number that is too large"),
        number => Ok(number.near()),
    }
}

/// A whole number.
pub(super) fn whole(value: &Value) -> Outcome<i64> {
    number(value)?.to_i64().map_or_else(|| invalid("no whole number"), Ok)
}

/// A truth value, from truth values and their texts.
pub(super) fn boolean(value: &Value) -> Outcome<bool> {
    match &value.data {
        Data::Bool(holds) => Ok(*holds),
        Data::Text(text) => match &**text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => invalid(format!("`{text}` where a truth value is needed")),
        },
        Data::Number(_) | Data::List(_) | Data::Object(_) => invalid("no truth value"),
        _ => open(value, "truth value"),
    }
}

/// A list, closed or open.
pub(super) fn list(value: &Value) -> Outcome<&Arc<List>> {
    match &value.data {
        Data::List(list) => Ok(list),
        Data::Text(_) | Data::Template(_) | Data::Number(_) | Data::Bool(_) | Data::Object(_) => invalid("no list"),
        _ => open(value, "list").map(|never: Never| match never {}),
    }
}

/// The items of a closed list.
pub(super) fn items(value: &Value) -> Outcome<&[Value]> {
    let list = list(value)?;
    if list.open.is_some() { Err(Stop::Undecided) } else { Ok(&list.items) }
}

/// A map or object, closed or open.
pub(super) fn object(value: &Value) -> Outcome<&Arc<Object>> {
    match &value.data {
        Data::Object(object) => Ok(object),
        Data::Text(_) | Data::Template(_) | Data::Number(_) | Data::Bool(_) | Data::List(_) => invalid("no object"),
        _ => open(value, "object").map(|never: Never| match never {}),
    }
}

/// A closed map or object.
pub(super) fn entries(value: &Value) -> Outcome<&Object> {
    let object = object(value)?;
    if object.open.is_some() { Err(Stop::Undecided) } else { Ok(object) }
}

/// No value is of this type.
enum Never {}

/// What a value that is no known scalar or collection comes to.
fn open<T>(value: &Value, wanted: &str) -> Outcome<T> {
    match &value.data {
        Data::Absent => invalid(format!("null where a {wanted} is needed")),
        Data::Unknown(unknown) if unknown.reason == Reason::Invalid => Err(Stop::As(unknown.clone())),
        _ => Err(Stop::Undecided),
    }
}

/// A number as Terraform reads it in a text.
pub(super) fn parse_number(text: &str) -> Outcome<Number> {
    Number::parse(text).map_err(|fault| match fault {
        NoNumber::Text => Stop::Invalid(format!("`{text}` where a number is needed").into()),
        NoNumber::Size => Stop::Limit("a number of many digits".into()),
    })
}

/// A type, as far as conversions need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A truth value.
    Bool,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list, set or tuple.
    List,
    /// A map or object.
    Object,
    /// It cannot be told, or null.
    Any,
}

impl Shape {
    /// The shape of a value.
    pub(super) fn of(value: &Value) -> Self {
        match &value.data {
            Data::Bool(_) => Self::Bool,
            Data::Number(_) => Self::Number,
            Data::Text(_) | Data::Template(_) => Self::Text,
            Data::List(_) => Self::List,
            Data::Object(_) => Self::Object,
            Data::Guarded(guarded) => match (Self::of(&guarded.then), Self::of(&guarded.otherwise)) {
                (one, two) if one == two => one,
                _ => Self::Any,
            },
            Data::Absent | Data::Unknown(_) | Data::Symbol(_) | Data::Reference(_) => Self::Any,
        }
    }

    /// The type that values of both can be converted to; nothing when there is none.
    pub(super) fn with(self, other: Self) -> Option<Self> {
        match (self, other) {
            (one, two) if one == two => Some(one),
            (Self::Any, one) | (one, Self::Any) => Some(one),
            (Self::Text, Self::Bool | Self::Number) | (Self::Bool | Self::Number, Self::Text) => Some(Self::Text),
            _ => None,
        }
    }
}

/// Brings values to one type, as lists and maps need it and as the two sides of a conditional do.
pub(super) fn unified(values: Vec<Value>) -> Outcome<Vec<Value>> {
    unify(values, 0)
}

fn unify(mut values: Vec<Value>, depth: usize) -> Outcome<Vec<Value>> {
    let mut shape = Shape::Any;
    for value in &values {
        let Some(both) = shape.with(Shape::of(value)) else {
            return invalid("values of types that cannot be brought together");
        };
        shape = both;
    }
    if depth > 8 {
        return Ok(values);
    }
    match shape {
        Shape::Text => {
            for value in &mut values {
                if matches!(value.data, Data::Number(_) | Data::Bool(_)) {
                    value.data = Data::Text(text(value)?);
                }
            }
        }
        // What is within the collections has one type too, if there is one.
        Shape::List => unify_inner(&mut values, &|_| true, depth),
        Shape::Object => unify_objects(&mut values, depth),
        _ => {}
    }
    Ok(values)
}

/// Objects with the same names agree name by name; others have to be maps, whose values all agree.
fn unify_objects(values: &mut [Value], depth: usize) {
    let names = |value: &Value| -> Option<Vec<Arc<str>>> {
        object(value).ok().map(|object| object.entries.iter().map(|entry| entry.name.clone()).collect())
    };
    let all: Vec<Vec<Arc<str>>> = values.iter().filter_map(names).collect();
    let alike = all.windows(2).all(|pair| pair[0] == pair[1]);
    match (alike, all.first()) {
        (true, Some(first)) => first.iter().for_each(|name| unify_inner(values, &|other| other == name, depth)),
        _ => unify_inner(values, &|_| true, depth),
    }
}

/// Brings the chosen items or entries of all collections to one type. Those that have none are left as they are.
fn unify_inner(values: &mut [Value], chosen: &dyn Fn(&Arc<str>) -> bool, depth: usize) {
    let parts = values.iter().flat_map(|value| -> Vec<Value> {
        match &value.data {
            Data::List(list) => list.items.clone(),
            Data::Object(object) => {
                object.entries.iter().filter(|entry| chosen(&entry.name)).map(|entry| entry.value.clone()).collect()
            }
            _ => Vec::new(),
        }
    });
    let Ok(parts) = unify(parts.collect(), depth + 1) else { return };
    let mut parts = parts.into_iter();
    for value in values {
        match &mut value.data {
            Data::List(list) => {
                Arc::make_mut(list).items.iter_mut().zip(&mut parts).for_each(|(item, part)| *item = part)
            }
            Data::Object(object) => {
                let entries = Arc::make_mut(object).entries.iter_mut().filter(|entry| chosen(&entry.name));
                entries.zip(&mut parts).for_each(|(entry, part)| entry.value = part);
            }
            _ => {}
        }
    }
}
