//! What the configuration may change of a rule: `[rules.<name>]`. A rule declares its options beside its check, and asks
//! the context for them.

use rustc_hash::FxHashMap;
use serde::Serialize;

/// An option of a rule.
#[derive(Clone, Copy, Debug)]
pub enum RuleOption {
    /// A whole number.
    Number(&'static Number),
    /// A list of texts.
    Texts(&'static Texts),
}

/// An option that is a whole number. Its name says the unit.
#[derive(Debug)]
pub struct Number {
    /// Its name in the configuration: `tolerated-minutes`.
    pub name: &'static str,
    /// What it is for: a sentence without its full stop.
    pub about: &'static str,
    /// What holds where the configuration does not set it.
    pub default: u32,
    /// The least and the most that it may be.
    pub within: (u32, u32),
}

/// An option that is a list of texts.
#[derive(Debug)]
pub struct Texts {
    /// Its name in the configuration: `required-tags`.
    pub name: &'static str,
    /// What it is for: a sentence without its full stop.
    pub about: &'static str,
    /// What holds where the configuration does not set it.
    pub default: &'static [&'static str],
    /// A value, as it may be written.
    pub example: &'static str,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Setting {
    /// Of a [`Number`].
    Number(u32),
    /// Of [`Texts`].
    Texts(Vec<String>),
}

/// The options that are set for a run. The others have their defaults.
#[derive(Clone, Debug, Default)]
pub struct Options(FxHashMap<(&'static str, &'static str), Setting>);

impl RuleOption {
    /// Its name in the configuration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Number(option) => option.name,
            Self::Texts(option) => option.name,
        }
    }

    /// What it is for: a sentence without its full stop.
    pub fn about(&self) -> &'static str {
        match self {
            Self::Number(option) => option.about,
            Self::Texts(option) => option.about,
        }
    }

    /// What holds where the configuration does not set it.
    pub fn default(&self) -> Setting {
        match self {
            Self::Number(option) => Setting::Number(option.default),
            Self::Texts(option) => Setting::Texts(option.default.iter().map(|&text| text.to_owned()).collect()),
        }
    }

    /// A value, as it is written in the configuration.
    pub fn example(&self) -> String {
        match self {
            Self::Number(option) => option.default.to_string(),
            Self::Texts(option) => option.example.to_owned(),
        }
    }
}

impl Options {
    /// Sets an option of a rule.
    pub fn set(&mut self, rule: &'static str, option: &'static str, setting: Setting) {
        self.0.insert((rule, option), setting);
    }

    /// The value of an option of a rule: what is set, else its default.
    pub fn of(&self, rule: &'static str, option: &RuleOption) -> Setting {
        self.0.get(&(rule, option.name())).cloned().unwrap_or_else(|| option.default())
    }

    /// The value of a number.
    pub(super) fn number(&self, rule: &'static str, option: &Number) -> u32 {
        match self.0.get(&(rule, option.name)) {
            Some(Setting::Number(number)) => *number,
            _ => option.default,
        }
    }

    /// The values of a list of texts.
    pub(super) fn texts(&self, rule: &'static str, option: &Texts) -> Vec<&str> {
        match self.0.get(&(rule, option.name)) {
            Some(Setting::Texts(texts)) => texts.iter().map(String::as_str).collect(),
            _ => option.default.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_has_its_default() {
        static MINUTES: Number = Number { name: "minutes", about: "", default: 60, within: (0, 100) };
        static TAGS: Texts = Texts { name: "tags", about: "", default: &["a"], example: "[]" };
        let mut options = Options::default();
        assert_eq!((options.number("rule", &MINUTES), options.texts("rule", &TAGS)), (60, vec!["a"]));
        options.set("rule", "minutes", Setting::Number(5));
        options.set("rule", "tags", Setting::Texts(vec!["b".to_owned(), "c".to_owned()]));
        assert_eq!((options.number("rule", &MINUTES), options.texts("rule", &TAGS)), (5, vec!["b", "c"]));
        assert_eq!(options.number("another", &MINUTES), 60);
        assert_eq!(options.of("another", &RuleOption::Texts(&TAGS)), Setting::Texts(vec!["a".to_owned()]));
    }
}
