//! Numbers of many digits: binary floating point of any precision, rounded to even, as Go's `big.Float` that Terraform
//! keeps its numbers in.

use std::cmp::Ordering;

use num_bigint::BigUint;

/// The bits of a number that Terraform reads from a text.
pub const PRECISION: u64 = 512;
/// Numbers are kept between 2 to this power and its inverse: their texts grow with the exponent.
const MAX_EXPONENT: i64 = 8192;
/// A text of more digits is no number that is kept.
const MAX_DIGITS: usize = 4096;

/// `±mantissa × 2^exponent`, exact to `precision` bits. The mantissa is odd, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wide {
    negative: bool,
    mantissa: BigUint,
    exponent: i64,
    precision: u64,
}

/// Why a text is no number here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoNumber {
    /// It is none.
    Text,
    /// It is larger, smaller or longer than what is kept.
    Size,
}

impl Wide {
    /// Rounds to a precision; `more` says that the digits go on. Nothing if it is beyond the bounds.
    fn rounded(negative: bool, mut mantissa: BigUint, mut exponent: i64, more: bool, precision: u64) -> Option<Self> {
        if more {
            mantissa = (mantissa << 1u32) + 1u32;
            exponent -= 1;
        }
        if let Some(cut) = mantissa.bits().checked_sub(precision).filter(|cut| *cut > 0) {
            let half = mantissa.bit(cut - 1);
            let exactly = mantissa.trailing_zeros() == Some(cut - 1);
            mantissa >>= cut;
            if half && (!exactly || mantissa.bit(0)) {
                mantissa += 1u32;
            }
            exponent += i64::try_from(cut).ok()?;
        }
        match mantissa.trailing_zeros() {
            None => exponent = 0,
            Some(zeros) => {
                mantissa >>= zeros;
                exponent += i64::try_from(zeros).ok()?;
            }
        }
        let size = exponent.checked_add(i64::try_from(mantissa.bits()).ok()?)?;
        (size.abs() <= MAX_EXPONENT && exponent >= -2 * MAX_EXPONENT).then_some(Self {
            negative,
            mantissa,
            exponent,
            precision,
        })
    }

