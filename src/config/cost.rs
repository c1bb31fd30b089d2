//! `[discounts]` and `[[limit]]`: what is paid in place of list prices, and what a workload may cost at most.

use toml::de::DeValue;

use super::{Table, Value, Written, path, span, text};
use crate::source::{Mistake, Span};

/// A part of the workload, and what it may cost. Without a part it holds for all that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Path of a unit, or of a folder with units, from the root.
    pub unit: Option<Written<String>>,
    /// A tag: `KEY=VALUE`, or `KEY` for each value on its own.
    pub tag: Option<Written<String>>,
    /// Resources, each on its own, by id or address, in which `*` stands for any text.
    pub resource: Option<Written<String>>,
    /// US dollars that a month may cost, as written.
    pub month: Option<Written<String>>,
    /// US dollars that one run of a job may cost, as written.
    pub run: Option<Written<String>>,
    /// Where it stands.
    pub span: Span,
}

impl Limit {
    /// Takes out what a table says; nothing where it is wrong, which `mistakes` tells.
    pub(super) fn of(value: &Value<'_>, folder: &str, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let table = value.get_ref().as_table()?;
        let owned = |written: Written<&str>| Written { value: written.value.to_owned(), span: written.span };
        let unit = match table.get("unit").and_then(text) {
            Some(written) => Some(path(folder, written, mistakes)?),
            None => None,
        };
        let number = |key| {
            let value: &Value<'_> = table.get(key)?;
            Some(Written { value: number(value)?, span: span(value) })
        };
        let (month, run) = (number("max-usd-per-month"), number("max-usd-per-run"));
        if !table.contains_key("max-usd-per-month") && !table.contains_key("max-usd-per-run") {
            mistakes.push(Mistake {
                span: span(value),
                message: "`[[limit]]` has no `max-usd-per-month` and no `max-usd-per-run`".to_owned(),
                label: "it limits nothing".to_owned(),
                help: "add `max-usd-per-month = 500`".to_owned(),
            });
            return None;
        }
        Some(Self {
            unit,
            tag: table.get("tag").and_then(text).map(owned),
            resource: table.get("resource").and_then(text).map(owned),
            month,
            run,
            span: span(value),
        })
    }
}

/// The entries of `[discounts]`: what each is of, and the percentage as written.
pub(super) fn discounts(table: &Table<'_>) -> Vec<(String, Written<String>)> {
    let entry = |(name, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, &Value<'_>)| {
        Some((name.get_ref().to_string(), Written { value: number(value)?, span: span(value) }))
    };
    table.into_iter().filter_map(entry).collect()
}

/// A number that is not negative, as written, without what only parts its digits.
pub(super) fn number(value: &Value<'_>) -> Option<String> {
    let text = match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => return None,
    };
    let text = text.trim_start_matches('+').replace('_', "");
    text.parse::<f64>().is_ok_and(|number| number.is_finite() && number >= 0.0).then_some(text)
}
