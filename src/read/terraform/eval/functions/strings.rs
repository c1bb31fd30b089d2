//! Functions of texts.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::{Call, regexes};
use crate::{
    graph::value::{Data, Piece, Value},
    read::terraform::eval::{
        convert::{Outcome, Stop, invalid, list, text, whole},
        partial::derived,
        templates::{MAX_TEXT, hole},
    },
};

/// The known text that a value begins with, whether or not it goes on.
fn prefix(value: &Value) -> Arc<str> {
    match &value.data {
        Data::Template(pieces) => match pieces.first() {
            Some(Piece::Text(text)) => text.clone(),
            _ => "".into(),
        },
        _ => text(value).unwrap_or_default(),
    }
}

fn suffix(value: &Value) -> Arc<str> {
    match &value.data {
        Data::Template(pieces) => match pieces.last() {
            Some(Piece::Text(text)) => text.clone(),
            _ => "".into(),
        },
        _ => text(value).unwrap_or_default(),
    }
}

fn is_partial(value: &Value) -> bool {
    matches!(value.data, Data::Template(_))
}

/// A known text that is turned into another one.
fn turned(call: &Call<'_>, values: &[Value], turn: impl Fn(&str) -> String) -> Outcome {
    call.text(turn(&text(&values[0])?))
}

/// A text that is turned piece by piece; a hole is the unknown that its own text would come to.
fn by_pieces(call: &Call<'_>, value: &Value, name: &str, turn: fn(&str) -> String) -> Outcome {
    let Data::Template(pieces) = &value.data else { return call.text(turn(&text(value)?)) };
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => Piece::Text(turn(text).into()),
        Piece::Hole(hole) => {
            let why = derived(std::slice::from_ref(hole), &|names| format!("{name}({})", names[0]), call.place);
            Piece::Hole(Box::new(call.value(Data::Unknown(why))))
        }
    });
    Ok(Value::template(pieces, call.place))
}

pub(super) fn lower(call: &Call<'_>, values: &[Value]) -> Outcome {
    by_pieces(call, &values[0], "lower", |text| text.chars().map(lower_char).collect())
}

pub(super) fn upper(call: &Call<'_>, values: &[Value]) -> Outcome {
    by_pieces(call, &values[0], "upper", |text| text.chars().map(upper_char).collect())
}

/// One character for one, as Terraform maps them: `ß` stays.
fn upper_char(char: char) -> char {
    let mut upper = char.to_uppercase();
    if upper.len() == 1 { upper.next().unwrap_or(char) } else { char }
}

fn lower_char(char: char) -> char {
    let mut lower = char.to_lowercase();
    lower.next().unwrap_or(char)
}

pub(super) fn title(call: &Call<'_>, values: &[Value]) -> Outcome {
    turned(call, values, |text| {
        let mut before = ' ';
        let mut turn = |char: char| {
            // Beyond ASCII only blanks end a word.
            let ends = if before.is_ascii() { !before.is_alphanumeric() } else { before.is_whitespace() };
            let starts = ends && before != '_';
            before = char;
            if starts { upper_char(char) } else { char }
        };
        text.chars().map(&mut turn).collect()
    })
}

pub(super) fn chomp(call: &Call<'_>, values: &[Value]) -> Outcome {
    turned(call, values, |text| text.trim_end_matches(['\r', '\n']).to_owned())
}

pub(super) fn strrev(call: &Call<'_>, values: &[Value]) -> Outcome {
    turned(call, values, |text| text.graphemes(true).rev().collect())
}

pub(super) fn trimspace(call: &Call<'_>, values: &[Value]) -> Outcome {
    turned(call, values, |text| text.trim().to_owned())
}

pub(super) fn trim(call: &Call<'_>, values: &[Value]) -> Outcome {
    let cut = text(&values[1])?;
    turned(call, values, |text| text.trim_matches(|char| cut.contains(char)).to_owned())
}

pub(super) fn trimprefix(call: &Call<'_>, values: &[Value]) -> Outcome {
    let cut = text(&values[1])?;
    if let Data::Template(pieces) = &values[0].data
        && let Some(Piece::Text(first)) = pieces.first()
        && first.len() >= cut.len()
    {
        let first = Piece::Text(first.strip_prefix(&*cut).unwrap_or(first).into());
        return Ok(Value::template(std::iter::once(first).chain(pieces[1..].iter().cloned()), call.place));
    }
    turned(call, values, |text| text.strip_prefix(&*cut).unwrap_or(text).to_owned())
}

pub(super) fn trimsuffix(call: &Call<'_>, values: &[Value]) -> Outcome {
    let cut = text(&values[1])?;
    if let Data::Template(pieces) = &values[0].data
        && let Some((Piece::Text(last), rest)) = pieces.split_last()
        && last.len() >= cut.len()
    {
        let last = Piece::Text(last.strip_suffix(&*cut).unwrap_or(last).into());
        return Ok(Value::template(rest.iter().cloned().chain([last]), call.place));
    }
    turned(call, values, |text| text.strip_suffix(&*cut).unwrap_or(text).to_owned())
}

