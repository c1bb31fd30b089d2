//! YAML and JSON as Python's libraries read them: PyYAML has the rules of YAML 1.1, in which `on` is a truth value, `012`
//! an octal number and `1e-3` a text.

use std::sync::Arc;

use super::{
    library::key_name,
    numbers::{as_text, real},
};
use crate::{
    graph::value::{Data, Entry, Object, Reason, Value},
    read::plain,
    source::{Place, Source},
    syntax::tree::{Kind, Node},
};

/// By which rules a bare scalar is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Dialect {
    /// PyYAML: YAML 1.1.
    Yaml,
    /// OmegaConf: the same, but `1e-3` is a number and a date a text.
    Omega,
    /// JSON, and `ruamel.yaml` with the rules of YAML 1.2.
    Json,
}

/// The value of a node: `null` is absent, `${NAME}` in a text is a hole that some tool fills before use.
pub(super) fn value(source: &Source, node: Node<'_>, dialect: Dialect) -> Value {
    let place = source.place(node.span());
    if let Some(tag) = node.tag() {
        return Value::unknown(Reason::Unsupported, format!("`!{tag}`"), place);
    }
    match node.kind() {
        Kind::Sequence => Value::list(node.items().map(|item| value(source, item, dialect)).collect(), place),
        Kind::Mapping => {
            let mut object = Object::default();
            for entry in node.entries() {
                let key_place = source.place(entry.key_span);
                object.entries.push(Entry {
                    name: key(entry.key, entry.is_bare, dialect, key_place),
                    place: key_place,
                    value: value(source, entry.value, dialect),
                });
            }
            Value::object(object, place)
        }
        _ => match node.bare() {
            Some(bare) => scalar(bare, dialect, place),
            None => match node.kind() {
                Kind::Text(text) => plain::substituted(&text.into(), place),
                _ => Value::absent(place),
            },
        },
    }
}

/// The name of the entry that a key stands for. One that is written bare may be a number or a truth value.
fn key(written: &str, is_bare: bool, dialect: Dialect, place: Place) -> Arc<str> {
    let value =
        if is_bare && dialect != Dialect::Json { scalar(written, dialect, place) } else { Value::text(written, place) };
    key_name(&value).unwrap_or_else(|| written.into())
}

/// What a bare scalar is.
fn scalar(written: &str, dialect: Dialect, place: Place) -> Value {
    match crate::syntax::tree::plain(written) {
        Kind::Null => Value::absent(place),
        Kind::Bool(truth) => Value::new(Data::Bool(truth), place),
        kind => match number(written, kind, dialect) {
            Some(Number::Whole(number)) if plain::is_number(number, "") => Value::number(number, place),
            Some(Number::Real(number)) => real(number, place),
            None if dialect == Dialect::Yaml && is_date(written) => {
                Value::unknown(Reason::Unsupported, "a date", place)
            }
            _ => plain::substituted(&written.into(), place),
        },
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Whole(f64),
    Real(f64),
}

fn number(written: &str, kind: Kind<'_>, dialect: Dialect) -> Option<Number> {
    if dialect == Dialect::Json {
        let Kind::Number(number, _) = kind else { return None };
        let is_whole = !written.contains(['.', 'e', 'E']);
        return Some(if is_whole { Number::Whole(number) } else { Number::Real(number) });
    }
    let (sign, digits) = match written.as_bytes().first()? {
        b'-' => (-1.0, &written[1..]),
        b'+' => (1.0, &written[1..]),
        _ => (1.0, written),
    };
    whole(digits).map(|number| Number::Whole(sign * number)).or_else(|| {
        let number = fraction(digits, dialect).or_else(|| sixties(digits))?;
        Some(Number::Real(sign * number))
    })
}

/// A whole number, by the rules of YAML 1.1.
fn whole(digits: &str) -> Option<f64> {
    let in_base = |digits: &str, base: u32| {
        let plain: String = digits.chars().filter(|&digit| digit != '_').collect();
        i64::from_str_radix(&plain, base).ok().map(|number| number as f64)
    };
    let is_of = |digits: &str, is_one: fn(&u8) -> bool| {
        !digits.is_empty() && digits.bytes().all(|digit| digit == b'_' || is_one(&digit))
    };
    if let Some(digits) = digits.strip_prefix("0b").filter(|digits| is_of(digits, |digit| matches!(digit, b'0' | b'1')))
    {
        return in_base(digits, 2);
    }
    if let Some(digits) = digits.strip_prefix("0x").filter(|digits| is_of(digits, u8::is_ascii_hexdigit)) {
        return in_base(digits, 16);
    }
    if let Some(digits) = digits.strip_prefix('0').filter(|digits| is_of(digits, |digit| (b'0'..=b'7').contains(digit)))
    {
        return in_base(digits, 8);
    }
    let first = *digits.as_bytes().first()?;
    if digits == "0" || (b'1'..=b'9').contains(&first) && is_of(digits, u8::is_ascii_digit) {
        return in_base(digits, 10);
    }
    // `1:30` is 90.
    if !(b'1'..=b'9').contains(&first) || !digits.contains(':') {
        return None;
    }
    sixties(digits).filter(|_| !digits.contains('.'))
}

/// A number with a fraction; its exponent has a sign, by the rules of YAML 1.1.
fn fraction(digits: &str, dialect: Dialect) -> Option<f64> {
    let (head, exponent) = match digits.split_once(['e', 'E']) {
        Some((head, exponent)) => (head, Some(exponent)),
        None => (digits, None),
    };
    let has_sign = exponent.is_none_or(|exponent| exponent.starts_with(['+', '-']));
    let is_plain = head.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'));
    let needs_dot = dialect == Dialect::Yaml || exponent.is_none();
    if !is_plain || needs_dot && (!head.contains('.') || !has_sign) || head.starts_with('_') {
        return None;
    }
    digits.replace('_', "").parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number of base sixty: `1:30`.
fn sixties(digits: &str) -> Option<f64> {
    let mut parts = digits.split(':');
    let mut number: f64 = parts.next()?.replace('_', "").parse().ok()?;
    let mut count = 0;
    for part in parts {
        let digit: f64 = part.parse().ok().filter(|digit| (0.0..60.0).contains(digit))?;
        (number, count) = (number * 60.0 + digit, count + 1);
    }
    (count > 0).then_some(number)
}

/// Whether PyYAML makes a date or a time of it.
fn is_date(written: &str) -> bool {
    let bytes = written.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range).is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
    };
    digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..6) && written.matches('-').count() >= 2
}

