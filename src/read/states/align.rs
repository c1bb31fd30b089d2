//! Where the letters of a text are written: a text and the code that makes it, walked side by side.

use super::definition::HOLE;
use crate::source::Span;

/// Places that a text may begin at are tried this often.
const MAX_STARTS: usize = 8;
/// Letters behind a hole that must be found again.
const ANCHOR: usize = 16;
/// How far what fills a hole may reach in the text.
const MAX_HOLE: usize = 4096;

/// Which bytes of a text are which of the code: runs of both, in order.
#[derive(Debug)]
pub(in crate::read) struct Alignment(Vec<Run>);

#[derive(Debug)]
struct Run {
    text: usize,
    code: usize,
    length: usize,
}

impl Alignment {
    /// The bytes of the code for bytes of the text.
    pub(in crate::read) fn span(&self, span: Span) -> Option<Span> {
        let start = self.offset(span.start as usize)?;
        let last = self.offset((span.end as usize).checked_sub(1)?)?;
        (start <= last).then(|| Span::new(start, last + 1))
    }

    fn offset(&self, at: usize) -> Option<usize> {
        let next = self.0.partition_point(|run| run.text <= at);
        let run = self.0.get(next.checked_sub(1)?)?;
        (at - run.text < run.length).then(|| run.code + (at - run.text))
    }

    fn push(&mut self, text: usize, code: usize, length: usize) {
        match self.0.last_mut() {
            Some(run) if run.text + run.length == text && run.code + run.length == code => run.length += length,
            _ => self.0.push(Run { text, code, length }),
        }
    }
}

/// Finds a JSON text in the code that makes it: a block of YAML (which takes its indentation away), a heredoc, a text
/// in quotes with escapes, the texts of a `Fn::Join`. Nothing where the code says it in another way.
pub(in crate::read) fn align(text: &str, code: &str) -> Option<Alignment> {
    let first = text.find('{')?;
    let starts = code.match_indices('{').map(|(at, _)| at).take(MAX_STARTS);
    starts.into_iter().find_map(|start| {
        let quoted = code[..start].trim_end().ends_with('"');
        let mut walk = Walk { text, code, at: first, to: start, quoted, fresh: false, found: Alignment(Vec::new()) };
        walk.all().map(|()| walk.found)
    })
}

/// Finds a text of several lines, as one of YAML, in the code that it is written in: a heredoc, a text in three quotes, a
/// block of YAML. Nothing where the code says it in another way.
pub(in crate::read) fn align_block(text: &str, code: &str) -> Option<Alignment> {
    let first = text.find(|letter: char| !letter.is_whitespace())?;
    let line = text[first..].split(['\n', HOLE]).next()?.trim_end();
    let starts = code.match_indices(line).filter(|_| !line.is_empty()).map(|(at, _)| at).take(MAX_STARTS);
    starts.into_iter().find_map(|start| {
        let mut walk =
            Walk { text, code, at: first, to: start, quoted: false, fresh: false, found: Alignment(Vec::new()) };
        walk.all().map(|()| walk.found)
    })
}

struct Walk<'a> {
    text: &'a str,
    code: &'a str,
    /// Where the walk is in the text.
    at: usize,
    /// Where it is in the code.
    to: usize,
    /// Whether the code is a text in quotes.
    quoted: bool,
    /// Whether nothing but blanks stands before it in its line.
    fresh: bool,
    found: Alignment,
}

