//! Texts with interpolations and directives.

use super::{
    convert::{Outcome, Stop, composed_text, invalid, text},
    cx::Cx,
    eval,
    loops::{round, rounds},
    partial::{chosen_by, composed, formula, in_branches, mistake, settle},
};
use crate::{
    graph::value::{Data, Piece, Unknown, Value},
    source::Place,
    syntax::hcl::Part,
};

/// A text longer than this is not put together.
pub(super) const MAX_TEXT: usize = 4 << 20;

/// The text of a template. Where it is a single interpolation, its value.
pub(super) fn template(parts: &[Part], place: Place, cx: &Cx<'_>) -> Value {
    if let [Part::Value(only)] = parts {
        return eval(only, cx);
    }
    let mut pieces = Pieces::default();
    let outcome = pieces.add(parts, place, cx).map(|()| Value::template(pieces.pieces, place));
    composed(settle(outcome, &[], &|_| String::new(), place), &pieces.rests_on)
}

/// The pieces of a text, and the values that they were made of.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
    length: usize,
    rests_on: Vec<Value>,
}

impl Pieces {
    fn add(&mut self, parts: &[Part], place: Place, cx: &Cx<'_>) -> Outcome<()> {
        parts.iter().try_for_each(|part| match part {
            Part::Text(text) => self.push(Piece::Text(composed_text(text).into())),
            Part::Value(value) => self.value(&eval(value, cx), place),
            Part::If(condition, then, otherwise) => self.choose(&eval(condition, cx), [then, otherwise], place, cx),
            Part::For { key, value, over, body } => {
                let over = eval(over, cx);
                let repeated = in_branches(&[over], 0, place, &mut |values| {
                    let outcome = repeated(key.as_deref(), value, &values[0], body, place, cx);
                    settle(outcome, values, &|names| format!("a text for each of {}", names[0]), place)
                });
                self.value(&repeated, place)
            }
        })
    }

    fn push(&mut self, piece: Piece) -> Outcome<()> {
        self.length += match &piece {
            Piece::Text(text) => text.len(),
            Piece::Hole(_) => 1,
        };
        if self.length > MAX_TEXT {
            return Err(Stop::Limit("a very long text".into()));
        }
        self.pieces.push(piece);
        Ok(())
    }

    fn value(&mut self, value: &Value, place: Place) -> Outcome<()> {
        let piece = hole(value, place)?;
        self.rests_on.push(value.clone());
        match piece {
            Piece::Hole(hole) => match hole.data {
                Data::Template(pieces) => pieces.iter().try_for_each(|piece| self.push(piece.clone())),
                _ => self.push(Piece::Hole(hole)),
            },
            text => self.push(text),
        }
    }

    fn choose(&mut self, condition: &Value, sides: [&[Part]; 2], place: Place, cx: &Cx<'_>) -> Outcome<()> {
        let when = formula(condition, cx)?;
        let side = |parts: &[Part]| {
            let mut pieces = Pieces::default();
            let outcome = pieces.add(parts, place, cx).map(|()| Value::template(pieces.pieces, place));
            composed(settle(outcome, &[], &|_| String::new(), place), &pieces.rests_on)
        };
        let value = Value::guarded(&when, side(sides[0]), side(sides[1]));
        self.value(&chosen_by(value, condition), place)
    }
}

fn repeated(
    key_name: Option<&str>,
    value_name: &str,
    over: &Value,
    body: &[Part],
    place: Place,
    cx: &Cx<'_>,
) -> Outcome {
    let rounds = rounds(over, false, place)?;
    if let Some(why) = rounds.open {
        return Err(Stop::As(Unknown { name: format!("a text for each of {}", why.name()).into(), ..why }));
    }
    let mut pieces = Pieces::default();
    for (key, value) in rounds.pairs {
        pieces.add(body, place, &round(cx, key_name, value_name, key, value))?;
    }
    Ok(composed(Value::template(pieces.pieces, place), &pieces.rests_on))
}

/// What a value is within a text. Branches are made texts one by one.
pub(super) fn hole(value: &Value, place: Place) -> Outcome<Piece> {
    match &value.data {
        Data::Guarded(_) => {
            let texts =
                in_branches(std::slice::from_ref(value), 0, place, &mut |values| match hole(&values[0], place) {
                    Ok(Piece::Text(text)) => Value { data: Data::Text(text), origin: values[0].origin.clone() },
                    Ok(Piece::Hole(value)) => *value,
                    Err(stop) => settle(Err(stop), values, &|names| names[0].clone(), place),
                });
            Ok(Piece::Hole(Box::new(texts)))
        }
        Data::Absent => invalid("null in a text"),
        Data::List(_) | Data::Object(_) => invalid("a collection in a text"),
        _ => match text(value) {
            Ok(text) => Ok(Piece::Text(text)),
            Err(Stop::Undecided) => Ok(Piece::Hole(Box::new(value.clone()))),
            Err(Stop::Unsupported(what)) => {
                let settled = settle(Err(Stop::Unsupported(what)), &[], &|_| String::new(), place);
                Ok(Piece::Hole(Box::new(settled)))
            }
            Err(stop) => Err(match mistake(value) {
                Some(mistake) => Stop::As(mistake),
                None => stop,
            }),
        },
    }
}
