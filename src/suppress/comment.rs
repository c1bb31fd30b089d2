//! The text of an allowance in a comment: `mllint: allow RULE[, RULE] -- reason`.

use crate::source::Span;

/// What a comment says to mllint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// What it allows, or what is wrong with it; never empty.
    pub(super) items: Vec<Item>,
    /// Why.
    pub(super) reason: Option<String>,
}

/// A part of an allowance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A name that should be a rule's.
    Name {
        /// The name.
        name: String,
        /// Where it is.
        span: Span,
    },
    /// Something that cannot be understood.
    Malformed {
        /// What is wrong.
        message: String,
        /// What to write.
        help: String,
        /// Where it is.
        span: Span,
        /// What it should be, where that is clear: a span and its replacement.
        edit: Option<(Span, String)>,
    },
}

/// What people of other tools write in place of `allow`.
const VERBS: &[&str] = &[
    "allow",
    "disable",
    "except",
    "expect",
    "ignore",
    "noqa",
    "nolint",
    "off",
    "skip",
    "suppress",
    "allow-file",
    "disable-next-line",
    "ignore-next-line",
];

/// How an allowance looks.
pub(super) const FORM: &str = "write `mllint: allow RULE -- reason`, with several rules separated by commas";

/// Reads a comment, its marks included, that begins at `offset` of its file's text.
pub(super) fn directives(comment: &str, offset: usize, is_rule: &dyn Fn(&str) -> bool) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in comment.split_inclusive('\n') {
        let begin = at;
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let line = line.strip_suffix("*/").unwrap_or(line).trim_end();
        for start in starts(line) {
            let reader = Reader { text: line, offset: offset + begin, is_rule };
            found.extend(reader.read(start));
        }
    }
    found
}

