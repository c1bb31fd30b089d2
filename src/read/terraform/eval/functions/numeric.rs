//! Functions of numbers.

use std::cmp::Ordering;

use num_bigint::BigUint;

use super::Call;
use crate::{
    graph::{
        number::Number,
        value::{Data, Value},
        wide::Wide,
    },
    read::terraform::eval::{
        convert::{Outcome, Stop, float, invalid, items, number, text, whole},
        number::{absolute, add, of_float, power, to_whole},
    },
};

/// `range` makes at most as many items as Terraform's.
const MAX_RANGE: usize = 1024;
/// A whole number in a text has no more digits than this.
const MAX_DIGITS: usize = 2048;

pub(super) fn abs(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(absolute(&number(&values[0])?)?)
}

pub(super) fn ceil(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(to_whole(&number(&values[0])?, true)?)
}

pub(super) fn floor(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(to_whole(&number(&values[0])?, false)?)
}

pub(super) fn log(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (number, base) = (float(&values[0])?, float(&values[1])?);
    call.number(of_float(number.ln() / base.ln())?)
}

pub(super) fn pow(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(of_float(power(float(&values[0])?, float(&values[1])?))?)
}

pub(super) fn signum(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.number(Number::as_counted(whole(&values[0])?.signum() as f64))
}

pub(super) fn max(call: &Call<'_>, values: &[Value]) -> Outcome {
    furthest(call, values, Ordering::Greater)
}

pub(super) fn min(call: &Call<'_>, values: &[Value]) -> Outcome {
    furthest(call, values, Ordering::Less)
}

fn furthest(call: &Call<'_>, values: &[Value], further: Ordering) -> Outcome {
    let beyond = |best: Number, one: Number| if one.compare(&best) == further { one } else { best };
    match numbers(values)?.into_iter().reduce(beyond) {
        Some(number) => call.number(number),
        None => invalid("no numbers"),
    }
}

fn numbers(values: &[Value]) -> Outcome<Vec<Number>> {
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
    let wrong = || invalid(format!("`{text}`, which is no number to base {base}"));
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    if digits.len() > MAX_DIGITS {
        return Err(Stop::Limit("a number of many digits".into()));
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        // Beyond base 36 capital letters are digits of their own.
        b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
        b'A'..=b'Z' => byte - b'A' + 36,
        _ => u8::MAX,
    };
    let mut number = BigUint::ZERO;
    for value in digits.bytes().map(digit) {
        if i64::from(value) >= base {
            return wrong();
        }
        number = number * u64::try_from(base).unwrap_or(0) + value;
    }
    if digits.is_empty() {
        return wrong();
    }
    let precision = number.bits().max(64);
    match Wide::whole(negative, number, precision) {
        Some(number) => call.number(Number::of_wide(number)),
        None => Err(Stop::Limit("a number of many digits".into())),
    }
}

pub(super) fn sum(call: &Call<'_>, values: &[Value]) -> Outcome {
    let Some((first, rest)) = items(&values[0])?.split_first() else { return invalid("an empty list") };
    let mut sum = number(first)?;
    for item in rest {
        sum = add(&sum, &number(item)?)?;
        if sum.is_wide() {
            call.afford(1)?;
        }
    }
    call.number(sum)
}

pub(super) fn range(call: &Call<'_>, values: &[Value]) -> Outcome {
    let zero = Number::counted(0);
    let towards = |down: bool| Number::as_counted(if down { -1.0 } else { 1.0 });
    let (start, limit, step) = match &numbers(values)?[..] {
        [limit] => (zero.clone(), limit.clone(), towards(limit.compare(&zero).is_lt())),
        [start, limit] => (start.clone(), limit.clone(), towards(limit.compare(start).is_lt())),
        [start, limit, step] => (start.clone(), limit.clone(), step.clone()),
        _ => return invalid("too many arguments"),
    };
    let down = start.compare(&limit).is_gt();
    if start != limit && (step == zero || down != step.compare(&zero).is_lt()) {
        return invalid("a step in the wrong direction");
    }
    let mut items = Vec::new();
    let mut at = start;
    while if down { at.compare(&limit).is_gt() } else { at.compare(&limit).is_lt() } {
        if items.len() == MAX_RANGE {
            return invalid("more than 1024 items");
        }
        let next = add(&at, &step)?;
        items.push(call.number(at)?);
        at = next;
    }
    call.list(items)
}
