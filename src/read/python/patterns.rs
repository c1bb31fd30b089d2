//! `re`: patterns over texts that are known, as far as Rust's engine reads them the same way.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use ruff_text_size::TextRange;

use super::{Machine, calls::Arguments};
use crate::{
    graph::value::{Data, Entry, Object, Value},
    source::Place,
};

/// What `re.compile` makes.
pub(super) const PATTERN: &str = "re.Pattern";
/// What a pattern has found, with its groups.
pub(super) const MATCH: &str = "re.Match";
/// Longest pattern and text that are looked at, and most memory of a pattern.
const MAX_PATTERN: usize = 200;
const MAX_TEXT: usize = 10_000;
const MAX_SIZE: usize = 1 << 18;
/// What looking for a pattern takes, as steps.
const STEPS: usize = 400;

impl Machine<'_> {
    /// A function of `re`, or a method of a pattern; nothing for others, or where something is not known.
    pub(super) fn pattern_call(&mut self, symbol: &str, arguments: &Arguments, range: TextRange) -> Option<Value> {
        let function = symbol.strip_prefix("re.")?;
        let pattern = arguments.get("pattern", 0)?;
        let place = self.place(range);
        if function == "compile" {
            let is_bare = arguments.positional.len() == 1 && arguments.named.entries.is_empty();
            pattern.plain_text().filter(|_| is_bare)?;
            let mut compiled = Object { class: Some(PATTERN.into()), ..Object::default() };
            compiled.set(Entry { name: "pattern".into(), place, value: pattern.clone() });
            return Some(Value::object(compiled, place));
        }
        let pattern = match &pattern.data {
            Data::Object(compiled) if compiled.class.as_deref() == Some(PATTERN) => {
                compiled.entry("pattern")?.value.plain_text()?
            }
            Data::Text(pattern) => pattern.clone(),
            _ => return None,
        };
        let at = if function == "sub" { 2 } else { 1 };
        let text = arguments.get("string", at)?;
        let Data::Text(text) = &text.data else { return None };
        // Flags, counts and bounds change what is found.
        if arguments.positional.len() > at + 1 || arguments.named.entries.iter().any(|entry| !is_plain(&entry.name)) {
            return None;
        }
        self.spend(STEPS + text.len() / 4);
        let found = |pattern: &str| Some(match_of(&regex_of(pattern, text)?, text, place));
        match function {
            "match" => found(&format!("^(?:{pattern})")),
            "fullmatch" => found(&format!("^(?:{pattern})$")),
            "search" => found(&pattern),
            "sub" => {
                let Data::Text(by) = &arguments.get("repl", 1)?.data else { return None };
                let regex = regex_of(&pattern, text).filter(|_| !by.contains('\\'))?;
                Some(Value::text(regex.replace_all(text, regex::NoExpand(by)).into_owned(), place))
            }
            "findall" => {
                let regex = regex_of(&pattern, text).filter(|regex| regex.captures_len() <= 2)?;
                let group = regex.captures_len() - 1;
                let all = regex.captures_iter(text);
                let texts = all.map(|found| found.get(group).map_or("", |part| part.as_str()).to_owned());
                Some(Value::list(texts.map(|text| Value::text(text, place)).collect(), place))
            }
            "split" => {
                let regex =
                    regex_of(&pattern, text).filter(|regex| regex.captures_len() == 1 && !regex.is_match(""))?;
                Some(Value::list(regex.split(text).map(|part| Value::text(part, place)).collect(), place))
            }
            _ => None,
        }
    }

    /// A method of what a pattern has found.
    pub(super) fn match_method(
        &mut self,
        found: &Object,
        name: &str,
        arguments: &Arguments,
        place: Place,
    ) -> Option<Value> {
        let given = || arguments.positional.iter().map(|argument| &argument.value);
        match name {
            "group" if arguments.positional.is_empty() => group(found, "0"),
            "group" if arguments.positional.len() == 1 => group(found, &given().next()?.plain_text()?),
            "group" => {
                let all = given().map(|which| group(found, &which.plain_text()?)).collect::<Option<_>>()?;
                Some(Value::list(all, place))
            }
            "groups" if arguments.positional.is_empty() => {
                let numbered = found.entries.iter().filter(|entry| entry.name.parse::<u32>().is_ok_and(|at| at > 0));
                Some(Value::list(numbered.map(|entry| entry.value.clone()).collect(), place))
            }
            "groupdict" if arguments.positional.is_empty() => {
                let named = found.entries.iter().filter(|entry| entry.name.parse::<u32>().is_err());
                Some(Value::object(Object { entries: named.cloned().collect(), ..Object::default() }, place))
            }
            _ => None,
        }
    }
}

/// A group of what was found, by its number or name.
pub(super) fn group(found: &Object, which: &str) -> Option<Value> {
    found.entry(which).map(|entry| entry.value.clone())
}

fn is_plain(name: &str) -> bool {
    matches!(name, "pattern" | "string" | "repl")
}

/// A pattern that means the same to both engines; only texts of one line in ASCII are the same to both.
fn regex_of(pattern: &str, text: &str) -> Option<Regex> {
    let is_same = text.is_ascii() && !text.contains('\n') && text.len() <= MAX_TEXT && pattern.len() <= MAX_PATTERN;
    // `\Z` and sets of sets are written another way.
    if !is_same || ["\\Z", "\\A", "&&", "--", "~~", "[["].iter().any(|odd| pattern.contains(odd)) {
        return None;
    }
    RegexBuilder::new(pattern).size_limit(MAX_SIZE).build().ok()
}

fn match_of(regex: &Regex, text: &str, place: Place) -> Value {
    let Some(found) = regex.captures(text) else { return Value::absent(place) };
    let part = |at: usize| {
        let part = found.get(at).map(|part| Arc::<str>::from(part.as_str()));
        part.map_or_else(|| Value::absent(place), |part| Value::text(part, place))
    };
    let mut object = Object { class: Some(MATCH.into()), ..Object::default() };
    for (at, name) in regex.capture_names().enumerate() {
        object.set(Entry { name: at.to_string().into(), place, value: part(at) });
        if let Some(name) = name {
            object.set(Entry { name: name.into(), place, value: part(at) });
        }
    }
    Value::object(object, place)
}