/// Where a directive may begin in a line of a comment: behind its mark, and behind the mark of another comment in it.
fn starts(line: &str) -> Vec<usize> {
    let is_mark = |letter: char| matches!(letter, '#' | '/' | '*' | ' ' | '\t');
    let mut starts = vec![line.len() - line.trim_start_matches(is_mark).len()];
    for mark in [" #", "\t#", " //", "\t//"] {
        for (at, _) in line.match_indices(mark) {
            let begin = at + mark.len();
            starts.push(begin + line[begin..].len() - line[begin..].trim_start_matches(is_mark).len());
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts
}

struct Reader<'a> {
    text: &'a str,
    offset: usize,
    is_rule: &'a dyn Fn(&str) -> bool,
}

impl Reader<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.offset + start, self.offset + end)
    }

    fn read(&self, start: usize) -> Option<Directive> {
        let name_end = start + "mllint".len();
        if !self.text.get(start..name_end)?.eq_ignore_ascii_case("mllint") {
            return None;
        }
        let rest = &self.text[name_end..];
        let blanks = rest.len() - rest.trim_start().len();
        match rest[blanks..].strip_prefix(':') {
            // `mllint::some-rule` is a rule as it is printed.
            Some(behind) if behind.starts_with(':') => None,
            Some(_) => Some(self.behind_colon(start, name_end + blanks + 1)),
            None => self.without_colon(start, name_end),
        }
    }

    /// The word at an offset, blanks before it skipped: where it begins and ends.
    fn word(&self, from: usize) -> (usize, usize) {
        let rest = &self.text[from..];
        let start = from + rest.len() - rest.trim_start().len();
        let end = self.text[start..].find(|letter: char| !is_name(letter)).map_or(self.text.len(), |at| start + at);
        (start, end)
    }

    fn behind_colon(&self, start: usize, from: usize) -> Directive {
        let (word_start, word_end) = self.word(from);
        let word = &self.text[word_start..word_end];
        let next = self.text[word_end..].chars().next();
        if word == "allow" && next.is_none_or(char::is_whitespace) {
            return self.list(start, word_end);
        }
        let whole = self.span(start, self.text.trim_end().len());
        let replaced = |replacement: &str| Some((self.span(word_start, word_end), replacement.to_owned()));
        let lower = word.to_ascii_lowercase();
        if word.is_empty() {
            return malformed("this says nothing to mllint", FORM, whole, None);
        }
        if lower == "allow" && next.is_none_or(char::is_whitespace) {
            return malformed("`allow` is written in lower case", FORM, whole, replaced("allow"));
        }
        if (self.is_rule)(word) {
            return malformed("`allow` is missing before the rule", FORM, whole, replaced(&format!("allow {word}")));
        }
        if VERBS.contains(&&*lower) {
            let edit = if next.is_none_or(char::is_whitespace) && lower != "allow" { replaced("allow") } else { None };
            let (name_start, name_end) = self.word(word_end);
            let edit = edit.filter(|_| (self.is_rule)(&self.text[name_start..name_end]));
            let message = match next {
                Some(next) if lower == "allow" => format!("`{next}` cannot follow `allow`"),
                _ => format!("mllint knows `allow`, not `{word}`"),
            };
            return malformed(message, FORM, whole, edit);
        }
        malformed(format!("mllint knows `allow`, not `{word}`"), FORM, whole, None)
    }

    /// `mllint allow some-rule`: it is ours if it can be nothing else.
    fn without_colon(&self, start: usize, from: usize) -> Option<Directive> {
        let next = self.text[from..].chars().next()?;
        let (word_start, word_end) = match next {
            '-' | '=' => self.word(from + 1),
            _ if next.is_whitespace() => self.word(from),
            _ => return None,
        };
        let word = self.text[word_start..word_end].to_ascii_lowercase();
        let (name_start, name_end) = self.word(word_end);
        let name = &self.text[name_start..name_end];
        let is_last = self.text[word_end..].trim().is_empty();
        if !VERBS.contains(&&*word) || !(is_last || (self.is_rule)(name)) {
            return None;
        }
        let edit = (!is_last).then(|| (self.span(start, word_end), "mllint: allow".to_owned()));
        let whole = self.span(start, self.text.trim_end().len());
        Some(malformed("the colon behind `mllint` is missing", FORM, whole, edit))
    }

    /// The rules behind `allow`, and the reason.
    fn list(&self, start: usize, from: usize) -> Directive {
        let rest = &self.text[from..];
        let reason_at = separator(rest);
        // Without a reason, another comment may follow on the line.
        let nested = [" #", "\t#", " //", "\t//"].iter().filter_map(|mark| rest.find(mark)).min();
        let end = match (reason_at, nested) {
            (Some((at, _)), Some(nested)) if nested < at => nested,
            (Some((at, _)), _) => at,
            (None, Some(nested)) => nested,
            (None, None) => rest.len(),
        };
        let reason = reason_at.filter(|(at, _)| *at == end).map(|(at, width)| rest[at + width..].trim().to_owned());
        let mut items = Vec::new();
        let mut at = 0;
        for part in rest[..end].split(',') {
            let begin = from + at;
            at += part.len() + 1;
            let name = part.trim();
            if !name.is_empty() {
                let start = begin + part.len() - part.trim_start().len();
                items.push(self.item(name, start));
            }
        }
        if items.is_empty() {
            let span = self.span(start, from + end);
            return Directive { reason, ..malformed("no rule is named", FORM, span, None) };
        }
        Directive { items, reason: reason.filter(|reason| !reason.is_empty()) }
    }

    fn item(&self, name: &str, start: usize) -> Item {
        let span = self.span(start, start + name.len());
        let Some((first, rest)) = name.split_once(char::is_whitespace) else {
            return Item::Name { name: name.to_owned(), span };
        };
        let blanks = (start + first.len(), start + name.len() - rest.trim_start().len());
        let edit = |replacement: &str| Some((self.span(blanks.0, blanks.1), replacement.to_owned()));
        let help = FORM.to_owned();
        if !(self.is_rule)(first) {
            return Item::Malformed { message: format!("`{name}` is no name of a rule"), help, span, edit: None };
        }
        let (message, edit) = if rest.split_whitespace().all(self.is_rule) {
            let several = rest.split_whitespace().count() > 1;
            ("there is no comma between these rules", if several { None } else { edit(", ") })
        } else {
            let dashes = rest.trim_start().starts_with(['-', '–', '—', ':']);
            ("` -- ` is missing before the reason", if dashes { None } else { edit(" -- ") })
        };
        Item::Malformed { message: message.to_owned(), help, span, edit }
    }
}

