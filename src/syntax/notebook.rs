//! Jupyter notebook → its Python code as one text, and the map from that text back to the JSON.

use std::ops::Range;

use jsonc_parser::ast::Value;

use super::{
    json::{Document, RELAXED},
    tree::{Fault, TOO_MANY},
};
use crate::source::{Cell, Cells, Segment, Span};
use parts::{CodeCell, Parts};

mod parts;
#[cfg(test)]
mod tests;

/// A notebook with more values than this is not read. Its plots may have millions of them.
const MAX_VALUES: usize = 4_000_000;

/// The code of a notebook.
#[derive(Clone, Debug, Default)]
pub struct Notebook {
    /// The kernel's language in lower case; `python` for all kinds of Python, and where nothing is said.
    pub language: String,
    /// The Python code cells, one after the other, each with a line break at its end. Empty for other languages.
    pub text: String,
    /// Which cell and which bytes of the JSON each byte of `text` comes from.
    pub cells: Cells,
    /// Scripts that cells write to files: `%%writefile train.py`.
    pub scripts: Vec<Written>,
    /// Files of settings that cells write: `%%writefile config.yaml`.
    pub settings: Vec<Written>,
    /// Code cells that are no Python, files of settings among them: their number among all cells, from 1, and why.
    pub skipped: Vec<(u32, String)>,
    /// Cells that run commands of a shell or code of another language, or write a file whose name is not known: where in
    /// `text` they would stand, and what they say.
    pub commands: Vec<(u32, String)>,
}

/// What cells write to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file, as the cell names it.
    pub name: String,
    /// Which of [`Cells::cells`] hold it, each with its magic in front: several where later ones add to the file.
    pub cells: Vec<usize>,
    /// Whether they add to what no cell before them has written.
    pub adds: bool,
}

/// Reads a notebook of the formats 2 to 4. Outputs and prose are never part of the text.
///
/// Line magics (`%pip`, `!ls`) and cell magics that run Python (`%%time`) stay as they are, for a parser that knows
/// them. A text that is no JSON, or no notebook, is a fault.
pub fn read(raw: &str) -> Result<Notebook, Fault> {
    let json = raw.strip_prefix('\u{feff}').unwrap_or(raw);
    if let Some(parts) = Parts::skimmed(json) {
        return Ok(assembled(json, raw.len() - json.len(), &parts));
    }
    let document = Document::of(raw);
    if document.has_more_than(MAX_VALUES) {
        let span = Span::new(document.offset(), document.offset());
        return Err(Fault { span, message: TOO_MANY.to_owned(), related: None, fatal: true, limit: true });
    }
    let parts = document.with_ast(&RELAXED, |ast| {
        let value = ast.map_err(|error| document.fault(&error))?;
        value.as_ref().and_then(Value::as_object).and_then(Parts::of).ok_or_else(|| Fault {
            span: Span::new(document.offset(), document.offset()),
            message: "this is no notebook: it has no `cells`".to_owned(),
            related: None,
            fatal: true,
            limit: false,
        })
    })?;
    Ok(assembled(document.json(), document.offset(), &parts))
}

/// The notebook that is made of these parts of a JSON; `offset` bytes stand before it in the file.
fn assembled(json: &str, offset: usize, parts: &Parts) -> Notebook {
    let notebook = Notebook { language: parts.language.clone(), ..Notebook::default() };
    let mut reader = Reader { json, offset, notebook };
    if parts.language == PYTHON {
        parts.cells.iter().for_each(|cell| reader.cell(cell, &parts.lines));
    }
    reader.notebook
}

/// Cell magics after which the cell is still Python. Others hold another language, or are not known to run.
const PYTHON_MAGICS: [&str; 16] = [
    "capture",
    "debug",
    "heat",
    "local",
    "lprun",
    "memit",
    "mprun",
    "prun",
    "pyinstrument",
    "pyspark",
    "python",
    "python3",
    "scalene",
    "snakeviz",
    "time",
    "timeit",
];

/// Line magics whose statement binds names of the notebook, as without them.
const TIMED: [&str; 2] = ["%time ", "%prun "];

struct Reader<'t> {
    json: &'t str,
    offset: usize,
    notebook: Notebook,
}

