//! Intrinsic functions of Step Functions in `"X.$": "States.Format('ml.{}', $.size)"`, as far as they can be worked out.
//!
//! Source: Amazon States Language and the developer guide of Step Functions on intrinsic functions, read 2026-11-26.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::definition::of_node;
use crate::{
    graph::value::{Data, MAX_ENTRIES, Piece, Reason, Value},
    source::Place,
    syntax::json,
};

/// Functions within functions are followed this deep; the service takes ten.
const MAX_DEPTH: usize = 10;

/// Longer texts are no intrinsic functions of a real definition.
const MAX_BYTES: usize = 10_000;

/// What a call stands for, all of it at one place; nothing where the text is none, or is not followed.
pub(super) fn value(text: &str, place: Place) -> Option<Value> {
    if !text.starts_with("States.") || text.len() > MAX_BYTES {
        return None;
    }
    let mut reader = Reader { rest: text, place };
    let value = reader.argument(0)?;
    reader.rest.trim().is_empty().then_some(value)
}

struct Reader<'t> {
    rest: &'t str,
    place: Place,
}

impl<'t> Reader<'t> {
    fn argument(&mut self, depth: usize) -> Option<Value> {
        self.rest = self.rest.trim_start();
        if let Some(rest) = self.rest.strip_prefix('\'') {
            return self.text(rest);
        }
        if self.rest.starts_with("States.") {
            return self.call(depth);
        }
        // A path may have commas and brackets of its own in brackets.
        let mut nested = 0_usize;
        let end = self.rest.find(|letter| match letter {
            '[' | '(' => {
                nested += 1;
                false
            }
            ']' | ')' if nested > 0 => {
                nested -= 1;
                false
            }
            ',' | ')' => nested == 0,
            _ => false,
        })?;
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        let data = match word.trim() {
            "null" => Data::Absent,
            "true" => Data::Bool(true),
            "false" => Data::Bool(false),
            path if path.starts_with('$') => return Some(Value::unknown(Reason::RunTime, path, self.place)),
            number => Data::Number(number.parse::<f64>().ok().filter(|number| number.is_finite())?.into()),
        };
        Some(Value::new(data, self.place))
    }

    /// A text behind its first quote. `\{` and `\}` stay as they are: `States.Format` looks for braces.
    fn text(&mut self, rest: &'t str) -> Option<Value> {
        let (mut text, mut letters) = (String::new(), rest.char_indices());
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\'' => {
                    self.rest = &rest[at + 1..];
                    return Some(Value::text(text, self.place));
                }
                '\\' => match letters.next()?.1 {
                    brace @ ('{' | '}') => text.extend(['\\', brace]),
                    letter => text.push(letter),
                },
                letter => text.push(letter),
            }
        }
        None
    }

    fn call(&mut self, depth: usize) -> Option<Value> {
        let (name, rest) = self.rest.split_once('(').filter(|_| depth < MAX_DEPTH)?;
        self.rest = rest;
        let mut arguments = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix(')') {
                self.rest = rest;
                break;
            }
            if !arguments.is_empty() {
                self.rest = self.rest.strip_prefix(',')?;
            }
            arguments.push(self.argument(depth + 1)?);
        }
        let unknown = || Value::unknown(Reason::RunTime, name.trim(), self.place);
        Some(self.result(name.trim(), &arguments).unwrap_or_else(unknown))
    }

    /// What a function makes of its arguments; nothing where that is known only when the machine runs.
    fn result(&self, name: &str, arguments: &[Value]) -> Option<Value> {
        let place = self.place;
        let data = match (name, arguments) {
            ("States.Format", [template, arguments @ ..]) => return formatted(text(template)?, arguments, place),
            ("States.Array", items) => return Some(Value::list(items.to_vec(), place)),
            ("States.ArrayGetItem", [list, at]) => {
                let at = whole(at).and_then(|at| usize::try_from(at).ok())?;
                return items(list)?.get(at).cloned();
            }
            ("States.ArrayLength", [list]) => number(i64::try_from(items(list)?.len()).ok()?),
            ("States.ArrayContains", [list, one]) => {
                let known: Vec<Arc<str>> = items(list)?.iter().map(Value::plain_text).collect::<Option<_>>()?;
                Data::Bool(known.contains(&one.plain_text()?))
            }
            ("States.ArrayRange", [from, to, by]) => {
                let (from, to, by) = (whole(from)?, whole(to)?, whole(by)?);
                let steps = usize::try_from(to.checked_sub(from)?.checked_div(by)?).ok()?;
                let steps = i64::try_from(steps).ok().filter(|_| steps < MAX_ENTRIES)?;
                let items = (0..=steps).map(|step| Value::new(number(from + step * by), place));
                return Some(Value::list(items.collect(), place));
            }
            ("States.MathAdd", [one, other]) => number(whole(one)?.checked_add(whole(other)?)?),
            ("States.StringSplit", [whole, by]) => {
                let (whole, by) = (text(whole)?, text(by)?);
                let parts: Vec<&str> = whole.split(|letter| by.contains(letter)).collect();
                // What becomes of nothing between two of them is not said.
                if parts.len() > MAX_ENTRIES || parts.contains(&"") {
                    return None;
                }
                return Some(Value::list(parts.into_iter().map(|part| Value::text(part, place)).collect(), place));
            }
            ("States.StringToJson", [written]) => return read(text(written)?, place),
            ("States.Base64Encode", [plain]) => Data::Text(STANDARD.encode(text(plain)?).into()),
            ("States.Base64Decode", [encoded]) => {
                let bytes = STANDARD.decode(text(encoded)?).ok()?;
                Data::Text(String::from_utf8(bytes).ok()?.into())
            }
            _ => return None,
        };
        Some(Value::new(data, place))
    }
}

