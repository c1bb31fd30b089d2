//! Changes of Terraform's configuration that leave everything else as it is: arguments and blocks added, literals
//! replaced, arguments and blocks removed. What is added is as `terraform fmt` would have it.

use serde_json::Value as Json;

use super::{Attribute, Block, Body, Node, parse_expression};
use crate::{
    source::Span,
    syntax::text::{TextEdit, indentation, is_first, line_break, line_end, line_start, next_line},
};

#[cfg(test)]
mod tests;

/// What is added.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `name = value`
    Attribute(String, Json),
    /// `kind { … }`
    Block(String, Vec<Item>),
}

/// A new argument, behind the last one, or a new block, behind everything. `block` is the one that takes it.
pub fn insert(text: &str, block: &Block, item: &Item) -> Option<Vec<TextEdit>> {
    let body = &block.body;
    let inside = text.get(body.span.range())?;
    if !text[..body.span.start as usize].ends_with('{') || !text[body.span.end as usize..].starts_with('}') {
        return None;
    }
    let line = line_break(text);
    let outer = indentation(text, block.head.start as usize);
    let step = if outer.contains('\t') { "\t" } else { "  " };
    let indent = format!("{outer}{step}");
    if !inside.contains('\n') {
        let kept = inside.trim();
        let kept = if kept.is_empty() { String::new() } else { format!("{line}{indent}{kept}") };
        let apart = if kept.is_empty() || matches!(item, Item::Attribute(..)) { "" } else { line };
        let written = format!("{kept}{apart}{line}{indent}{}{line}{outer}", item.written(&indent, line, 0));
        return around(inside, body.span.start as usize, &written);
    }
    let last = body.attributes.iter().max_by_key(|attribute| attribute.value.span.end);
    let end_of = |attribute: &Attribute| end(text, attribute);
    match (item, last) {
        (Item::Attribute(name, value), Some(last)) => behind(text, body, last, name, value),
        (Item::Attribute(..), None) => {
            // Before the first block, with a blank line between.
            let at = line_end(text, body.span.start as usize);
            let rest = text.get(body.span.start as usize..at)?;
            let blank = if body.blocks.is_empty() || !is_blank(rest) { "" } else { line };
            let written = format!("{line}{indent}{}{blank}", item.written(&indent, line, 0));
            is_blank(rest).then(|| vec![TextEdit::at(at, written)])
        }
        (Item::Block(..), _) => {
            let ends = body.attributes.iter().map(end_of);
            let end = ends.chain(body.blocks.iter().map(|block| block.span.end as usize)).max();
            let (end, apart) = end.map_or((body.span.start as usize, ""), |end| (end, line));
            let at = line_end(text, end);
            is_rest(text.get(end..at)?)
                .then(|| vec![TextEdit::at(at, format!("{apart}{line}{indent}{}", item.written(&indent, line, 0)))])
        }
    }
}

/// What stands between two braces on one line, on lines of its own: only the blanks around it change.
fn around(inside: &str, start: usize, written: &str) -> Option<Vec<TextEdit>> {
    let kept = inside.trim();
    let Some(at) = written.find(kept).filter(|_| !kept.is_empty()) else {
        return Some(vec![TextEdit::new(start, start + inside.len(), written)]);
    };
    let lead = inside.len() - inside.trim_start().len();
    Some(vec![
        TextEdit::new(start, start + lead, &written[..at]),
        TextEdit::new(start + lead + kept.len(), start + inside.len(), &written[at + kept.len()..]),
    ])
}

/// An argument behind another one.
fn behind(text: &str, body: &Body, last: &Attribute, name: &str, value: &Json) -> Option<Vec<TextEdit>> {
    let start = last.name_span.start as usize;
    let end = end(text, last);
    let at = line_end(text, end);
    if !is_first(text, start) || !is_rest(text.get(end..at)?) || at >= body.span.end as usize {
        return None;
    }
    let (indent, line) = (indentation(text, start), line_break(text));
    // Names of consecutive lines are as wide as the widest of them.
    let is_single = line_start(text, start) == line_start(text, end);
    let equals = text.get(start..)?.find('=')?;
    let width = name.chars().count() + 1;
    let (apart, pad) = match is_single {
        true if width <= equals => ("", equals - width + 1),
        // A blank line begins others, so that those before may stay as they are.
        true => (line, 1),
        false => ("", 1),
    };
    let written = format!("{apart}{line}{indent}{name}{}= {}", " ".repeat(pad), expression(value, indent, line));
    Some(vec![TextEdit::at(at, written)])
}

