//! Arithmetic as Terraform does it: in binary floating point of 512 bits, or fewer where it has counted itself.

use num_bigint::BigUint;

use super::convert::{Outcome, Stop, invalid};
use crate::graph::{
    number::{EXACT_WHOLE, Number},
    wide::{PRECISION, Wide},
};

type Plain = fn(f64, f64) -> f64;

/// Computes with whole numbers that an `f64` holds, and endless ones, as they are; with all others in full.
fn computed(
    left: &Number,
    right: &Number,
    plain: Plain,
    wide: impl Fn(&Wide, &Wide) -> Option<Wide>,
) -> Outcome<Number> {
    if let (Some(one), Some(two)) = (left.as_whole(), right.as_whole()) {
        let result = plain(one, two);
        if result.fract() == 0.0 && result.abs() < EXACT_WHOLE {
            let counted = left.is_counted() && right.is_counted();
            return Ok(if counted { Number::as_counted(result) } else { result.into() });
        }
    }
    match (left.wide(), right.wide()) {
        (Some(one), Some(two)) => kept(wide(&one, &two)),
        _ => endless(plain(left.near(), right.near())),
    }
}

/// What an operation with a number without end comes to.
fn endless(result: f64) -> Outcome<Number> {
    if result.is_nan() { invalid("numbers that have no result") } else { Ok(result.into()) }
}

/// A result, if it is not too large.
fn kept(result: Option<Wide>) -> Outcome<Number> {
    result.map(Number::of_wide).ok_or(Stop::Limit("a very large number".into()))
}

/// The sum.
pub(super) fn add(left: &Number, right: &Number) -> Outcome<Number> {
    computed(left, right, |left, right| left + right, Wide::sum)
}

/// The difference.
pub(super) fn subtract(left: &Number, right: &Number) -> Outcome<Number> {
    computed(left, right, |left, right| left - right, |left, right| left.sum(&right.negated()))
}

/// The product, with as many bits as it needs where its factors have fewer.
pub(super) fn multiply(left: &Number, right: &Number) -> Outcome<Number> {
    let product = |left: &Wide, right: &Wide| {
        let product = left.product(right, PRECISION)?;
        product.to_precision(left.precision().max(right.precision()).max(product.bits()))
    };
    computed(left, right, |left, right| left * right, product)
}

/// The quotient; by zero, a number without end, which can be passed on and never be shown.
pub(super) fn divide(left: &Number, right: &Number) -> Outcome<Number> {
    if right.near() == 0.0 && !right.is_wide() {
        return endless(left.near() / right.near());
    }
    computed(left, right, |left, right| left / right, quotient)
}

fn quotient(left: &Wide, right: &Wide) -> Option<Wide> {
    left.quotient(right, left.precision().max(right.precision()))
}

/// What is left of a division, with the sign of the dividend; by zero, the dividend.
pub(super) fn modulo(left: &Number, right: &Number) -> Outcome<Number> {
    if right.near() == 0.0 && !right.is_wide() {
        return Ok(left.clone());
    }
    let rest = |left: &Wide, right: &Wide| {
        let ratio = quotient(left, right)?;
        let times = Wide::whole(ratio.is_negative(), ratio.truncated(), left.precision())?;
        left.sum(&right.product(&times, left.precision())?.negated())?.to_precision(left.precision())
    };
    // Nothing has a sign in an `f64` that it has not in Terraform.
    computed(left, right, |left, right| left % right + 0.0, rest)
}

/// The number with the other sign.
pub(super) fn negative(number: &Number) -> Outcome<Number> {
    match number.as_whole() {
        Some(whole) if number.is_counted() => Ok(Number::as_counted(-whole)),
        Some(whole) => Ok((-whole).into()),
        None => number.wide().map_or_else(|| endless(-number.near()), |wide| kept(Some(wide.negated()))),
    }
}

/// The number without its sign.
pub(super) fn absolute(number: &Number) -> Outcome<Number> {
    if number.near().is_sign_negative() { negative(number) } else { Ok(number.clone()) }
}

/// The next whole number: the larger one, or the smaller one.
pub(super) fn to_whole(number: &Number, up: bool) -> Outcome<Number> {
    if let Some(whole) = number.as_whole() {
        return Ok(if number.is_counted() { number.clone() } else { (whole + 0.0).into() });
    }
    let Some(wide) = number.wide() else { return Ok(number.clone()) };
    let mut whole = wide.truncated();
    if !wide.is_whole() && wide.is_negative() != up {
        whole += BigUint::from(1u32);
    }
    kept(Wide::whole(wide.is_negative(), whole, wide.precision()))
}

