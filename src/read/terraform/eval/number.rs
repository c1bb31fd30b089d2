//! Arithmetic as Terraform does it: in decimals, so that `0.1 + 0.2` is `0.3`.

use crate::graph::value::number_text;

/// A decimal: `digits × 10^-scale`.
#[derive(Clone, Copy)]
struct Decimal {
    digits: i128,
    scale: u32,
}

/// More digits than this are left to floating point.
const MAX_SCALE: u32 = 30;

impl Decimal {
    fn of(number: f64) -> Option<Self> {
        let text = number_text(number);
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let scale = u32::try_from(fraction.len()).ok().filter(|scale| *scale <= MAX_SCALE)?;
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Self { digits, scale })
    }

    fn number(self) -> Option<f64> {
        let sign = if self.digits < 0 { "-" } else { "" };
        format!("{sign}{}e-{}", self.digits.unsigned_abs(), self.scale).parse().ok()
    }

    /// Both with the same scale.
    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let raise = |one: Self| one.digits.checked_mul(10_i128.checked_pow(scale - one.scale)?);
        Some((raise(self)?, raise(other)?, scale))
    }
}

fn exact(left: f64, right: f64, compute: impl Fn(Decimal, Decimal) -> Option<Decimal>) -> Option<f64> {
    compute(Decimal::of(left)?, Decimal::of(right)?)?.number()
}

/// The sum.
pub(super) fn add(left: f64, right: f64) -> f64 {
    let sum = |left: Decimal, right| {
        let (left, right, scale) = left.aligned(right)?;
        Some(Decimal { digits: left.checked_add(right)?, scale })
    };
    exact(left, right, sum).unwrap_or(left + right)
}

/// The difference.
pub(super) fn subtract(left: f64, right: f64) -> f64 {
    add(left, -right)
}

/// The product.
pub(super) fn multiply(left: f64, right: f64) -> f64 {
    let product = |left: Decimal, right: Decimal| {
        Some(Decimal { digits: left.digits.checked_mul(right.digits)?, scale: left.scale + right.scale })
    };
    exact(left, right, product).unwrap_or(left * right)
}

/// What is left of a division, with the sign of the dividend; by zero, the dividend.
pub(super) fn modulo(left: f64, right: f64) -> f64 {
    if right == 0.0 {
        return left;
    }
    let rest = |left: Decimal, right| {
        let (left, right, scale) = left.aligned(right)?;
        Some(Decimal { digits: left.checked_rem(right)?, scale })
    };
    exact(left, right, rest).unwrap_or(left % right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(add(0.1, 0.2), 0.3);
        assert_eq!(subtract(0.3, 0.1), 0.2);
        assert_eq!(multiply(0.1, 3.0), 0.3);
        assert_eq!(modulo(-5.5, 2.0), -1.5);
        assert_eq!(modulo(1.0, 0.0), 1.0);
    }

    #[test]
    fn large_numbers_fall_back() {
        assert_eq!(add(1e300, 1.0), 1e300);
        assert_eq!(multiply(1e200, 1e-10), 1e190);
    }
}