/// Where an argument ends: behind the parentheses around its value, of which the tree knows nothing.
fn end(text: &str, attribute: &Attribute) -> usize {
    let before = &text[attribute.name_span.end as usize..attribute.value.span.start as usize];
    let mut open = before.matches('(').count();
    let mut end = attribute.value.span.end as usize;
    for (at, letter) in text[end..].char_indices() {
        match letter {
            _ if open == 0 => break,
            ')' => {
                open -= 1;
                end = attribute.value.span.end as usize + at + 1;
            }
            ' ' | '\t' | '\r' | '\n' => {}
            _ => break,
        }
    }
    end
}

/// A whole block behind another one of the same file.
pub fn insert_behind(text: &str, block: &Block, kind: &str, labels: &[&str], items: &[Item]) -> Option<Vec<TextEdit>> {
    let at = line_end(text, block.span.end as usize);
    if !is_rest(text.get(block.span.end as usize..at)?) || !is_first(text, block.span.start as usize) {
        return None;
    }
    let line = line_break(text);
    let labels: String = labels.iter().map(|label| format!(" \"{label}\"")).collect();
    let block = Item::Block(format!("{kind}{labels}"), items.to_vec());
    Some(vec![TextEdit::at(at, format!("{line}{line}{}", block.written("", line, 0)))])
}

/// Another value in the place of the literal at a span. Nothing where no literal stands there.
pub fn replace(text: &str, at: Span, value: &Json) -> Option<Vec<TextEdit>> {
    let old = text.get(at.range())?;
    let is_literal = match parse_expression(old).ok()?.node {
        Node::Text(_) => old.starts_with('"'),
        Node::Bool(_) | Node::Number(_) | Node::Digits(_) => true,
        _ => false,
    };
    is_literal.then(|| vec![TextEdit { span: at, text: expression(value, "", "\n") }])
}

/// The argument or block at a span less, with its lines.
pub fn remove(text: &str, at: Span) -> Option<Vec<TextEdit>> {
    let (start, end) = (at.start as usize, at.end as usize);
    if !is_first(text, start) || !is_rest(text.get(end..line_end(text, end))?) {
        return None;
    }
    let from = line_start(text, start);
    let until = next_line(text, end);
    // Of two blank lines one is enough, and none stands before a closing brace.
    let before = text.get(..from)?;
    let above = before.strip_suffix('\n').map_or("", |above| &above[line_start(above, above.len())..]);
    let after = text.get(until..)?.lines().next().unwrap_or_default().trim();
    let from = if is_blank(above) && !above.contains('{') && (after.is_empty() || after == "}") && !before.is_empty() {
        from - above.len() - 1
    } else {
        from
    };
    Some(vec![TextEdit::new(from, until, "")])
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether nothing but a comment is left of a line.
fn is_rest(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#') || rest.starts_with("//")
}

impl Item {
    /// The item, without the blanks before it. `width` is that of the widest name beside it, nothing where it is alone.
    fn written(&self, indent: &str, line: &str, width: usize) -> String {
        match self {
            Self::Attribute(name, value) => {
                format!("{name:width$} = {}", expression(value, indent, line))
            }
            Self::Block(kind, items) => {
                let deeper = format!("{indent}{}", if indent.contains('\t') { "\t" } else { "  " });
                let names = items.iter().filter_map(|item| match item {
                    Self::Attribute(name, _) => Some(name.chars().count()),
                    Self::Block(..) => None,
                });
                let width = names.max().unwrap_or(0);
                let mut written = format!("{kind} {{");
                for (at, item) in items.iter().enumerate() {
                    if at > 0 && matches!(item, Self::Block(..)) {
                        written.push_str(line);
                    }
                    written.push_str(&format!("{line}{deeper}{}", item.written(&deeper, line, width)));
                }
                written.push_str(&format!("{line}{indent}}}"));
                written
            }
        }
    }
}

/// A value as Terraform writes it.
fn expression(value: &Json, indent: &str, line: &str) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(_) | Json::Number(_) => value.to_string(),
        Json::String(text) => match text.strip_prefix(REFERENCE) {
            Some(reference) => reference.to_owned(),
            None => quoted(text),
        },
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| expression(item, indent, line)).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Json::Object(entries) => {
            let deeper = format!("{indent}  ");
            let is_name = |name: &str| {
                name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                    && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
            };
            let key = |name: &str| if is_name(name) { name.to_owned() } else { quoted(name) };
            let width = entries.keys().map(|name| key(name).chars().count()).max().unwrap_or(0);
            let entry = |(name, value): (&String, &Json)| {
                format!("{line}{deeper}{:width$} = {}", key(name), expression(value, &deeper, line))
            };
            format!("{{{}{line}{indent}}}", entries.iter().map(entry).collect::<String>())
        }
    }
}

/// A text that begins so is a reference: it is written as it is.
pub const REFERENCE: &str = "\u{0}";

fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for (at, letter) in text.char_indices() {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            '$' | '%' if text[at + 1..].starts_with('{') => written.extend([letter, letter]),
            letter => written.push(letter),
        }
    }
    written.push('"');
    written
}
