//! Numbers as Python has them: `1.0` is another one than `1` where it is written into a text.

use std::sync::Arc;

use crate::{
    graph::{
        number::Number,
        value::{Data, Value},
    },
    source::Place,
};

/// Beyond these Python writes a number with an exponent.
const SMALLEST: f64 = 1e-4;
const LARGEST: f64 = 1e16;

/// A floating-point number.
pub(super) fn real(number: f64, place: Place) -> Value {
    Value::number(Number::real(number), place)
}

/// A number that is a floating-point one if one of those is that it was made of.
pub(super) fn as_real_as(number: f64, parts: &[&Value], place: Place) -> Value {
    if parts.iter().any(|part| is_real(part)) { real(number, place) } else { Value::number(number, place) }
}

/// Whether a value is a floating-point number.
pub(super) fn is_real(value: &Value) -> bool {
    matches!(&value.data, Data::Number(number) if number.is_real())
}

/// What `str` makes of a value that is a text or a number; nothing for others.
pub(super) fn as_text(value: &Value) -> Option<Arc<str>> {
    match &value.data {
        Data::Number(number) => Some(written(number).into()),
        Data::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// A number as Python writes it: `1.0`, `1e-05`.
pub(super) fn written(number: &Number) -> String {
    let near = number.near();
    if !number.is_real() {
        return number.text();
    }
    if near != 0.0 && !(SMALLEST..LARGEST).contains(&near.abs()) {
        let text = format!("{near:e}");
        let Some((digits, exponent)) = text.split_once('e') else { return text };
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    if near.fract() == 0.0 { format!("{near:.1}") } else { near.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_python_writes_them() {
        for (number, expected) in [
            (Number::from(1.0), "1"),
            (Number::real(1.0), "1.0"),
            (Number::real(-0.0), "-0.0"),
            (Number::from(0.1), "0.1"),
            (Number::from(0.0001), "0.0001"),
            (Number::from(0.00001), "1e-05"),
            (Number::real(1e16), "1e+16"),
            (Number::real(1.5e300), "1.5e+300"),
            (Number::real(1e15), "1000000000000000.0"),
            (Number::from(1e16), "10000000000000000"),
        ] {
            assert_eq!(written(&number), expected);
        }
    }
}
