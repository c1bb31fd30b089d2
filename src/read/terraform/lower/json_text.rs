//! Texts that hold JSON, such as policies, as the values that they say.

use std::sync::Arc;

use crate::{
    graph::value::{Data, Entry, List, Object, Origin, Piece, Reason, Unknown, Value},
    syntax::{
        json,
        tree::{Kind, MAX_DEPTH, Node},
    },
};

/// Stands for a hole while the text is parsed; no text that is read has it.
const HOLE: char = '\u{10FFFD}';

/// What a text says in JSON. Holes within its strings stay holes, others are unknown values. A text that is no JSON once
/// its holes are filled cannot be known.
pub(super) fn parsed(text: &Value) -> Value {
    let unknown = |reason, what: &str| {
        let unknown = Unknown { reason, name: what.into(), place: text.origin.place };
        Value { data: Data::Unknown(unknown), origin: text.origin.clone() }
    };
    let (written, holes) = match &text.data {
        Data::Text(text) => (text.to_string(), Vec::new()),
        Data::Template(pieces) => match joined(pieces) {
            Some(joined) => joined,
            None => return unknown(Reason::Unsupported, "this JSON text"),
        },
        _ => return text.clone(),
    };
    let tree = json::parse(&written);
    match tree.root() {
        Some(root) if !tree.faults.iter().any(|fault| fault.fatal) => {
            Reader { holes: &holes, origin: &text.origin }.value(root, 0)
        }
        _ if holes.is_empty() => unknown(Reason::Invalid, "this JSON text"),
        _ => unknown(Reason::Unsupported, "this JSON text"),
    }
}

/// A template as one text with marks for its holes, in quotes where they stand outside of strings.
fn joined(pieces: &[Piece]) -> Option<(String, Vec<&Value>)> {
    let (mut text, mut holes) = (String::new(), Vec::new());
    let (mut quoted, mut escaped) = (false, false);
    for piece in pieces {
        match piece {
            Piece::Text(part) => {
                for letter in part.chars() {
                    match letter {
                        HOLE => return None,
                        _ if escaped => escaped = false,
                        '\\' if quoted => escaped = true,
                        '"' => quoted = !quoted,
                        _ => {}
                    }
                }
                text.push_str(part);
            }
            Piece::Hole(value) => {
                let mark = format!("{HOLE}{}{HOLE}", holes.len());
                text.push_str(&if quoted { mark } else { format!("\"{HOLE}{mark}\"") });
                holes.push(&**value);
            }
        }
    }
    Some((text, holes))
}

struct Reader<'a> {
    holes: &'a [&'a Value],
    origin: &'a Origin,
}

