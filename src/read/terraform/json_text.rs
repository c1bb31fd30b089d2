//! JSON texts that may have holes, such as policies: from a value to its text, and from the text to the value.

use std::sync::Arc;

use crate::{
    graph::{
        number::Number,
        value::{Data, Entry, List, Object, Piece, Reason, Unknown, Value},
    },
    source::Place,
};

/// Texts nested deeper than this are not taken apart.
const MAX_DEPTH: usize = 64;

/// The value that a JSON text stands for; nothing where the text is no JSON. Holes keep what fills them: one in quotes
/// is a text with a hole, one where a value is expected is that value.
pub fn parse(text: &Value) -> Option<Value> {
    let mut units = Vec::new();
    match &text.data {
        Data::Text(text) => units.extend(text.chars().map(Unit::Letter)),
        Data::Template(pieces) => {
            for piece in pieces.iter() {
                match piece {
                    Piece::Text(text) => units.extend(text.chars().map(Unit::Letter)),
                    Piece::Hole(value) => units.push(Unit::Hole(value)),
                }
            }
        }
        _ => return None,
    }
    let mut parser = Parser { units: &units, at: 0, whole: text };
    let value = parser.value(0)?;
    parser.blank();
    (parser.at == units.len()).then_some(value)
}

#[derive(Clone, Copy)]
enum Unit<'v> {
    Letter(char),
    Hole(&'v Value),
}

struct Parser<'v> {
    units: &'v [Unit<'v>],
    at: usize,
    /// The text as a whole: where all that is taken out of it comes from.
    whole: &'v Value,
}

impl<'v> Parser<'v> {
    fn made(&self, data: Data) -> Value {
        Value { data, origin: self.whole.origin.clone() }
    }

