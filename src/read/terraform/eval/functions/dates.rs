//! Functions of points in time.

use super::Call;
use crate::{
    graph::{number::Number, value::Value},
    read::terraform::eval::convert::{Outcome, Stop, invalid, text},
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const NANOS: i128 = 1_000_000_000;

/// A point in time, with the distance to UTC that it is written with.
#[derive(Clone, Copy)]
struct Time {
    /// Nanoseconds since 1970, UTC.
    nanos: i128,
    /// Minutes east.
    offset: i32,
}

/// A point in time as a clock on the wall shows it.
struct Clock {
    year: i64,
    month: u32,
    day: u32,
    weekday: usize,
    hour: u32,
    minute: u32,
    second: u32,
}

/// Days since 1970 of a date of the Gregorian calendar.
fn days(year: i64, month: u32, day: u32) -> i64 {
    // Years begin in March, so that the day that is added comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a day since 1970.
fn date(day: i64) -> (i64, u32, u32) {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

fn month_length(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Time {
    /// RFC 3339, as strict as Terraform.
    fn of(text: &str) -> Option<Self> {
        let part = |from: usize, to: usize| -> Option<u32> {
            let digits = text.get(from..to)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")];
        if marks.iter().any(|(at, mark)| text.get(*at..at + 1) != Some(mark)) {
            return None;
        }
        let (year, month, day) = (i64::from(part(0, 4)?), part(5, 7)?, part(8, 10)?);
        let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
        let right = (1..=12).contains(&month)
            && (1..=month_length(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        let mut rest = text.get(19..).filter(|_| right)?;
        let mut fraction = 0;
        if let Some(after) = rest.strip_prefix('.') {
            let count = after.bytes().take_while(u8::is_ascii_digit).count();
            let digits: String = after[..count].chars().chain("000000000".chars()).take(9).collect();
            fraction = digits.parse().ok().filter(|_| count > 0)?;
            rest = &after[count..];
        }
        let offset = offset(rest)?;
        let seconds = days(year, month, day) * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
        let nanos = i128::from(seconds - i64::from(offset) * 60) * NANOS + i128::from(fraction as i64);
        Some(Self { nanos, offset })
    }

    fn clock(self) -> Clock {
        let seconds = self.nanos.div_euclid(NANOS) as i64 + i64::from(self.offset) * 60;
        let (day, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400) as u32);
        let (year, month, date) = date(day);
        let weekday = (day + 4).rem_euclid(7) as usize;
        Clock { year, month, day: date, weekday, hour: of_day / 3600, minute: of_day / 60 % 60, second: of_day % 60 }
    }

    /// `+05:30`
    fn zone(self, between: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs();
        format!("{sign}{:02}{between}{:02}", minutes / 60, minutes % 60)
    }

    fn zone_or(self, utc: &str, between: &str) -> String {
        if self.offset == 0 { utc.to_owned() } else { self.zone(between) }
    }

    fn written(self) -> String {
        let Clock { year, month, day, hour, minute, second, .. } = self.clock();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{}", self.zone_or("Z", ":"))
    }
}

/// Minutes of `Z` or `+05:30`.
fn offset(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').filter(|_| rest.len() == 5)?;
    let number = |digits: &str| -> Option<i32> {
        (digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn time(value: &Value) -> Outcome<Time> {
    let text = text(value)?;
    Time::of(&text).map_or_else(|| invalid(format!("`{text}`, which is no time")), Ok)
}

pub(super) fn timecmp(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (one, two) = (time(&values[0])?, time(&values[1])?);
    call.number(Number::as_counted(f64::from(one.nanos.cmp(&two.nanos) as i8)))
}

pub(super) fn timeadd(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (time, added) = (time(&values[0])?, text(&values[1])?);
    let Some(added) = duration(&added) else { return invalid(format!("`{added}`, which is no duration")) };
    call.text(Time { nanos: time.nanos + added, ..time }.written())
}

/// Nanoseconds of `1h30m`.
fn duration(text: &str) -> Option<i128> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut nanos = 0.0;
    while !rest.is_empty() {
        let count = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let number: f64 = rest[..count].parse().ok()?;
        rest = &rest[count..];
        let count = rest.find(|char: char| char.is_ascii_digit() || char == '.').unwrap_or(rest.len());
        nanos += number
            * match &rest[..count] {
                "ns" => 1.0,
                "us" | "µs" | "μs" => 1e3,
                "ms" => 1e6,
                "s" => 1e9,
                "m" => 60e9,
                "h" => 3600e9,
                _ => return None,
            };
        rest = &rest[count..];
    }
    // What does not fit is refused: about 292 years.
    (nanos < 9.2e18).then_some((sign * nanos) as i128)
}

pub(super) fn formatdate(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (spec, time) = (text(&values[0])?, time(&values[1])?);
    let clock = time.clock();
    let mut formatted = String::new();
    let mut rest: &str = &spec;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (quoted, after) = quoted(&rest[1..])?;
            formatted.push_str(&quoted);
            rest = after;
            continue;
        }
        if !first.is_ascii_alphabetic() {
            formatted.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let count = rest.chars().take_while(|char| *char == first).count();
        formatted.push_str(&field(first, count, &clock, time)?);
        rest = &rest[count..];
        if formatted.len() > super::MAX_ITEMS {
            return Err(Stop::Limit("a very long text".into()));
        }
    }
    call.text(formatted)
}

/// The text up to the closing quote; two quotes are one.
fn quoted(mut rest: &str) -> Outcome<(String, &str)> {
    let mut text = String::new();
    while let Some(at) = rest.find('\'') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('\'') {
            Some(after) => {
                text.push('\'');
                rest = after;
            }
            None => return Ok((text, rest)),
        }
    }
    invalid("a format whose quotes do not end")
}

fn field(letter: char, count: usize, clock: &Clock, time: Time) -> Outcome<String> {
    let twelve = match clock.hour % 12 {
        0 => 12,
        hour => hour,
    };
    let month = MONTHS[(clock.month as usize + 11) % 12];
    let day = DAYS[clock.weekday % 7];
    let half = if clock.hour < 12 { "AM" } else { "PM" };
    Ok(match (letter, count) {
        ('Y', 2) => format!("{:02}", clock.year % 100),
        ('Y', 4) => format!("{:04}", clock.year),
        ('M', 1) => clock.month.to_string(),
        ('M', 2) => format!("{:02}", clock.month),
        ('M', 3) => month[..3].to_owned(),
        ('M', 4) => month.to_owned(),
        ('D', 1) => clock.day.to_string(),
        ('D', 2) => format!("{:02}", clock.day),
        ('E', 3) => day[..3].to_owned(),
        ('E', 4) => day.to_owned(),
        ('h', 1) => clock.hour.to_string(),
        ('h', 2) => format!("{:02}", clock.hour),
        ('H', 1) => twelve.to_string(),
        ('H', 2) => format!("{twelve:02}"),
        ('A', 2) => half.to_owned(),
        ('a', 2) => half.to_ascii_lowercase(),
        ('m', 1) => clock.minute.to_string(),
        ('m', 2) => format!("{:02}", clock.minute),
        ('s', 1) => clock.second.to_string(),
        ('s', 2) => format!("{:02}", clock.second),
        ('Z', 1) => time.zone_or("Z", ":"),
        ('Z', 3) => time.zone_or("UTC", ""),
        ('Z', 4) => time.zone(""),
        ('Z', 5) => time.zone(":"),
        _ => return invalid(format!("a format with `{}`", letter.to_string().repeat(count))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_agree() {
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 3, 1), 11_017);
        for day in [-1, 0, 59, 60, 789, 11_016, 11_017, 20_000] {
            let (year, month, date) = date(day);
            assert_eq!(days(year, month, date), day);
        }
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("1h30m"), Some(5400 * NANOS));
        assert_eq!(duration("-250ms"), Some(-NANOS / 4));
        assert_eq!(duration("1d"), None);
        assert_eq!(duration("5"), None);
    }
}
