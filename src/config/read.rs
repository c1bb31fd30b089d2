//! Text → table, and what is wrong with it: every mistake, each with its place and the nearest valid name.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    allow, cost,
    keys::{KEYS, Key, SEVERITIES, Shape},
};
use crate::{
    nearest::nearest,
    rules::{ALL, Rule, options::RuleOption},
    select,
    source::{Globs, Mistake, Span},
};

/// A value with its place.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;
/// A table.
pub(super) type Table<'a> = DeTable<'a>;

/// Parses a text.
pub(super) fn parse(text: &str) -> Result<Table<'_>, Vec<Mistake>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table.into_inner());
    }
    let mistake = |error: toml::de::Error| {
        let place = error.span().unwrap_or(0..0);
        // What is expected stands behind the first line break, if anywhere.
        let message = error.message().trim();
        let (message, label) = message.split_once(['\n', ',']).unwrap_or((message, ""));
        let (message, label) = (message.trim().to_owned(), label.trim().to_owned());
        Mistake { span: Span::new(place.start, place.end), message, label, help: String::new() }
    };
    let mut mistakes: Vec<Mistake> = errors.into_iter().map(mistake).collect();
    mistakes.sort_by_key(|mistake| mistake.span);
    Err(mistakes)
}

/// Where a value stands.
pub(super) fn span<T>(value: &Spanned<T>) -> Span {
    let place = value.span();
    Span::new(place.start, place.end)
}

/// What is wrong with the keys and values of the file, in the order of the text.
pub(super) fn mistakes(table: &Table<'_>) -> Vec<Mistake> {
    let mut checker = Checker::default();
    checker.table("", table, KEYS);
    checker.mistakes.sort_by_key(|mistake| mistake.span);
    checker.mistakes
}

#[derive(Default)]
struct Checker {
    mistakes: Vec<Mistake>,
}

impl Checker {
    fn add(&mut self, span: Span, message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) {
        self.mistakes.push(Mistake { span, message: message.into(), label: label.into(), help: help.into() });
    }

    /// Checks a table; `name` is its own, as `[[path]]`, and empty for the file.
    fn table(&mut self, name: &str, table: &Table<'_>, keys: &'static [Key]) {
        for (written, value) in table {
            match keys.iter().find(|key| key.name == &**written.get_ref()) {
                Some(key) => self.value(key, value),
                None => self.unknown(name, written.get_ref(), span(written), keys),
            }
        }
    }

    fn unknown(&mut self, table: &str, written: &str, place: Span, keys: &'static [Key]) {
        let names = || keys.iter().map(|key| key.name);
        let within = if table.is_empty() { String::new() } else { format!(" in `{table}`") };
        let near = nearest(written, names());
        let help = match misplaced(written).filter(|_| !table.is_empty()) {
            Some(help) => help,
            None if near.is_empty() => format!("the keys here are {}", listed(names(), "and")),
            None => format!("did you mean {}?", listed(near, "or")),
        };
        self.add(place, format!("unknown key `{written}`{within}"), "no key has this name", help);
    }

    fn value(&mut self, key: &Key, value: &Value<'_>) {
        match (&key.shape, value.get_ref()) {
            (Shape::Text | Shape::Path, DeValue::String(text)) => self.filled(key, text, span(value)),
            (Shape::Glob, DeValue::String(text)) => self.glob(key, text, span(value)),
            (Shape::OneOf(names), DeValue::String(text)) => self.one_of(key.name, names, text, span(value)),
            (Shape::Names, DeValue::Array(items)) => {
                for item in items {
                    match item.get_ref() {
                        DeValue::String(name) => drop(self.name(name, span(item))),
                        _ => self.wrong_type(key, item),
                    }
                }
            }
            (Shape::Rule, DeValue::String(name)) => self.rule(name, span(value)),
            (Shape::Date, DeValue::String(_) | DeValue::Datetime(_)) => {
                if allow::date(value).is_none() {
                    let help = "write the last day on which it counts, as 2027-06-30";
                    self.add(span(value), format!("`{}` is not a day", key.name), "expected YYYY-MM-DD", help);
                }
            }
            (Shape::Paths, DeValue::Array(items)) => {
                for item in items {
                    match item.get_ref() {
                        DeValue::String(text) => self.filled(key, text, span(item)),
                        _ => self.wrong_type(key, item),
                    }
                }
            }
            (Shape::Globs, DeValue::Array(items)) => {
                for item in items {
                    match item.get_ref() {
                        DeValue::String(text) => self.glob(key, text, span(item)),
                        _ => self.wrong_type(key, item),
                    }
                }
            }
            (Shape::Severities, DeValue::Table(table)) => self.severities(table),
            (Shape::Options, DeValue::Table(table)) => self.rules(table),
            (Shape::Amount, DeValue::Integer(_) | DeValue::Float(_)) => {
                if cost::number(value).is_none() {
                    let help = format!("write `{} = {}`, for example", key.name, key.example);
                    self.add(span(value), format!("`{}` is no amount", key.name), "it must not be negative", help);
                }
            }
            (Shape::Percents, DeValue::Table(table)) => self.percents(table),
            (Shape::Tables(keys), DeValue::Array(tables)) => {
                for item in tables {
                    match item.get_ref() {
                        DeValue::Table(table) => self.one_table(key, item, table, keys),
                        _ => self.wrong_type(key, item),
                    }
                }
            }
            (Shape::Tables(_), DeValue::Table(_)) => {
                let (name, place) = (key.name, span(value));
                let help = format!("write `[[{name}]]`, once for each");
                self.add(place, format!("`{name}` is a list of tables"), "this is one table", help);
            }
            _ => self.wrong_type(key, value),
        }
    }