    /// The very number that an `f64` is, to 53 bits; nothing if it is endless.
    pub fn of_float(number: f64) -> Option<Self> {
        if !number.is_finite() {
            return None;
        }
        let bits = number.to_bits();
        let (exponent, fraction) = ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1));
        let (mantissa, exponent) = if exponent == 0 { (fraction, 1) } else { (fraction | 1 << 52, exponent) };
        Self::rounded(number.is_sign_negative(), mantissa.into(), i64::try_from(exponent).ok()? - 1075, false, 53)
    }

    /// A whole number, to a precision.
    pub fn whole(negative: bool, digits: BigUint, precision: u64) -> Option<Self> {
        let negative = negative && digits != BigUint::ZERO;
        Self::rounded(negative, digits, 0, false, precision)
    }

    /// The number that a text is, to [`PRECISION`] bits: `12`, `-.5`, `1e-3`, `3p2` for 3 × 2².
    pub fn parse(text: &str) -> Result<Self, NoNumber> {
        let (negative, rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let end = rest.find(['e', 'E', 'p', 'P']).unwrap_or(rest.len());
        let (digits, exponent) = rest.split_at(end);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.len() + fraction.len() == 0
            || !whole.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit())
        {
            return Err(NoNumber::Text);
        }
        let is_binary = exponent.starts_with(['p', 'P']);
        let exponent = match exponent.get(1..) {
            None => 0,
            Some(written) => written_exponent(written)?,
        };
        if whole.len() + fraction.len() > MAX_DIGITS {
            return Err(NoNumber::Size);
        }
        let mantissa = BigUint::parse_bytes(format!("{whole}{fraction}").as_bytes(), 10).ok_or(NoNumber::Text)?;
        if mantissa == BigUint::ZERO {
            return Ok(Self { negative, mantissa, exponent: 0, precision: PRECISION });
        }
        let fives = if is_binary { 0 } else { exponent } - i64::try_from(fraction.len()).unwrap_or(0);
        let twos = if is_binary { exponent } else { 0 } + fives;
        let power = power_of_five(fives.unsigned_abs(), PRECISION + 64).ok_or(NoNumber::Size)?;
        let all = Self { negative, precision: mantissa.bits().max(1), mantissa, exponent: twos };
        let value = if fives < 0 { all.quotient(&power, PRECISION) } else { all.product(&power, PRECISION) };
        value.ok_or(NoNumber::Size)
    }

    /// How many bits are kept of it.
    pub fn precision(&self) -> u64 {
        self.precision
    }

    /// Whether it is below nothing. Nothing itself has a sign too.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        self.mantissa == BigUint::ZERO
    }

    /// Whether it is a whole number.
    pub fn is_whole(&self) -> bool {
        self.exponent >= 0
    }

    /// The same, kept to another number of bits.
    pub fn to_precision(&self, precision: u64) -> Option<Self> {
        Self::rounded(self.negative, self.mantissa.clone(), self.exponent, false, precision)
    }

    /// The bits that it needs.
    pub fn bits(&self) -> u64 {
        self.mantissa.bits()
    }

    /// The same with the other sign.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self { negative: !self.negative, ..self.clone() }
    }

    /// The sum, to the larger precision of both.
    pub fn sum(&self, other: &Self) -> Option<Self> {
        let precision = self.precision.max(other.precision);
        let exponent = self.exponent.min(other.exponent);
        let raised = |one: &Self| Some(&one.mantissa << u64::try_from(one.exponent - exponent).ok()?);
        let (left, right) = (raised(self)?, raised(other)?);
        let (negative, mantissa) = match (self.negative == other.negative, left.cmp(&right)) {
            (true, _) => (self.negative, left + right),
            (false, Ordering::Greater) => (self.negative, left - right),
            (false, Ordering::Less) => (other.negative, right - left),
            (false, Ordering::Equal) => (false, BigUint::ZERO),
        };
        Self::rounded(negative, mantissa, exponent, false, precision)
    }

    /// The product, to a precision.
    pub fn product(&self, other: &Self, precision: u64) -> Option<Self> {
        let mantissa = &self.mantissa * &other.mantissa;
        let exponent = self.exponent.checked_add(other.exponent)?;
        Self::rounded(self.negative != other.negative, mantissa, exponent, false, precision)
    }

    /// The quotient, to a precision; the other must not be nothing.
    pub fn quotient(&self, other: &Self, precision: u64) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let shift = (precision + 2 + other.bits()).saturating_sub(self.bits());
        let shifted = &self.mantissa << shift;
        let quotient = &shifted / &other.mantissa;
        let more = &quotient * &other.mantissa != shifted;
        let exponent = self.exponent.checked_sub(other.exponent)?.checked_sub(i64::try_from(shift).ok()?)?;
        Self::rounded(self.negative != other.negative, quotient, exponent, more, precision)
    }

    /// What stands before the point.
    pub fn truncated(&self) -> BigUint {
        match u64::try_from(self.exponent) {
            Ok(exponent) => &self.mantissa << exponent,
            Err(_) => &self.mantissa >> self.exponent.unsigned_abs(),
        }
    }

    /// Which is larger, whatever their precisions.
    pub fn compare(&self, other: &Self) -> Ordering {
        let sign = |one: &Self| if one.is_zero() { 0 } else { 1 - 2 * i8::from(one.negative) };
        let exponent = self.exponent.min(other.exponent);
        // Numbers are within bounds, and so are these shifts.
        let raised = |one: &Self| &one.mantissa << one.exponent.abs_diff(exponent);
        sign(self).cmp(&sign(other)).then_with(|| match self.negative {
            true => raised(other).cmp(&raised(self)),
            false => raised(self).cmp(&raised(other)),
        })
    }

    /// The nearest `f64`, which is endless for a very large number.
    pub fn near(&self) -> f64 {
        let size = self.exponent + i64::try_from(self.mantissa.bits()).unwrap_or(0);
        if size > -1000
            && let Some(short) = self.to_precision(53)
            && let (Ok(mantissa), Ok(exponent)) = (u64::try_from(&short.mantissa), i32::try_from(short.exponent))
        {
            // In two steps: a power of two has a smaller range than its inverse.
            let half = exponent / 2;
            let near = mantissa as f64 * 2.0_f64.powi(half) * 2.0_f64.powi(exponent - half);
            return if self.negative { -near } else { near };
        }
        if size < -1100 {
            return if self.negative { -0.0 } else { 0.0 };
        }
        // Close to nothing an `f64` has fewer bits.
        let digits = Digits::of(&self.mantissa, self.exponent);
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}0.{}e{}", digits.shown(), digits.point).parse().unwrap_or(f64::NAN)
    }

    /// All digits, and no more than tell it from its neighbours of the same precision; no exponent.
    pub fn text(&self) -> String {
        let digits = self.shortest();
        let places = usize::try_from(i64::try_from(digits.all.len()).unwrap_or(0) - digits.point).unwrap_or(0);
        self.sign() + &digits.plain(places)
    }

    /// As `%f`, `%e` and `%g` of Go's: `precision` digits behind the point, or for `g` in all; without it, as many as
    /// the number has.
    pub fn formatted(&self, letter: char, precision: Option<usize>) -> String {
        let mut digits = if precision.is_some() { Digits::of(&self.mantissa, self.exponent) } else { self.shortest() };
        let length = digits.all.len();
        let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let text = match letter {
            'f' => {
                let precision =
                    precision.unwrap_or_else(|| usize::try_from(signed(length) - digits.point).unwrap_or(0));
                digits.round(digits.point + signed(precision));
                digits.plain(precision)
            }
            'e' => {
                let precision = precision.unwrap_or_else(|| length.saturating_sub(1));
                digits.round(signed(precision) + 1);
                digits.scientific(precision)
            }
            _ => {
                let all = precision.map_or(length, |precision| precision.max(1));
                digits.round(signed(all));
                let length = digits.all.len();
                let most = match precision {
                    None => 6,
                    Some(_) if all > length && signed(length) >= digits.point => signed(length),
                    Some(_) => signed(all),
                };
                let exponent = digits.point - 1;
                if exponent < -4 || exponent >= most {
                    digits.scientific(all.min(length).saturating_sub(1))
                } else {
                    let shown = if signed(all) > digits.point { length } else { all };
                    digits.plain(usize::try_from(signed(shown) - digits.point).unwrap_or(0))
                }
            }
        };
        self.sign() + &text
    }

    fn sign(&self) -> String {
        if self.negative { "-" } else { "" }.to_owned()
    }

    /// The fewest digits that lie nearer to it than to any other number of its precision.
    fn shortest(&self) -> Digits {
        let mut digits = Digits::of(&self.mantissa, self.exponent);
        if self.is_zero() {
            return digits;
        }
        // Half of the last bit that is kept is 1.
        let shift = self.precision + 1 - self.mantissa.bits();
        let mantissa = &self.mantissa << shift;
        let exponent = self.exponent - i64::try_from(shift).unwrap_or(0);
        let lower = Digits::of(&(&mantissa - 1u32), exponent);
        let upper = Digits::of(&(&mantissa + 1u32), exponent);
        let inclusive = !mantissa.bit(1);
        for (at, digit) in digits.all.clone().into_iter().enumerate() {
            let (low, high) = (lower.at(at), upper.at(at));
            let down = low != digit || inclusive && at + 1 == lower.all.len();
            let up = digit != high && (inclusive || digit + 1 < high || at + 1 < upper.all.len());
            match (down, up) {
                (true, true) => digits.round(i64::try_from(at).unwrap_or(0) + 1),
                (true, false) => digits.cut(at + 1),
                (false, true) => digits.raise(at + 1),
                (false, false) => continue,
            }
            break;
        }
        digits
    }
}

