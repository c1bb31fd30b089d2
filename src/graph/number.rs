//! Numbers of values: an `f64`, and beside it what Terraform keeps beyond that.

use std::{
    cmp::Ordering,
    sync::{Arc, OnceLock},
};

use num_bigint::BigUint;

use crate::graph::wide::{NoNumber, PRECISION, Wide};

/// Whole numbers up to here are exact in an `f64`.
pub const EXACT_WHOLE: f64 = 9_007_199_254_740_992.0;
/// A decimal of at most this many digits is told from all others by its `f64`.
const EXACT_DIGITS: usize = 15;
/// The bits of a number that Terraform has counted itself: a length, an index.
const COUNTED: u64 = 64;

/// A number. All readers but Terraform's make it `From` an `f64`, and [`Number::near`] is all that rules ask for.
#[derive(Clone, Debug)]
pub struct Number {
    near: f64,
    form: Form,
}

/// What Terraform keeps of it.
#[derive(Clone, Debug)]
enum Form {
    /// The decimal that the `f64` is written as.
    Plain,
    /// The same as a floating-point number of a language that tells `1.0` from `1`.
    Real,
    /// A whole number of 64 bits.
    Counted,
    /// More digits than an `f64` has, or another precision.
    Wide(Arc<Kept>),
}

#[derive(Debug)]
struct Kept {
    wide: Wide,
    /// Its text, once it was asked for.
    text: OnceLock<Box<str>>,
}

impl From<f64> for Number {
    fn from(near: f64) -> Self {
        Self { near, form: Form::Plain }
    }
}

impl Number {
    /// A length or an index, which Terraform keeps to 64 bits.
    pub fn counted(count: usize) -> Self {
        Self { near: count as f64, form: Form::Counted }
    }

    /// A floating-point number, whole or not, of a language that tells `1.0` from `1`.
    pub fn real(near: f64) -> Self {
        Self { near, form: Form::Real }
    }

    /// The same whole number as one that Terraform has counted.
    #[must_use]
    pub fn as_counted(number: f64) -> Self {
        Self { near: number, form: Form::Counted }
    }

    /// A whole number of 64 bits.
    pub fn of_i64(number: i64) -> Self {
        let digits = BigUint::from(number.unsigned_abs());
        Wide::whole(number < 0, digits, COUNTED).map_or_else(|| (number as f64).into(), Self::of_wide)
    }