/// A value as it is after it was written as JSON, or YAML, and read again: JSON has texts for keys.
pub(super) fn reread(value: &Value, is_json: bool) -> Value {
    let data = match &value.data {
        Data::List(list) => {
            let mut list = list.as_ref().clone();
            list.items.iter_mut().for_each(|item| *item = reread(item, is_json));
            Data::List(Arc::new(list))
        }
        Data::Object(object) => {
            let mut object = object.as_ref().clone();
            for entry in &mut object.entries {
                entry.value = reread(&entry.value, is_json);
                if is_json && let Some(name) = json_key(entry) {
                    entry.name = name;
                }
            }
            Data::Object(Arc::new(object))
        }
        data => data.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// The name that JSON gives the entry of a dict.
fn json_key(entry: &Entry) -> Option<Arc<str>> {
    let words = [(Data::Bool(true), "true"), (Data::Bool(false), "false"), (Data::Absent, "null")];
    let word = words.into_iter().find(|(key, _)| {
        let key = Value::new(key.clone(), entry.place);
        key_name(&key).is_some_and(|name| name == entry.name)
    });
    word.map(|(_, word)| word.into()).or_else(|| as_text(&super::library::key_value(entry)))
}

/// Whether a value can be written as JSON or YAML and read again without loss: it has neither objects nor functions in it.
pub(super) fn is_data(value: &Value) -> bool {
    match &value.data {
        Data::Object(object) => object.class.is_none() && object.entries.iter().all(|entry| is_data(&entry.value)),
        Data::List(list) => list.items.iter().all(is_data),
        Data::Guarded(guarded) => is_data(&guarded.then) && is_data(&guarded.otherwise),
        Data::Symbol(_) | Data::Reference(_) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_scalars_are_read_as_pyyaml_does() {
        let of = |written: &str| number(written, crate::syntax::tree::plain(written), Dialect::Yaml);
        for (written, expected) in [
            ("12", 12.0),
            ("012", 10.0),
            ("0x1F", 31.0),
            ("0b11", 3.0),
            ("1_000", 1000.0),
            ("1:30", 90.0),
            ("+12", 12.0),
            ("-7", -7.0),
            ("0", 0.0),
        ] {
            assert_eq!(of(written), Some(Number::Whole(expected)), "{written}");
        }
        for (written, expected) in [("1.0", 1.0), (".5", 0.5), ("1.0e-3", 0.001), ("-2.", -2.0)] {
            assert_eq!(of(written), Some(Number::Real(expected)), "{written}");
        }
        for written in ["089", "0o17", "1e-3", "1.0e3", "a", "-", "1.2.3", "1:99", "_1", "1__", "0x"] {
            let is_text = of(written).is_none() || written == "1__";
            assert!(is_text, "{written}");
        }
        let omega = |written: &str| number(written, crate::syntax::tree::plain(written), Dialect::Omega);
        assert_eq!(omega("1e-3"), Some(Number::Real(0.001)));
        assert!(is_date("2024-01-02") && !is_date("2024-x") && !is_date("ml-m5-x"));
    }
}
