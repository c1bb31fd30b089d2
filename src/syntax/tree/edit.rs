//! Changes of a YAML or JSON text that leave everything else as it is: entries added, scalars replaced, entries removed.

use serde_json::Value as Json;

use super::{Entry, Kind, Node, NodeId, Shape, Tree, plain};
use crate::{
    source::Span,
    syntax::text::{TextEdit, indentation, is_first, line_break, line_end, line_start, next_line},
};

#[cfg(test)]
mod tests;

/// The two languages that this tree is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// YAML, block and flow style.
    Yaml,
    /// JSON.
    Json,
}

impl Tree {
    /// Whether a node, or one that it stands in, is written once and meant several times: an alias repeats it.
    pub fn is_repeated(&self, node: Node<'_>) -> bool {
        let targets = self.nodes.iter().filter_map(|data| match data.shape {
            Shape::Alias(target) => Some(target),
            _ => None,
        });
        let span = node.data().span;
        targets.into_iter().any(|target: NodeId| self.nodes[target.0 as usize].span.contains(span))
    }

    /// The scalar that is written at a span.
    pub fn scalar_at(&self, span: Span) -> Option<Node<'_>> {
        let is_scalar = |data: &super::Data| matches!(data.shape, Shape::Text(_) | Shape::Plain(_));
        let at = self.nodes.iter().position(|data| data.span == span && is_scalar(data))?;
        Some(Node { tree: self, id: NodeId(u32::try_from(at).ok()?), alias: None })
    }

    /// All scalars, keys included.
    pub fn scalars(&self) -> impl Iterator<Item = (&str, Span)> {
        self.nodes.iter().filter_map(|data| match &data.shape {
            Shape::Text(text) | Shape::Plain(text) => Some((&**text, data.span)),
            _ => None,
        })
    }
}

/// A new entry, last in a mapping. Nothing where the mapping is an alias, or cannot take one without changing more.
pub fn insert(text: &str, mapping: Node<'_>, syntax: Syntax, name: &str, value: &Json) -> Option<Vec<TextEdit>> {
    let known = mapping.own_entries().any(|entry| entry.key == name);
    if known || mapping.is_alias() || !mapping.is_mapping() {
        return None;
    }
    if text.as_bytes().get(mapping.span().start as usize) == Some(&b'{') {
        return Flow { text, syntax }.insert(mapping, name, value);
    }
    let entries: Vec<Entry<'_>> = mapping.own_entries().collect();
    let (first, last) = (entries.first()?, entries.iter().max_by_key(|entry| entry.span().end)?);
    let end = last.span().end as usize;
    let is_kept = text.get(last.value.span().range())?.lines().next().is_some_and(|head| {
        // `|+` keeps the line breaks behind it, to which the new entry would be one.
        head.starts_with(['|', '>']) && head.contains('+')
    });
    let at = line_end(text, end);
    let rest = text.get(end..at)?.trim_start_matches([' ', '\t']);
    if is_kept || !(rest.is_empty() || rest.starts_with('#')) {
        return None;
    }
    let start = first.key_span.start as usize;
    let before = text.get(line_start(text, start)..start)?;
    // Behind `- ` the next lines are as far to the right.
    let indent = if before.contains('\t') { return None } else { " ".repeat(before.chars().count()) };
    let step = step(text, &entries, indent.len());
    let line = line_break(text);
    let written = Block { step: " ".repeat(step), line }.entry(name, value, &indent);
    Some(vec![TextEdit::at(at, format!("{line}{indent}{written}"))])
}