pub(super) fn startswith(call: &Call<'_>, values: &[Value]) -> Outcome {
    let wanted = text(&values[1])?;
    if !is_partial(&values[0]) {
        return call.truth(text(&values[0])?.starts_with(&*wanted));
    }
    let known = prefix(&values[0]);
    match (known.starts_with(&*wanted), wanted.starts_with(&*known)) {
        (true, _) => call.truth(true),
        (false, false) => call.truth(false),
        (false, true) => Err(Stop::Undecided),
    }
}

pub(super) fn endswith(call: &Call<'_>, values: &[Value]) -> Outcome {
    let wanted = text(&values[1])?;
    if !is_partial(&values[0]) {
        return call.truth(text(&values[0])?.ends_with(&*wanted));
    }
    let known = suffix(&values[0]);
    match (known.ends_with(&*wanted), wanted.ends_with(&*known)) {
        (true, _) => call.truth(true),
        (false, false) => call.truth(false),
        (false, true) => Err(Stop::Undecided),
    }
}

pub(super) fn strcontains(call: &Call<'_>, values: &[Value]) -> Outcome {
    let wanted = text(&values[1])?;
    if let Data::Template(pieces) = &values[0].data {
        let found = pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(&*wanted)));
        return if found { call.truth(true) } else { Err(Stop::Undecided) };
    }
    call.truth(text(&values[0])?.contains(&*wanted))
}

pub(super) fn indent(call: &Call<'_>, values: &[Value]) -> Outcome {
    let Ok(spaces) = usize::try_from(whole(&values[0])?) else { return invalid("a negative number") };
    call.afford(spaces)?;
    let newline = format!("\n{}", " ".repeat(spaces));
    if let Data::Template(pieces) = &values[1].data {
        let has_lines = pieces.iter().all(|piece| matches!(piece, Piece::Text(_)));
        if !has_lines {
            return Err(Stop::Undecided);
        }
    }
    let text = text(&values[1])?;
    bounded(text.len() + text.matches('\n').count() * spaces)?;
    call.text(text.replace('\n', &newline))
}

/// Texts are not put together beyond a bound.
fn bounded(length: usize) -> Outcome<()> {
    if length > MAX_TEXT { Err(Stop::Limit("a very long text".into())) } else { Ok(()) }
}

pub(super) fn join(call: &Call<'_>, values: &[Value]) -> Outcome {
    let separator = text(&values[0])?;
    if values.len() < 2 {
        return invalid("no list");
    }
    let mut pieces = Vec::new();
    let mut length = 0;
    for value in &values[1..] {
        let list = list(value)?;
        if list.open.is_some() {
            return Err(Stop::Undecided);
        }
        call.afford(list.items.len())?;
        for item in &list.items {
            if !pieces.is_empty() {
                pieces.push(Piece::Text(separator.clone()));
            }
            let piece = hole(item, call.place)?;
            if let Piece::Text(text) = &piece {
                length += text.len() + separator.len();
            }
            bounded(length)?;
            pieces.push(piece);
        }
    }
    Ok(Value::template(pieces, call.place))
}

pub(super) fn split(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (separator, text) = (text(&values[0])?, text(&values[1])?);
    let parts: Vec<Value> = if separator.is_empty() {
        text.chars().map(|char| Value::text(char.to_string(), call.place)).collect()
    } else {
        text.split(&*separator).map(|part| Value::text(part, call.place)).collect()
    };
    call.afford(parts.len())?;
    call.list(parts)
}

pub(super) fn replace(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (from, to) = (text(&values[1])?, text(&values[2])?);
    let pattern = from.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let text = text(&values[0])?;
    if let Some(pattern) = pattern {
        return regexes::replace(call, &text, pattern, &to);
    }
    let count = if from.is_empty() { text.chars().count() + 1 } else { text.matches(&*from).count() };
    bounded(text.len().saturating_add(count.saturating_mul(to.len())))?;
    call.text(text.replace(&*from, &to))
}

pub(super) fn substr(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (offset, length) = (whole(&values[1])?, whole(&values[2])?);
    // What lies in the known beginning does not depend on what follows it.
    let known = match is_partial(&values[0]) {
        true => prefix(&values[0]),
        false => text(&values[0])?,
    };
    let characters: Vec<&str> = known.graphemes(true).collect();
    if is_partial(&values[0]) {
        let within = offset >= 0 && length >= 0 && (offset + length) < characters.len() as i64;
        if !within {
            return Err(Stop::Undecided);
        }
    }
    let count = characters.len() as i64;
    let start = if offset < 0 { (count + offset).max(0) } else { offset };
    let end = if length < 0 { count } else { start.saturating_add(length).min(count) };
    let (start, end) = (start.min(count) as usize, end as usize);
    call.text(characters[start..end.max(start)].concat())
}
