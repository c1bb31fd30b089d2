//! Values as YAML, letter by letter as the emitter of Terraform's YAML library (go-cty-yaml, after libyaml) writes them.

use crate::{
    graph::value::{Data, Value},
    read::terraform::eval::{
        convert::{Outcome, Stop},
        functions::Call,
        templates::MAX_TEXT,
    },
};

/// Lines are folded at the first blank beyond this column.
const WIDTH: usize = 80;
/// Each level stands this much deeper.
const INDENT: usize = 2;
/// Keys longer than this, in bytes, are marked by `?`.
const MAX_KEY: usize = 128;

/// The text of a value, all of which is known.
pub(super) fn write(call: &Call<'_>, value: &Value) -> Outcome<String> {
    let mut emitter = Emitter { whitespace: true, indention: true, ..Emitter::default() };
    emitter.node(call, value, Context { root: true, ..Context::default() })?;
    emitter.write_indent();
    if emitter.open_ended {
        emitter.indicator("...", true, false, false);
        emitter.write_indent();
    }
    Ok(emitter.out)
}

/// Where a value stands.
#[derive(Clone, Copy, Default)]
struct Context {
    root: bool,
    /// As a key or a value of a mapping.
    mapping: bool,
    /// As a key that is written before its colon, on one line.
    simple_key: bool,
}

#[derive(Default)]
struct Emitter {
    out: String,
    /// Letters of the last line.
    column: usize,
    /// How deep the innermost collection stands; nothing outside of all.
    indent: Option<usize>,
    /// Whether the last letter was a blank.
    whitespace: bool,
    /// Whether there are only blanks and marks on the last line.
    indention: bool,
    /// Whether the end of the document has to be marked.
    open_ended: bool,
}

impl Emitter {
    fn node(&mut self, call: &Call<'_>, value: &Value, context: Context) -> Outcome<()> {
        call.afford(1)?;
        if self.out.len() > MAX_TEXT {
            return Err(Stop::Limit("a very long text".into()));
        }
        match &value.data {
            Data::List(list) if list.items.is_empty() => self.empty("[", "]"),
            Data::Object(object) if object.entries.is_empty() => self.empty("{", "}"),
            Data::List(list) => {
                let outer = self.deeper(false, context.mapping && !self.indention);
                for item in &list.items {
                    self.write_indent();
                    self.indicator("-", true, false, true);
                    self.node(call, item, Context::default())?;
                }
                self.indent = outer;
            }
            Data::Object(object) => {
                let outer = self.deeper(false, false);
                for entry in &object.entries {
                    self.write_indent();
                    let simple_key = !entry.name.contains(is_break) && entry.name.len() <= MAX_KEY;
                    if !simple_key {
                        self.indicator("?", true, false, true);
                    }
                    self.text(&entry.name, Context { mapping: true, simple_key, root: false });
                    if simple_key {
                        self.indicator(":", false, false, false);
                    } else {
                        self.write_indent();
                        self.indicator(":", true, false, true);
                    }
                    self.node(call, &entry.value, Context { mapping: true, ..Context::default() })?;
                }
                self.indent = outer;
            }
            Data::Text(text) => self.text(text, context),
            Data::Number(number) => self.plain(&number.text(), context),
            Data::Bool(holds) => self.plain(if *holds { "true" } else { "false" }, context),
            Data::Absent => self.plain("null", context),
            _ => return Err(Stop::Undecided),
        }
        Ok(())
    }

    fn empty(&mut self, open: &str, close: &str) {
        self.indicator(open, true, true, false);
        self.indicator(close, false, false, false);
    }

    /// Goes a level deeper; gives the one before.
    fn deeper(&mut self, flow: bool, indentless: bool) -> Option<usize> {
        let outer = self.indent;
        self.indent = match outer {
            None => Some(if flow { INDENT } else { 0 }),
            Some(indent) => Some(if indentless { indent } else { indent + INDENT }),
        };
        outer
    }