/// The exponent of a written number.
fn written_exponent(written: &str) -> Result<i64, NoNumber> {
    let digits = written.strip_prefix(['-', '+']).unwrap_or(written);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(NoNumber::Text);
    }
    written.parse().ok().filter(|exponent: &i64| exponent.abs() <= MAX_EXPONENT).ok_or(NoNumber::Size)
}

/// 5 to a power, by the steps in which Go comes to it: beyond 27 they round.
fn power_of_five(power: u64, precision: u64) -> Option<Wide> {
    const EXACT: u64 = 27;
    let first = power.min(EXACT);
    let exact = BigUint::from(5u32).pow(u32::try_from(first).ok()?);
    let mut value = Wide::rounded(false, exact, 0, false, precision)?;
    let mut factor = Wide::rounded(false, 5u32.into(), 0, false, precision + 64)?;
    let mut left = power - first;
    while left > 0 {
        if left % 2 == 1 {
            value = value.product(&factor, precision)?;
        }
        left /= 2;
        if left > 0 {
            factor = factor.product(&factor, precision + 64)?;
        }
    }
    Some(value)
}

/// Decimal digits `0.all × 10^point`, without zeros at the end.
#[derive(Clone)]
struct Digits {
    all: Vec<u8>,
    point: i64,
}

impl Digits {
    /// All digits of `mantissa × 2^exponent`.
    fn of(mantissa: &BigUint, exponent: i64) -> Self {
        let (whole, places) = match u64::try_from(exponent) {
            Ok(exponent) => (mantissa << exponent, 0),
            Err(_) => {
                let places = exponent.unsigned_abs();
                (mantissa * BigUint::from(5u32).pow(u32::try_from(places).unwrap_or(0)), places)
            }
        };
        if whole == BigUint::ZERO {
            return Self { all: Vec::new(), point: 0 };
        }
        let text = whole.to_string();
        let point = i64::try_from(text.len()).unwrap_or(0) - i64::try_from(places).unwrap_or(0);
        let mut digits = Self { all: text.into_bytes(), point };
        digits.trim();
        digits
    }

