//! Functions of encodings: base64, JSON, CSV, URLs, character sets.

use std::{borrow::Cow, fmt::Write as _, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Call, charsets, gzip, types::known};
use crate::{
    graph::value::{Data, Entry, List, Object, Piece, Value},
    read::terraform::eval::{
        convert::{Outcome, Stop, invalid, parse_number, text},
        partial::in_branches,
        templates::MAX_TEXT,
    },
    syntax::text::fits_float,
};

pub(super) fn base64encode(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.text(STANDARD.encode(&*text(&values[0])?))
}

pub(super) fn base64decode(call: &Call<'_>, values: &[Value]) -> Outcome {
    match String::from_utf8(decoded(&text(&values[0])?)?) {
        Ok(text) => call.text(text),
        Err(_) => invalid("bytes that are no text"),
    }
}

fn decoded(text: &str) -> Outcome<Vec<u8>> {
    // Line breaks are skipped.
    let text: String = text.chars().filter(|char| !matches!(char, '\r' | '\n')).collect();
    STANDARD.decode(text).map_or_else(|_| invalid("a text that is no base64"), Ok)
}

pub(super) fn base64gzip(call: &Call<'_>, values: &[Value]) -> Outcome {
    let text = text(&values[0])?;
    // The tables are made anew for each text.
    call.afford(1024 + text.len() / 16)?;
    call.text(STANDARD.encode(gzip::compress(text.as_bytes())))
}

pub(super) fn textencodebase64(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (text, charset) = (text(&values[0])?, text(&values[1])?);
    call.text(STANDARD.encode(charsets::encoded(call, &text, &charset)?))
}

pub(super) fn textdecodebase64(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (bytes, charset) = (decoded(&text(&values[0])?)?, text(&values[1])?);
    call.text(charsets::decoded(call, &bytes, &charset)?)
}

pub(super) fn urlencode(call: &Call<'_>, values: &[Value]) -> Outcome {
    let mut encoded = String::new();
    for byte in text(&values[0])?.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
            b' ' => encoded.push('+'),
            // Writing to a text does not fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    call.text(encoded)
}

pub(super) fn jsondecode(call: &Call<'_>, values: &[Value]) -> Outcome {
    let text = text(&values[0])?;
    if text.len() > MAX_TEXT {
        return Err(Stop::Limit("a very long text".into()));
    }
    let numbers = LongNumbers::of(&text);
    match serde_json::from_str::<serde_json::Value>(&numbers.text) {
        Ok(json) => of_json(call, &numbers, json),
        Err(error) if error.to_string().starts_with("recursion limit") => Err(Stop::Limit("a deep JSON text".into())),
        Err(_) => invalid("a text that is no JSON"),
    }
}

/// A JSON text in which numbers that an `f64` does not hold are texts with a mark, to be told from all others.
struct LongNumbers<'t> {
    text: Cow<'t, str>,
    mark: String,
}

impl<'t> LongNumbers<'t> {
    fn of(text: &'t str) -> Self {
        let mut rewritten = String::new();
        // No text may begin with the mark already.
        let mut mark = "#".to_owned();
        let (mut at, mut copied, mut in_text) = (0, 0, false);
        let bytes = text.as_bytes();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => in_text = !in_text,
                b'\\' if in_text => at += 1,
                b'-' | b'0'..=b'9' if !in_text => {
                    let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
                    let end = at + bytes[at..].iter().take_while(|byte| is_part(byte)).count();
                    let number = &text[at..end];
                    if !fits_float(number) && is_json_number(number) {
                        while rewritten.is_empty() && text.contains(&format!("\"{mark}")) {
                            mark.push('#');
                        }
                        let _ = write!(rewritten, "{}\"{mark}{number}\"", &text[copied..at]);
                        copied = end;
                    }
                    at = end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        match rewritten.is_empty() {
            true => Self { text: text.into(), mark },
            false => Self { text: (rewritten + &text[copied..]).into(), mark },
        }
    }

    /// The number that stands behind a text.
    fn number<'j>(&self, text: &'j str) -> Option<&'j str> {
        if matches!(self.text, Cow::Borrowed(_)) { None } else { text.strip_prefix(&*self.mark) }
    }
}

