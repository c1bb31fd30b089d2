//! Texts with holes: f-strings, `%` and `format`, and what several candidate texts have in common.

use std::sync::Arc;

use ruff_python_ast::{ExprFString, FStringPart, InterpolatedStringElement};
use ruff_text_size::Ranged;

use super::{Machine, expressions::composed, formats::formatted, numbers};
use crate::{
    catalog::image::one_of_aws,
    graph::value::{Data, Object, Piece, Reason, Unknown, Value},
    source::Place,
};

impl<'a> Machine<'a> {
    pub(super) fn f_string(&mut self, expression: &'a ExprFString) -> Value {
        let (mut pieces, mut holes) = (Vec::new(), Vec::new());
        for part in expression.value.as_slice() {
            match part {
                FStringPart::Literal(literal) => pieces.push(Piece::Text(literal.value.as_ref().into())),
                FStringPart::FString(text) => {
                    for element in text.elements.iter() {
                        match element {
                            InterpolatedStringElement::Literal(literal) => {
                                pieces.push(Piece::Text(literal.value.as_ref().into()));
                            }
                            InterpolatedStringElement::Interpolation(hole) => {
                                let value = self.interpolated(hole);
                                holes.push(value.clone());
                                pieces.push(hole_or_text(value));
                            }
                        }
                    }
                }
            }
        }
        let text = Value::template(pieces, self.place(expression.range()));
        composed(text, &holes.iter().collect::<Vec<_>>())
    }
}

/// What a value is within a text. Python writes `True` where services want `true`: no such text is one of ours.
pub(super) fn hole_or_text(value: Value) -> Piece {
    match &value.data {
        Data::Bool(_) | Data::Absent => {
            let place = value.origin.place;
            Piece::Hole(Box::new(Value::unknown(Reason::Unsupported, "a truth value as text", place)))
        }
        Data::Guarded(guarded) => {
            let side = |value: &Value| match hole_or_text(value.clone()) {
                Piece::Text(text) => Value { data: Data::Text(text), origin: value.origin.clone() },
                Piece::Hole(value) => *value,
            };
            Piece::Hole(Box::new(Value::guarded(&guarded.when, side(&guarded.then), side(&guarded.otherwise))))
        }
        _ => match numbers::as_text(&value) {
            Some(text) => Piece::Text(text),
            None => Piece::Hole(Box::new(value)),
        },
    }
}

/// Parts of a text for `template`.
pub(super) fn pieces_of(value: Value) -> Vec<Piece> {
    match value.data {
        Data::Template(pieces) => pieces.to_vec(),
        _ => vec![hole_or_text(value)],
    }
}

/// `"…%s…" % values`; nothing where the format has more than plain `%s` and `%d`.
pub(super) fn percent(format: &str, values: &Value, place: Place) -> Option<Value> {
    let mut values = match &values.data {
        Data::List(list) if list.open.is_none() => list.items.clone(),
        Data::Object(named) if named.class.is_none() => return percent_named(format, named, place),
        Data::Object(_) | Data::List(_) => return None,
        _ => vec![values.clone()],
    }
    .into_iter();
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        pieces.push(Piece::Text(rest[..at].into()));
        match rest[at + 1..].chars().next()? {
            '%' => pieces.push(Piece::Text("%".into())),
            's' => pieces.push(hole_or_text(values.next()?)),
            'd' => pieces.push(hole_or_text(truncated(values.next()?))),
            _ => return None,
        }
        rest = &rest[at + 2..];
    }
    pieces.push(Piece::Text(rest.into()));
    Some(Value::template(pieces, place))
}

/// What `%d` writes of a number.
fn truncated(value: Value) -> Value {
    match &value.data {
        Data::Number(number) if number.is_real() => {
            Value { data: Data::Number(number.near().trunc().into()), origin: value.origin }
        }
        _ => value,
    }
}

/// `"%(name)s" % {name: value}`.
fn percent_named(format: &str, named: &Object, place: Place) -> Option<Value> {
    let (mut pieces, mut rest) = (Vec::new(), format);
    while let Some(at) = rest.find('%') {
        pieces.push(Piece::Text(rest[..at].into()));
        let tail = &rest[at + 1..];
        if let Some(tail) = tail.strip_prefix('%') {
            pieces.push(Piece::Text("%".into()));
            rest = tail;
            continue;
        }
        let (name, tail) = tail.strip_prefix('(')?.split_once(')')?;
        pieces.push(hole_or_text(named.entry(name)?.value.clone()));
        rest = tail.strip_prefix(['s', 'd'])?;
    }
    pieces.push(Piece::Text(rest.into()));
    Some(Value::template(pieces, place))
}