impl Walk<'_> {
    fn all(&mut self) -> Option<()> {
        let end = self.text.trim_end().len();
        while self.at < end {
            if !self.step()? {
                self.hole()?;
            }
        }
        Some(())
    }

    /// Takes a letter that both have; whether there was one.
    fn step(&mut self) -> Option<bool> {
        let letter = self.text[self.at..].chars().next()?;
        let rest = &self.code[self.to..];
        let next = rest.chars().next()?;
        if self.quoted && next == '"' {
            return Some(false);
        }
        if self.quoted && next == '\\' {
            let (meant, length) = escape(rest)?;
            if meant == letter {
                // One byte of the escape, the last, stands for all of it.
                self.found.push(self.at, self.to + length - 1, 1);
                self.at += letter.len_utf8();
                self.to += length;
                return Some(true);
            }
            return None;
        }
        if next == letter && letter != HOLE {
            // `${` in the code is a hole, unless it stands for itself.
            if next == '$' && rest.starts_with("${") && !self.text[self.at..].starts_with("${") {
                return Some(false);
            }
            self.found.push(self.at, self.to, letter.len_utf8());
            self.at += letter.len_utf8();
            self.to += letter.len_utf8();
            self.fresh = letter == '\n' || self.fresh && matches!(letter, ' ' | '\t');
            return Some(true);
        }
        let before = &self.code[..self.to];
        match next {
            // The indentation of a block, and the line ends of Windows.
            ' ' | '\t' if self.fresh => self.to += 1,
            ' ' | '\t' | '\r' if letter == '\n' => self.to += 1,
            // `${!literal}` and `$${literal}` stand for `${literal}`.
            '!' if before.ends_with("${") => self.to += 1,
            '$' if before.ends_with('$') && rest.starts_with("${") => self.to += 1,
            '$' if rest.starts_with("${") => return Some(false),
            _ => return None,
        }
        Some(true)
    }

    /// Steps over what the code leaves open, and what fills it in the text.
    fn hole(&mut self) -> Option<()> {
        loop {
            let rest = &self.code[self.to..];
            if rest.starts_with("${") {
                self.to += braced(&rest[1..])? + 1;
            } else if self.quoted && rest.starts_with('"') {
                self.to += self.next_text(rest)?;
            } else {
                break;
            }
        }
        let anchor = self.anchor();
        if anchor.is_empty() {
            // The hole is all that is left.
            self.at = self.text.len();
            return Some(());
        }
        let mut end = (self.at + MAX_HOLE).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        self.at += self.text[self.at..end].find(&anchor)?;
        Some(())
    }

    /// From the closing quote of one text of a list to the inside of the next, whatever stands between.
    fn next_text(&self, rest: &str) -> Option<usize> {
        let (mut at, mut separated) = (1, false);
        loop {
            let inner = &rest[at..];
            match inner.chars().next()? {
                '{' | '[' => at += braced(inner)?,
                ']' => return None,
                '"' if separated => return Some(at + 1),
                ',' => {
                    separated = true;
                    at += 1;
                }
                letter => at += letter.len_utf8(),
            }
        }
    }

    /// The letters of the code that follow, as they are in the text.
    fn anchor(&self) -> String {
        let mut anchor = String::new();
        let mut rest = &self.code[self.to..];
        while let Some(letter) = rest.chars().next().filter(|_| anchor.len() < ANCHOR) {
            if letter == '\n' || rest.starts_with("${") || self.quoted && letter == '"' {
                break;
            }
            let (meant, length) = if self.quoted && letter == '\\' {
                match escape(rest) {
                    Some(escape) => escape,
                    None => break,
                }
            } else {
                (letter, letter.len_utf8())
            };
            anchor.push(meant);
            rest = &rest[length..];
        }
        anchor
    }
}

/// What an escape of a text in quotes stands for, and its length.
fn escape(text: &str) -> Option<(char, usize)> {
    let letter = text.chars().nth(1)?;
    let meant = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'u' => return Some((char::from_u32(u32::from_str_radix(text.get(2..6)?, 16).ok()?)?, 6)),
        letter => letter,
    };
    Some((meant, 1 + letter.len_utf8()))
}

/// Length of what is in braces or brackets, which the text begins with.
fn braced(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written where a part of the text stands.
    fn at<'c>(text: &str, code: &'c str, part: &str) -> Option<&'c str> {
        let start = text.find(part).expect("a part of the text");
        let span = align(text, code)?.span(Span::new(start, start + part.len()))?;
        code.get(span.range())
    }

    #[test]
    fn a_block_of_yaml_loses_its_indentation() {
        let code = "DefinitionString: !Sub |\n    {\n      \"a\": \"${B}x\",\n      \"c\": \"${!D}\"\n    }\n";
        let text = "{\n  \"a\": \"long value x\",\n  \"c\": \"${D}\"\n}\n";
        assert_eq!(at(text, code, "\"a\""), Some("\"a\""));
        assert_eq!(at(text, code, "\"c\""), Some("\"c\""));
        assert_eq!(at(text, code, "value"), None, "that comes from elsewhere");
    }

    #[test]
    fn the_texts_of_a_join_are_found_one_after_the_other() {
        let code =
            r#"{"Fn::Join": ["", ["{\"a\":\"arn:", {"Ref": "P"}, ":x\",\"b\":\"", {"Ref": "Q"}, "\",\"c\":1}"]]}"#;
        let text = format!("{{\"a\":\"arn:{HOLE}0{HOLE}:x\",\"b\":\"default\",\"c\":1}}");
        assert_eq!(at(&text, code, "arn"), Some("arn"));
        assert_eq!(at(&text, code, "c\""), Some("c\\\""));
    }

    #[test]
    fn a_text_that_is_made_in_another_way_is_not_found() {
        assert!(align("{\"a\":1}", "jsonencode({ a = 1 })").is_none());
        assert!(align("{\"a\":1}", "").is_none());
    }
}
