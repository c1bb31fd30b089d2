//! A calendar day: what facts, prices and allowances carry, and what "today" is.

use std::{fmt, str::FromStr};

/// A day of the Gregorian calendar. Later days are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

const SECONDS_OF_DAY: u64 = 86_400;

impl Date {
    /// The day on which a count of seconds since the Unix epoch falls, in UTC. Years beyond 9999 become its last day.
    pub fn of_unix_seconds(seconds: u64) -> Self {
        const LAST: Date = Date { year: 9999, month: 12, day: 31 };
        let mut days = seconds / SECONDS_OF_DAY;
        let mut year = 1970;
        while year <= LAST.year {
            let length = if is_leap(year) { 366 } else { 365 };
            if days < length {
                return Self::of_ordinal(year, days);
            }
            (days, year) = (days - length, year + 1);
        }
        LAST
    }

    /// The day of a year, counted from 0.
    fn of_ordinal(year: u16, mut days: u64) -> Self {
        let mut month = 1;
        while days >= u64::from(days_in(year, month)) && month < 12 {
            days -= u64::from(days_in(year, month));
            month += 1;
        }
        Self { year, month, day: u8::try_from(days + 1).unwrap_or(31) }
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDate;

impl FromStr for Date {
    type Err = NoDate;

    /// Reads `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, NoDate> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(NoDate);
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<u16>().map_err(|_| NoDate);
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (month, day) = (u8::try_from(month).map_err(|_| NoDate)?, u8::try_from(day).map_err(|_| NoDate)?);
        let exists = (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        if exists { Ok(Self { year, month, day }) } else { Err(NoDate) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for NoDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date is written YYYY-MM-DD, as 2026-12-31")
    }
}

impl std::error::Error for NoDate {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        for text in ["2026-12-31", "2024-02-29", "2000-02-29", "0001-01-01"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()), Ok(text.to_owned()));
        }
        for text in
            ["2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-1", "soon", "2026-12-3é"]
        {
            assert_eq!(text.parse::<Date>(), Err(NoDate), "{text}");
        }
        assert!("2026-12-31".parse::<Date>().expect("a date") < "2027-01-01".parse().expect("a date"));
    }

    #[test]
    fn seconds_fall_on_days() {
        let day = |seconds| Date::of_unix_seconds(seconds).to_string();
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(951_782_400 - 1), "2000-02-28");
        assert_eq!(day(951_782_400), "2000-02-29");
        assert_eq!(day(1_767_225_599), "2025-12-31");
        assert_eq!(day(u64::MAX), "9999-12-31");
    }
}
