//! US dollars, exactly: a count of millionths of a millionth of a dollar.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

/// An amount of US dollars. Sums are exact; AWS's prices have ten decimals, an amount has twelve.
///
/// Amounts beyond 10^26 dollars stay at that: no price and no bill comes near.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Usd(i128);

/// Decimals of an amount.
const DECIMALS: u32 = 12;
/// One dollar.
const ONE: i128 = 10_i128.pow(DECIMALS);

impl Usd {
    /// Nothing to pay. What is not known is not this: it is no amount at all.
    pub const ZERO: Self = Self(0);

    /// Whole dollars.
    pub const fn dollars(dollars: i64) -> Self {
        Self(dollars as i128 * ONE)
    }

    /// So many times this amount, the quantity taken to its ninth decimal and the product rounded half away from zero.
    /// Nothing where the quantity is no number, or the product out of reach.
    pub fn times(self, quantity: f64) -> Option<Self> {
        const NINTH: i128 = 1_000_000_000;
        // 2^53: beyond it a float has no ninth decimal, and is whole anyway.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if !quantity.is_finite() {
            return None;
        }
        let ninths = if quantity.abs() < EXACT / 1e9 {
            (quantity * 1e9).round() as i128
        } else if quantity.abs() < 1e27 {
            let whole = quantity.trunc();
            (whole as i128).checked_mul(NINTH)?.checked_add(((quantity - whole) * 1e9).round() as i128)?
        } else {
            return None;
        };
        Some(Self(divided(self.0.checked_mul(ninths)?, NINTH)))
    }

    /// So many times this amount, exactly.
    pub fn times_whole(self, count: u64) -> Self {
        Self(self.0.saturating_mul(i128::from(count)))
    }

    /// This amount in so many equal parts, rounded half away from zero. Nothing for no part.
    pub fn over(self, parts: u64) -> Option<Self> {
        (parts != 0).then(|| Self(divided(self.0, i128::from(parts))))
    }

    /// To so many decimals (at most twelve), half away from zero: 2 is cents.
    pub fn rounded(self, decimals: u32) -> Self {
        let unit = 10_i128.pow(DECIMALS - decimals.min(DECIMALS));
        Self(divided(self.0, unit).saturating_mul(unit))
    }

    /// The nearest float, for JSON.
    pub fn as_f64(self) -> f64 {
        // The shortest text that is this amount, read as JSON will be: no digit is invented on the way.
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

/// Divides, half away from zero. The divisor is positive.
fn divided(amount: i128, by: i128) -> i128 {
    let (whole, rest) = (amount / by, amount % by);
    if rest.abs() >= by - rest.abs() { whole + amount.signum() } else { whole }
}

/// A text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAmount;

impl fmt::Display for NoAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount is written as 0.115, without a sign or a currency")
    }
}

impl std::error::Error for NoAmount {}

impl FromStr for Usd {
    type Err = NoAmount;

    /// Reads `0.1150000000` and `2.0E-4`. What lies beyond the twelfth decimal is rounded, half up.
    fn from_str(text: &str) -> Result<Self, NoAmount> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i8>().map_err(|_| NoAmount)?),
            None => (text, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = || whole.bytes().chain(fraction.bytes());
        if whole.is_empty() && fraction.is_empty() || !all().all(|byte| byte.is_ascii_digit()) || digits.len() > 64 {
            return Err(NoAmount);
        }
        // The place after the last digit, counted in decimals of an amount.
        let mut place = i64::from(DECIMALS) + whole.len() as i64 + i64::from(exponent);
        let (mut amount, mut up) = (0_i128, false);
        for byte in all() {
            place -= 1;
            let digit = i128::from(byte - b'0');
            match place {
                0.. => {
                    let power = 10_i128.checked_pow(u32::try_from(place).map_err(|_| NoAmount)?);
                    let part = if digit == 0 { Some(0) } else { power.and_then(|power| power.checked_mul(digit)) };
                    amount = part.and_then(|part| amount.checked_add(part)).ok_or(NoAmount)?;
                }
                -1 => up = digit >= 5,
                _ => {}
            }
        }
        Ok(Self(amount + i128::from(up)))
    }
}

