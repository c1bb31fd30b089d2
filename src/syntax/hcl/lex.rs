//! Where brackets, texts and comments begin and end, of any text: what is broken in one statement stays in it.

use std::ops::Range;

use super::fault;
use crate::{source::Span, syntax::tree::Fault};

/// Heredocs without an end are looked for this often; each search runs to the end of the text.
const MAX_SEARCHES: usize = 64;

/// An object has this many entries at most.
const MAX_ENTRIES: usize = 5_000;

/// A line that begins so at its first column begins a block of a file, whatever was open before.
const KINDS: [&str; 13] = [
    "check",
    "data",
    "ephemeral",
    "import",
    "locals",
    "module",
    "moved",
    "output",
    "provider",
    "removed",
    "resource",
    "terraform",
    "variable",
];

/// An attribute or block of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Statement {
    /// Its bytes, with the blanks and comments before it.
    pub(super) range: Range<usize>,
    /// What is open at its end, or was not closed where it should have been.
    pub(super) open: Option<Open>,
}

/// Something that is not closed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Open {
    at: usize,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    /// `{` of a body or an object; of a `for`, in which line breaks mean nothing.
    Brace { loops: bool },
    /// `(` or `[`
    Bracket(u8),
    /// `${` or `%{`
    Value,
    /// `"`
    Quote,
    /// `<<`, and the range of the word that ends it
    Heredoc(Range<usize>),
    /// The text of a file that is a template.
    File,
}

impl Open {
    /// What is to be said of it.
    pub(super) fn fault(&self, text: &str, offset: usize) -> Fault {
        let place = |width: usize| Span::new(self.at, self.at + width).shifted(offset);
        match &self.what {
            What::Brace { .. } => fault::mistake(place(1), "this `{` is never closed"),
            What::Bracket(open) => fault::mistake(place(1), format!("this `{}` is never closed", char::from(*open))),
            What::Value => fault::mistake(place(2), "the `}` that ends this is missing"),
            What::Quote => fault::mistake(place(1), "the quote that ends this text is missing"),
            What::Heredoc(word) => {
                let end = text.get(word.clone()).unwrap_or_default();
                fault::mistake(place(word.end - self.at), format!("the line `{end}` that ends this text is missing"))
            }
            What::File => fault::mistake(place(0), "this template does not end"),
        }
    }
}

/// What the text is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Attributes and blocks, or an expression.
    Code,
    /// A file that is a template.
    Template,
}

/// The statements of a file: together, they are all of its text.
pub(super) fn statements(text: &str) -> Vec<Statement> {
    let mut lexer = Lexer::new(text, Kind::Code);
    let mut statements = Vec::new();
    let (mut start, mut empty) = (0, true);
    while let Some(step) = lexer.step() {
        match step {
            Step::Line if lexer.open.is_empty() && !empty => {
                statements.push(Statement { range: start..lexer.at, open: lexer.broken.take() });
                (start, empty) = (lexer.at, true);
            }
            Step::Line if !lexer.open.is_empty() && lexer.in_code() && begins_block(&text[lexer.at..]) => {
                let open = lexer.broken.take().or_else(|| lexer.open.last().cloned());
                lexer.open.clear();
                statements.push(Statement { range: start..lexer.at, open });
                (start, empty) = (lexer.at, true);
            }
            Step::Token => empty = false,
            Step::Line | Step::Blank => {}
        }
    }
    let open = lexer.broken.take().or_else(|| lexer.open.pop());
    if !empty || open.is_some() {
        statements.push(Statement { range: start..text.len(), open });
    }
    statements
}

/// The comments of a file, with their marks.
pub(super) fn comments(text: &str) -> Vec<Span> {
    let mut lexer = Lexer::new(text, Kind::Code);
    let mut comments = Vec::new();
    let mut from = 0;
    while let Some(step) = lexer.step() {
        if matches!(step, Step::Blank) && text[from..].starts_with(['#', '/']) {
            comments.push(Span::new(from, from + text[from..lexer.at].trim_end().len()));
        }
        from = lexer.at;
    }
    comments
}