impl Reader<'_> {
    fn cell(&mut self, cell: &CodeCell, lines: &[Range<usize>]) {
        let index = count(cell.index);
        // The language of one cell: in format 3, and where an editor mixes them.
        if let Some(other) = cell.language.as_ref().filter(|language| family(language) != PYTHON) {
            self.notebook.skipped.push((index, format!("its language is `{}`", other.escape_debug())));
            return;
        }
        let (start, segments) = (self.notebook.text.len(), self.notebook.cells.segments.len());
        let Some(own) = cell.lines.clone() else { return };
        lines[own.clone()].iter().for_each(|line| self.append(line.clone()));
        self.dedent(start, segments);
        if is_automagic(&self.notebook.text[start..]) {
            // A mark that the JSON does not have: it stands before the first byte of the cell.
            self.notebook.text.truncate(start);
            let first = self.notebook.cells.segments.get(segments).map_or(0, |segment| segment.raw);
            self.notebook.cells.segments.truncate(segments);
            self.push((first as usize).saturating_sub(self.offset), 0, "%");
            lines[own].iter().for_each(|line| self.append(line.clone()));
        }
        let text = &self.notebook.text[start..];
        let written = written(text);
        if written.as_ref().is_none_or(|(name, _)| !name.ends_with(SCRIPT))
            && let Some(magic) = foreign_magic(text)
        {
            let why = format!("it begins with `%%{}`", magic.escape_debug());
            if written.is_none() {
                if may_change_files(magic, text) {
                    self.notebook.commands.push((count(start), text.to_owned()));
                }
                self.notebook.skipped.push((index, why));
                self.notebook.text.truncate(start);
                self.notebook.cells.segments.truncate(segments);
                return;
            }
            self.notebook.skipped.push((index, why));
        }
        let text = &self.notebook.text[start..];
        if text.is_empty() {
            return;
        }
        if !text.ends_with('\n') {
            self.end_line();
        }
        if let Some((name, adds)) = written {
            self.written(name, adds);
        }
        let span = Span::new(start, self.notebook.text.len());
        self.notebook.cells.cells.push(Cell { index, span });
    }

    /// Notes that the cell that comes next writes to a file.
    fn written(&mut self, name: String, adds: bool) {
        let next = self.notebook.cells.cells.len();
        let is_script = name.ends_with(SCRIPT);
        let files = if is_script { &mut self.notebook.scripts } else { &mut self.notebook.settings };
        let known = files.iter_mut().rfind(|file| file.name == name);
        match known.filter(|_| adds) {
            Some(known) => known.cells.push(next),
            None => files.push(Written { name, cells: vec![next], adds }),
        }
    }

    /// Appends what a string of the JSON holds, with a segment for each stretch without escapes and each escape.
    fn append(&mut self, within: Range<usize>) {
        let (json, mut at, end) = (self.json, within.start, within.end);
        while let Some(rest) = json.get(at..end).filter(|rest| !rest.is_empty()) {
            let run = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
            if run > 0 {
                self.push(at, run, &rest[..run]);
                at += run;
                continue;
            }
            let (char, len) = unescape(rest);
            self.push(at, len, char.encode_utf8(&mut [0; 4]));
            at += len;
        }
    }

    /// Takes from each line of a cell, which begins at `start`, the blanks that its first line begins with, as IPython does,
    /// and the magic that only times the statement behind it.
    fn dedent(&mut self, start: usize, segments: usize) {
        let text = &self.notebook.text[start..];
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let indent = first.len() - first.trim_start_matches([' ', '\t']).len();
        if indent == 0 && !TIMED.iter().any(|magic| text.contains(magic)) {
            return;
        }
        let indent = first[..indent].to_owned();
        let text = self.notebook.text.split_off(start);
        let old = self.notebook.cells.segments.split_off(segments);
        // Where each line begins that has these blanks.
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        let dropped = starts.flat_map(|at| {
            let blanks = if text[at..].starts_with(&indent) { indent.len() } else { 0 };
            let line = &text[at + blanks..];
            let magic = at + blanks + (line.len() - line.trim_start_matches([' ', '\t']).len());
            let rest = TIMED.iter().find_map(|timed| text[magic..].strip_prefix(timed));
            let rest = rest.map(|rest| rest.trim_start_matches([' ', '\t']));
            let timed = rest.map_or(0, |rest| text.len() - magic - rest.len());
            [at..at + blanks, magic..magic + timed]
        });
        let mut dropped = dropped.filter(|range| !range.is_empty()).peekable();
        for segment in old {
            let (mut at, end) = (segment.text as usize - start, (segment.text + segment.text_len) as usize - start);
            let begin = at;
            while at < end {
                while dropped.next_if(|range| range.end <= at).is_some() {}
                let (keep, next) = match dropped.peek() {
                    Some(range) if range.start <= at => (at, range.end.min(end)),
                    Some(range) => (range.start.min(end), range.start.min(end)),
                    None => (end, end),
                };
                if keep > at {
                    let is_run = segment.text_len == segment.raw_len;
                    let raw = segment.raw as usize - self.offset + if is_run { at - begin } else { 0 };
                    let raw_len = if is_run { keep - at } else { segment.raw_len as usize };
                    self.push(raw, raw_len, &text[at..keep]);
                }
                at = next;
            }
        }
    }

    fn push(&mut self, at: usize, raw_len: usize, text: &str) {
        self.notebook.cells.segments.push(Segment {
            text: count(self.notebook.text.len()),
            raw: count(at + self.offset),
            text_len: count(text.len()),
            raw_len: count(raw_len),
        });
        self.notebook.text.push_str(text);
    }

    /// A line break that the JSON does not have: it stands behind the last byte of the cell.
    fn end_line(&mut self) {
        let last = self.notebook.cells.segments.last().map_or(0, |segment| segment.raw + segment.raw_len);
        self.push((last as usize).saturating_sub(self.offset), 0, "\n");
    }
}