/// How far nested entries are indented, by the entries that are there; two where none is nested.
fn step(text: &str, entries: &[Entry<'_>], indent: usize) -> usize {
    let nested = entries.iter().filter(|entry| !entry.value.is_alias()).find_map(|entry| {
        let child = entry.value.own_entries().next()?.key_span.start as usize;
        let start = line_start(text, child);
        let is_below = start > entry.key_span.end as usize && is_first(text, child);
        is_below.then(|| (child - start).saturating_sub(indent)).filter(|step| *step > 0)
    });
    nested.unwrap_or(2)
}

/// Another value in the place of a scalar, quoted as that was.
pub fn replace(text: &str, scalar: Node<'_>, syntax: Syntax, value: &Json) -> Option<Vec<TextEdit>> {
    let span = scalar.span();
    let old = text.get(span.range())?;
    if scalar.is_alias() || scalar.scalar().is_none() || scalar.tag().is_some() || old.is_empty() {
        return None;
    }
    let new = match (syntax, old.as_bytes()[0]) {
        (Syntax::Json, _) => json(value)?,
        (_, b'|' | b'>') => return None,
        (_, b'"') => json(&Json::from(scalar_text(value)?))?,
        (_, b'\'') => format!("'{}'", scalar_text(value)?.replace('\'', "''")),
        // A bare scalar may stand in flow style.
        _ => bare(value, true)?,
    };
    Some(vec![TextEdit { span, text: new }])
}

/// An entry less. Nothing where it is the only one, or where more would have to change.
pub fn remove(text: &str, mapping: Node<'_>, name: &str) -> Option<Vec<TextEdit>> {
    if mapping.is_alias() {
        return None;
    }
    let entries: Vec<Entry<'_>> = mapping.own_entries().collect();
    let at = entries.iter().position(|entry| entry.key == name)?;
    let (entry, next) = (&entries[at], entries.get(at + 1));
    let (start, end) = (entry.key_span.start as usize, entry.span().end as usize);
    let before = at.checked_sub(1).map(|before| &entries[before]);
    if text.as_bytes().get(mapping.span().start as usize) == Some(&b'{') {
        return Some(vec![match (before, next) {
            (None, Some(next)) => TextEdit::new(start, next.key_span.start as usize, ""),
            (None, None) => TextEdit::new(start, end, ""),
            (Some(before), _) => TextEdit::new(before.span().end as usize, end, ""),
        }]);
    }
    if before.is_none() && next.is_none() {
        return None;
    }
    let rest = text.get(end..line_end(text, end))?.trim_start_matches([' ', '\t']);
    if !(rest.is_empty() || rest.starts_with('#')) {
        return None;
    }
    match next {
        _ if is_first(text, start) => Some(vec![TextEdit::new(line_start(text, start), next_line(text, end), "")]),
        // Behind a dash: the next entry takes its place.
        Some(next) => Some(vec![TextEdit::new(start, next.key_span.start as usize, "")]),
        None => None,
    }
}

/// Block style.
struct Block {
    step: String,
    line: &'static str,
}

impl Block {
    /// An entry without the blanks before it.
    fn entry(&self, name: &str, value: &Json, indent: &str) -> String {
        format!("{}:{}", bare(&Json::from(name), false).unwrap_or_default(), self.value(value, indent))
    }

    /// A value behind `:`, of an entry that is indented so.
    fn value(&self, value: &Json, indent: &str) -> String {
        let deeper = format!("{indent}{}", self.step);
        match value {
            Json::Object(object) if !object.is_empty() => {
                let entries = object
                    .iter()
                    .map(|(name, value)| format!("{}{deeper}{}", self.line, self.entry(name, value, &deeper)));
                entries.collect()
            }
            Json::Array(items) if !items.is_empty() => {
                items.iter().map(|item| format!("{}{deeper}- {}", self.line, self.item(item, &deeper))).collect()
            }
            scalar => format!(" {}", bare(scalar, false).unwrap_or_default()),
        }
    }

    /// An item behind its dash.
    fn item(&self, item: &Json, indent: &str) -> String {
        let deeper = format!("{indent}  ");
        match item {
            Json::Object(object) if !object.is_empty() => {
                let entries = object.iter().map(|(name, value)| self.entry(name, value, &deeper));
                entries.collect::<Vec<_>>().join(&format!("{}{deeper}", self.line))
            }
            other => bare(other, false).unwrap_or_default(),
        }
    }
}

/// Flow style, and JSON.
struct Flow<'t> {
    text: &'t str,
    syntax: Syntax,
}