/// Where an object begins that has more entries than are read: the parser below compares each key with all before it.
pub(super) fn crowded(text: &str, kind: Kind) -> Option<usize> {
    if text.bytes().filter(|byte| matches!(byte, b'=' | b':')).count() <= MAX_ENTRIES {
        return None;
    }
    let mut lexer = Lexer::new(text, kind);
    let mut entries: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    while let Some(step) = lexer.step() {
        let ends_entry = matches!(step, Step::Line) || text.as_bytes()[from] == b',';
        from = lexer.at;
        let Some(Open { at, what: What::Brace { loops: false } }) = lexer.open.last() else { continue };
        while entries.last().is_some_and(|(begin, _)| begin > at) {
            entries.pop();
        }
        match entries.last_mut() {
            Some((begin, count)) if begin == at => *count += usize::from(ends_entry),
            _ => entries.push((*at, 0)),
        }
        if entries.last().is_some_and(|(_, count)| *count > MAX_ENTRIES) && is_object(&text[..*at]) {
            return Some(*at);
        }
    }
    None
}

/// Whether a `{` behind a text begins an object: before that of a block there is a word or a label.
fn is_object(before: &str) -> bool {
    !before.trim_end().ends_with(|last: char| last == '"' || last == '_' || last.is_alphanumeric())
}

/// A copy of the same length in which the line breaks and comments that mean nothing are blanks, and numbers that an
/// `f64` does not reach are nothing.
pub(super) fn smooth(text: &str, kind: Kind) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut lexer = Lexer::new(text, kind);
    let mut from = 0;
    while let Some(step) = lexer.step() {
        let inside = match lexer.open.last() {
            Some(Open { what: What::Brace { loops }, .. }) => *loops,
            Some(Open { what: What::Bracket(_) | What::Value, .. }) => true,
            _ => false,
        };
        if inside && matches!(step, Step::Line | Step::Blank) {
            bytes[from..lexer.at].fill(b' ');
        }
        if matches!(step, Step::Token) && text.as_bytes()[from].is_ascii_digit() && is_huge(number_at(text, from)) {
            let end = from + number_at(text, from).len();
            bytes[from..end].iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|digit| *digit = b'0');
        }
        from = lexer.at;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The number that begins at a byte.
fn number_at(text: &str, at: usize) -> &str {
    let digits = |from: usize| from + text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(at);
    if text[end..].starts_with('.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let from = end + 1 + usize::from(text[end + 1..].starts_with(['-', '+']));
        if digits(from) > from {
            end = digits(from);
        }
    }
    &text[at..end]
}

fn is_huge(number: &str) -> bool {
    number.parse().is_ok_and(f64::is_infinite)
}

