//! Conversions, and functions that catch mistakes.

use super::{Call, sets};
use crate::{
    graph::value::{Data, Object, Reason, Value},
    read::terraform::eval::{
        convert::{Outcome, Stop, boolean, invalid, list, number, object, text, unified},
        eval,
        partial::{in_branches, is_known, may_fail, mistake},
    },
    syntax::hcl::{Expr, Node},
};

/// `try(…)`: the first argument that is no mistake. One that may yet become a mistake leaves all undecided.
pub(super) fn attempt(call: &Call<'_>, arguments: &[Expr]) -> Value {
    let Some((first, rest)) = arguments.split_first() else {
        return Value::unknown(Reason::Invalid, "`try` in which each argument fails", call.place);
    };
    let value = eval(first, call.cx);
    in_branches(&[value], 0, call.place, &mut |values| {
        let value = &values[0];
        if mistake(value).is_some() {
            return attempt(call, rest);
        }
        // What is only named cannot fail. What is computed or taken out of an unknown can.
        if is_name(first) || !may_fail(value) {
            return value.clone();
        }
        let why = super::lists::reason(call, value);
        Value::unknown(why.reason, format!("try({}, …)", why.name()), why.place)
    })
}

/// `var.x`, `local.y`: the name itself, without a step into it.
fn is_name(expression: &Expr) -> bool {
    match &expression.node {
        Node::Attribute(base, _) => {
            matches!(&base.node, Node::Name(root) if matches!(&**root, "var" | "local" | "each" | "count"))
        }
        node => matches!(node, Node::Name(_)),
    }
}

pub(super) fn can(call: &Call<'_>, arguments: &[Expr]) -> Value {
    let [argument] = arguments else {
        return Value::unknown(Reason::Invalid, "`can` with other than one argument", call.place);
    };
    let value = eval(argument, call.cx);
    in_branches(&[value], 0, call.place, &mut |values| {
        let value = &values[0];
        if mistake(value).is_some() {
            return call.value(Data::Bool(false));
        }
        if is_name(argument) || !may_fail(value) {
            return call.value(Data::Bool(true));
        }
        let why = super::lists::reason(call, value);
        Value::unknown(why.reason, format!("can({})", why.name()), why.place)
    })
}

pub(super) fn same(_: &Call<'_>, values: &[Value]) -> Outcome {
    Ok(values[0].clone())
}

/// `issensitive(…)`: what is sensitive is not followed through names, but told where it is written.
pub(super) fn issensitive(call: &Call<'_>, arguments: &[Expr]) -> Value {
    let [argument] = arguments else {
        return Value::unknown(Reason::Invalid, "`issensitive` with other than one argument", call.place);
    };
    if mistake(&eval(argument, call.cx)).is_some() {
        return Value::unknown(Reason::Invalid, "`issensitive`, given a mistake,", call.place);
    }
    match &argument.node {
        Node::Call { name, .. } if &**name == "sensitive" => call.value(Data::Bool(true)),
        Node::Call { name, .. } if &**name == "nonsensitive" => call.value(Data::Bool(false)),
        _ if is_plain(argument) => call.value(Data::Bool(false)),
        _ => Value::unknown(Reason::Unsupported, "whether a value is sensitive", call.place),
    }
}

/// Whether nothing that may be sensitive is mentioned.
fn is_plain(expression: &Expr) -> bool {
    let mut open = vec![expression];
    while let Some(expression) = open.pop() {
        match &expression.node {
            Node::Name(_) => return false,
            Node::Call { name, .. } if matches!(&**name, "sensitive" | "ephemeralasnull") => return false,
            _ => expression.children(&mut |child| open.push(child)),
        }
    }
    true
}

/// A conversion: null stays null, and what is not known stays that same unknown.
fn converted(value: &Value, convert: impl Fn(&Value) -> Outcome<Data>) -> Outcome {
    if matches!(value.data, Data::Absent) {
        return Ok(value.clone());
    }
    match convert(value) {
        Ok(data) => Ok(Value { data, origin: value.origin.clone() }),
        Err(Stop::Undecided) => Ok(value.clone()),
        Err(stop) => Err(stop),
    }
}

pub(super) fn tobool(_: &Call<'_>, values: &[Value]) -> Outcome {
    converted(&values[0], |value| boolean(value).map(Data::Bool))
}

pub(super) fn tonumber(call: &Call<'_>, values: &[Value]) -> Outcome {
    converted(&values[0], |value| Ok(call.number(number(value)?)?.data))
}

pub(super) fn tostring(_: &Call<'_>, values: &[Value]) -> Outcome {
    converted(&values[0], |value| text(value).map(Data::Text))
}

pub(super) fn tolist(_: &Call<'_>, values: &[Value]) -> Outcome {
    converted(&values[0], |value| {
        let list = list(value)?;
        let items = unified(list.items.clone())?;
        Ok(Data::List(std::sync::Arc::new(crate::graph::value::List { items, open: list.open.clone() })))
    })
}

pub(super) fn toset(call: &Call<'_>, values: &[Value]) -> Outcome {
    match list(&values[0]) {
        Ok(list) => {
            let set = sets::set(call, list.items.clone(), list.open.clone())?;
            Ok(Value { data: set.data, origin: values[0].origin.clone() })
        }
        Err(_) if matches!(values[0].data, Data::Absent) => Ok(values[0].clone()),
        Err(Stop::Undecided) => Ok(values[0].clone()),
        Err(stop) => Err(stop),
    }
}

pub(super) fn tomap(_: &Call<'_>, values: &[Value]) -> Outcome {
    converted(&values[0], |value| {
        let object = object(value)?;
        let values = unified(object.entries.iter().map(|entry| entry.value.clone()).collect())?;
        if values.len() != object.entries.len() {
            return invalid("an object that is no map");
        }
        let mut map = Object::clone(object);
        for (entry, value) in map.entries.iter_mut().zip(values) {
            entry.value = value;
        }
        Ok(Data::Object(std::sync::Arc::new(map)))
    })
}

/// Whether all of a value is known, for functions that need it so.
pub(super) fn known(value: &Value) -> Outcome<&Value> {
    if is_known(value) { Ok(value) } else { Err(Stop::Undecided) }
}
