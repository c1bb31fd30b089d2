//! A definition as a JSON text with holes → its value, each part at the place in the file that it comes from.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    align::align,
    definition::{HOLE, Substitutions, of_node, sole},
    mask::masked,
};
use crate::{
    graph::value::{Data, Piece, Value},
    source::{Place, Source, Span},
    syntax::{json, tree::Node},
};

/// Where a text may be written: from here on to the end, in this file.
pub(super) struct Written<'s> {
    pub(super) source: &'s Source,
    pub(super) from: Span,
}

/// How a definition is told from other values, and what is said of a text that is none.
pub(in crate::read) struct Form {
    pub(in crate::read) is: fn(Node<'_>) -> bool,
    pub(in crate::read) lacks: &'static str,
}

/// The value that a JSON text stands for, and whether its places are those of its parts; nothing where it is no
/// definition. `written` are the places to look for the text at, the likeliest first; `otherwise` is the place of all
/// that is not found there.
pub(super) fn value(
    text: &Value,
    names: &Substitutions,
    written: &[Written<'_>],
    otherwise: Place,
    form: &Form,
) -> Result<Value, &'static str> {
    let (plain, holes) = flat(text, true).ok_or("its definition is not known")?;
    let masked = masked(&plain);
    let tree = json::parse(masked.as_deref().unwrap_or(&plain));
    if tree.faults.iter().any(|fault| fault.fatal) {
        return Err("its definition is not valid JSON");
    }
    let root = tree.root().filter(|root| (form.is)(*root)).ok_or(form.lacks)?;
    let found = written.iter().find_map(|written| {
        let slice = written.source.slice(written.from);
        Some((align(&plain, slice)?, written))
    });
    let place = |span: Span| match &found {
        Some((alignment, written)) => {
            let start = written.from.start as usize;
            alignment.span(span).map_or(otherwise, |span| written.source.place(span.shifted(start)))
        }
        None => otherwise,
    };
    Ok(of_node(root, &place, &|span, inner| {
        let place = place(span);
        let own = plain.get(span.range()).unwrap_or_default();
        if let Some(name) = own.strip_prefix("${").and_then(|name| name.strip_suffix('}')) {
            return names.apply(&Value::text(format!("${{{name}}}"), place), 0);
        }
        names.apply(&filled(&inner, &holes, place), 0)
    }))
}

/// A text in which each hole is a numbered mark, and what fills the holes. In JSON, a hole outside of quotes is in quotes.
pub(in crate::read) fn flat(text: &Value, is_json: bool) -> Option<(String, Vec<Value>)> {
    let pieces = match &text.data {
        Data::Text(text) => return Some((text.to_string(), Vec::new())),
        Data::Template(pieces) => pieces,
        _ => return None,
    };
    let (mut plain, mut holes, mut quoted, mut escaped) = (String::new(), Vec::new(), false, false);
    for piece in pieces.iter() {
        match piece {
            Piece::Text(text) => {
                for letter in text.chars() {
                    match letter {
                        _ if escaped => escaped = false,
                        '\\' => escaped = quoted,
                        '"' => quoted = !quoted,
                        _ => {}
                    }
                }
                plain.push_str(text);
            }
            Piece::Hole(value) => {
                let mark = format!("{HOLE}{}{HOLE}", holes.len());
                plain.push_str(&if quoted || !is_json { mark } else { format!("\"{mark}\"") });
                holes.push(Value::clone(value));
            }
        }
    }
    Some((plain, holes))
}

/// A text with its marks replaced by what fills them.
pub(in crate::read) fn filled(text: &Arc<str>, holes: &[Value], place: Place) -> Value {
    if !text.contains(HOLE) {
        return Value::text(text.clone(), place);
    }
    let parts = text.split(HOLE).enumerate().filter_map(|(at, part)| match at % 2 {
        0 => Some(Piece::Text(part.into())),
        _ => Some(Piece::Hole(Box::new(holes.get(part.parse::<usize>().ok()?)?.clone()))),
    });
    sole(Value::template(parts, place))
}

/// The names of entries in a piece of code that makes a definition, each with its place; nothing for one that is there
/// more than once.
pub(in crate::read) fn names(code: &str) -> FxHashMap<&str, Option<Span>> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    let mut names: FxHashMap<&str, Option<Span>> = FxHashMap::default();
    let mut at = 0;
    while let Some(letter) = code[at..].chars().next() {
        let rest = &code[at..];
        let (name, length) = if letter == '"' {
            let Some(end) = rest[1..].find(['"', '\n']) else { break };
            (&rest[1..=end], end + 2)
        } else if is_word(letter) {
            let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            (&rest[..end], end)
        } else {
            at += letter.len_utf8();
            continue;
        };
        let after = rest.get(length..).unwrap_or_default().trim_start();
        if after.starts_with('=') && !after.starts_with("==") || after.starts_with(':') {
            let start = at + usize::from(letter == '"');
            let place = Some(Span::new(start, start + name.len()));
            names.entry(name).and_modify(|known| *known = None).or_insert(place);
        }
        // What closes a text may lie at the end of the line.
        at += length.min(rest.len());
        while !code.is_char_boundary(at) {
            at += 1;
        }
    }
    names
}