impl fmt::Display for Usd {
    /// The amount with so many decimals as are asked for (`{:.2}`), rounded; else with all that it has, at least two.
    /// Without a currency and without separators.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = f.precision().map(|decimals| u32::try_from(decimals).unwrap_or(DECIMALS).min(DECIMALS));
        let amount = asked.map_or(*self, |decimals| self.rounded(decimals));
        let size = amount.0.unsigned_abs();
        let one = ONE.unsigned_abs();
        let fraction = format!("{:012}", size % one);
        let decimals = match asked {
            Some(decimals) => decimals as usize,
            None => fraction.trim_end_matches('0').len().max(2),
        };
        let sign = if amount.0 < 0 { "-" } else { "" };
        let point = if decimals == 0 { "" } else { "." };
        f.write_str(&format!("{sign}{}{point}{}", size / one, &fraction[..decimals]))
    }
}

impl Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Usd {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Usd {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        text.parse().expect("an amount")
    }

    #[test]
    fn amounts_are_read_as_price_lists_write_them() {
        for (text, shown) in [
            ("0.1150000000", "0.115"),
            ("1.0E-4", "0.0001"),
            ("1.66667e-05", "0.0000166667"),
            ("3.09e-08", "0.0000000309"),
            ("12", "12.00"),
            ("88.", "88.00"),
            (".5", "0.50"),
            ("2.5E2", "250.00"),
            ("0.0000000000005", "0.000000000001"),
            ("0.0000000000004", "0.00"),
            ("0", "0.00"),
        ] {
            assert_eq!(usd(text).to_string(), shown, "{text}");
        }
        for text in ["", ".", "-1", "+1", "1,000.00", "$1", "1e", "1e999", "1.2.3", "NaN", "1e99", "१"] {
            assert_eq!(text.parse::<Usd>(), Err(NoAmount), "{text}");
        }
    }

    #[test]
    fn sums_are_exact_where_floats_are_not() {
        let tenth = usd("0.1");
        assert_eq!((0..10).map(|_| tenth).sum::<Usd>(), Usd::dollars(1));
        assert_eq!(usd("0.0000166667").times_whole(1_000_000_000), usd("16666.7"));
        assert_eq!(usd("0.23").times(730.0), Some(usd("167.9")));
        assert_eq!(usd("1.5") - usd("2"), -usd("0.5"));
    }

    #[test]
    fn products_round_once_and_half_away_from_zero() {
        assert_eq!(usd("0.05").times(0.1), Some(usd("0.005")), "the quantity is a tenth, not the float beside it");
        assert_eq!(usd("0.005").rounded(2), usd("0.01"));
        assert_eq!((-usd("0.005")).rounded(2), -usd("0.01"));
        assert_eq!(usd("0.004999").rounded(2), Usd::ZERO);
        assert_eq!(usd("1").over(3), Some(usd("0.333333333333")));
        assert_eq!(usd("2").over(3), Some(usd("0.666666666667")));
        assert_eq!(usd("2").over(0), None);
        assert_eq!(usd("3").times(1e15), Some(usd("3e15")));
        for quantity in [f64::NAN, f64::INFINITY, 1e40] {
            assert_eq!(usd("1").times(quantity), None, "{quantity}");
        }
    }

    #[test]
    fn an_amount_is_shown_with_the_decimals_that_are_asked_for() {
        assert_eq!(format!("{:.2}", usd("1234.565")), "1234.57");
        assert_eq!(format!("{:.0}", usd("0.5")), "1");
        assert_eq!(format!("{:.4}", -usd("0.5")), "-0.5000");
        assert_eq!(format!("{:.2}", -usd("0.001")), "0.00", "no negative nothing");
        assert_eq!(usd("0.1150000000").as_f64().to_string(), "0.115");
    }
}
