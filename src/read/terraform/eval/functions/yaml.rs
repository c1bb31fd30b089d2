//! `yamldecode` and `yamlencode`.

use super::{Call, encoding::json_text, types::known};
use crate::{
    graph::value::{Data, Entry, Value},
    read::terraform::eval::{
        collections::Builder,
        convert::{Outcome, Stop, exact_text, invalid, parse_number, text},
        templates::MAX_TEXT,
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
        (_, Kind::Number(number, _)) => exact_text(number).unwrap_or_else(|| written.to_owned()),
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
            return call.number(number as f64);
        }
    }
    match node.kind() {
        Kind::Null => Ok(Value::absent(call.place)),
        Kind::Bool(holds) => call.truth(holds),
        // `!!str 1` is a text; the tree has settled that.
        Kind::Number(number, _) => call.number(parse_number(scalar).unwrap_or(number)),
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
    let value = known(&values[0])?;
    let mut yaml = String::new();
    write(call, value, 0, &mut yaml)?;
    // Bare scalars need an end.
    if matches!(value.data, Data::Absent | Data::Bool(_) | Data::Number(_)) {
        yaml.push_str("...\n");
    }
    call.text(yaml)
}

/// Writes a value; what begins on the same line as its dash or colon is written without its own indentation.
fn write(call: &Call<'_>, value: &Value, indent: usize, yaml: &mut String) -> Outcome<()> {
    call.afford(1)?;
    if yaml.len() > MAX_TEXT {
        return Err(Stop::Limit("a very long text".into()));
    }
    match &value.data {
        Data::List(list) if list.items.is_empty() => yaml.push_str("[]\n"),
        Data::Object(object) if object.entries.is_empty() => yaml.push_str("{}\n"),
        Data::List(list) => {
            for (at, item) in list.items.iter().enumerate() {
                if at > 0 {
                    yaml.push_str(&" ".repeat(indent));
                }
                yaml.push_str("- ");
                write(call, item, indent + 2, yaml)?;
            }
        }
        Data::Object(object) => {
            for (at, entry) in object.entries.iter().enumerate() {
                if at > 0 {
                    yaml.push_str(&" ".repeat(indent));
                }
                if entry.name.contains('\n') {
                    return Err(Stop::Unsupported("a YAML key of several lines".into()));
                }
                yaml.push_str(&scalar(&entry.name)?);
                yaml.push(':');
                write_entry(call, &entry.value, indent, yaml)?;
            }
        }
        Data::Text(text) => write_text(text, indent, yaml)?,
        Data::Number(number) => match exact_text(*number) {
            Some(text) => yaml.push_str(&(text + "\n")),
            None => return Err(Stop::Unsupported("the text of a number with many digits".into())),
        },
        Data::Bool(holds) => yaml.push_str(if *holds { "true\n" } else { "false\n" }),
        Data::Absent => yaml.push_str("null\n"),
        _ => return Err(Stop::Undecided),
    }
    Ok(())
}

fn write_entry(call: &Call<'_>, value: &Value, indent: usize, yaml: &mut String) -> Outcome<()> {
    match &value.data {
        // Lists stand as deep as the key that they belong to.
        Data::List(list) if !list.items.is_empty() => {
            yaml.push('\n');
            yaml.push_str(&" ".repeat(indent));
            write(call, value, indent, yaml)
        }
        Data::Object(object) if !object.entries.is_empty() => {
            yaml.push('\n');
            yaml.push_str(&" ".repeat(indent + 2));
            write(call, value, indent + 2, yaml)
        }
        Data::Text(text) => {
            yaml.push(' ');
            write_text(text, indent + 2, yaml)
        }
        _ => {
            yaml.push(' ');
            write(call, value, indent, yaml)
        }
    }
}

/// Writes a text; if it has several lines, as a block whose lines stand `indent` deep.
fn write_text(text: &str, indent: usize, yaml: &mut String) -> Outcome<()> {
    if !text.contains('\n') || has_odd_lines(text) {
        yaml.push_str(&scalar(text)?);
        yaml.push('\n');
        return Ok(());
    }
    if text.starts_with([' ', '\n']) {
        return Err(Stop::Unsupported("a YAML text that begins with blanks".into()));
    }
    let body = text.trim_end_matches('\n');
    yaml.push_str(match text.len() - body.len() {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    let blanks = " ".repeat(indent.max(2));
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            yaml.push_str(&blanks);
            yaml.push_str(line);
        }
        yaml.push('\n');
    }
    Ok(())
}

/// Whether a text of several lines cannot be written as a block.
fn has_odd_lines(text: &str) -> bool {
    text.contains(['\t', '\r']) || text.contains(" \n") || text.chars().any(|char| char.is_control() && char != '\n')
}

/// A text in quotes. Long ones are folded in a way that is not followed here.
fn scalar(text: &str) -> Outcome<String> {
    if text.len() > 70 && text.contains(' ') {
        return Err(Stop::Unsupported("a long text in YAML".into()));
    }
    if text.chars().any(|char| (char.is_control() && !matches!(char, '\n' | '\t')) || char == '\u{feff}') {
        return Err(Stop::Unsupported("a text with control characters in YAML".into()));
    }
    // JSON's escapes but for `<`, `>` and `&`.
    let json = json_text(text);
    Ok(json.replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&"))
}
