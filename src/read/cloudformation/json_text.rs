//! `Fn::ToJsonString`: a value as a JSON text, with holes where its parts are known on deployment only.

use super::{
    functions::is_optional,
    template::Template,
    values::{Call, composed},
};
use crate::graph::value::{Data, Piece, Reason, Value};

/// Values are written this deep.
const MAX_DEPTH: usize = 64;

impl<'t> Template<'t> {
    /// `Fn::ToJsonString`.
    pub(super) fn json_string(&mut self, call: Call<'t>) -> Value {
        let place = self.place(call.node.span());
        let value = self.argument(call);
        let mut pieces = Vec::new();
        match write(&value, &mut pieces, 0) {
            Some(()) => {
                let text = self.template(pieces, place);
                composed(text, &[value])
            }
            None => Value::unknown(Reason::Unsupported, "a JSON text of which parts may not exist", place),
        }
    }
}

/// Writes a value; entries and items that do not exist are left out. Nothing where it is not known which exist.
fn write(value: &Value, pieces: &mut Vec<Piece>, depth: usize) -> Option<()> {
    let text = |pieces: &mut Vec<Piece>, text: String| pieces.push(Piece::Text(text.into()));
    let list = |open: bool| (!open && depth < MAX_DEPTH).then_some(());
    match &value.data {
        Data::Bool(value) => text(pieces, value.to_string()),
        Data::Number(_) => text(pieces, value.plain_text()?.to_string()),
        Data::Text(known) => text(pieces, quoted(known)),
        Data::Template(inner) => {
            text(pieces, "\"".to_owned());
            for piece in inner.iter() {
                match piece {
                    Piece::Text(known) => {
                        let known = quoted(known);
                        text(pieces, known[1..known.len() - 1].to_owned());
                    }
                    hole @ Piece::Hole(_) => pieces.push(hole.clone()),
                }
            }
            text(pieces, "\"".to_owned());
        }
        Data::List(known) => {
            list(known.open.is_some() || known.items.iter().any(is_optional))?;
            let items = known.items.iter().filter(|item| !matches!(item.data, Data::Absent));
            text(pieces, "[".to_owned());
            for (at, item) in items.enumerate() {
                if at > 0 {
                    text(pieces, ",".to_owned());
                }
                write(item, pieces, depth + 1)?;
            }
            text(pieces, "]".to_owned());
        }
        Data::Object(known) => {
            list(known.open.is_some() || known.entries.iter().any(|entry| is_optional(&entry.value)))?;
            let entries = known.entries.iter().filter(|entry| !matches!(entry.value.data, Data::Absent));
            text(pieces, "{".to_owned());
            for (at, entry) in entries.enumerate() {
                text(pieces, format!("{}{}:", if at == 0 { "" } else { "," }, quoted(&entry.name)));
                write(&entry.value, pieces, depth + 1)?;
            }
            text(pieces, "}".to_owned());
        }
        Data::Absent => return None,
        // Outside of quotes: what it is need not be a text.
        _ => pieces.push(Piece::Hole(Box::new(value.clone()))),
    }
    Some(())
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
