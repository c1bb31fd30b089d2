//! Types of variables, and values converted to them.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::eval::{is_known, order};
use crate::{
    graph::{
        number::Number,
        value::{Data, Entry, Guarded, List, Object, Reason, Value},
        wide::NoNumber,
    },
    source::Place,
    syntax::hcl::{Expr, Node},
};

/// Types nested deeper than this are taken as `any`.
const MAX_DEPTH: usize = 32;

/// A type as a variable declares it.
#[derive(Debug)]
pub(super) enum Type {
    /// Whatever it is given.
    Any,
    String,
    Number,
    Bool,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Tuple(Vec<Type>),
    Object(Vec<Field>),
}

/// An attribute of an object type.
#[derive(Debug)]
pub(super) struct Field {
    name: Arc<str>,
    kind: Type,
    /// Whether it may be left out.
    optional: bool,
    /// What it is then.
    default: Option<Value>,
}

impl Type {
    /// The type that an expression names; `default` evaluates the defaults of optional attributes.
    pub(super) fn of(expression: &Expr, default: &dyn Fn(&Expr) -> Value) -> Self {
        Self::nested(expression, default, 0)
    }

    fn nested(expression: &Expr, default: &dyn Fn(&Expr) -> Value, depth: usize) -> Self {
        if depth > MAX_DEPTH {
            return Self::Any;
        }
        let inner = |expression: &Expr| Box::new(Self::nested(expression, default, depth + 1));
        match &expression.node {
            Node::Name(name) => Self::named(name),
            // As it was written before Terraform 0.12.
            Node::Text(name) => Self::named(name),
            Node::Call { name, arguments, .. } => match (&**name, &arguments[..]) {
                ("list", [item]) => Self::List(inner(item)),
                ("set", [item]) => Self::Set(inner(item)),
                ("map", [item]) => Self::Map(inner(item)),
                ("tuple", [Expr { node: Node::List(items), .. }]) => {
                    Self::Tuple(items.iter().map(|item| *inner(item)).collect())
                }
                ("object", [Expr { node: Node::Object(fields), .. }]) => {
                    Self::Object(fields.iter().filter_map(|field| Field::of(field, default, depth + 1)).collect())
                }
                _ => Self::Any,
            },
            _ => Self::Any,
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "string" => Self::String,
            "number" => Self::Number,
            "bool" => Self::Bool,
            "list" => Self::List(Box::new(Self::Any)),
            "set" => Self::Set(Box::new(Self::Any)),
            "map" => Self::Map(Box::new(Self::Any)),
            _ => Self::Any,
        }
    }
}

impl Field {
    fn of((key, kind): &(Expr, Expr), default: &dyn Fn(&Expr) -> Value, depth: usize) -> Option<Self> {
        let name = match &key.node {
            Node::Text(name) | Node::Name(name) => Arc::from(&**name),
            _ => return None,
        };
        if let Node::Call { name: function, arguments, .. } = &kind.node
            && &**function == "optional"
        {
            let kind = arguments.first().map_or(Type::Any, |kind| Type::nested(kind, default, depth));
            return Some(Self { name, kind, optional: true, default: arguments.get(1).map(default) });
        }
        Some(Self { name, kind: Type::nested(kind, default, depth), optional: false, default: None })
    }
}

