//! `[[allow]]`: findings that the configuration silences, with the reason.

use std::sync::Arc;

use super::{Table, Value, Written, glob, span, text};
use crate::{
    date::Date,
    rules::{ALL, Rule},
    select,
    source::{FileId, Globs, Mistake, Place, Span},
    suppress::ConfigAllowance,
};

/// A table of `[[allow]]`.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The rule.
    pub rule: Written<&'static Rule>,
    /// The files, as a glob from the root; nothing for all.
    pub path: Option<Written<String>>,
    /// Resources, by id or address, in which `*` stands for any text; nothing for all.
    pub resource: Option<Written<String>>,
    /// Why.
    pub reason: Written<String>,
    /// The last day on which it counts.
    pub expires: Option<Written<Date>>,
    globs: Option<Globs>,
}

impl Allow {
    /// Takes out what a table says; nothing where it is wrong, which `mistakes` tells.
    pub(super) fn of(table: &Table<'_>, folder: &str, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let owned = |written: Written<&str>| Written { value: written.value.to_owned(), span: written.span };
        let rule = table.get("rule").and_then(text)?;
        let path = match table.get("path").and_then(text) {
            None => None,
            Some(written) => {
                let span = written.span;
                Some(Written { value: glob(folder, written, mistakes)?, span })
            }
        };
        Some(Self {
            rule: Written { value: select::rule(ALL, rule.value).ok()?, span: rule.span },
            globs: path.as_ref().and_then(|path| Globs::of(&[&path.value]).ok()),
            path,
            resource: table.get("resource").and_then(text).map(owned),
            reason: table.get("reason").and_then(text).map(owned)?,
            expires: table.get("expires").and_then(|value| Some(Written { value: date(value)?, span: span(value) })),
        })
    }

    /// The allowance, as suppression knows it; `file` is the configuration.
    pub(super) fn allowance(&self, file: FileId) -> ConfigAllowance {
        ConfigAllowance {
            rule: self.rule.value,
            path: self.globs.clone(),
            resource: self.resource.as_ref().map(|resource| Arc::from(&*resource.value)),
            reason: self.reason.value.clone(),
            expires: self.expires.as_ref().map(|expires| expires.value),
            place: Place::new(file, unquoted(self.rule.span)),
        }
    }
}

/// A day, written as a date of TOML or as a string.
pub(super) fn date(value: &Value<'_>) -> Option<Date> {
    match value.get_ref() {
        toml::de::DeValue::String(text) => text.trim().parse().ok(),
        toml::de::DeValue::Datetime(date) => date.to_string().parse().ok(),
        _ => None,
    }
}

/// The name within its quotes.
fn unquoted(span: Span) -> Span {
    if span.end > span.start + 2 { Span { start: span.start + 1, end: span.end - 1 } } else { span }
}