/// A number of Go's `float64`, which keeps its 53 bits.
pub(super) fn of_float(number: f64) -> Outcome<Number> {
    match Wide::of_float(number) {
        Some(wide) => kept(Some(wide)),
        None => endless(number),
    }
}

/// `number` to a power, in the steps of Go's `math.Pow`: it squares, and so its last digits are its own.
pub(super) fn power(number: f64, power: f64) -> f64 {
    let whole = power.abs().trunc();
    if number == 0.0 || power == 0.0 || number == 1.0 || !number.is_finite() || whole >= 9.2e18 {
        return number.powf(power);
    }
    if power.abs() == 0.5 {
        return if power < 0.0 { 1.0 / number.sqrt() } else { number.sqrt() };
    }
    let (mut whole, mut fraction) = (whole, power.abs().fract());
    if fraction != 0.0 && number < 0.0 {
        return f64::NAN;
    }
    let mut result = 1.0;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = (fraction * number.ln()).exp();
    }
    let (mut factor, mut factor_exponent) = split(number);
    let mut exponent = 0_i64;
    let mut left = whole as u64;
    while left != 0 {
        if factor_exponent.abs() > 1 << 12 {
            exponent += factor_exponent;
            break;
        }
        if left % 2 == 1 {
            result *= factor;
            exponent += factor_exponent;
        }
        factor *= factor;
        factor_exponent *= 2;
        if factor < 0.5 {
            factor += factor;
            factor_exponent -= 1;
        }
        left /= 2;
    }
    if power < 0.0 {
        (result, exponent) = (1.0 / result, -exponent);
    }
    scaled(result, exponent)
}

/// A number as a fraction from a half to one, and the power of two that it is multiplied by.
fn split(number: f64) -> (f64, i64) {
    let (number, shift) = if number.abs() < f64::MIN_POSITIVE { (number * 2.0_f64.powi(54), -54) } else { (number, 0) };
    let bits = number.to_bits();
    let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0) - 1022;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent + shift)
}

/// `number × 2^exponent`, rounded once.
fn scaled(number: f64, exponent: i64) -> f64 {
    let (fraction, own) = split(number);
    let exponent = (exponent + own).clamp(-1200, 1200);
    // The first step is exact; only the second may leave what an `f64` holds.
    let first = exponent.clamp(-1000, 1000);
    let power = |exponent: i64| 2.0_f64.powi(i32::try_from(exponent).unwrap_or(0));
    fraction * power(first) * power(exponent - first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn decimals_are_those_of_512_bits() {
        assert_eq!(add(&of("0.1"), &of("0.2")).unwrap().text(), "0.3");
        assert!(subtract(&of("1"), &of("0.9")).unwrap().text().starts_with("0.1000000000"));
        assert_ne!(subtract(&of("1"), &of("0.9")).unwrap(), of("0.1"));
        assert_eq!(modulo(&of("-5.5"), &of("2")).unwrap().text(), "-1.5");
        assert_eq!(modulo(&of("1"), &of("0")).unwrap().text(), "1");
        assert_eq!(modulo(&of("-5"), &of("5")).unwrap().text(), "0");
    }

    #[test]
    fn large_numbers_keep_their_digits() {
        assert_eq!(add(&of("1e22"), &of("1")).unwrap().text(), "10000000000000000000001");
        assert_eq!(multiply(&of("9007199254740993"), &of("3")).unwrap().text(), "27021597764222979");
        assert!(matches!(multiply(&of("1e2000"), &of("1e2000")), Err(Stop::Limit(_))));
    }

    #[test]
    fn what_was_counted_keeps_64_bits() {
        let third = divide(&Number::counted(1), &Number::counted(3)).unwrap();
        assert_eq!(third.text(), "0.33333333333333333334");
        assert_eq!(divide(&Number::counted(6), &Number::counted(3)).unwrap().text(), "2");
    }

    #[test]
    fn powers_are_squared() {
        assert_eq!(power(2.0, 10.0), 1024.0);
        assert_eq!(power(2.0, -1074.0), 5e-324);
        assert_eq!(power(10.0, 400.0), f64::INFINITY);
        assert!(power(-8.0, 0.3).is_nan());
    }
}