    fn next(&mut self) -> Option<Unit<'v>> {
        let unit = self.units.get(self.at).copied();
        self.at += 1;
        unit
    }

    fn letter(&self) -> Option<char> {
        match self.units.get(self.at) {
            Some(Unit::Letter(letter)) => Some(*letter),
            _ => None,
        }
    }

    fn blank(&mut self) {
        while self.letter().is_some_and(|letter| letter.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Takes a letter, if it is the next one after blanks.
    fn take(&mut self, wanted: char) -> bool {
        self.blank();
        let is_next = self.letter() == Some(wanted);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.blank();
        match self.units.get(self.at)? {
            Unit::Hole(value) => {
                self.at += 1;
                Some(Value::clone(value))
            }
            Unit::Letter('{') => self.object(depth),
            Unit::Letter('[') => self.list(depth),
            Unit::Letter('"') => self.text(),
            Unit::Letter(_) => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut object = Object::default();
        if self.take('}') {
            return Some(self.made(Data::Object(Arc::new(object))));
        }
        loop {
            self.blank();
            if self.letter() != Some('"') {
                return None;
            }
            let key = self.text()?;
            if !self.take(':') {
                return None;
            }
            let value = self.value(depth + 1)?;
            let place = self.whole.origin.place;
            match &key.data {
                Data::Text(name) => object.set(Entry { name: name.clone(), place, value }),
                _ => object.open = Some(Unknown { reason: Reason::RunTime, name: "a key".into(), place }),
            }
            if self.take('}') {
                return Some(self.made(Data::Object(Arc::new(object))));
            }
            if !self.take(',') {
                return None;
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(']') {
            return Some(self.made(Data::List(Arc::default())));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(']') {
                return Some(self.made(Data::List(Arc::new(List { items, open: None }))));
            }
            if !self.take(',') {
                return None;
            }
        }
    }

    fn text(&mut self) -> Option<Value> {
        self.at += 1;
        let mut pieces = Vec::new();
        let mut text = String::new();
        loop {
            match self.next()? {
                Unit::Hole(value) => {
                    pieces.push(Piece::Text(std::mem::take(&mut text).into()));
                    pieces.push(Piece::Hole(Box::new(value.clone())));
                }
                Unit::Letter('"') => break,
                Unit::Letter('\\') => text.push(self.escape()?),
                Unit::Letter(letter) => text.push(letter),
            }
        }
        pieces.push(Piece::Text(text.into()));
        let made = Value::template(pieces, self.whole.origin.place);
        // What fills a text as a whole is that text.
        if let Data::Template(pieces) = &made.data
            && let [Piece::Hole(hole)] = &pieces[..]
        {
            return Some(Value::clone(hole));
        }
        Some(Value { data: made.data, origin: self.whole.origin.clone() })
    }

    fn escape(&mut self) -> Option<char> {
        let Unit::Letter(letter) = self.next()? else { return None };
        Some(match letter {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let high = self.hexadecimal()?;
                if (0xd800..0xdc00).contains(&high) && self.letter() == Some('\\') {
                    self.at += 2;
                    let low = self.hexadecimal()?;
                    let code = 0x10000 + ((high - 0xd800) << 10) + low.checked_sub(0xdc00)?;
                    return char::from_u32(code);
                }
                char::from_u32(high).unwrap_or('\u{fffd}')
            }
            letter => letter,
        })
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let Unit::Letter(letter) = self.next()? else { return None };
            code = code * 16 + letter.to_digit(16)?;
        }
        Some(code)
    }

    fn word(&mut self) -> Option<Value> {
        let mut word = String::new();
        while let Some(letter) =
            self.letter().filter(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(*letter))
        {
            word.push(letter);
            self.at += 1;
        }
        let data = match word.as_str() {
            "null" => Data::Absent,
            "true" => Data::Bool(true),
            "false" => Data::Bool(false),
            number => Data::Number(Number::parse(number).ok()?),
        };
        Some(self.made(data))
    }
}

/// The JSON text of a value, on one line or indented by two blanks as policies are. What is not known is a hole: in
/// quotes where it stands for a text, as it is where a list or object is open.
pub fn render(value: &Value, indented: bool, place: Place) -> Value {
    let mut writer = Writer { pieces: Vec::new(), text: String::new(), indented };
    writer.value(value, 0);
    writer.flush();
    Value::template(writer.pieces, place)
}

struct Writer {
    pieces: Vec<Piece>,
    text: String,
    indented: bool,
}

impl Writer {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text).into()));
        }
    }

    fn hole(&mut self, value: &Value) {
        self.flush();
        self.pieces.push(Piece::Hole(Box::new(value.clone())));
    }

    fn line(&mut self, depth: usize) {
        if self.indented {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("  ", depth));
        }
    }

    fn value(&mut self, value: &Value, depth: usize) {
        match &value.data {
            _ if depth > MAX_DEPTH => self.hole(value),
            Data::Absent => self.text.push_str("null"),
            Data::Bool(_) | Data::Number(_) => self.text.push_str(&value.plain_text().unwrap_or_default()),
            Data::Text(text) => self.quoted(text),
            Data::Template(pieces) => {
                self.text.push('"');
                for piece in pieces.iter() {
                    match piece {
                        Piece::Text(text) => self.escaped(text),
                        Piece::Hole(hole) => self.hole(hole),
                    }
                }
                self.text.push('"');
            }
            Data::Reference(_) => {
                self.text.push('"');
                self.hole(value);
                self.text.push('"');
            }
            Data::List(list) if list.open.is_none() => {
                self.between('[', ']', depth, list.items.iter().map(|item| (None, item)));
            }
            Data::Object(object) if object.open.is_none() => {
                let entries = object.entries.iter().map(|entry| (Some(&*entry.name), &entry.value));
                self.between('{', '}', depth, entries);
            }
            Data::List(_) | Data::Object(_) | Data::Unknown(_) | Data::Symbol(_) | Data::Guarded(_) => self.hole(value),
        }
    }

    fn between<'v>(
        &mut self,
        first: char,
        last: char,
        depth: usize,
        inside: impl Iterator<Item = (Option<&'v str>, &'v Value)>,
    ) {
        self.text.push(first);
        let mut is_empty = true;
        for (name, value) in inside {
            if !is_empty {
                self.text.push(',');
            }
            is_empty = false;
            self.line(depth + 1);
            if let Some(name) = name {
                self.quoted(name);
                self.text.push_str(if self.indented { ": " } else { ":" });
            }
            self.value(value, depth + 1);
        }
        if !is_empty {
            self.line(depth);
        }
        self.text.push(last);
    }

    fn quoted(&mut self, text: &str) {
        self.text.push('"');
        self.escaped(text);
        self.text.push('"');
    }

    /// As Go writes texts, which is what providers are written in.
    fn escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => self.text.push_str(&format!("\\u{:04x}", letter as u32)),
                letter if (letter as u32) < 0x20 => self.text.push_str(&format!("\\u{:04x}", letter as u32)),
                letter => self.text.push(letter),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn place() -> Place {
        Place::new(FileId(0), Span::default())
    }

    #[test]
    fn a_text_with_holes_is_taken_apart_and_put_together() {
        let hole = || Value::unknown(Reason::RunTime, "x", place());
        let pieces = [
            Piece::Text("{\"a\": [1, \"b-".into()),
            Piece::Hole(Box::new(hole())),
            Piece::Text("\\u003c\"], \"c\": ".into()),
            Piece::Hole(Box::new(hole())),
            Piece::Text(", \"d\": {}}".into()),
        ];
        let value = parse(&Value::template(pieces, place())).expect("JSON");
        let item = match &value.entry("a").expect("a").value.data {
            Data::List(list) => list.items[1].clone(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(&item.data, Data::Template(pieces) if pieces.len() == 3), "{item:?}");
        assert!(value.entry("c").expect("c").value.is_unknown());
        let Data::Template(pieces) = render(&value, false, place()).data else { panic!("no template") };
        let shown: Vec<&str> =
            pieces.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "…" }).collect();
        assert_eq!(shown.concat(), r#"{"a":[1,"b-…\u003c"],"c":…,"d":{}}"#);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1,]", "{\"a\" 1}", "tru", "1 2", "\"a"] {
            assert!(parse(&Value::text(text, place())).is_none(), "{text}");
        }
    }
}
