//! Bare scalars of YAML, as Python's libraries read them.

use super::documents::Dialect;
use crate::syntax::tree::{self, Kind};

/// What a bare scalar is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bare {
    Null,
    Bool(bool),
    Whole(f64),
    Real(f64),
    /// Infinity, or no number: `.inf`, `.nan`.
    Endless,
    Date,
    Text,
}

/// What a bare scalar is by the rules of a dialect.
pub(super) fn bare(written: &str, dialect: Dialect) -> Bare {
    match tree::plain(written) {
        Kind::Null => return Bare::Null,
        Kind::Bool(truth) if has_truths(written, dialect) => return Bare::Bool(truth),
        Kind::Number(number, _) if dialect == Dialect::Json => {
            return if written.contains(['.', 'e', 'E']) { Bare::Real(number) } else { Bare::Whole(number) };
        }
        _ if dialect == Dialect::Json => return Bare::Text,
        _ => {}
    }
    let (sign, digits) = match written.as_bytes().first() {
        Some(b'-') => (-1.0, &written[1..]),
        Some(b'+') => (1.0, &written[1..]),
        _ => (1.0, written),
    };
    if let Some(number) = whole(digits, dialect) {
        return Bare::Whole(sign * number + 0.0);
    }
    // Of a number that begins with its dot, YAML 1.1 takes no sign.
    let may_begin_with_dot = dialect == Dialect::Yaml12 || digits.len() == written.len();
    if let Some(number) = real(digits, dialect, may_begin_with_dot) {
        return Bare::Real(sign * number);
    }
    let is_signed = digits.len() < written.len();
    if matches!(digits, ".inf" | ".Inf" | ".INF") || !is_signed && matches!(written, ".nan" | ".NaN" | ".NAN") {
        return Bare::Endless;
    }
    if dialect != Dialect::Omega && is_date(written) { Bare::Date } else { Bare::Text }
}

/// Whether a dialect takes a word for a truth value: `on` and `yes` are texts for YAML 1.2.
fn has_truths(written: &str, dialect: Dialect) -> bool {
    dialect != Dialect::Yaml12 || written.len() > 3
}

/// A whole number without its sign.
fn whole(digits: &str, dialect: Dialect) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "beyond 2^53 it is not told")]
    let in_base = |digits: &str, base: u32| {
        let plain: String = digits.chars().filter(|&digit| digit != '_').collect();
        i64::from_str_radix(&plain, base).ok().map(|number| number as f64)
    };
    let is_of = |digits: &str, is_one: fn(&u8) -> bool| {
        !digits.is_empty() && digits.bytes().all(|digit| digit == b'_' || is_one(&digit))
    };
    let is_octal = |digit: &u8| (b'0'..=b'7').contains(digit);
    let prefixed =
        |prefix: &str, is_one: fn(&u8) -> bool| digits.strip_prefix(prefix).filter(|digits| is_of(digits, is_one));
    if let Some(digits) = prefixed("0b", |digit| matches!(digit, b'0' | b'1')) {
        return in_base(digits, 2);
    }
    if let Some(digits) = prefixed("0x", u8::is_ascii_hexdigit) {
        return in_base(digits, 16);
    }
    let is_decimal = starts_with_digit(digits) && is_of(digits, u8::is_ascii_digit);
    if dialect == Dialect::Yaml12 {
        let octal = digits.strip_prefix("0o").filter(|digits| is_of(digits, is_octal));
        return octal.map_or_else(|| in_base(digits, 10).filter(|_| is_decimal), |digits| in_base(digits, 8));
    }
    if let Some(digits) = digits.strip_prefix('0').filter(|digits| is_of(digits, is_octal)) {
        return in_base(digits, 8);
    }
    if digits == "0" {
        return Some(0.0);
    }
    match digits.starts_with('0') {
        true => None,
        false if is_decimal => in_base(digits, 10),
        false => sixties(digits),
    }
}

/// A number with a fraction or an exponent, without its sign.
fn real(digits: &str, dialect: Dialect, may_begin_with_dot: bool) -> Option<f64> {
    let (head, exponent) = match digits.split_once(['e', 'E']) {
        Some((head, exponent)) => (head, Some(exponent)),
        None => (digits, None),
    };
    let is_signed = exponent.is_none_or(|exponent| exponent.starts_with(['+', '-']));
    let power = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    if power.is_some_and(|power| power.is_empty() || !power.bytes().all(|digit| digit.is_ascii_digit())) {
        return None;
    }
    let is_free = dialect != Dialect::Yaml;
    let is_it = match head.split_once('.') {
        Some(("", behind)) => {
            let begins = starts_with_digit(behind)
                || dialect == Dialect::Yaml12 && behind.contains(|byte: char| byte.is_ascii_digit());
            may_begin_with_dot && begins && is_grouped(behind) && is_signed
        }
        Some((before, behind)) => {
            starts_with_digit(before) && is_grouped(before) && is_grouped(behind) && (is_signed || is_free)
        }
        None => is_free && exponent.is_some() && starts_with_digit(head) && is_grouped(head),
    };
    if is_it {
        return digits.replace('_', "").parse().ok().filter(|number: &f64| number.is_finite());
    }
    // `1:30.5` is 90.5.
    let (whole, behind) = digits.split_once('.').filter(|_| dialect != Dialect::Yaml12 && exponent.is_none())?;
    let fraction: f64 = format!("0.{}", behind.replace('_', "")).parse().ok().filter(|_| is_grouped(behind))?;
    sixties(whole).map(|whole| whole + fraction)
}

