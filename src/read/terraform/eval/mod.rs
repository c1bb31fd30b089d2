//! Terraform expressions → values, as far as the files tell them.

mod collections;
mod convert;
mod cx;
mod functions;
mod loops;
mod number;
mod operators;
pub(super) mod order;
mod partial;
mod templates;
#[cfg(test)]
mod tests;

pub use cx::{Budget, Cx, Names};
pub(super) use functions::render;

use crate::{
    graph::value::{Data, Reason, Value},
    source::{Place, Span},
    syntax::hcl::{Expr, Node, Part},
};

/// A value with more parts than this is not kept: locals that double each other reach any size in a few lines.
const MAX_WEIGHT: usize = 200_000;

/// The value of an expression. What cannot be known is unknown with its reason; what is wrong is `Invalid`.
pub fn evaluate(expression: &Expr, cx: &Cx<'_>) -> Value {
    let value = eval(expression, cx);
    if matches!(&value.data, Data::Number(number) if number.is_endless()) {
        return Value::unknown(Reason::Invalid, "a number without end", cx.place(expression.span));
    }
    if partial::is_bounded(&value, MAX_WEIGHT, cx) {
        return value;
    }
    let limit = cx.limit("a value with very many parts", expression.span);
    Value::new(Data::Unknown(limit), cx.place(expression.span))
}

/// Whether all of a value is known.
pub(super) fn is_known(value: &Value) -> bool {
    partial::is_known(value)
}

/// The text of a template's parts. Where the template is a single interpolation, its value.
pub fn template(parts: &[Part], cx: &Cx<'_>) -> Value {
    templates::template(parts, cx.place(Span::default()), cx)
}

fn eval(expression: &Expr, cx: &Cx<'_>) -> Value {
    let place = cx.place(expression.span);
    let Some(cx) = &cx.deeper() else {
        return Value::new(Data::Unknown(cx.limit("a deep or long expression", expression.span)), place);
    };
    match &expression.node {
        Node::Null => Value::absent(place),
        Node::Bool(holds) => Value::new(Data::Bool(*holds), place),
        Node::Number(number) => Value::number(*number, place),
        Node::Digits(written) => match convert::parse_number(written) {
            Ok(number) if cx.afford(operators::WIDE_STEPS) => Value::number(number, place),
            _ => Value::new(Data::Unknown(cx.limit("a number of many digits", expression.span)), place),
        },
        Node::Text(text) => Value::text(convert::composed_text(text), place),
        Node::Template(parts) => templates::template(parts, place, cx),
        Node::List(items) => Value::list(items.iter().map(|item| eval(item, cx)).collect(), place),
        Node::Object(entries) => collections::object(entries, place, cx),
        Node::Name(_) | Node::Attribute(..) => traversal(expression, place, cx),
        Node::Index(base, _) if operators::is_set(base) => Value::unknown(Reason::Invalid, "an index of a set", place),
        Node::Index(base, index) => collections::index(&eval(base, cx), &eval(index, cx), place),
        Node::Splat(base, each) => loops::splat(eval(base, cx), each, place, cx),
        Node::Each => match cx.variable("*") {
            Some(item) => item.clone(),
            None => Value::unknown(Reason::Invalid, "an item outside of a splat", place),
        },
        Node::Call { name, arguments, spread, .. } => functions::call(name, arguments, *spread, place, cx),
        Node::Negative(inner) => operators::negative(&eval(inner, cx), place),
        Node::Not(inner) => operators::not(&eval(inner, cx), place, cx),
        Node::Binary(operator, left, right) => {
            operators::binary(*operator, [(left, eval(left, cx)), (right, eval(right, cx))], place, cx)
        }
        Node::Conditional(condition, then, otherwise) => {
            operators::conditional(&eval(condition, cx), eval(then, cx), eval(otherwise, cx), place, cx)
        }
        Node::For(inner) => loops::for_expression(inner, place, cx),
    }
}

/// `a.b.c`: a variable of the expression, or a name from outside, and what of its attributes is not answered yet.
fn traversal(expression: &Expr, place: Place, cx: &Cx<'_>) -> Value {
    let mut path: Vec<&str> = Vec::new();
    let mut at = expression;
    while let Node::Attribute(base, name) = &at.node {
        path.push(name);
        at = base;
    }
    path.reverse();
    let (value, answered) = match &at.node {
        Node::Name(root) => match cx.variable(root) {
            Some(value) => (value.clone(), 0),
            None => match cx.names.resolve(root, &path, place) {
                Some((value, answered)) => (value, answered.min(path.len())),
                None => {
                    let name = std::iter::once(&**root).chain(path).collect::<Vec<_>>().join(".");
                    return Value::unknown(Reason::Invalid, name, place);
                }
            },
        },
        _ => (eval(at, cx), 0),
    };
    path[answered..].iter().fold(value, |value, name| collections::attribute(&value, name, place, cx))
}
