//! Functions of regular expressions, in the dialect of Terraform.

use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};

use super::Call;
use crate::{
    graph::value::{Data, Entry, Object, Value},
    read::terraform::eval::{
        convert::{Outcome, Stop, invalid, text},
        templates::MAX_TEXT,
    },
};

/// A compiled expression may take this much memory.
const MAX_SIZE: usize = 1 << 20;

pub(super) fn regex(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (pattern, text) = (compiled(&text(&values[0])?)?, text(&values[1])?);
    match pattern.captures(&text) {
        Some(found) => captured(call, &pattern, &found),
        None => invalid("a text that the pattern does not match"),
    }
}

pub(super) fn regexall(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (pattern, text) = (compiled(&text(&values[0])?)?, text(&values[1])?);
    let found: Outcome<Vec<Value>> =
        pattern.captures_iter(&text).map(|found| captured(call, &pattern, &found)).collect();
    let found = found?;
    call.afford(found.len())?;
    call.list(found)
}

/// `replace` with a pattern.
pub(super) fn replace(call: &Call<'_>, text: &str, pattern: &str, to: &str) -> Outcome {
    let pattern = compiled(pattern)?;
    let mut replaced = String::new();
    let mut end = 0;
    for found in pattern.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        replaced.push_str(&text[end..whole.start()]);
        found.expand(to, &mut replaced);
        end = whole.end();
        if replaced.len() > MAX_TEXT {
            return Err(Stop::Limit("a very long text".into()));
        }
    }
    replaced.push_str(&text[end..]);
    call.text(replaced)
}

/// What was found: the text, a list of the groups, or an object of the named groups.
fn captured(call: &Call<'_>, pattern: &Regex, found: &Captures<'_>) -> Outcome {
    let group = |at: usize| match found.get(at) {
        Some(group) => Value::text(group.as_str(), call.place),
        None => Value::absent(call.place),
    };
    if pattern.captures_len() == 1 {
        return Ok(group(0));
    }
    let names: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    let named = names.iter().filter(|name| name.is_some()).count();
    if named == 0 {
        return call.list((1..pattern.captures_len()).map(group).collect());
    }
    if named < names.len() {
        return invalid("a pattern with named and unnamed groups");
    }
    let mut entries: Vec<Entry> = names
        .iter()
        .enumerate()
        .filter_map(|(at, name)| Some(Entry { name: Arc::from((*name)?), place: call.place, value: group(at + 1) }))
        .collect();
    entries.sort_by(|one, two| one.name.cmp(&two.name));
    Ok(call.value(Data::Object(Arc::new(Object { entries, ..Object::default() }))))
}

/// A compiled pattern. What our engine refuses may yet be right for Terraform's if it uses what only that knows.
fn compiled(pattern: &str) -> Outcome<Regex> {
    match RegexBuilder::new(&translated(pattern)).size_limit(MAX_SIZE).build() {
        Ok(pattern) => Ok(pattern),
        Err(regex::Error::CompiledTooBig(_)) => Err(Stop::Limit("a large regular expression".into())),
        Err(_) if ["\\Q", "\\C", "\\p", "\\P"].iter().any(|odd| pattern.contains(odd)) => {
            Err(Stop::Unsupported("a regular expression of a kind that mllint does not know".into()))
        }
        Err(_) => invalid(format!("`{pattern}`, which is no regular expression")),
    }
}

/// The pattern as our engine reads it: classes are of ASCII, braces may stand alone, brackets do not nest.
fn translated(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.char_indices().peekable();
    let mut class_at: Option<usize> = None;
    while let Some((at, char)) = chars.next() {
        let rest = &pattern[at..];
        match (char, class_at) {
            ('\\', _) => {
                let Some((_, escaped)) = chars.next() else {
                    text.push('\\');
                    break;
                };
                text.push_str(&escape(escaped, class_at.is_some()));
            }
            ('[', None) => {
                text.push('[');
                let mut first = at + 1;
                if rest[1..].starts_with('^') {
                    text.push('^');
                    chars.next();
                    first += 1;
                }
                class_at = Some(first);
            }
            ('[', Some(_)) if opens_inner_class(rest) => text.push('['),
            (']', Some(first)) if at == first => text.push_str("\\]"),
            (']', Some(_)) => {
                // The end of a class like `[:alpha:]` is none of its set.
                if !pattern[..at].ends_with(':') || !inner_class(&pattern[..at]) {
                    class_at = None;
                }
                text.push(']');
            }
            ('[' | '&' | '~', Some(_)) => {
                text.push('\\');
                text.push(char);
            }
            ('{', None) if !is_repetition(rest) => text.push_str("\\{"),
            ('}', None) if !closes_repetition(&pattern[..=at]) => text.push_str("\\}"),
            _ => text.push(char),
        }
    }
    text
}

fn escape(escaped: char, in_class: bool) -> String {
    let class = |set: &str| if in_class { set.to_owned() } else { format!("[{set}]") };
    match escaped {
        'd' => class("0-9"),
        'w' => class("0-9A-Za-z_"),
        's' => class("\\t\\n\\x0C\\r "),
        'D' => "[^0-9]".to_owned(),
        'W' => "[^0-9A-Za-z_]".to_owned(),
        'S' => "[^\\t\\n\\x0C\\r ]".to_owned(),
        'b' if !in_class => "(?-u:\\b)".to_owned(),
        'B' if !in_class => "(?-u:\\B)".to_owned(),
        other => format!("\\{other}"),
    }
}

/// Whether a text begins with `[:name:]`.
fn opens_inner_class(rest: &str) -> bool {
    rest.find(']').is_some_and(|end| rest[..end].ends_with(':') && inner_class(&rest[..end]))
}

/// Whether the text before a `]` ends with `[:name:`.
fn inner_class(before: &str) -> bool {
    before.rfind("[:").is_some_and(|at| {
        let name = before.get(at + 2..before.len() - 1).unwrap_or_default();
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'^')
    })
}

/// `{2}`, `{2,}`, `{2,3}`
fn is_repetition(rest: &str) -> bool {
    let Some(end) = rest.find('}') else { return false };
    let inner = &rest[1..end];
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    !least.is_empty() && least.bytes().chain(most.bytes()).all(|byte| byte.is_ascii_digit())
}

/// Whether a `}` at the end of a text closes a repetition, or a class by name such as `\p{Greek}`.
fn closes_repetition(before: &str) -> bool {
    before.rfind('{').is_some_and(|at| {
        let opened = before[..at].chars().rev().nth(1) == Some('\\');
        is_repetition(&before[at..]) || opened
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compiled(pattern).expect("a pattern").is_match(text)
    }

    #[test]
    fn classes_are_of_ascii() {
        assert!(matches(r"^\d+$", "12"));
        assert!(!matches(r"^\d+$", "١"), "an Arabic digit");
        assert!(!matches(r"^[\w]+$", "é"));
    }

    #[test]
    fn what_the_dialects_read_differently() {
        assert!(matches(r"^{a}$", "{a}"));
        assert!(matches(r"^[[]$", "["));
        assert!(matches(r"^[]a]+$", "]a"));
        assert!(matches(r"^[a&&b]+$", "&"));
        assert!(matches(r"^[[:alpha:]_]+$", "ab_"));
        assert!(matches(r"^a{2,3}$", "aaa"));
        assert!(matches(r"^[[:]$", "["));
    }

    #[test]
    fn a_broken_pattern_is_invalid() {
        assert!(matches!(compiled("("), Err(Stop::Invalid(_))));
    }
}