    fn text(&mut self, text: &str, context: Context) {
        let literal = text.contains('\n') && !context.simple_key && bears_a_block(text);
        let outer = self.deeper(true, false);
        if literal {
            self.literal(text)
        } else {
            self.quoted(text, !context.simple_key)
        }
        self.indent = outer;
    }

    fn plain(&mut self, text: &str, context: Context) {
        if !self.whitespace {
            self.put(' ');
        }
        text.chars().for_each(|letter| self.put(letter));
        (self.whitespace, self.indention) = (false, false);
        if context.root {
            self.open_ended = true;
        }
    }

    fn quoted(&mut self, text: &str, allow_breaks: bool) {
        self.indicator("\"", true, false, false);
        let (marked, last) = (text.starts_with('\u{feff}'), text.len().saturating_sub(1));
        let mut after_space = false;
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            // A text that begins with a byte order mark is escaped as a whole.
            if marked || !is_printable(letter) || is_break(letter) || matches!(letter, '"' | '\\') {
                escaped(letter).chars().for_each(|letter| self.put(letter));
                after_space = false;
            } else if letter == ' ' {
                if allow_breaks && !after_space && self.column > WIDTH && at > 0 && at < last {
                    self.write_indent();
                    if letters.peek().is_some_and(|(_, next)| *next == ' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(letter);
                }
                after_space = true;
            } else {
                self.put(letter);
                after_space = false;
            }
        }
        self.indicator("\"", false, false, false);
        (self.whitespace, self.indention) = (false, false);
    }

    /// A text as a block below a bar.
    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false, false);
        if text.starts_with(|first| first == ' ' || is_break(first)) {
            self.indicator(&INDENT.to_string(), false, false, false);
        }
        self.open_ended = false;
        let mut from_end = text.chars().rev();
        match (from_end.next().is_some_and(is_break), from_end.next().is_none_or(is_break)) {
            (false, _) => self.indicator("-", false, false, false),
            (true, true) => self.indicator("+", false, false, false),
            (true, false) => {}
        }
        self.put_break();
        (self.whitespace, self.indention) = (true, true);
        let mut breaks = true;
        for letter in text.chars() {
            if is_break(letter) {
                self.put_break_of(letter);
                (self.indention, breaks) = (true, true);
                continue;
            }
            if breaks {
                self.write_indent();
            }
            self.put(letter);
            (self.indention, breaks) = (false, false);
        }
    }

    fn indicator(&mut self, mark: &str, need_whitespace: bool, is_whitespace: bool, is_indention: bool) {
        if need_whitespace && !self.whitespace {
            self.put(' ');
        }
        mark.chars().for_each(|letter| self.put(letter));
        self.whitespace = is_whitespace;
        self.indention = self.indention && is_indention;
        self.open_ended = false;
    }

    /// Goes to a new line, unless this one is as good as new, and as deep as the level is.
    fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        (self.whitespace, self.indention) = (true, true);
    }

    fn put(&mut self, letter: char) {
        self.out.push(letter);
        self.column += 1;
    }

    fn put_break(&mut self) {
        self.put_break_of('\n');
    }

    fn put_break_of(&mut self, letter: char) {
        self.out.push(letter);
        self.column = 0;
    }
}

/// Whether a text comes out of a block as it went in.
fn bears_a_block(text: &str) -> bool {
    let space_break = text.chars().zip(text.chars().skip(1)).any(|(one, next)| one == ' ' && is_break(next));
    !text.ends_with(' ') && !space_break && text.chars().all(is_printable)
}

fn is_break(letter: char) -> bool {
    matches!(letter, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(letter: char) -> bool {
    matches!(letter, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

fn escaped(letter: char) -> String {
    let short = match letter {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            return match u32::from(letter) {
                code @ ..=0xff => format!("\\x{code:02X}"),
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
