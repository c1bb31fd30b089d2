//! The text that `json.dumps` makes of a value all of which is known.

use super::{calls::Arguments, library::key_value, numbers};
use crate::graph::value::{Data, Value};

/// Longest such text.
const MAX_TEXT: usize = 64 << 10;
/// How deep its lists and dicts are nested at most.
const MAX_DEPTH: usize = 32;

/// The text of a call; nothing where something of the value, or of how it is written, is not known.
pub(super) fn of_call(arguments: &Arguments) -> Option<String> {
    if arguments.named.open.is_some() || arguments.positional.len() > 1 {
        return None;
    }
    let mut layout = Layout { indent: None, is_sorted: false, is_ascii: true };
    for entry in &arguments.named.entries {
        match (&*entry.name, &entry.value.data) {
            ("obj" | "default", _) | ("indent", Data::Absent) => {}
            ("indent", Data::Number(indent)) => {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a small range")]
                let width = indent.near().clamp(0.0, 16.0) as usize;
                layout.indent = Some(width);
            }
            ("sort_keys", Data::Bool(is_sorted)) => layout.is_sorted = *is_sorted,
            ("ensure_ascii", Data::Bool(is_ascii)) => layout.is_ascii = *is_ascii,
            _ => return None,
        }
    }
    let mut text = String::new();
    write(arguments.get("obj", 0)?, &layout, 0, &mut text)?;
    Some(text)
}

struct Layout {
    indent: Option<usize>,
    is_sorted: bool,
    is_ascii: bool,
}

impl Layout {
    /// The end of a line within so many lists and dicts.
    fn line(&self, depth: usize, text: &mut String) {
        if let Some(width) = self.indent {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', width * depth));
        }
    }

    /// What stands before the next item.
    fn next(&self, is_first: bool, depth: usize, text: &mut String) {
        if !is_first {
            text.push_str(if self.indent.is_some() { "," } else { ", " });
        }
        self.line(depth, text);
    }
}

fn write(value: &Value, layout: &Layout, depth: usize, text: &mut String) -> Option<()> {
    if depth > MAX_DEPTH || text.len() > MAX_TEXT {
        return None;
    }
    match &value.data {
        Data::Absent => text.push_str("null"),
        Data::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Data::Number(number) => text.push_str(&numbers::written(number)),
        Data::Text(inner) => quoted(inner, layout, text)?,
        Data::List(list) if list.open.is_none() => {
            text.push('[');
            for (at, item) in list.items.iter().enumerate() {
                layout.next(at == 0, depth + 1, text);
                write(item, layout, depth + 1, text)?;
            }
            if !list.items.is_empty() {
                layout.line(depth, text);
            }
            text.push(']');
        }
        Data::Object(object) if object.open.is_none() && object.class.is_none() => {
            let mut entries: Vec<_> = object.entries.iter().collect();
            if layout.is_sorted {
                entries.sort_by(|left, right| left.name.cmp(&right.name));
            }
            text.push('{');
            for (at, entry) in entries.iter().enumerate() {
                layout.next(at == 0, depth + 1, text);
                quoted(&numbers::as_text(&key_value(entry))?, layout, text)?;
                text.push_str(": ");
                write(&entry.value, layout, depth + 1, text)?;
            }
            if !entries.is_empty() {
                layout.line(depth, text);
            }
            text.push('}');
        }
        _ => return None,
    }
    Some(())
}

fn quoted(inner: &str, layout: &Layout, text: &mut String) -> Option<()> {
    let is_odd = |char: char| char.is_control() && !matches!(char, '\n' | '\r' | '\t');
    if layout.is_ascii && !inner.is_ascii() || inner.contains(is_odd) {
        return None;
    }
    text.push_str(&serde_json::to_string(inner).ok()?);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        graph::value::Object,
        source::{FileId, Place, Span},
    };

    #[test]
    fn json_is_written_as_python_writes_it() {
        let place = Place::new(FileId(0), Span::new(0, 0));
        let mut object = Object::default();
        let items = vec![Value::number(1.0, place), numbers::real(2.0, place), Value::absent(place)];
        object.set(crate::graph::value::Entry { name: "x".into(), place, value: Value::list(items, place) });
        object.set(crate::graph::value::Entry { name: "a".into(), place, value: Value::text("b\"\n", place) });
        let object = Value::object(object, place);
        let written = |layout: Layout| {
            let mut text = String::new();
            write(&object, &layout, 0, &mut text).map(|()| text)
        };
        let plain = written(Layout { indent: None, is_sorted: false, is_ascii: true });
        assert_eq!(plain.as_deref(), Some(r#"{"x": [1, 2.0, null], "a": "b\"\n"}"#));
        let wide = written(Layout { indent: Some(1), is_sorted: true, is_ascii: true });
        assert_eq!(wide.as_deref(), Some("{\n \"a\": \"b\\\"\\n\",\n \"x\": [\n  1,\n  2.0,\n  null\n ]\n}"));
    }
}
