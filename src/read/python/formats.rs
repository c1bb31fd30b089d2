//! How a value is written into a text: format specifications, `string.Template`, and parts of texts and lists.

use std::sync::Arc;

use ruff_python_ast::{ConversionFlag, ExprSlice, InterpolatedElement, InterpolatedStringElement};
use ruff_text_size::{Ranged, TextRange};

use super::{Machine, calls::Arguments, collections::merge, enums::Into, numbers::written, text::hole_or_text};
use crate::{
    graph::value::{Data, Entry, List, Object, Piece, Reason, Value},
    source::Place,
};

/// A text with `$name` in it.
pub(super) const TEMPLATE: &str = "string.Template";
/// Widest that a value is padded to.
const MAX_WIDTH: usize = 200;

impl<'a> Machine<'a> {
    /// What `{expression!conversion:format}` puts into a text.
    pub(super) fn interpolated(&mut self, element: &'a InterpolatedElement) -> Value {
        let value = self.eval(&element.expression);
        if element.debug_text.is_some() {
            return self.unknown(Reason::Unsupported, element.range());
        }
        let into = if element.conversion == ConversionFlag::None { Into::Field } else { Into::Str };
        let value = match element.conversion {
            ConversionFlag::None | ConversionFlag::Str => self.within_text(&value, into).unwrap_or(value),
            ConversionFlag::Repr | ConversionFlag::Ascii => match &value.data {
                Data::Text(text) if !text.contains(['\'', '\\', '\n']) => {
                    Value { data: Data::Text(format!("'{text}'").into()), origin: value.origin.clone() }
                }
                Data::Number(_) => value,
                _ => self.unknown(Reason::Unsupported, element.range()),
            },
        };
        let Some(spec) = &element.format_spec else { return value };
        let parts: Option<String> = spec
            .elements
            .iter()
            .map(|part| match part {
                InterpolatedStringElement::Literal(literal) => Some(literal.value.to_string()),
                InterpolatedStringElement::Interpolation(inner) => {
                    let inner = self.eval(&inner.expression);
                    inner.plain_text().map(|text| text.to_string())
                }
            })
            .collect();
        if parts.as_deref() == Some("") {
            return value;
        }
        match parts.and_then(|spec| formatted(&value, &spec)) {
            Some(text) => Value { data: Data::Text(text.into()), origin: value.origin },
            None => self.unknown(Reason::Unsupported, element.range()),
        }
    }

    /// `string.Template(text)`; nothing for another call.
    pub(super) fn template_call(&mut self, symbol: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        let text = arguments.get("template", 0).filter(|_| symbol == TEMPLATE)?;
        let mut template = Object { class: Some(TEMPLATE.into()), ..Object::default() };
        template.set(Entry { name: "template".into(), place, value: text.clone() });
        Some(Value::object(template, place))
    }

    /// `template.substitute(…)`.
    pub(super) fn template_method(
        &mut self,
        template: &Arc<Object>,
        name: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        let text = template.entry("template").and_then(|entry| entry.value.plain_text());
        let Some(text) = text.filter(|_| matches!(name, "substitute" | "safe_substitute")) else {
            return self.unknown(Reason::RunTime, range);
        };
        let mut names = Object::default();
        if let Some(first) = arguments.positional.first() {
            merge(&mut names, &first.value, &self.why(range));
        }
        merge(&mut names, &Value::object(arguments.named.clone(), self.place(range)), &self.why(range));
        self.spend(text.len() / 2 + names.entries.len());
        substituted(&text, &names, self.place(range))
    }

