//! Functions of numbers.

use super::Call;
use crate::{
    graph::value::{Data, Value},
    read::terraform::eval::{
        convert::{Outcome, invalid, items, number, text, whole},
        number::{add, subtract},
    },
};

/// `range` makes at most as many items as Terraform's.
const MAX_RANGE: usize = 1024;

pub(super) fn abs(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(number(&values[0])?.abs())
}

pub(super) fn ceil(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(number(&values[0])?.ceil() + 0.0)
}

pub(super) fn floor(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(number(&values[0])?.floor())
}

pub(super) fn log(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (number, base) = (number(&values[0])?, number(&values[1])?);
    finite(call, number.ln() / base.ln())
}

pub(super) fn pow(call: &Call<'_>, values: &[Value]) -> Outcome {
    finite(call, number(&values[0])?.powf(number(&values[1])?))
}

/// Terraform has no value for what is endless or no number.
fn finite(call: &Call<'_>, number: f64) -> Outcome {
    if number.is_finite() { call.number(number) } else { invalid("numbers that have no result") }
}

pub(super) fn signum(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(whole(&values[0])?.signum() as f64)
}

pub(super) fn max(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(numbers(values)?.into_iter().fold(f64::NEG_INFINITY, f64::max))
}

pub(super) fn min(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(numbers(values)?.into_iter().fold(f64::INFINITY, f64::min))
}

fn numbers(values: &[Value]) -> Outcome<Vec<f64>> {
    values.iter().map(number).collect()
}

pub(super) fn parseint(call: &Call<'_>, values: &[Value]) -> Outcome {
    if matches!(values[0].data, Data::Number(_) | Data::Bool(_)) {
        return invalid("no text");
    }
    let (text, base) = (text(&values[0])?, whole(&values[1])?);
    if !(2..=62).contains(&base) {
        return invalid(format!("base {base}"));
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(&text)),
    };
    if digits.is_empty() {
        return invalid("no digits");
    }
    let mut number = 0.0;
    for digit in digits.bytes() {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'z' => digit - b'a' + 10,
            // Beyond base 36 capital letters are digits of their own.
            b'A'..=b'Z' if base <= 36 => digit - b'A' + 10,
            b'A'..=b'Z' => digit - b'A' + 36,
            _ => return invalid(format!("`{text}`, which is no number to base {base}")),
        };
        if i64::from(value) >= base {
            return invalid(format!("`{text}`, which is no number to base {base}"));
        }
        number = number * base as f64 + f64::from(value);
    }
    call.number(sign * number)
}

pub(super) fn sum(call: &Call<'_>, values: &[Value]) -> Outcome {
    let items = items(&values[0])?;
    if items.is_empty() {
        return invalid("an empty list");
    }
    call.number(numbers(items)?.into_iter().fold(0.0, add))
}

pub(super) fn range(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (start, limit, step) = match numbers(values)?[..] {
        [limit] => (0.0, limit, if limit < 0.0 { -1.0 } else { 1.0 }),
        [start, limit] => (start, limit, if limit < start { -1.0 } else { 1.0 }),
        [start, limit, step] => (start, limit, step),
        _ => return invalid("too many arguments"),
    };
    let down = start > limit;
    if start != limit && (step == 0.0 || down != (step < 0.0)) {
        return invalid("a step in the wrong direction");
    }
    let mut items = Vec::new();
    let mut at = start;
    while if down { at > limit } else { at < limit } {
        if items.len() == MAX_RANGE {
            return invalid("more than 1024 items");
        }
        items.push(call.value(Data::Number(at)));
        at = subtract(at, -step);
    }
    call.list(items)
}
