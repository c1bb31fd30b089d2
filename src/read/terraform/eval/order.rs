//! The order in which sets hold their items: that of texts, numbers and truth values, and for all else an arbitrary one
//! that is always the same (in go-cty by the bytes that they are hashed by).

use std::cmp::Ordering;

use crate::graph::{
    number::Number,
    value::{Data, Value},
};

/// More than this is not written out.
const MAX_BYTES: usize = 1 << 16;

/// Which of two items of a set stands first.
pub(in crate::read::terraform) fn compare(one: &Value, other: &Value) -> Ordering {
    match (&one.data, &other.data) {
        (Data::Text(one), Data::Text(other)) => one.cmp(other),
        (Data::Number(one), Data::Number(other)) => one.compare(other),
        (Data::Bool(one), Data::Bool(other)) => one.cmp(other),
        (Data::List(_), Data::List(_)) | (Data::Object(_), Data::Object(_)) => bytes(one).cmp(&bytes(other)),
        (one, other) => rank(one).cmp(&rank(other)),
    }
}

/// What is known stands first, and null before what is not.
fn rank(data: &Data) -> u8 {
    match data {
        Data::Text(_) | Data::Number(_) | Data::Bool(_) => 0,
        Data::List(_) | Data::Object(_) => 1,
        _ => 2,
    }
}

/// What a value is told apart by.
fn bytes(value: &Value) -> Vec<u8> {
    let mut out = String::new();
    write(value, &mut out);
    out.into_bytes()
}

fn write(value: &Value, out: &mut String) {
    if out.len() > MAX_BYTES {
        return;
    }
    match &value.data {
        Data::Absent => out.push('~'),
        Data::Bool(holds) => out.push(if *holds { 'T' } else { 'F' }),
        Data::Number(number) => out.push_str(&ten_digits(number)),
        Data::Text(text) => out.push_str(&format!("{text:?}")),
        Data::List(list) => {
            out.push('[');
            for item in &list.items {
                write(item, out);
                out.push(';');
            }
            out.push(']');
        }
        Data::Object(object) => {
            let mut entries: Vec<_> = object.entries.iter().collect();
            entries.sort_by(|one, other| one.name.cmp(&other.name));
            out.push('{');
            for entry in entries {
                out.push_str(&format!("{:?}:", entry.name));
                write(&entry.value, out);
                out.push(';');
            }
            out.push('}');
        }
        _ => out.push('?'),
    }
}

/// A number as Go writes it with `%.10g`.
fn ten_digits(number: &Number) -> String {
    if let (true, Some(wide)) = (number.is_wide(), number.wide()) {
        return wide.formatted('g', Some(10));
    }
    let number = number.near();
    if number == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{number:.9e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let shortened = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if !(-4..10).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", shortened(digits), exponent.abs());
    }
    let decimals = usize::try_from(9 - exponent).unwrap_or(0);
    shortened(&format!("{number:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_ten_digits() {
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (100.0, "100"),
            (-2.5, "-2.5"),
            (1.0 / 3.0, "0.3333333333"),
            (12_345_678_901.0, "1.23456789e+10"),
            (1e21, "1e+21"),
            (0.00001, "1e-05"),
        ];
        for (number, text) in cases {
            assert_eq!(ten_digits(&number.into()), text);
        }
    }
}