/// A value as a variable of a type holds it.
pub(super) fn convert(value: Value, kind: &Type) -> Value {
    let Value { data, origin } = value;
    let place = origin.place;
    let data = match (data, kind) {
        // What is not known has the type by the time it is.
        (data @ (Data::Absent | Data::Unknown(_) | Data::Symbol(_)), _) | (data, Type::Any) => data,
        (Data::Guarded(guarded), kind) => Data::Guarded(Arc::new(Guarded {
            when: guarded.when.clone(),
            then: convert(guarded.then.clone(), kind),
            otherwise: convert(guarded.otherwise.clone(), kind),
        })),
        (data, Type::String | Type::Number | Type::Bool) => primitive(data, kind, place),
        (Data::Reference(reference), _) => Data::Reference(reference),
        (Data::List(list), Type::List(item)) => Data::List(Arc::new(items(&list, item))),
        (Data::List(list), Type::Set(item)) => Data::List(Arc::new(distinct(items(&list, item)))),
        (Data::List(list), Type::Tuple(kinds)) => {
            let converted = list.items.iter().zip(kinds.iter().chain(std::iter::repeat(&Type::Any)));
            let items = converted.map(|(item, kind)| convert(item.clone(), kind)).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        (Data::Object(object), Type::Map(item)) => Data::Object(Arc::new(entries(&object, item))),
        (Data::Object(object), Type::Object(fields)) => Data::Object(Arc::new(fitted(&object, fields, place))),
        (_, _) => invalid(place),
    };
    Value { data, origin }
}

fn invalid(place: Place) -> Data {
    Value::unknown(Reason::Invalid, "a value of another type than its variable", place).data
}

fn primitive(data: Data, kind: &Type, place: Place) -> Data {
    match (data, kind) {
        (Data::Number(number), Type::String) => Data::Text(number.text().into()),
        (Data::Bool(value), Type::String) => Data::Text(if value { "true" } else { "false" }.into()),
        (data @ (Data::Text(_) | Data::Template(_) | Data::Reference(_)), Type::String)
        | (data @ (Data::Template(_) | Data::Reference(_)), _)
        | (data @ Data::Number(_), Type::Number)
        | (data @ Data::Bool(_), Type::Bool) => data,
        (Data::Text(text), Type::Number) => match Number::parse(&text) {
            Ok(number) => Data::Number(number),
            Err(NoNumber::Size) => Value::unknown(Reason::Limit, "a number of many digits", place).data,
            Err(NoNumber::Text) => invalid(place),
        },
        (Data::Text(text), Type::Bool) => match &*text {
            "true" | "1" => Data::Bool(true),
            "false" | "0" => Data::Bool(false),
            _ => invalid(place),
        },
        _ => invalid(place),
    }
}

fn items(list: &List, kind: &Type) -> List {
    let mut items: Vec<Value> = list.items.iter().map(|item| convert(item.clone(), kind)).collect();
    if matches!(kind, Type::Any) {
        unify(items.iter_mut());
    }
    List { items, open: list.open.clone() }
}

fn entries(object: &Object, kind: &Type) -> Object {
    let converted = |entry: &Entry| Entry { value: convert(entry.value.clone(), kind), ..entry.clone() };
    let mut entries: Vec<Entry> = object.entries.iter().map(converted).collect();
    entries.sort_by(|left, right| left.name.cmp(&right.name));
    if matches!(kind, Type::Any) {
        unify(entries.iter_mut().map(|entry| &mut entry.value));
    }
    Object { entries, open: object.open.clone(), class: None }
}

/// The items of a list of any type have one: where one is a text, numbers and truth values are texts too.
fn unify<'v>(values: impl Iterator<Item = &'v mut Value>) {
    let values: Vec<&mut Value> = values.collect();
    let is_text = |value: &&mut Value| matches!(value.data, Data::Text(_) | Data::Template(_));
    let is_scalar = |value: &&mut Value| is_text(value) || matches!(value.data, Data::Number(_) | Data::Bool(_));
    if !values.iter().all(is_scalar) || !values.iter().any(is_text) {
        return;
    }
    for value in values {
        if let Some(text) = value.plain_text() {
            value.data = Data::Text(text);
        }
    }
}

/// A list as a set: without repeats, and in order where all items are known.
fn distinct(list: List) -> List {
    let mut items = list.items;
    let mut seen: FxHashSet<(u8, Arc<str>)> = FxHashSet::default();
    items.retain(|item| match item.plain_text() {
        Some(text) => seen.insert((rank(item), text)),
        None => true,
    });
    if items.iter().all(is_known) {
        items.sort_by(order::compare);
        items.dedup_by(|one, other| order::compare(one, other).is_eq());
    }
    List { items, open: list.open }
}

fn rank(value: &Value) -> u8 {
    match value.data {
        Data::Bool(_) => 0,
        Data::Number(_) => 1,
        _ => 2,
    }
}

/// An object with just the attributes of its type.
fn fitted(object: &Object, fields: &[Field], place: Place) -> Object {
    let mut fitted = Object { entries: Vec::with_capacity(fields.len()), open: object.open.clone(), class: None };
    for field in fields {
        let given = object.entry(&field.name);
        let is_null = given.is_some_and(|entry| matches!(entry.value.data, Data::Absent));
        let value = match (given, &field.default) {
            (None, _) if object.open.is_some() => continue,
            (_, Some(default)) if given.is_none() || is_null => convert(default.clone(), &field.kind),
            (Some(entry), _) => convert(entry.value.clone(), &field.kind),
            (None, _) if field.optional => Value::absent(place),
            (None, _) => Value::unknown(Reason::Invalid, format!("attribute `{}`", field.name), place),
        };
        let place = given.map_or(value.origin.place, |entry| entry.place);
        fitted.entries.push(Entry { name: field.name.clone(), place, value });
    }
    fitted.entries.sort_by(|left, right| left.name.cmp(&right.name));
    fitted
}