    fn one_table(&mut self, key: &Key, value: &Value<'_>, table: &Table<'_>, keys: &'static [Key]) {
        let name = format!("[[{}]]", key.name);
        for missing in keys.iter().filter(|key| key.required && !table.contains_key(key.name)) {
            let help = format!("add `{} = {}`", missing.name, missing.example);
            self.add(span(value), format!("`{name}` has no `{}`", missing.name), "it is needed here", help);
        }
        self.table(&name, table, keys);
    }

    fn wrong_type(&mut self, key: &Key, value: &Value<'_>) {
        let expected = match key.shape {
            Shape::Text | Shape::OneOf(_) | Shape::Path | Shape::Glob => "a string",
            Shape::Rule => "the name of a rule",
            Shape::Date => "a day",
            Shape::Paths => "a list of paths",
            Shape::Names => "a list of names of rules and categories",
            Shape::Globs => "a list of globs",
            Shape::Severities => "a table from rules to severities",
            Shape::Options => "a table of rules",
            Shape::Amount => "a number",
            Shape::Percents => "a table of percentages",
            Shape::Tables(_) => "a list of tables",
        };
        let label = format!("this is {}", described(value.get_ref()));
        let help = format!("write `{} = {}`, for example", key.name, key.example);
        self.add(span(value), format!("`{}` must be {expected}", key.name), label, help);
    }

    /// Discounts. Whether a name is a use or a type is told where costs are known.
    fn percents(&mut self, table: &Table<'_>) {
        for (name, value) in table {
            let written = name.get_ref();
            let percent = cost::number(value).and_then(|text| text.parse::<f64>().ok());
            if percent.is_none_or(|percent| percent > 100.0) {
                let help = format!("write `{written} = 20` for 20 % less than the list price");
                self.add(span(value), format!("`{written}` is no percentage"), "expected 0 to 100", help);
            }
        }
    }

    fn filled(&mut self, key: &Key, text: &str, place: Span) {
        if text.trim().is_empty() {
            let help = format!("write `{} = {}`, for example", key.name, key.example);
            self.add(place, format!("`{}` is empty", key.name), "nothing stands here", help);
        }
    }

    fn glob(&mut self, key: &Key, text: &str, place: Span) {
        self.filled(key, text, place);
        if let Err(error) = Globs::of(&[text]) {
            let why = error.message.split(['(', ';']).next().unwrap_or_default().trim().to_owned();
            self.add(place, format!("`{text}` is not a glob"), why, "escape a character that is meant as it is: `[{]`");
        }
    }