/// Whether JSON has numbers of this form.
fn is_json_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && digits(exponent) && (whole == "0" || !whole.starts_with('0'))
}

fn of_json(call: &Call<'_>, numbers: &LongNumbers<'_>, json: serde_json::Value) -> Outcome {
    Ok(match json {
        serde_json::Value::Null => Value::absent(call.place),
        serde_json::Value::Bool(holds) => call.value(Data::Bool(holds)),
        serde_json::Value::Number(number) => match number.as_f64() {
            Some(number) => return call.number(number),
            None => return Err(Stop::Limit("a very large number".into())),
        },
        serde_json::Value::String(text) => match numbers.number(&text) {
            Some(number) => return call.number(parse_number(number)?),
            None => Value::text(text, call.place),
        },
        serde_json::Value::Array(items) => {
            Value::list(items.into_iter().map(|item| of_json(call, numbers, item)).collect::<Outcome<_>>()?, call.place)
        }
        serde_json::Value::Object(entries) => {
            let entry = |(name, value): (String, _)| {
                Ok(Entry { name: name.into(), place: call.place, value: of_json(call, numbers, value)? })
            };
            let mut entries: Vec<Entry> = entries.into_iter().map(entry).collect::<Outcome<_>>()?;
            entries.sort_by(|one, two| one.name.cmp(&two.name));
            Value::object(Object { entries, ..Object::default() }, call.place)
        }
    })
}

pub(super) fn jsonencode(call: &Call<'_>, values: &[Value]) -> Outcome {
    let mut pieces = Vec::new();
    let mut left = super::MAX_ITEMS;
    json(call, &values[0], &mut pieces, &mut left)?;
    if let [Piece::Hole(hole)] = &pieces[..]
        && hole.is_unknown()
    {
        // Nothing of it is known: it is not even known to be a text with a hole.
        return Err(Stop::Undecided);
    }
    Ok(Value::template(pieces, call.place))
}

/// A value as JSON within a text.
pub(super) fn json_piece(call: &Call<'_>, value: &Value) -> Outcome<Piece> {
    let mut pieces = Vec::new();
    json(call, value, &mut pieces, &mut { super::MAX_ITEMS })?;
    Ok(Piece::Hole(Box::new(Value::template(pieces, call.place))))
}

/// Writes a value as JSON. What is not known is a hole: quotes around it where it is a text for certain.
fn json(call: &Call<'_>, value: &Value, pieces: &mut Vec<Piece>, left: &mut usize) -> Outcome<()> {
    *left = left.checked_sub(1).ok_or(Stop::Limit("a very large value".into()))?;
    let mut push = |text: &str| pieces.push(Piece::Text(text.into()));
    match &value.data {
        Data::Absent => push("null"),
        Data::Bool(holds) => push(if *holds { "true" } else { "false" }),
        Data::Number(_) => push(&text(value)?),
        Data::Text(text) => push(&json_text(text)),
        Data::Template(parts) => {
            push("\"");
            for part in parts.iter() {
                pieces.push(match part {
                    Piece::Text(text) => {
                        let quoted = json_text(text);
                        Piece::Text(quoted[1..quoted.len() - 1].into())
                    }
                    hole @ Piece::Hole(_) => hole.clone(),
                });
            }
            pieces.push(Piece::Text("\"".into()));
        }
        Data::List(list) => json_list(call, list, pieces, left)?,
        Data::Object(object) => json_object(call, object, pieces, left)?,
        Data::Guarded(_) => {
            let branch = in_branches(std::slice::from_ref(value), 0, call.place, &mut |values| {
                let mut pieces = Vec::new();
                match json(call, &values[0], &mut pieces, &mut { *left }) {
                    Ok(()) => Value::template(pieces, call.place),
                    Err(stop) => super::settle(Err(stop), values, &|names| names[0].clone(), call.place),
                }
            });
            pieces.push(Piece::Hole(Box::new(branch)));
        }
        Data::Reference(reference) if matches!(reference.attribute.as_deref(), Some("id" | "arn")) => {
            push("\"");
            pieces.push(Piece::Hole(Box::new(value.clone())));
            pieces.push(Piece::Text("\"".into()));
        }
        Data::Reference(_) | Data::Unknown(_) | Data::Symbol(_) => pieces.push(Piece::Hole(Box::new(value.clone()))),
    }
    Ok(())
}