    /// Methods that take a text apart: `strip`, `removeprefix`, `partition`, `split(separator, 1)`.
    pub(super) fn text_parts(&mut self, name: &str, text: &str, arguments: &Arguments, range: TextRange) -> Value {
        let place = self.place(range);
        self.spend(text.len() / 16);
        let first = arguments.positional.first().map(|argument| argument.value.plain_text());
        if name.ends_with("strip") {
            let is_cut = |char: char| match &first {
                None => char.is_whitespace(),
                Some(chars) => chars.as_deref().is_some_and(|chars| chars.contains(char)),
            };
            return match (&first, name) {
                (Some(None), _) => self.unknown(Reason::RunTime, range),
                (_, "lstrip") => Value::text(text.trim_start_matches(is_cut), place),
                (_, "rstrip") => Value::text(text.trim_end_matches(is_cut), place),
                _ => Value::text(text.trim_matches(is_cut), place),
            };
        }
        let Some(part) = first.flatten().filter(|part| !part.is_empty()) else {
            return self.unknown(Reason::RunTime, range);
        };
        let texts =
            |parts: Vec<&str>| Value::list(parts.into_iter().map(|part| Value::text(part, place)).collect(), place);
        let once = matches!(
            arguments.get("maxsplit", 1).map(|most| &most.data), Some(Data::Number(most)) if most.near() == 1.0
        );
        match name {
            "removeprefix" => Value::text(text.strip_prefix(&*part).unwrap_or(text), place),
            "removesuffix" => Value::text(text.strip_suffix(&*part).unwrap_or(text), place),
            "endswith" => Value::new(Data::Bool(text.ends_with(&*part)), place),
            "partition" => {
                texts(text.split_once(&*part).map_or(vec![text, "", ""], |(one, two)| vec![one, &*part, two]))
            }
            "rpartition" => {
                texts(text.rsplit_once(&*part).map_or(vec!["", "", text], |(one, two)| vec![one, &*part, two]))
            }
            "split" if once => texts(text.splitn(2, &*part).collect()),
            "rsplit" if once => {
                let mut parts: Vec<&str> = text.rsplitn(2, &*part).collect();
                parts.reverse();
                texts(parts)
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// The bounds of a slice and its step, each of which may be left out; nothing where one is not known.
    pub(super) fn bounds_of(&mut self, slice: &'a ExprSlice) -> Option<Bounds> {
        let mut bound = |part: Option<&'a ruff_python_ast::Expr>| match part {
            None => Some(None),
            Some(part) => match self.eval(part).data {
                Data::Absent => Some(None),
                #[allow(clippy::cast_possible_truncation, reason = "a bound beyond i64 is at the end anyway")]
                Data::Number(number) if number.near().fract() == 0.0 => Some(Some(number.near() as i64)),
                _ => None,
            },
        };
        Some((bound(slice.lower.as_deref())?, bound(slice.upper.as_deref())?, bound(slice.step.as_deref())?))
    }

    /// `value[lower:upper:step]`.
    pub(super) fn slice(&mut self, base: &Value, slice: &'a ExprSlice, range: TextRange) -> Value {
        let place = self.place(range);
        let Some(bounds) = self.bounds_of(slice) else { return self.unknown(Reason::RunTime, range) };
        let data = match &base.data {
            Data::Text(text) => {
                self.spend(text.len() / 8);
                let chars: Vec<char> = text.chars().collect();
                let taken = taken(bounds, chars.len());
                taken.map(|taken| Data::Text(taken.into_iter().map(|at| chars[at]).collect::<String>().into()))
            }
            Data::List(list) if list.open.is_none() => {
                self.spend(list.items.len() / 8);
                let taken = taken(bounds, list.items.len());
                let items = taken.map(|taken| taken.into_iter().map(|at| list.items[at].clone()).collect());
                items.map(|items| Data::List(Arc::new(List { items, open: None })))
            }
            Data::Guarded(guarded) => {
                let guarded = guarded.clone();
                let (then, otherwise) =
                    (self.slice(&guarded.then, slice, range), self.slice(&guarded.otherwise, slice, range));
                return Value::guarded(&guarded.when, then, otherwise);
            }
            _ => None,
        };
        data.map_or_else(|| self.unknown(Reason::RunTime, range), |data| Value::new(data, place))
    }
}

/// The bounds of a slice, and its step.
pub(super) type Bounds = (Option<i64>, Option<i64>, Option<i64>);

/// Which of so many items a slice takes, in its order; nothing where its step is zero.
fn taken((lower, upper, step): Bounds, length: usize) -> Option<Vec<usize>> {
    let step = step.unwrap_or(1);
    let by = usize::try_from(step.unsigned_abs()).ok().filter(|by| *by > 0)?;
    if step > 0 {
        let (start, end) = within(lower, upper, length);
        return Some((start..end).step_by(by).collect());
    }
    let length = i64::try_from(length).ok()?;
    let at = |bound: i64| if bound < 0 { length.saturating_add(bound).max(-1) } else { bound.min(length - 1) };
    let (first, stop) = (lower.map_or(length - 1, at), upper.map_or(-1, at));
    Some((stop + 1..=first).rev().step_by(by).filter_map(|at| usize::try_from(at).ok()).collect())
}

/// The bounds of a slice as Python takes them.
pub(super) fn within(lower: Option<i64>, upper: Option<i64>, length: usize) -> (usize, usize) {
    let at = |bound: i64| {
        let from_end = i64::try_from(length).unwrap_or(i64::MAX).saturating_add(bound);
        let bound = if bound < 0 { from_end.max(0) } else { bound };
        usize::try_from(bound).unwrap_or(usize::MAX).min(length)
    };
    let (start, end) = (lower.map_or(0, at), upper.map_or(length, at));
    (start, end.max(start))
}

/// A text or a whole number by a format such as `>8`, `02d` or `.2f`; nothing for what is not followed.
pub(super) fn formatted(value: &Value, spec: &str) -> Option<String> {
    let mut chars: Vec<char> = spec.chars().collect();
    let (mut fill, mut align) = (' ', None);
    if let [first, second, ..] = chars[..]
        && matches!(second, '<' | '>' | '^')
    {
        (fill, align) = (first, Some(second));
        chars.drain(..2);
    } else if let Some(&first) = chars.first().filter(|first| matches!(first, '<' | '>' | '^')) {
        align = Some(first);
        chars.remove(0);
    }
    let is_zero = chars.first() == Some(&'0');
    if is_zero {
        chars.remove(0);
    }
    let digits: String = chars.iter().take_while(|char| char.is_ascii_digit()).collect();
    let mut rest: String = chars[digits.len()..].iter().collect();
    let width = if digits.is_empty() { 0 } else { digits.parse().ok().filter(|&width: &usize| width <= MAX_WIDTH)? };
    let mut places = None;
    if let Some(tail) = rest.strip_prefix('.') {
        let digits: String = tail.chars().take_while(char::is_ascii_digit).collect();
        places = Some(digits.parse::<usize>().ok().filter(|&places| places <= MAX_WIDTH)?);
        rest = tail[digits.len()..].to_owned();
    }
    let (text, is_number) = match (&value.data, &*rest, places) {
        (Data::Text(text), "" | "s", None) => (text.to_string(), false),
        (Data::Text(text), "" | "s", Some(places)) => (text.chars().take(places).collect(), false),
        (Data::Number(number), "d", None) if !number.is_real() => (number.text(), true),
        (Data::Number(number), "", None) => (written(number), true),
        (Data::Number(number), "f", places) => (format!("{:.*}", places.unwrap_or(6), number.near()), true),
        _ => return None,
    };
    let missing = width.saturating_sub(text.chars().count());
    let pad = |count: usize| std::iter::repeat_n(if is_zero && align.is_none() { '0' } else { fill }, count);
    if is_zero && is_number && align.is_none() && text.starts_with('-') {
        return None;
    }
    let (before, behind) = match align {
        Some('<') => (0, missing),
        Some('^') => (missing / 2, missing - missing / 2),
        Some(_) => (missing, 0),
        None if is_number => (missing, 0),
        None => (0, missing),
    };
    Some(pad(before).chain(text.chars()).chain(pad(behind)).collect())
}

/// A text with `$name` and `${name}` replaced.
fn substituted(text: &str, names: &Object, place: Place) -> Value {
    let hole = || Piece::Hole(Box::new(Value::unknown(Reason::Unsupported, "a placeholder", place)));
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find('$') {
        pieces.push(Piece::Text(rest[..at].into()));
        let tail = &rest[at + 1..];
        if let Some(tail) = tail.strip_prefix('$') {
            pieces.push(Piece::Text("$".into()));
            rest = tail;
            continue;
        }
        let inner = tail.strip_prefix('{').unwrap_or(tail);
        let length = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let (name, behind) = inner.split_at(length);
        rest = if inner.len() < tail.len() { behind.strip_prefix('}').unwrap_or(behind) } else { behind };
        pieces.push(names.entry(name).map_or_else(hole, |entry| hole_or_text(entry.value.clone())));
    }
    pieces.push(Piece::Text(rest.into()));
    Value::template(pieces, place)
}
