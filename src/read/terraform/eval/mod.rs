//! Terraform expressions → values, as far as the files tell them.

mod cx;

pub use cx::{Budget, Cx, Names};

use crate::{
    graph::value::{Data, Value},
    syntax::hcl::{Expr, Part},
};

/// The value of an expression. What cannot be known is unknown with its reason; what is wrong is `Invalid`.
pub fn evaluate(expression: &Expr, cx: &Cx<'_>) -> Value {
    let limit = cx.limit("this expression", expression.span);
    let place = limit.place;
    Value::new(Data::Unknown(limit), place)
}

/// The text of a template's parts.
pub fn template(parts: &[Part], cx: &Cx<'_>) -> Value {
    let _ = parts;
    let limit = cx.limit("this template", crate::source::Span::default());
    let place = limit.place;
    Value::new(Data::Unknown(limit), place)
}