    fn trim(&mut self) {
        let kept = self.all.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        self.all.truncate(kept);
        if self.all.is_empty() {
            self.point = 0;
        }
    }

    fn at(&self, at: usize) -> u8 {
        self.all.get(at).copied().unwrap_or(b'0')
    }

    /// To a number of digits; a half to the even one.
    fn round(&mut self, count: i64) {
        let Some(count) = usize::try_from(count).ok().filter(|count| *count < self.all.len()) else { return };
        let exactly_half = self.all[count] == b'5' && count + 1 == self.all.len();
        let up = match exactly_half {
            true => count > 0 && self.all[count - 1] % 2 == 1,
            false => self.all[count] >= b'5',
        };
        if up { self.raise(count) } else { self.cut(count) }
    }

    fn cut(&mut self, count: usize) {
        self.all.truncate(count);
        self.trim();
    }

    fn raise(&mut self, count: usize) {
        self.all.truncate(count);
        match self.all.iter().rposition(|digit| *digit < b'9') {
            Some(last) => {
                self.all[last] += 1;
                self.all.truncate(last + 1);
            }
            None => {
                self.all = vec![b'1'];
                self.point += 1;
            }
        }
    }

    fn shown(&self) -> &str {
        match self.all.is_empty() {
            true => "0",
            false => std::str::from_utf8(&self.all).unwrap_or("0"),
        }
    }

    /// `123.45`, with so many places behind the point.
    fn plain(&self, places: usize) -> String {
        let digit = |at: i64| char::from(usize::try_from(at).map_or(b'0', |at| self.at(at)));
        let mut text: String = (0..self.point).map(digit).collect();
        if text.is_empty() {
            text.push('0');
        }
        if places > 0 {
            text.push('.');
            text.extend((self.point..).take(places).map(digit));
        }
        text
    }

    /// `1.2345e+06`, with so many places behind the point.
    fn scientific(&self, places: usize) -> String {
        let mut text = String::from(char::from(self.at(0)));
        if places > 0 {
            text.push('.');
            text.extend((1..=places).map(|at| char::from(self.at(at))));
        }
        let exponent = if self.all.is_empty() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        text + &format!("e{sign}{:02}", exponent.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Wide {
        Wide::parse(text).unwrap()
    }

    #[test]
    fn texts_come_back_as_they_were() {
        for text in
            ["0", "-0", "1", "0.1", "-12.5", "100000000000000000000000000000001", "0.00000000000000000000000007"]
        {
            assert_eq!(parsed(text).text(), text);
        }
        assert_eq!(parsed("1.50e3").text(), "1500");
        assert_eq!(parsed("3p-2").text(), "0.75");
        assert_eq!(parsed(&format!("1{}", "0".repeat(400))).text(), parsed("1e400").text());
    }

    #[test]
    fn what_is_no_number_or_too_large_is_told_apart() {
        for text in ["", "-", ".", "e5", "1e", "1e+", "1_0", "0x1", " 1", "1.2.3", "--1", "1e5e5", "é"] {
            assert_eq!(Wide::parse(text), Err(NoNumber::Text), "{text}");
        }
        for text in ["1e9000", "1e-9000", "1e99999999999999999999", "1p9000", &"9".repeat(5000)] {
            assert_eq!(Wide::parse(text), Err(NoNumber::Size), "{text}");
        }
    }

    #[test]
    fn floats_are_what_they_are() {
        for number in [1.0, -2.5, 0.1, 1e300, 5e-324, f64::MAX, f64::MIN_POSITIVE, -0.0] {
            let wide = Wide::of_float(number).unwrap();
            assert_eq!(wide.near().to_bits(), number.to_bits(), "{number}");
            // The smallest have fewer bits in an `f64`.
            assert!(number == 5e-324 || wide.text() == number.to_string(), "{number}");
        }
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        let rounded = |mantissa: u32| Wide::rounded(false, mantissa.into(), 0, false, 3).unwrap().text();
        assert_eq!([rounded(0b1001), rounded(0b1011), rounded(0b10011), rounded(0b1111)], ["8", "12", "20", "16"]);
    }

    #[test]
    fn formats_are_those_of_go() {
        let third = parsed("1").quotient(&parsed("3"), 64).unwrap();
        assert_eq!(third.text(), "0.33333333333333333334");
        assert_eq!(third.formatted('e', Some(3)), "3.333e-01");
        assert_eq!(parsed("1234567").formatted('g', Some(3)), "1.23e+06");
        assert_eq!(parsed("-0.5").formatted('f', Some(0)), "-0");
        assert_eq!(parsed("99.96").formatted('f', Some(1)), "100.0");
    }
}
