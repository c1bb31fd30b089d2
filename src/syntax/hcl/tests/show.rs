//! Trees as text, and whether their spans are where the things are written.

use super::super::*;
use crate::source::Span;

/// An expression as text. Checks each span by what stands there.
#[track_caller]
pub(super) fn show(expr: &Expr, text: &str) -> String {
    let all = |items: &[Expr]| items.iter().map(|item| show(item, text)).collect::<Vec<_>>().join(" ");
    let written = at(expr.span, text);
    assert_eq!(written, written.trim(), "a span has blanks at its ends");
    match &expr.node {
        Node::Null => "null".to_owned(),
        Node::Bool(value) => value.to_string(),
        Node::Number(value) => value.to_string(),
        Node::Digits(digits) => digits.to_string(),
        Node::Text(value) => format!("'{value}'"),
        Node::Template(parts) => show_parts(parts, text),
        Node::List(items) => format!("[{}]", all(items)),
        Node::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}={}", show(key, text), show(value, text)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        Node::Name(name) => {
            assert_eq!(written, &**name);
            name.to_string()
        }
        Node::Attribute(inner, name) => {
            assert!(written.ends_with(&**name), "{written} ends with {name}");
            format!("{}.{name}", show(inner, text))
        }
        Node::Index(inner, index) => {
            assert!(written.ends_with(']'), "{written}");
            format!("{}[{}]", show(inner, text), show(index, text))
        }
        Node::Splat(inner, each) => {
            assert!(expr.span.contains(each.span), "{written}");
            format!("(splat {} {})", show(inner, text), show(each, text))
        }
        Node::Each => {
            assert!([".*", "[*]"].contains(&written), "{written}");
            "@".to_owned()
        }
        Node::Call { name, name_span, arguments, spread } => {
            assert_eq!(at(*name_span, text), &**name);
            assert!(written.ends_with(')'), "{written}");
            format!("({name} {}{})", all(arguments), if *spread { "..." } else { "" })
        }
        Node::Negative(inner) => format!("(neg {})", show(inner, text)),
        Node::Not(inner) => format!("(! {})", show(inner, text)),
        Node::Binary(operator, left, right) => {
            format!("({} {} {})", sign(*operator), show(left, text), show(right, text))
        }
        Node::Conditional(condition, then, otherwise) => {
            format!("(? {} {} {})", show(condition, text), show(then, text), show(otherwise, text))
        }
        Node::For(from) => show_for(from, text),
    }
}

fn show_for(from: &For, text: &str) -> String {
    let key = from.key.as_ref().map(|key| format!("{key},")).unwrap_or_default();
    let entry = from.entry_key.as_ref().map(|key| format!("{} => ", show(key, text))).unwrap_or_default();
    let grouped = if from.grouped { "..." } else { "" };
    let condition = from.condition.as_ref().map(|test| format!(" if {}", show(test, text))).unwrap_or_default();
    format!(
        "(for {key}{} in {}: {entry}{}{grouped}{condition})",
        from.value,
        show(&from.over, text),
        show(&from.item, text)
    )
}

/// The parts of a template as text.
#[track_caller]
pub(super) fn show_parts(parts: &[Part], text: &str) -> String {
    let shown = parts.iter().map(|part| match part {
        Part::Text(value) => format!("'{value}'"),
        Part::Value(value) => show(value, text),
        Part::If(condition, then, otherwise) => {
            let otherwise =
                if otherwise.is_empty() { String::new() } else { format!(" {}", show_parts(otherwise, text)) };
            format!("if {} {}{otherwise}", show(condition, text), show_parts(then, text))
        }
        Part::For { key, value, over, body } => {
            let key = key.as_ref().map(|key| format!("{key},")).unwrap_or_default();
            format!("for {key}{value} in {} {}", show(over, text), show_parts(body, text))
        }
    });
    format!("<{}>", shown.collect::<Vec<_>>().join(" "))
}

/// A body as text: attributes first.
#[track_caller]
pub(super) fn show_body(body: &Body, text: &str) -> String {
    let attributes = body.attributes.iter().map(|attribute| {
        assert_eq!(at(attribute.name_span, text), &*attribute.name);
        format!("{}={}", attribute.name, show(&attribute.value, text))
    });
    let blocks = body.blocks.iter().map(|block| {
        let labels: Vec<_> = block.labels.iter().map(|label| &*label.text).collect();
        for label in &block.labels {
            assert_eq!(at(label.span, text).trim_matches('"'), &*label.text);
        }
        assert!(at(block.head, text).starts_with(&*block.kind));
        assert!(at(block.span, text).starts_with(at(block.head, text)));
        let (before, after) = (block.body.span.start as usize - 1, block.body.span.end as usize);
        assert_eq!((&text[before..=before], &text[after..=after]), ("{", "}"));
        assert_eq!(after + 1, block.span.end as usize);
        format!("{}[{}]{{{}}}", block.kind, labels.join(" "), show_body(&block.body, text))
    });
    attributes.chain(blocks).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn at(span: Span, text: &str) -> &str {
    text.get(span.range()).unwrap_or_else(|| panic!("{span:?} is no part of the text"))
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Or => "||",
        Operator::And => "&&",
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterEqual => ">=",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "%",
    }
}