/// A template with its `{}` filled in.
fn formatted(template: &str, arguments: &[Value], place: Place) -> Option<Value> {
    let (mut pieces, mut text, mut rest) = (Vec::new(), String::new(), template);
    let mut arguments = arguments.iter();
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("{}") {
            pieces.push(Piece::Text(std::mem::take(&mut text).into()));
            pieces.push(Piece::Hole(Box::new(arguments.next()?.clone())));
            rest = after;
            continue;
        }
        let escaped = ["\\{", "\\}"].iter().find_map(|escape| rest.strip_prefix(escape));
        rest = match escaped {
            Some(after) => {
                text.push_str(&rest[1..2]);
                after
            }
            None => {
                text.push(letter);
                &rest[letter.len_utf8()..]
            }
        };
    }
    pieces.push(Piece::Text(text.into()));
    let known = |value: &Value| {
        matches!(value.data, Data::Text(_) | Data::Template(_) | Data::Number(_) | Data::Bool(_) | Data::Unknown(_))
    };
    let all =
        pieces.iter().all(|piece| matches!(piece, Piece::Text(_)) || matches!(piece, Piece::Hole(hole) if known(hole)));
    (all && arguments.next().is_none()).then(|| Value::template(pieces, place))
}

/// The value that a JSON text stands for.
fn read(text: &str, place: Place) -> Option<Value> {
    let tree = json::parse(text);
    if tree.faults.iter().any(|fault| fault.fatal) {
        return None;
    }
    Some(of_node(tree.root()?, &|_| place, &|_, text| Value::text(text, place)))
}

fn number(whole: i64) -> Data {
    #[allow(clippy::cast_precision_loss, reason = "it was read from a number that is exact")]
    Data::Number((whole as f64).into())
}

fn whole(value: &Value) -> Option<i64> {
    let Data::Number(number) = &value.data else { return None };
    let number = number.near();
    #[allow(clippy::cast_possible_truncation, reason = "it is whole and exact")]
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

fn text(value: &Value) -> Option<&str> {
    match &value.data {
        Data::Text(text) => Some(text),
        _ => None,
    }
}

fn items(value: &Value) -> Option<&[Value]> {
    match &value.data {
        Data::List(list) if list.open.is_none() => Some(&list.items),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn shown(value: &Value) -> String {
        match &value.data {
            Data::List(list) => format!("[{}]", list.items.iter().map(shown).collect::<Vec<_>>().join(" ")),
            Data::Object(object) => {
                let entries = object.entries.iter().map(|entry| format!("{}={}", entry.name, shown(&entry.value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
            }
            Data::Template(pieces) => {
                let shown = |piece: &Piece| match piece {
                    Piece::Text(text) => text.to_string(),
                    Piece::Hole(_) => "…".to_owned(),
                };
                pieces.iter().map(shown).collect()
            }
            Data::Absent => "-".to_owned(),
            _ => value.plain_text().map_or_else(|| "?".to_owned(), |text| text.to_string()),
        }
    }

    #[test]
    fn intrinsic_functions_are_worked_out_where_they_can_be() {
        let place = Place::new(FileId(0), Span::new(0, 1));
        for (text, expected) in [
            ("States.Format('ml.{}.{}', 'm5', 'large')", "ml.m5.large"),
            ("States.Format('s3://{}/{}', $.bucket, 3)", "s3://…/3"),
            (r"States.Format('it\'s \{{}\}', true)", "it's {true}"),
            ("States.Format('{}', $.a[?(@.b == 'c, d')])", "…"),
            ("States.Format('{} {}', 'a')", "?"),
            ("States.Format('{}', States.Array('a'))", "?"),
            ("States.Array('a', 1, null, $$.Execution.Name)", "[a 1 - ?]"),
            ("States.ArrayGetItem(States.Array('a', 'b'), 1)", "b"),
            ("States.ArrayGetItem(States.Array('a', 'b'), 2)", "?"),
            ("States.ArrayGetItem($.list, 0)", "?"),
            ("States.ArrayLength(States.ArrayRange(1, 9, 2))", "5"),
            ("States.ArrayRange(9, 1, 0)", "?"),
            ("States.ArrayContains(States.Array(1, 2), 2)", "true"),
            ("States.ArrayContains(States.Array(1, $.b), 2)", "?"),
            ("States.MathAdd(3, -1)", "2"),
            ("States.StringSplit('a.b,c', '.,')", "[a b c]"),
            ("States.StringSplit('a,,c', ',')", "?"),
            (r#"States.StringToJson('{"epochs": "3", "more": [1, true]}')"#, "{epochs=3 more=[1 true]}"),
            ("States.StringToJson('{')", "?"),
            ("States.StringToJson($.body)", "?"),
            ("States.Base64Decode(States.Base64Encode('a b'))", "a b"),
            ("States.UUID()", "?"),
            ("States.Hash('a', 'SHA-1')", "?"),
        ] {
            assert_eq!(value(text, place).as_ref().map(shown).as_deref(), Some(expected), "{text}");
        }
        for text in ["$.a", "States.Format('a'", "States.Format('a') b", "States.Format('a, 1)", "States.Array(a)"] {
            assert!(value(text, place).is_none(), "{text}");
        }
    }
}