/// The character that an escape stands for, and how many bytes it is long. The parser has accepted it before.
fn unescape(rest: &str) -> (char, usize) {
    let unit = |at: usize| rest.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let char = match rest.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => match (unit(2), unit(8)) {
            (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                let char = char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                return (char.unwrap_or(char::REPLACEMENT_CHARACTER), 12);
            }
            (unit, _) => return (unit.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
        },
        Some(&byte) if byte.is_ascii() => char::from(byte),
        _ => return (char::REPLACEMENT_CHARACTER, rest.len()),
    };
    (char, 2)
}

/// What the names of the files end with that are looked into where a cell writes them.
const SCRIPT: &str = ".py";
const SETTINGS: [&str; 5] = [".yaml", ".yml", ".json", ".toml", ".ini"];

/// The script or the file of settings that a cell writes, and whether it adds to what the file holds.
fn written(text: &str) -> Option<(String, bool)> {
    let first = text.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let mut words = first.strip_prefix("%%")?.split_whitespace();
    words.next().filter(|magic| matches!(*magic, "writefile" | "file"))?;
    let mut adds = false;
    let name = words.find(|word| {
        adds |= matches!(*word, "-a" | "--append");
        !word.starts_with('-')
    })?;
    let name = name.trim_matches(['"', '\'']);
    [SCRIPT].iter().chain(&SETTINGS).any(|end| name.ends_with(end)).then(|| (name.to_owned(), adds))
}

/// The name of the cell magic that makes this cell something else than Python: the first, or one below others that run
/// Python, as in `%%time` above `%%bash`.
fn foreign_magic(text: &str) -> Option<&str> {
    let lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let magics = lines.map_while(|line| line.strip_prefix("%%"));
    let mut names = magics.map(|magic| magic.split_whitespace().next().unwrap_or_default());
    names.find(|name| !PYTHON_MAGICS.contains(name))
}

/// Whether a cell that is no Python may change files that others write.
fn may_change_files(magic: &str, text: &str) -> bool {
    match magic {
        "html" | "HTML" | "javascript" | "js" | "latex" | "markdown" | "svg" | "sql" => false,
        // Of a name with a variable in it, it is not known which file it is.
        "writefile" | "file" => {
            text.lines().find(|line| line.contains("%%")).is_some_and(|line| line.contains(['$', '{']))
        }
        _ => true,
    }
}

/// Magics and aliases of IPython that are often written without `%`.
/// Source: IPython 8.12, `%lsmagic` and `%alias` on Linux; read 2026-11-26.
pub const COMMANDS: &[&str] = &[
    "cat",
    "cd",
    "conda",
    "cp",
    "env",
    "load_ext",
    "ls",
    "mamba",
    "man",
    "matplotlib",
    "mkdir",
    "more",
    "mv",
    "pip",
    "pwd",
    "rm",
    "rmdir",
    "run",
    "time",
    "timeit",
    "uv",
];

/// More of them, which only a cell that is nothing else says for certain.
const RARE_COMMANDS: &[&str] = &["less", "ll", "micromamba"];

/// Whether IPython takes a cell for a magic although it lacks the `%`: `pip install sagemaker`.
fn is_automagic(text: &str) -> bool {
    let line = text.trim();
    let Some((word, rest)) = line.split_once([' ', '\t']).filter(|_| !line.contains('\n')) else { return false };
    let rest = rest.trim_start();
    // An assignment, a call or another expression of Python's.
    let is_python = rest
        .starts_with(['=', '(', '[', '.', ',', ':', '+', '*', '/', '<', '>', '!', '%', '&', '|', '^', '@'])
        || ["in ", "is ", "and ", "or ", "if ", "not "].iter().any(|word| rest.starts_with(word));
    [COMMANDS, RARE_COMMANDS].iter().any(|commands| commands.contains(&word)) && !is_python
}

const PYTHON: &str = "python";

/// A language in lower case; the many names of Python (`ipython`, `python3`, `pyspark`) are one.
fn family(name: &str) -> String {
    let name = name.to_lowercase();
    if name.contains(PYTHON) || name == "pyspark" { PYTHON.to_owned() } else { name }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