/// What was passed.
enum Step {
    /// A line break in code.
    Line,
    /// Blanks or a comment in code.
    Blank,
    /// Anything else.
    Token,
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    open: Vec<Open>,
    /// The first thing of this statement that should have been closed before.
    broken: Option<Open>,
    searches: usize,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str, kind: Kind) -> Self {
        let file = (kind == Kind::Template).then_some(Open { at: 0, what: What::File });
        Self { text, at: 0, open: file.into_iter().collect(), broken: None, searches: 0 }
    }

    fn in_code(&self) -> bool {
        !matches!(self.open.last(), Some(Open { what: What::Quote | What::Heredoc(_) | What::File, .. }))
    }

    fn step(&mut self) -> Option<Step> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        match self.open.last().map(|open| open.what.clone()) {
            Some(What::Quote) => self.quoted(rest),
            Some(What::Heredoc(word)) => self.line(rest, Some(word)),
            Some(What::File) => self.line(rest, None),
            _ => return Some(self.code(rest)),
        }
        Some(Step::Token)
    }

    fn quoted(&mut self, rest: &str) {
        match rest.as_bytes() {
            [b'"', ..] => self.close(1),
            // The text ends here for us, so that what follows is read.
            [b'\n', ..] => {
                self.broken = self.broken.take().or_else(|| self.open.last().cloned());
                self.open.pop();
            }
            [b'\\', next, ..] if next.is_ascii() && *next != b'\n' => self.at += 2,
            _ => self.literal(rest, &['"', '\\', '$', '%', '\n']),
        }
    }

    /// A part of a line of a heredoc or template file.
    fn line(&mut self, rest: &str, word: Option<Range<usize>>) {
        let begins = self.at == 0 || self.text.as_bytes()[self.at - 1] == b'\n';
        if begins && let Some(word) = word {
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            if ends_heredoc(rest, &self.text[word.clone()]) {
                return self.close(blanks + word.len());
            }
        }
        match rest.as_bytes() {
            [b'\n', ..] => self.at += 1,
            _ => self.literal(rest, &['$', '%', '\n']),
        }
    }

    /// Text up to one of some characters, or the `${` that begins a value.
    fn literal(&mut self, rest: &str, ends: &[char]) {
        match rest.as_bytes() {
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => self.at += 3,
            [b'$' | b'%', b'{', ..] => self.push(What::Value, 2),
            _ => {
                let first = rest.chars().next().map_or(1, char::len_utf8);
                self.at += first + rest[first..].find(ends).unwrap_or(rest.len() - first);
            }
        }
    }

    fn code(&mut self, rest: &str) -> Step {
        let bytes = rest.as_bytes();
        match bytes {
            [b'\n', ..] => {
                self.at += 1;
                return Step::Line;
            }
            [b' ' | b'\t' | b'\r', ..] => {
                self.at += 1;
                return Step::Blank;
            }
            [b'#', ..] | [b'/', b'/', ..] => {
                self.at += rest.find('\n').unwrap_or(rest.len());
                return Step::Blank;
            }
            [b'/', b'*', ..] => {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                return Step::Blank;
            }
            [b'"', ..] => self.push(What::Quote, 1),
            [b'<', b'<', ..] => self.heredoc(rest),
            [b'{', ..] => self.push(What::Brace { loops: begins_loop(&rest[1..]) }, 1),
            [open @ (b'(' | b'['), ..] => self.push(What::Bracket(*open), 1),
            [b'}', ..] => self.close_if(|what| matches!(what, What::Brace { .. } | What::Value)),
            [b')', ..] => self.close_if(|what| *what == What::Bracket(b'(')),
            [b']', ..] => self.close_if(|what| *what == What::Bracket(b'[')),
            _ => {
                let first = rest.chars().next().map_or(1, char::len_utf8);
                let ends = |character: char| character.is_ascii() && !character.is_ascii_alphanumeric();
                self.at += first + rest[first..].find(ends).unwrap_or(rest.len() - first);
            }
        }
        Step::Token
    }

    fn heredoc(&mut self, rest: &str) {
        let word_at = if rest[2..].starts_with('-') { 3 } else { 2 };
        let word_end = super::scan::name_end(rest, word_at);
        let line_end = word_end + if rest[word_end..].starts_with('\r') { 1 } else { 0 };
        if word_end == word_at || !rest[line_end..].starts_with('\n') {
            self.at += 2;
            return;
        }
        let range = self.at + word_at..self.at + word_end;
        let word = &rest[word_at..word_end];
        let ended = self.searches < MAX_SEARCHES && {
            let mut lines = rest[line_end + 1..].split_inclusive('\n');
            lines.any(|line| ends_heredoc(line, word))
        };
        if ended {
            return self.push(What::Heredoc(range), line_end + 1);
        }
        self.searches += 1;
        self.broken = self.broken.take().or(Some(Open { at: self.at, what: What::Heredoc(range) }));
        // What follows is its text, as far as it cannot be a block of its own.
        let mut at = self.at + line_end;
        while let Some(line) = self.text[at..].find('\n') {
            if begins_block(&self.text[at + line + 1..]) {
                self.at = at + line;
                return;
            }
            at += line + 1;
        }
        self.at = self.text.len();
    }

    fn push(&mut self, what: What, width: usize) {
        self.open.push(Open { at: self.at, what });
        self.at += width;
    }

    fn close(&mut self, width: usize) {
        self.open.pop();
        self.at += width;
    }

    /// A bracket that closes what it can; one that fits to nothing is only passed.
    fn close_if(&mut self, fits: fn(&What) -> bool) {
        if self.open.last().is_some_and(|open| fits(&open.what)) {
            self.open.pop();
        }
        self.at += 1;
    }
}

/// Whether a line is the end of a heredoc: its word, and nothing that would make it another.
fn ends_heredoc(line: &str, word: &str) -> bool {
    let Some(behind) = line.trim_start_matches([' ', '\t']).strip_prefix(word) else { return false };
    super::scan::name_end(behind, 0) == 0
}

fn begins_loop(rest: &str) -> bool {
    let at = super::scan::skip(rest, 0);
    rest[at..].strip_prefix("for").is_some_and(|behind| behind.starts_with([' ', '\t', '\r', '\n', '#', '/']))
}

fn begins_block(rest: &str) -> bool {
    let end = super::scan::name_end(rest, 0);
    let behind = rest[end..].trim_start_matches([' ', '\t']);
    KINDS.contains(&&rest[..end]) && behind.starts_with(['"', '{'])
}