/// A number of base sixty: `1:30`.
fn sixties(digits: &str) -> Option<f64> {
    let mut parts = digits.split(':');
    let first = parts.next().filter(|first| starts_with_digit(first) && is_grouped(first))?;
    let mut number: f64 = first.replace('_', "").parse().ok()?;
    let mut count = 0;
    for part in parts {
        let is_digit = matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
        let digit: f64 = part.parse().ok().filter(|_| is_digit)?;
        (number, count) = (number * 60.0 + digit, count + 1);
    }
    (count > 0).then_some(number)
}

fn starts_with_digit(digits: &str) -> bool {
    digits.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether it has nothing but digits, and `_` between them.
fn is_grouped(digits: &str) -> bool {
    digits.bytes().all(|digit| digit == b'_' || digit.is_ascii_digit())
}

/// Whether Python makes a date or a time of it.
fn is_date(written: &str) -> bool {
    let bytes = written.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range).is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
    };
    digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..6) && written.matches('-').count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What PyYAML 6.0.3, OmegaConf 2.3 and ruamel.yaml 0.18 (YAML 1.2) make of each: `text`, or as Python writes it.
    const WORDS: &str = "
        on        True     True     text
        Yes       True     True     text
        off       False    False    text
        true      True     True     True
        TRUE      True     True     True
        tRUE      text     text     text
        ~         None     None     None
        NULL      None     None     None
        nULL      text     text     text
        12        12       12       12
        +12       12       12       12
        -7        -7       -7       -7
        0         0        0        0
        -0        0        0        0
        012       10       10       12
        -012      -10      -10      -12
        089       text     text     89
        0o17      text     text     15
        0x1F      31       31       31
        -0x1F     -31      -31      -31
        0x        text     text     text
        0b11      3        3        3
        0b2       text     text     text
        1_000     1000     1000     1000
        1__0      10       10       10
        1_        1        1        1
        _1        text     text     text
        0_1       1        1        1
        1:30      90       90       text
        -1:30     -90      -90      text
        0:30      text     text     text
        01:30     text     text     text
        1:60      text     text     text
        190:20:30 685230   685230   text
        1:30.5    90.5     90.5     text
        1e3       text     1000.0   1000.0
        1e-3      text     0.001    0.001
        1E5       text     100000.0 100000.0
        1.5e3     text     1500.0   1500.0
        1.5e+3    1500.0   1500.0   1500.0
        1.e+3     1000.0   1000.0   1000.0
        1e        text     text     text
        1.        1.0      1.0      1.0
        .5        0.5      0.5      0.5
        -.5       text     text     -0.5
        +.5       text     text     0.5
        .5e+3     500.0    500.0    500.0
        ._5       text     text     0.5
        1_0.5     10.5     10.5     10.5
        1.2.3     text     text     text
        .inf      endless  endless  endless
        -.inf     endless  endless  endless
        +.INF     endless  endless  endless
        .nan      endless  endless  endless
        inf       text     text     text
        nan       text     text     text
        y         text     text     text
        -         text     text     text
        2024-01-02 date    text     date
        ml-m5-x   text     text     text
    ";

    fn shown(bare: Bare) -> String {
        match bare {
            Bare::Null => "None".to_owned(),
            Bare::Bool(true) => "True".to_owned(),
            Bare::Bool(false) => "False".to_owned(),
            Bare::Whole(number) => format!("{number:.0}"),
            Bare::Real(number) => format!("{number:?}"),
            Bare::Endless => "endless".to_owned(),
            Bare::Date => "date".to_owned(),
            Bare::Text => "text".to_owned(),
        }
    }

    #[test]
    fn bare_scalars_are_what_the_libraries_make_of_them() {
        for line in WORDS.lines().filter(|line| !line.trim().is_empty()) {
            let [written, expected @ ..] = &line.split_whitespace().collect::<Vec<_>>()[..] else { continue };
            let all = [Dialect::Yaml, Dialect::Omega, Dialect::Yaml12].map(|dialect| shown(bare(written, dialect)));
            assert_eq!(all.each_ref().map(String::as_str), *expected, "{written}");
        }
    }

    #[test]
    fn json_has_its_own_words() {
        assert_eq!(bare("1e3", Dialect::Json), Bare::Real(1000.0));
        assert_eq!(bare("12", Dialect::Json), Bare::Whole(12.0));
        assert_eq!(bare("true", Dialect::Json), Bare::Bool(true));
    }
}