/// `"…{}…{name}…".format(values, name=value)`; a field that is not plain is a hole.
pub(super) fn format(format: &str, values: &[Value], named: &Object, place: Place) -> Value {
    let mut pieces = Vec::new();
    let (mut rest, mut next) = (format, 0);
    let hole = || Piece::Hole(Box::new(Value::unknown(Reason::Unsupported, "a format field", place)));
    while let Some(at) = rest.find(['{', '}']) {
        pieces.push(Piece::Text(rest[..at].into()));
        let tail = &rest[at..];
        if tail.starts_with("{{") || tail.starts_with("}}") {
            pieces.push(Piece::Text(tail[..1].into()));
            rest = &tail[2..];
            continue;
        }
        let Some(end) = tail.find('}').filter(|_| tail.starts_with('{')) else {
            pieces.push(hole());
            return Value::template(pieces, place);
        };
        let field = &tail[1..end];
        let (field, spec) = field.split_once(':').unwrap_or((field, ""));
        let value = if field.is_empty() {
            next += 1;
            values.get(next - 1).cloned()
        } else if let Ok(at) = field.parse::<usize>() {
            values.get(at).cloned()
        } else {
            named.entry(field).map(|entry| entry.value.clone())
        };
        pieces.push(match value {
            Some(value) if spec.is_empty() => hole_or_text(value),
            Some(value) => formatted(&value, spec).map_or_else(hole, |text| Piece::Text(text.into())),
            None => hole(),
        });
        rest = &tail[end + 1..];
    }
    pieces.push(Piece::Text(rest.into()));
    Value::template(pieces, place)
}

/// One of several values, it is not known which: equal ones are that value, the same image of AWS's in several regions is
/// one of AWS's, other texts keep what they begin and end with.
pub(super) fn one_of(values: &[&Value], unknown: Unknown, place: Place) -> Value {
    let hole = Value::new(Data::Unknown(unknown), place);
    let texts: Option<Vec<&Arc<str>>> = values
        .iter()
        .map(|value| match &value.data {
            Data::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    let Some(texts) = texts else { return hole };
    let Some((first, rest)) = texts.split_first() else { return hole };
    if rest.iter().all(|text| text == first) {
        return values[0].clone();
    }
    if let Some(image) = one_of_aws(&texts.iter().map(|text| &***text).collect::<Vec<_>>(), place) {
        return image;
    }
    let common = |left: &str, right: &str| {
        left.chars().zip(right.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>()
    };
    let prefix = rest.iter().map(|text| common(first, text)).min().unwrap_or(0);
    let suffix = rest.iter().map(|text| {
        first
            .chars()
            .rev()
            .zip(text.chars().rev())
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum::<usize>()
    });
    // The two must not overlap in the shortest of the texts.
    let shortest = texts.iter().map(|text| text.len()).min().unwrap_or(0);
    let suffix = suffix.min().unwrap_or(0).min(shortest - prefix);
    if prefix + suffix == 0 || !first.is_char_boundary(first.len() - suffix) {
        return hole;
    }
    let (head, tail) = (&first[..prefix], &first[first.len() - suffix..]);
    let pieces = [Piece::Text(head.into()), Piece::Hole(Box::new(hole)), Piece::Text(tail.into())];
    Value::template(pieces.into_iter().filter(|piece| !matches!(piece, Piece::Text(text) if text.is_empty())), place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn place() -> Place {
        Place::new(FileId(0), Span::new(0, 0))
    }

    fn show(value: &Value) -> String {
        match &value.data {
            Data::Text(text) => text.to_string(),
            Data::Template(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.to_string(),
                    Piece::Hole(_) => "{…}".to_owned(),
                })
                .collect(),
            other => format!("{other:?}"),
        }
    }

    fn unknown() -> Value {
        Value::unknown(Reason::RunTime, "x", place())
    }

    #[test]
    fn formats_keep_what_is_known() {
        let values = [unknown(), Value::text("us-east-1", place())];
        let text = format("{}.dkr.ecr.{}.amazonaws.com/{name}:{{1}}", &values, &Object::default(), place());
        assert_eq!(show(&text), "{…}.dkr.ecr.us-east-1.amazonaws.com/{…}:{1}");
        let both = Value::list(vec![Value::text("a", place()), Value::number(1.0, place())], place());
        assert_eq!(percent("%s-%d%%", &both, place()).as_ref().map(show).as_deref(), Some("a-1%"));
        assert!(percent("%05.2f", &both, place()).is_none(), "not followed");
    }

    #[test]
    fn several_texts_keep_what_they_share() {
        let Data::Unknown(why) = unknown().data else { unreachable!() };
        let texts = |all: &[&str]| all.iter().map(|text| Value::text(*text, place())).collect::<Vec<_>>();
        let of = |all: &[&str]| show(&one_of(&texts(all).iter().collect::<Vec<_>>(), why.clone(), place()));
        assert_eq!(of(&["1.ecr.us/xgboost:1", "22.ecr.eu/xgboost:1"]), "{…}/xgboost:1");
        assert_eq!(of(&["same", "same"]), "same");
        assert_eq!(of(&["aba", "abaaba"]), "aba{…}", "prefix and suffix do not overlap");
        assert!(of(&["x", "y"]).starts_with("Unknown"));
    }
}