impl Flow<'_> {
    fn insert(&self, mapping: Node<'_>, name: &str, value: &Json) -> Option<Vec<TextEdit>> {
        let span = mapping.span();
        let entries: Vec<Entry<'_>> = mapping.own_entries().collect();
        let Some(last) = entries.iter().max_by_key(|entry| entry.span().end) else {
            let inside = span.start as usize + 1..(span.end as usize).checked_sub(1)?;
            if !self.text.get(inside.clone())?.trim().is_empty() {
                return None;
            }
            let written = self.entry(name, value, self.syntax == Syntax::Json, ": ", None);
            return Some(vec![TextEdit::new(inside.start, inside.end, written)]);
        };
        let key = last.key_span.start as usize;
        let quoted = self.syntax == Syntax::Json || self.text[key..].starts_with('"');
        let between = self.text.get(last.key_span.end as usize..last.value.span().start as usize)?;
        let colon =
            if between.starts_with(':') && last.value.span().start == last.key_span.end + 1 { ":" } else { ": " };
        let own_line = is_first(self.text, key) && line_start(self.text, key) > span.start as usize;
        let indent = own_line.then(|| indentation(self.text, key));
        let written = self.entry(name, value, quoted, colon, indent);
        let apart = match indent {
            Some(indent) => format!(",{}{indent}", line_break(self.text)),
            None if colon == ":" => ",".to_owned(),
            None => ", ".to_owned(),
        };
        Some(vec![TextEdit::at(last.span().end as usize, format!("{apart}{written}"))])
    }

    /// An entry. With an indentation of its own, what is nested stands on lines of its own too.
    fn entry(&self, name: &str, value: &Json, quoted: bool, colon: &str, indent: Option<&str>) -> String {
        let scalar = |value: &Json| {
            let written = if quoted { json(value) } else { bare(value, true) };
            written.unwrap_or_default()
        };
        format!("{}{colon}{}", scalar(&Json::from(name)), self.value(value, quoted, colon, indent, &scalar))
    }

    fn value(
        &self,
        value: &Json,
        quoted: bool,
        colon: &str,
        indent: Option<&str>,
        scalar: &dyn Fn(&Json) -> String,
    ) -> String {
        let deeper = indent.map(|indent| format!("{indent}{}", if indent.contains('\t') { "\t" } else { "  " }));
        let (open, close, parts): (_, _, Vec<String>) = match value {
            Json::Object(object) if !object.is_empty() => {
                let entry = |(name, value): (&String, &Json)| self.entry(name, value, quoted, colon, deeper.as_deref());
                ('{', '}', object.iter().map(entry).collect())
            }
            Json::Array(items) if !items.is_empty() => {
                let item = |item: &Json| self.value(item, quoted, colon, deeper.as_deref(), scalar);
                ('[', ']', items.iter().map(item).collect())
            }
            other => return scalar(other),
        };
        match (indent, &deeper) {
            (Some(indent), Some(deeper)) => {
                let line = line_break(self.text);
                let inside = parts.join(&format!(",{line}{deeper}"));
                format!("{open}{line}{deeper}{inside}{line}{indent}{close}")
            }
            _ => format!("{open}{}{close}", parts.join(if colon == ":" { "," } else { ", " })),
        }
    }
}

/// A value as JSON, on one line.
fn json(value: &Json) -> Option<String> {
    Some(value.to_string())
}

/// The text of a scalar.
fn scalar_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// A scalar in YAML, without quotes where it needs none; `flow` where it may stand between brackets.
fn bare(value: &Json, flow: bool) -> Option<String> {
    let text = match value {
        Json::String(text) => text,
        Json::Array(items) if items.is_empty() => return Some("[]".to_owned()),
        Json::Object(object) if object.is_empty() => return Some("{}".to_owned()),
        Json::Array(_) | Json::Object(_) => return None,
        other => return Some(other.to_string()),
    };
    // What a parser of YAML 1.1 may take for something else than a text is quoted.
    let is_word = text.len() > 1
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && !text.ends_with(':')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_./:@+-".contains(letter))
        && !(flow && text.contains(':'))
        && matches!(plain(text), Kind::Text(_));
    if is_word { Some(text.clone()) } else { json(value) }
}