fn json_list(call: &Call<'_>, list: &List, pieces: &mut Vec<Piece>, left: &mut usize) -> Outcome<()> {
    pieces.push(Piece::Text("[".into()));
    let mut first = true;
    for item in &list.items {
        if !std::mem::take(&mut first) {
            pieces.push(Piece::Text(",".into()));
        }
        json(call, item, pieces, left)?;
    }
    if let Some(why) = &list.open {
        if !first {
            pieces.push(Piece::Text(",".into()));
        }
        pieces.push(Piece::Hole(Box::new(call.value(Data::Unknown(why.clone())))));
    }
    pieces.push(Piece::Text("]".into()));
    Ok(())
}

fn json_object(call: &Call<'_>, object: &Object, pieces: &mut Vec<Piece>, left: &mut usize) -> Outcome<()> {
    pieces.push(Piece::Text("{".into()));
    let mut entries: Vec<&Entry> = object.entries.iter().collect();
    entries.sort_by(|one, two| one.name.cmp(&two.name));
    let mut first = true;
    for entry in entries {
        if !std::mem::take(&mut first) {
            pieces.push(Piece::Text(",".into()));
        }
        pieces.push(Piece::Text(format!("{}:", json_text(&entry.name)).into()));
        json(call, &entry.value, pieces, left)?;
    }
    if let Some(why) = &object.open {
        if !first {
            pieces.push(Piece::Text(",".into()));
        }
        pieces.push(Piece::Hole(Box::new(call.value(Data::Unknown(why.clone())))));
    }
    pieces.push(Piece::Text("}".into()));
    Ok(())
}

/// A text as a JSON string, with the escapes that Terraform writes.
pub(super) fn json_text(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for char in text.chars() {
        match char {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            // Writing to a text does not fail.
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(char));
            }
            _ => json.push(char),
        }
    }
    json.push('"');
    json
}

pub(super) fn csvdecode(call: &Call<'_>, values: &[Value]) -> Outcome {
    let text = text(known(&values[0])?)?;
    let mut records = records(&text)?.into_iter();
    let Some(header) = records.next() else { return invalid("a text without a header") };
    for (at, name) in header.iter().enumerate() {
        if header[..at].contains(name) {
            return invalid(format!("two columns named `{name}`"));
        }
    }
    let mut rows = Vec::new();
    for record in records {
        call.afford(rows.len() + record.len())?;
        if record.len() != header.len() {
            return invalid("rows of different lengths");
        }
        let fields = header.iter().zip(record);
        let mut entries: Vec<Entry> = fields
            .map(|(name, field)| Entry {
                name: Arc::from(&**name),
                place: call.place,
                value: Value::text(field, call.place),
            })
            .collect();
        entries.sort_by(|one, two| one.name.cmp(&two.name));
        rows.push(Value::object(Object { entries, ..Object::default() }, call.place));
    }
    call.list(rows)
}

/// The rows of a CSV text. Empty lines are none.
fn records(text: &str) -> Outcome<Vec<Vec<String>>> {
    let text = text.replace("\r\n", "\n");
    let mut rest = text.as_str();
    let mut records = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('\n') {
            rest = after;
            continue;
        }
        let mut record = Vec::new();
        loop {
            let (field, after) = field(rest)?;
            record.push(field);
            match after.strip_prefix(',') {
                Some(after) => rest = after,
                None => {
                    rest = after.strip_prefix('\n').unwrap_or(after);
                    break;
                }
            }
        }
        records.push(record);
    }
    Ok(records)
}

fn field(text: &str) -> Outcome<(String, &str)> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let (field, after) = text.split_at(text.find([',', '\n']).unwrap_or(text.len()));
        return if field.contains('"') { invalid("a quote within a field") } else { Ok((field.to_owned(), after)) };
    };
    let mut field = String::new();
    while let Some(at) = rest.find('"') {
        field.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None if rest.is_empty() || rest.starts_with([',', '\n']) => return Ok((field, rest)),
            None => return invalid("a quote within a field"),
        }
    }
    invalid("a field whose quotes do not end")
}
