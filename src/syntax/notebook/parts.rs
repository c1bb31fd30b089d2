//! The parts of a notebook's JSON that its code is made of: which cells hold code, and where its lines stand.

use std::ops::Range;

use jsonc_parser::ast::{Array, Object, Value};

use super::{MAX_VALUES, PYTHON, family};

/// What a notebook holds, without its prose and its outputs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    /// The kernel's language, as [`super::Notebook::language`] has it.
    pub(super) language: String,
    pub(super) cells: Vec<CodeCell>,
    /// Texts of the cells: the bytes between their quotes.
    pub(super) lines: Vec<Range<usize>>,
}

/// A cell of code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CodeCell {
    /// Its number among all cells, from 1.
    pub(super) index: usize,
    /// The language that it says itself.
    pub(super) language: Option<String>,
    /// Which of [`Parts::lines`] it is made of; nothing for a source that is no text.
    pub(super) lines: Option<Range<usize>>,
}

impl Parts {
    /// The parts of a parsed notebook; nothing if it has no cells, not even an empty list.
    pub(super) fn of(root: &Object<'_>) -> Option<Self> {
        let mut parts = Self { language: language(root), ..Self::default() };
        if let Some(cells) = root.get_array("cells") {
            parts.sheet(cells, 0, "source");
            return Some(parts);
        }
        // Before format 4 there were sheets, and the code was called `input`.
        let mut before = 0;
        for sheet in &root.get_array("worksheets")?.elements {
            if let Some(cells) = sheet.as_object().and_then(|sheet| sheet.get_array("cells")) {
                parts.sheet(cells, before, "input");
                before += cells.elements.len();
            }
        }
        Some(parts)
    }

    fn sheet(&mut self, cells: &Array<'_>, before: usize, code: &str) {
        for (at, cell) in cells.elements.iter().enumerate() {
            let Some(cell) = cell.as_object().filter(|cell| string(cell, "cell_type") == Some("code")) else {
                continue;
            };
            let Some(source) = cell.get(code) else { continue };
            let start = self.lines.len();
            let is_text = match &source.value {
                Value::StringLit(text) => {
                    self.lines.push(within(text.range.start, text.range.end));
                    true
                }
                Value::Array(lines) => {
                    let lines = lines.elements.iter().filter_map(Value::as_string_lit);
                    self.lines.extend(lines.map(|line| within(line.range.start, line.range.end)));
                    true
                }
                _ => false,
            };
            self.cells.push(CodeCell {
                index: before + at + 1,
                language: string(cell, "language").map(str::to_owned),
                lines: is_text.then_some(start..self.lines.len()),
            });
        }
    }

    /// The same, told from the text alone in one pass. Nothing where the text is not as Jupyter writes it (comments,
    /// older formats, a key twice, a fault): then the parser has to look.
    pub(super) fn skimmed(json: &str) -> Option<Self> {
        let mut skim = Skim { bytes: json.as_bytes(), at: 0, marks: 0 };
        let (mut parts, mut cells, mut metadata) = (Self::default(), Once::default(), Once::default());
        let mut named = None;
        skim.space();
        skim.object(0, &mut |skim, key| match key {
            b"cells" => {
                cells.first()?;
                skim.cells(&mut parts)
            }
            b"metadata" => {
                metadata.first()?;
                named = skim.metadata()?;
                Some(())
            }
            b"worksheets" => None,
            _ => skim.value(1),
        })?;
        skim.space();
        parts.language = named.map_or_else(|| PYTHON.to_owned(), |name| family(&name));
        (skim.at == json.len() && cells.0).then_some(parts)
    }
}

/// What stands between the quotes.
fn within(start: usize, end: usize) -> Range<usize> {
    start + 1..end.saturating_sub(1)
}

/// The language of a notebook's kernel.
fn language(root: &Object<'_>) -> String {
    let metadata = root.get_object("metadata");
    let name = |object: &str, key: &str| string(metadata?.get_object(object)?, key).filter(|name| !name.is_empty());
    name("kernelspec", "language").or_else(|| name("language_info", "name")).map_or_else(|| PYTHON.to_owned(), family)
}

fn string<'o>(object: &'o Object<'_>, key: &str) -> Option<&'o str> {
    object.get_string(key).map(|text| &*text.value)
}

/// Notes that something was met.
#[derive(Default)]
struct Once(bool);

impl Once {
    /// Nothing for the second time.
    fn first(&mut self) -> Option<()> {
        (!std::mem::replace(&mut self.0, true)).then_some(())
    }
}

/// Objects and lists that are deeper than this are left to the parser.
const MAX_DEPTH: usize = 100;

/// A pass over strict JSON. Whatever is not as expected gives nothing.
struct Skim<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Commas and opening brackets so far, as `Document::has_more_than` counts them.
    marks: usize,
}