/// Where the reason's ` -- ` is in a text, and its width.
fn separator(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let is_blank = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(u8::is_ascii_whitespace);
    let mut found = text.match_indices("--");
    found.find(|(at, _)| is_blank(at.checked_sub(1)) && is_blank(Some(at + 2))).map(|(at, _)| (at, 2))
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
}

fn malformed(message: impl Into<String>, help: &str, span: Span, edit: Option<(Span, String)>) -> Directive {
    let item = Item::Malformed { message: message.into(), help: help.to_owned(), span, edit };
    Directive { items: vec![item], reason: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(comment: &str) -> Vec<String> {
        let is_rule = |name: &str| ["spot-lost", "root-access"].contains(&name);
        let word = |item: &Item| match item {
            Item::Name { name, span } => {
                assert_eq!(&comment[span.range()], name);
                name.clone()
            }
            Item::Malformed { message, edit, .. } => match edit {
                Some((span, replacement)) => {
                    let mut text = comment.to_owned();
                    text.replace_range(span.range(), replacement);
                    format!("{message} => {text}")
                }
                None => message.clone(),
            },
        };
        let said = |directive: &Directive| {
            let items: Vec<String> = directive.items.iter().map(word).collect();
            let reason = directive.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            items.join(" | ") + &reason
        };
        directives(comment, 0, &is_rule).iter().map(said).collect()
    }

    #[test]
    fn rules_and_a_reason_are_read() {
        assert_eq!(read("# mllint: allow spot-lost -- it is short"), ["spot-lost (it is short)"]);
        assert_eq!(read("#mllint:allow spot-lost,root-access"), ["spot-lost | root-access"]);
        assert_eq!(read("// MLLINT : allow spot-lost , new-name --"), ["spot-lost | new-name"]);
        assert_eq!(read("/* mllint: allow spot-lost -- a -- b */"), ["spot-lost (a -- b)"]);
        assert_eq!(read("/*\n * mllint: allow spot-lost\n * mllint: allow x\n */"), ["spot-lost", "x"]);
        assert_eq!(read("# noqa: E501  # mllint: allow spot-lost  # type: ignore"), ["spot-lost"]);
        assert_eq!(read("# mllint: allow spot-lost -- see #12 and a,b"), ["spot-lost (see #12 and a,b)"]);
        assert_eq!(read("# mllint: allow mllint::spot-lost"), ["mllint::spot-lost"]);
    }

    #[test]
    fn what_speaks_of_mllint_is_not_for_it() {
        for comment in [
            "# run mllint here",
            "# mllint is a linter",
            "# mllint allow this folder",
            "# mllint::spot-lost",
            "# mllint",
        ] {
            assert_eq!(read(comment), [""; 0], "{comment}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_what_to_write() {
        let cases = [
            ("# mllint: ignore spot-lost", "mllint knows `allow`, not `ignore` => # mllint: allow spot-lost"),
            ("# mllint: ignore x", "mllint knows `allow`, not `ignore`"),
            ("# mllint: see the page", "mllint knows `allow`, not `see`"),
            ("# mllint:", "this says nothing to mllint"),
            ("# mllint: Allow spot-lost", "`allow` is written in lower case => # mllint: allow spot-lost"),
            ("# mllint: allow", "no rule is named"),
            ("# mllint: allow -- because", "no rule is named (because)"),
            ("# mllint: allow=spot-lost", "`=` cannot follow `allow`"),
            ("# mllint: spot-lost", "`allow` is missing before the rule => # mllint: allow spot-lost"),
            ("# mllint allow", "the colon behind `mllint` is missing"),
            ("# mllint ignore spot-lost", "the colon behind `mllint` is missing => # mllint: allow spot-lost"),
            ("# mllint-disable spot-lost", "the colon behind `mllint` is missing => # mllint: allow spot-lost"),
            (
                "# mllint: allow spot-lost root-access",
                "there is no comma between these rules => # mllint: allow spot-lost, root-access",
            ),
            (
                "# mllint: allow spot-lost it is short",
                "` -- ` is missing before the reason => # mllint: allow spot-lost -- it is short",
            ),
            ("# mllint: allow spot-lost - short", "` -- ` is missing before the reason"),
            ("# mllint: allow spot lost", "`spot lost` is no name of a rule"),
        ];
        for (comment, said) in cases {
            assert_eq!(read(comment), [said], "{comment}");
        }
    }
}