impl Reader<'_> {
    fn value(&self, node: Node<'_>, depth: usize) -> Value {
        let like = |data: Data| Value { data, origin: self.origin.clone() };
        if depth > MAX_DEPTH {
            return Value::unknown(Reason::Limit, "this JSON text", self.origin.place);
        }
        match node.kind() {
            Kind::Null => like(Data::Absent),
            Kind::Bool(value) => like(Data::Bool(value)),
            Kind::Number(number, _) => like(Data::Number(number)),
            Kind::Text(text) => self.text(text),
            Kind::Sequence => {
                let items = node.items().map(|item| self.value(item, depth + 1)).collect();
                like(Data::List(Arc::new(List { items, open: None })))
            }
            Kind::Mapping => like(Data::Object(Arc::new(self.object(node, depth)))),
        }
    }

    fn object(&self, node: Node<'_>, depth: usize) -> Object {
        let mut object = Object::default();
        for entry in node.entries() {
            if entry.key.contains(HOLE) {
                // Any name may come out of it.
                let unknown =
                    Unknown { reason: Reason::RunTime, name: "a name in it".into(), place: self.origin.place };
                object.open = Some(unknown);
                continue;
            }
            let value = self.value(entry.value, depth + 1);
            object.entries.push(Entry { name: entry.key.into(), place: self.origin.place, value });
        }
        object
    }

    fn text(&self, text: &str) -> Value {
        if !text.contains(HOLE) {
            return Value { data: Data::Text(text.into()), origin: self.origin.clone() };
        }
        let hole = |number: &str| number.parse::<usize>().ok().and_then(|number| self.holes.get(number).copied());
        // A hole outside of strings has a mark more before it.
        if let Some(number) = text.strip_prefix(HOLE).and_then(|text| text.strip_prefix(HOLE)) {
            let bare = hole(number.trim_end_matches(HOLE)).cloned();
            return bare.unwrap_or_else(|| Value::unknown(Reason::Unsupported, "this JSON text", self.origin.place));
        }
        let pieces = text.split(HOLE).enumerate().map(|(at, part)| match at % 2 {
            0 => Piece::Text(part.into()),
            _ => hole(part).map_or(Piece::Text(part.into()), |value| Piece::Hole(Box::new(value.clone()))),
        });
        Value { origin: self.origin.clone(), ..Value::template(pieces, self.origin.place) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Place, Span};

    fn template(parts: &[Result<&str, &str>]) -> Value {
        let place = Place::new(FileId(0), Span::new(3, 9));
        let piece = |part: &Result<&str, &str>| match part {
            Ok(text) => Piece::Text((*text).into()),
            Err(hole) => Piece::Hole(Box::new(Value::unknown(Reason::NoDefault, *hole, place))),
        };
        Value::template(parts.iter().map(piece), place)
    }

    fn shown(value: &Value) -> String {
        match &value.data {
            Data::Absent => "null".to_owned(),
            Data::Unknown(unknown) => format!("?{}", unknown.name),
            Data::Template(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.to_string(),
                    Piece::Hole(hole) => format!("<{}>", shown(hole)),
                })
                .collect(),
            Data::List(list) => format!("[{}]", list.items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Data::Object(object) => {
                let entries = object.entries.iter().map(|entry| format!("{}: {}", entry.name, shown(&entry.value)));
                let open = object.open.iter().map(|_| "…".to_owned());
                format!("{{{}}}", entries.chain(open).collect::<Vec<_>>().join(", "))
            }
            _ => value.plain_text().expect("a scalar").to_string(),
        }
    }

    fn read(parts: &[Result<&str, &str>]) -> String {
        shown(&parsed(&template(parts)))
    }

    #[test]
    fn a_policy_is_read_with_its_holes() {
        let policy = r#"{"Statement": [{"Action": "s3:*", "Resource": ["arn:"#;
        assert_eq!(
            read(&[Ok(policy), Err("bucket"), Ok(r#"/*"], "Sid": null}]}"#)]),
            "{Statement: [{Action: s3:*, Resource: [arn:<?bucket>/*], Sid: null}]}"
        );
        assert_eq!(read(&[Ok(r#"{"Resource": "#), Err("all"), Ok(r#", "a": "\"["}"#)]), r#"{Resource: ?all, a: "[}"#);
        assert_eq!(read(&[Ok(r#"{""#), Err("key"), Ok(r#"": 1, "b": true}"#)]), "{b: true, …}");
    }

    #[test]
    fn a_text_that_is_no_json_cannot_be_known() {
        for parts in [&[Ok("{")][..], &[Ok("{"), Err("rest")], &[Ok("\u{10FFFD}0\u{10FFFD}"), Err("x")], &[Ok(" ")]] {
            assert_eq!(read(parts), "?this JSON text");
        }
        // A mark in a text without holes leads nowhere.
        assert_eq!(read(&[Ok("\"\u{10FFFD}7\u{10FFFD}\"")]), "7");
    }

    #[test]
    fn what_is_read_keeps_the_place_of_the_text() {
        let policy = parsed(&template(&[Ok(r#"{"Version": "2012-10-17"}"#)]));
        let entry = policy.entry("Version").expect("it is there");
        assert_eq!((entry.place.span, entry.value.origin.place.span), (Span::new(3, 9), Span::new(3, 9)));
    }
}