impl<'t> Skim<'t> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn mark(&mut self) -> Option<()> {
        self.marks += 1;
        (self.marks <= MAX_VALUES).then_some(())
    }

    /// A text: the bytes between its quotes, and whether it has escapes. Half surrogate pairs are left to the parser.
    fn text(&mut self) -> Option<(Range<usize>, bool)> {
        self.take(b'"')?;
        let (start, mut escapes) = (self.at, false);
        loop {
            self.at += memchr::memchr2(b'"', b'\\', self.bytes.get(self.at..)?)?;
            if self.peek()? == b'"' {
                self.at += 1;
                return Some((start..self.at - 1, escapes));
            }
            escapes = true;
            match self.bytes.get(self.at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 2,
                b'u' => {
                    let digits = self.bytes.get(self.at + 2..self.at + 6)?;
                    let is_half = digits[0].eq_ignore_ascii_case(&b'd') && !matches!(digits[1], b'0'..=b'7');
                    if is_half || !digits.iter().all(u8::is_ascii_hexdigit) {
                        return None;
                    }
                    self.at += 6;
                }
                _ => return None,
            }
        }
    }

    /// A text without escapes.
    fn plain_text(&mut self) -> Option<&'t [u8]> {
        let (range, escapes) = self.text()?;
        (!escapes).then(|| &self.bytes[range])
    }

    /// An object: `entry` takes each value, whose key has no escapes.
    fn object(&mut self, depth: usize, entry: &mut dyn FnMut(&mut Self, &'t [u8]) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        self.items(depth, b'}', &mut |skim| {
            let key = skim.plain_text()?;
            skim.space();
            skim.take(b':')?;
            skim.space();
            entry(skim, key)
        })
    }

    /// A list: `item` takes each value.
    fn list(&mut self, depth: usize, item: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        self.items(depth, b']', item)
    }

    fn items(&mut self, depth: usize, end: u8, item: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.mark()?;
        if depth > MAX_DEPTH {
            return None;
        }
        self.space();
        if self.take(end).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            self.space();
            if self.take(end).is_some() {
                return Some(());
            }
            self.take(b',')?;
            self.mark()?;
            self.space();
        }
    }

    /// Any value.
    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'"' => self.text().map(drop),
            b'{' => {
                self.take(b'{')?;
                self.items(depth, b'}', &mut |skim| {
                    skim.text()?;
                    skim.space();
                    skim.take(b':')?;
                    skim.space();
                    skim.value(depth + 1)
                })
            }
            b'[' => self.list(depth, &mut |skim| skim.value(depth + 1)),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.take(b'-');
        // What follows a leading zero is no part of the number, so that another one is not as expected.
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// The language that the metadata of a notebook name, if they name one.
    fn metadata(&mut self) -> Option<Option<String>> {
        let (mut kernel, mut info) = (Once::default(), Once::default());
        let (mut spoken, mut written) = (None, None);
        self.object(1, &mut |skim, key| match key {
            b"kernelspec" => {
                kernel.first()?;
                spoken = skim.named(b"language")?;
                Some(())
            }
            b"language_info" => {
                info.first()?;
                written = skim.named(b"name")?;
                Some(())
            }
            _ => skim.value(2),
        })?;
        Some(spoken.or(written))
    }

    /// The text of an object's entry, if it has one that is not empty.
    fn named(&mut self, name: &[u8]) -> Option<Option<String>> {
        let (mut once, mut found) = (Once::default(), None);
        self.object(2, &mut |skim, key| {
            if key != name {
                return skim.value(3);
            }
            once.first()?;
            let text = std::str::from_utf8(skim.plain_text()?).ok()?;
            found = (!text.is_empty()).then(|| text.to_owned());
            Some(())
        })?;
        Some(found)
    }

    fn cells(&mut self, parts: &mut Parts) -> Option<()> {
        let mut index = 0;
        self.list(1, &mut |skim| {
            index += 1;
            skim.cell(index, parts)
        })
    }

    fn cell(&mut self, index: usize, parts: &mut Parts) -> Option<()> {
        let start = parts.lines.len();
        let (mut kinds, mut languages, mut sources) = (Once::default(), Once::default(), Once::default());
        let (mut is_code, mut language) = (false, None);
        self.object(2, &mut |skim, key| match key {
            b"cell_type" => {
                kinds.first()?;
                is_code = skim.plain_text()? == b"code";
                Some(())
            }
            b"language" => {
                languages.first()?;
                language = Some(std::str::from_utf8(skim.plain_text()?).ok()?.to_owned());
                Some(())
            }
            b"source" => {
                sources.first()?;
                if skim.peek()? == b'"' {
                    parts.lines.push(skim.text()?.0);
                    return Some(());
                }
                skim.list(3, &mut |skim| {
                    parts.lines.push(skim.text()?.0);
                    Some(())
                })
            }
            _ => skim.value(3),
        })?;
        if is_code && sources.0 {
            parts.cells.push(CodeCell { index, language, lines: Some(start..parts.lines.len()) });
        } else {
            parts.lines.truncate(start);
        }
        Some(())
    }
}
