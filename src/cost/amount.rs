//! Quantities, exact: hours, gigabytes and requests as fractions, so that the same workload costs the same to the cent.

use std::{cmp::Ordering, fmt};

use crate::catalog::prices::Usd;

/// More of anything than this is no quantity that anybody is billed for.
const MOST: f64 = 1e15;
/// So many decimals of a number that is written in a file count.
const DECIMALS: usize = 9;

/// A quantity of something: a fraction, never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    over: u64,
    under: u64,
}

/// The least and the most that something is; both are the same where there is no choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<T> {
    /// The least.
    pub low: T,
    /// The most.
    pub high: T,
}

impl<T: Copy> Span<T> {
    /// Exactly this.
    pub fn one(value: T) -> Self {
        Self { low: value, high: value }
    }

    /// The same of both ends; nothing where one end has no answer.
    pub fn map<U>(self, of: impl Fn(T) -> Option<U>) -> Option<Span<U>> {
        Some(Span { low: of(self.low)?, high: of(self.high)? })
    }
}

impl<T: PartialEq> Span<T> {
    /// Whether both ends are the same.
    pub fn is_one(&self) -> bool {
        self.low == self.high
    }
}

impl Span<Usd> {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }
}

impl Quantity {
    /// None of it.
    pub const ZERO: Self = Self { over: 0, under: 1 };
    /// One of it.
    pub const ONE: Self = Self { over: 1, under: 1 };

    /// A whole number.
    pub fn whole(number: u64) -> Self {
        Self { over: number, under: 1 }
    }

    /// A fraction; nothing over zero.
    pub fn fraction(over: u64, under: u64) -> Option<Self> {
        Self::reduced(over.into(), under.into())
    }

    /// A number as it is written in a file; nothing for one that is negative, or no number.
    pub fn of(number: f64) -> Option<Self> {
        if !number.is_finite() || !(0.0..=MOST).contains(&number) {
            return None;
        }
        // The shortest decimals that are this number are those that were written.
        let text = format!("{number}");
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let decimals = &decimals[..decimals.len().min(DECIMALS)];
        let over = format!("{whole}{decimals}").parse().ok()?;
        Self::reduced(over, 10_u128.pow(u32::try_from(decimals.len()).ok()?))
    }

    /// The fraction in its lowest terms; nothing over zero, and where it is beyond all bounds.
    fn reduced(over: u128, under: u128) -> Option<Self> {
        let divisor = gcd(over, under);
        if under == 0 || divisor == 0 {
            return None;
        }
        Some(Self { over: u64::try_from(over / divisor).ok()?, under: u64::try_from(under / divisor).ok()? })
    }

    /// So many times; nothing where that is beyond all bounds.
    pub fn times(self, other: Self) -> Option<Self> {
        Self::reduced(wide(self.over, other.over), wide(self.under, other.under))
    }

    /// Divided by another; nothing over zero.
    pub fn per(self, other: Self) -> Option<Self> {
        Self::reduced(wide(self.over, other.under), wide(self.under, other.over))
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Option<Self> {
        let over = wide(self.over, other.under).checked_add(wide(other.over, self.under))?;
        Self::reduced(over, wide(self.under, other.under))
    }

    /// What is left of it; none where there is less.
    pub fn minus(self, other: Self) -> Option<Self> {
        let over = wide(self.over, other.under).saturating_sub(wide(other.over, self.under));
        Self::reduced(over, wide(self.under, other.under))
    }

    /// Whether there is none of it.
    pub fn is_zero(self) -> bool {
        self.over == 0
    }

    /// What it costs at a rate, rounded once: to the twelfth decimal of a dollar, half up.
    pub fn cost(self, rate: Usd) -> Option<Usd> {
        rate.times_whole(self.over).over(self.under)
    }

    /// The nearest number of the machine, at most six decimals of it: a third prints as people expect.
    pub fn as_f64(self) -> f64 {
        let scaled = (u128::from(self.over) * 1_000_000 + u128::from(self.under) / 2) / u128::from(self.under);
        // The shortest text that is this number, read as JSON will be.
        format!("{}.{:06}", scaled / 1_000_000, scaled % 1_000_000).parse().unwrap_or(f64::NAN)
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        wide(self.over, other.under).cmp(&wide(other.over, self.under))
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Quantity {
    /// With thousands apart, and at most four decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scaled = (u128::from(self.over) * 10_000 + u128::from(self.under) / 2) / u128::from(self.under);
        let (whole, decimals) = (scaled / 10_000, scaled % 10_000);
        f.write_str(&thousands(whole))?;
        let decimals = format!("{decimals:04}");
        let decimals = decimals.trim_end_matches('0');
        if decimals.is_empty() { Ok(()) } else { write!(f, ".{decimals}") }
    }
}

/// `1234567` as `1,234,567`.
pub fn thousands(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Product of two numbers, which always fits.
fn wide(left: u64, right: u64) -> u128 {
    u128::from(left) * u128::from(right)
}

fn gcd(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(number: f64) -> Quantity {
        Quantity::of(number).expect("a quantity")
    }

    #[test]
    fn what_is_written_is_exact() {
        assert_eq!(quantity(0.1).plus(quantity(0.2)), Some(quantity(0.3)));
        assert_eq!(Quantity::of(-1.0), None);
        assert_eq!(Quantity::of(f64::NAN), None);
        assert_eq!(Quantity::of(1e300), None);
        assert_eq!(Quantity::fraction(1, 0), None);
    }

    #[test]
    fn costs_are_rounded_once_halves_up() {
        let usd = |text: &str| text.parse::<Usd>().expect("an amount");
        // 86,400 s × 2 instances ÷ 3,600 s/h × 0.23 $/h = 11.04 $
        let hours = Quantity::fraction(86_400, 3600).and_then(|hours| hours.times(Quantity::whole(2)));
        assert_eq!(hours.and_then(|hours| hours.cost(usd("0.23"))), Some(usd("11.04")));
        // A third of 0.000000000001 $ is none, two thirds are one.
        assert_eq!(Quantity::fraction(1, 3).and_then(|third| third.cost(usd("0.000000000001"))), Some(usd("0")));
        assert_eq!(
            Quantity::fraction(2, 3).and_then(|two| two.cost(usd("0.000000000001"))),
            Some(usd("0.000000000001"))
        );
        assert_eq!(
            Quantity::fraction(1, 2).and_then(|half| half.cost(usd("0.000000000001"))),
            Some(usd("0.000000000001"))
        );
    }

    #[test]
    fn quantities_are_shown_as_people_write_them() {
        assert_eq!(quantity(1_234_567.5).to_string(), "1,234,567.5");
        assert_eq!(Quantity::fraction(1, 3).map(|third| third.to_string()).as_deref(), Some("0.3333"));
        assert_eq!(Quantity::whole(730).to_string(), "730");
        assert!(Quantity::whole(2) > Quantity::ONE && quantity(0.5) < Quantity::ONE);
    }
}