    fn one_of(&mut self, what: &str, names: &'static [&'static str], text: &str, place: Span) {
        if names.contains(&text) {
            return;
        }
        let near = nearest(text, names.iter().copied());
        let help = match near.first() {
            Some(near) => format!("did you mean `{near}`?"),
            None if names == SEVERITIES && matches!(text, "off" | "ignore" | "none" | "never" | "allow") => {
                "to leave a rule out, name it in `ignore`".to_owned()
            }
            None => String::new(),
        };
        let label = format!("expected {}", listed(names.iter().copied(), "or"));
        self.add(place, format!("`{what}` cannot be `{text}`"), label, help);
    }

    /// Whether a rule or category has a name.
    fn name(&mut self, name: &str, place: Span) -> bool {
        let Err(unknown) = select::named(ALL, name) else { return true };
        let help = misplaced(name).unwrap_or_else(|| unknown.help());
        self.add(place, unknown.message(), format!("no {} has this name", unknown.what), help);
        false
    }

    /// Whether a rule has a name; a category does not do.
    fn rule(&mut self, name: &str, place: Span) {
        let Err(unknown) = select::rule(ALL, name) else { return };
        let help = match select::named(ALL, name) {
            Ok(category) => format!("`{}` is a category: name one of its rules", category.name()),
            Err(_) => unknown.help(),
        };
        self.add(place, unknown.message(), "no rule has this name", help);
    }

    /// The tables of options: each must be of a rule that has them.
    fn rules(&mut self, table: &Table<'_>) {
        for (name, options) in table {
            let place = span(name);
            let Ok(rule) = select::rule(ALL, name.get_ref()) else {
                self.rule(name.get_ref(), place);
                continue;
            };
            match options.get_ref() {
                DeValue::Table(options) => self.options(rule, options),
                other => {
                    let label = format!("this is {}", described(other));
                    let help = format!("write `[rules.{}]`, and its options below", rule.name);
                    self.add(span(options), format!("`{}` must be a table of options", rule.name), label, help);
                }
            }
        }
    }

    fn options(&mut self, rule: &'static Rule, table: &Table<'_>) {
        for (name, value) in table {
            match rule.options.iter().find(|option| option.name() == &**name.get_ref()) {
                Some(option) => self.option(option, value),
                None => self.unknown_option(rule, name.get_ref(), span(name)),
            }
        }
    }

    fn option(&mut self, option: &RuleOption, value: &Value<'_>) {
        let name = option.name();
        match (option, value.get_ref()) {
            (RuleOption::Number(number), DeValue::Integer(written)) => {
                let (least, most) = number.within;
                if whole(written).is_none_or(|written| !(least..=most).contains(&written)) {
                    let message = format!("`{name}` must be a whole number from {least} to {most}");
                    self.add(span(value), message, "", format!("its default is {}", number.default));
                }
            }
            (RuleOption::Texts(texts), DeValue::Array(items)) => {
                for item in items {
                    let help = format!("write `{name} = {}`, for example", texts.example);
                    match item.get_ref() {
                        DeValue::String(text) if !text.trim().is_empty() => {}
                        DeValue::String(_) => {
                            self.add(span(item), format!("`{name}` has an empty text"), "nothing stands here", help);
                        }
                        other => {
                            let label = format!("this is {}", described(other));
                            self.add(span(item), format!("`{name}` must be a list of texts"), label, help);
                        }
                    }
                }
            }
            (_, other) => {
                let expected = match option {
                    RuleOption::Number(_) => "a whole number",
                    RuleOption::Texts(_) => "a list of texts",
                };
                let label = format!("this is {}", described(other));
                let help = format!("write `{name} = {}`, for example", option.example());
                self.add(span(value), format!("`{name}` must be {expected}"), label, help);
            }
        }
    }

    fn unknown_option(&mut self, rule: &'static Rule, written: &str, place: Span) {
        let names = || rule.options.iter().map(RuleOption::name);
        let near = nearest(written, names());
        let help = match misplaced(written) {
            _ if !near.is_empty() => format!("did you mean {}?", listed(near, "or")),
            Some(help) => help,
            None if names().next().is_none() => "leave it out: this rule has nothing to set".to_owned(),
            None => format!("its options: {}", listed(names(), "and")),
        };
        self.add(place, format!("`{}` has no option `{written}`", rule.name), "no option has this name", help);
    }

    fn severities(&mut self, table: &Table<'_>) {
        for (name, severity) in table {
            if !self.name(name.get_ref(), span(name)) {
                continue;
            }
            match severity.get_ref() {
                DeValue::String(text) => self.one_of("severity", SEVERITIES, text, span(severity)),
                other => {
                    let label = format!("this is {}", described(other));
                    self.add(span(severity), "a severity must be a string", label, "write `\"advice\"`, for example");
                }
            }
        }
    }
}

/// The help where a key of the file itself stands below the head of a table: in TOML it belongs to that table.
fn misplaced(name: &str) -> Option<String> {
    let key = KEYS.iter().find(|key| key.name == name)?;
    (!matches!(key.shape, Shape::Tables(_)))
        .then(|| format!("`{name}` is a key of the file itself: move it above the first `[table]`"))
}

/// A whole number, where it is one that options take.
pub(super) fn whole(written: &toml::de::DeInteger<'_>) -> Option<u32> {
    u32::from_str_radix(written.as_str(), written.radix()).ok()
}

/// `a`, `b` and `c`
fn listed<'a>(names: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((end, [])) => end.clone(),
        Some((end, before)) => format!("{} {last} {end}", before.join(", ")),
        None => String::new(),
    }
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