    /// What a text is as a number.
    pub fn parse(text: &str) -> Result<Self, NoNumber> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let digits = unsigned.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_plain
            && digits <= EXACT_DIGITS
            && let Ok(number) = text.parse::<f64>()
        {
            return Ok(number.into());
        }
        match text {
            "Inf" | "inf" | "+Inf" | "+inf" => Ok(f64::INFINITY.into()),
            "-Inf" | "-inf" => Ok(f64::NEG_INFINITY.into()),
            _ => Wide::parse(text).map(Self::of_wide),
        }
    }

    /// A number of many digits; one that an `f64` holds is plain again.
    pub fn of_wide(wide: Wide) -> Self {
        let near = wide.near();
        let is_whole = near.fract() == 0.0 && near.abs() < EXACT_WHOLE && wide.is_whole();
        let form = match wide.precision() {
            PRECISION if is_whole => Form::Plain,
            COUNTED if is_whole && !(near == 0.0 && near.is_sign_negative()) => Form::Counted,
            PRECISION
                if near.is_finite()
                    && near != 0.0
                    && Wide::parse(&near.to_string()).is_ok_and(|plain| plain == wide) =>
            {
                Form::Plain
            }
            _ => Form::Wide(Arc::new(Kept { wide, text: OnceLock::new() })),
        };
        Self { near, form }
    }

    /// All that Terraform knows of it; nothing for a number without end.
    pub fn wide(&self) -> Option<Wide> {
        match &self.form {
            Form::Plain | Form::Real => Wide::parse(&self.near.to_string()).ok(),
            Form::Counted => Wide::of_float(self.near)?.to_precision(COUNTED),
            Form::Wide(kept) => Some(kept.wide.clone()),
        }
    }

    /// The nearest `f64`.
    pub fn near(&self) -> f64 {
        self.near
    }

    /// Whether an `f64` does not hold it: to compute with it takes longer.
    pub fn is_wide(&self) -> bool {
        matches!(self.form, Form::Wide(_))
    }

    /// Whether it is a floating-point number: one that is not whole, or was made as one.
    pub fn is_real(&self) -> bool {
        matches!(self.form, Form::Real) || self.near.fract() != 0.0
    }

    /// Whether Terraform has counted it.
    pub fn is_counted(&self) -> bool {
        matches!(self.form, Form::Counted)
    }

    /// The whole number that an `f64` holds exactly, if it is one.
    pub fn as_whole(&self) -> Option<f64> {
        (!self.is_wide() && self.near.fract() == 0.0 && self.near.abs() <= EXACT_WHOLE).then_some(self.near)
    }

    /// The whole number that it is.
    pub fn to_i64(&self) -> Option<i64> {
        if let Some(whole) = self.as_whole() {
            return Some(whole as i64);
        }
        let wide = self.wide().filter(Wide::is_whole)?;
        let digits = i128::try_from(wide.truncated()).ok()?;
        i64::try_from(if wide.is_negative() { -digits } else { digits }).ok()
    }

    /// Whether it has no end: it can be passed on, and never be shown.
    pub fn is_endless(&self) -> bool {
        !self.is_wide() && self.near.is_infinite()
    }

    /// The number as a text: `1`, not `1.0`, and never with an exponent.
    pub fn text(&self) -> String {
        match &self.form {
            Form::Wide(kept) => kept.text.get_or_init(|| kept.wide.text().into()).to_string(),
            _ => self.near.to_string(),
        }
    }

    /// Which is larger.
    pub fn compare(&self, other: &Self) -> Ordering {
        if let (Form::Wide(_), _) | (_, Form::Wide(_)) = (&self.form, &other.form)
            && let (Some(one), Some(two)) = (self.wide(), other.wide())
        {
            return one.compare(&two);
        }
        self.near.partial_cmp(&other.near).unwrap_or(Ordering::Equal)
    }
}

impl PartialEq for Number {
    /// As Terraform has it: numbers are equal whose texts are.
    fn eq(&self, other: &Self) -> bool {
        match (&self.form, &other.form) {
            (Form::Wide(one), Form::Wide(two)) if one.wide.precision() == two.wide.precision() => {
                one.wide == two.wide || one.wide.is_zero() && two.wide.is_zero()
            }
            (Form::Wide(_), _) | (_, Form::Wide(_)) => {
                let apart = (self.near - other.near).abs() > self.near.abs() * 1e-9;
                !apart && self.text().trim_start_matches("-0") == other.text().trim_start_matches("-0")
            }
            _ => self.near == other.near,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_f64_holds_is_kept_as_one() {
        for text in ["0", "12", "0.1", "1.50", "1e3", "9007199254740992", "0.30000000000000004"] {
            assert!(!Number::parse(text).unwrap().is_wide(), "{text}");
        }
        for text in ["9007199254740993", "1e400", "0.12345678901234567890"] {
            assert!(Number::parse(text).unwrap().is_wide(), "{text}");
        }
    }

    #[test]
    fn a_plain_number_has_the_text_that_terraform_writes() {
        for number in [0.1, 1e-7, 1e22, 1.5e300, 2.5e-300, 123_456.789, 0.30000000000000004, -3.3e-5] {
            let plain = Number::from(number);
            assert_eq!(plain.text(), plain.wide().unwrap().text());
            assert!(!Number::of_wide(plain.wide().unwrap()).is_wide());
        }
    }

    #[test]
    fn equality_is_that_of_texts() {
        let of = |text: &str| Number::parse(text).unwrap();
        assert_eq!(of("-0.0"), of("0"));
        assert_ne!(of("9007199254740993"), of("9007199254740992"));
        assert_eq!(Number::counted(3), of("3"));
        assert_eq!(of("9007199254740993").compare(&of("9007199254740992")), Ordering::Greater);
    }
}
