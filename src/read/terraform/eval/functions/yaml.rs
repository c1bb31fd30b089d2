//! `yamldecode` and `yamlencode`.

use super::{Call, types::known, yaml_text};
use crate::{
    graph::{
        number::Number,
        value::{Entry, Value},
    },
    read::terraform::eval::{
        collections::Builder,
        convert::{Outcome, Stop, invalid, parse_number, text},
    },
    syntax::{
        tree::{self, Kind, Node},
        yaml,
    },
};

pub(super) fn decode(call: &Call<'_>, values: &[Value]) -> Outcome {
    let text = text(&values[0])?;
    let tree = yaml::parse(&text);
    if tree.faults.iter().any(|fault| fault.fatal) {
        return invalid("a text that is no YAML");
    }
    let mut documents = tree.documents();
    match (documents.next(), documents.next()) {
        (Some(root), None) if !text.trim().is_empty() => decoded(call, root, &text),
        _ => invalid("a text that is not one YAML document"),
    }
}

fn decoded(call: &Call<'_>, node: Node<'_>, text: &str) -> Outcome {
    call.afford(1)?;
    if node.tag().is_some() {
        return invalid("a tag that Terraform does not know");
    }
    match node.kind() {
        Kind::Sequence => call.list(node.items().map(|item| decoded(call, item, text)).collect::<Outcome<_>>()?),
        Kind::Mapping => {
            let mut object = Builder::default();
            for entry in node.entries() {
                let value = decoded(call, entry.value, text)?;
                let written = text.get(entry.key_span.range()).unwrap_or_default();
                let name = if written.starts_with(['"', '\'']) { entry.key.to_owned() } else { key(entry.key) };
                object.set(Entry { name: name.into(), place: call.place, value });
            }
            Ok(Value::object(object.finish(), call.place))
        }
        _ => {
            let Some(scalar) = node.scalar() else { return Ok(Value::absent(call.place)) };
            let written = text.get(node.span().range()).unwrap_or_default();
            // An alias is written as its name; what it stands for is seen by its kind alone.
            let quoted =
                written.starts_with(['"', '\'', '|', '>']) || (matches!(node.kind(), Kind::Text(_)) && node.is_alias());
            if quoted { call.text(scalar) } else { plain(call, node, scalar) }
        }
    }
}

/// A key that is written bare: the text of what it would be as a value.
fn key(written: &str) -> String {
    match (written, tree::plain(written)) {
        ("y" | "Y", _) | (_, Kind::Bool(true)) => "true".to_owned(),
        ("n" | "N", _) | (_, Kind::Bool(false)) => "false".to_owned(),
        (_, Kind::Number(..)) => parse_number(written).map_or_else(|_| written.to_owned(), |number| number.text()),
        _ => written.to_owned(),
    }
}

/// A scalar that is written bare.
fn plain(call: &Call<'_>, node: Node<'_>, scalar: &str) -> Outcome {
    match scalar {
        "y" | "Y" => return call.truth(true),
        "n" | "N" => return call.truth(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "-.inf" | ".nan" | ".NaN" | ".NAN" => return invalid("an endless number"),
        _ => {}
    }
    for (mark, base) in [("0x", 16), ("0o", 8)] {
        if let Some(number) = scalar.strip_prefix(mark).and_then(|digits| i64::from_str_radix(digits, base).ok()) {
            return call.number(Number::of_i64(number));
        }
    }
    match node.kind() {
        Kind::Null => Ok(Value::absent(call.place)),
        Kind::Bool(holds) => call.truth(holds),
        // `!!str 1` is a text; the tree has settled that.
        Kind::Number(number, _) => match parse_number(scalar) {
            Ok(number) => call.number(number),
            Err(Stop::Limit(what)) => Err(Stop::Limit(what)),
            Err(_) => call.number(number),
        },
        _ => match date(scalar) {
            Some(true) => call.text(format!("{scalar}T00:00:00Z")),
            Some(false) => Err(Stop::Unsupported("a time in YAML".into())),
            None => call.text(scalar),
        },
    }
}

/// Whether a scalar is a date; nothing if it is no time at all.
fn date(scalar: &str) -> Option<bool> {
    let bytes = scalar.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let is_date =
        digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..7) && bytes.get(7) == Some(&b'-') && digits(8..10);
    is_date.then_some(())?;
    match bytes.len() {
        10 => Some(true),
        _ if matches!(bytes[10], b'T' | b't' | b' ') && !scalar.ends_with('Z') => Some(false),
        // In the very form in which it comes out again.
        20 if bytes[10] == b'T' => None,
        _ if matches!(bytes[10], b'T' | b't' | b' ') => Some(false),
        _ => None,
    }
}

pub(super) fn encode(call: &Call<'_>, values: &[Value]) -> Outcome {
    let yaml = yaml_text::write(call, known(&values[0])?)?;
    call.text(yaml)
}
