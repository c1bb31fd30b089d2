//! Texts of which a part is one of a few: each is one of a few texts, by the same conditions.

use crate::{
    graph::value::{Data, Origin, Piece, Value},
    source::Place,
};

/// Most texts that one text may be: of more it has holes.
const MAX_TEXTS: usize = 8;
/// Most bytes of a text that is written out for each of its choices.
const MAX_BYTES: usize = 64 << 10;

/// The texts that pieces make whose holes are all one of known texts; nothing for others.
pub(super) fn texts(pieces: &[Piece], place: Place) -> Option<Value> {
    let mut bytes = 0;
    for piece in pieces {
        bytes += match piece {
            Piece::Text(text) => text.len(),
            Piece::Hole(hole) if matches!(hole.data, Data::Guarded(_)) => longest(hole)?,
            Piece::Hole(_) => return None,
        };
    }
    let parts: Vec<Value> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => Value::text(text.clone(), place),
            Piece::Hole(hole) => Value::clone(hole),
        })
        .collect();
    if bytes > MAX_BYTES { None } else { by_conditions(parts, place, &mut MAX_TEXTS.clone()) }
}

/// The length of the longest of the texts that a value may be; nothing where it may be something else.
fn longest(value: &Value) -> Option<usize> {
    match &value.data {
        Data::Text(text) => Some(text.len()),
        Data::Guarded(guarded) => Some(longest(&guarded.then)?.max(longest(&guarded.otherwise)?)),
        _ => None,
    }
}

fn by_conditions(parts: Vec<Value>, place: Place, left: &mut usize) -> Option<Value> {
    let when = parts.iter().find_map(|part| match &part.data {
        Data::Guarded(guarded) => Some(guarded.when.clone()),
        _ => None,
    });
    let Some(when) = when else {
        *left = left.checked_sub(1)?;
        let weakest = parts.iter().min_by_key(|part| part.origin.confidence());
        let step = weakest.and_then(|part| part.origin.step.clone());
        let text: String = parts.iter().filter_map(Value::plain_text).collect::<Vec<_>>().concat();
        return Some(Value { data: Data::Text(text.into()), origin: Origin { place, step, is_made: true } });
    };
    let mut side = |holds: bool| {
        let of = |part: &Value| {
            let mut part = part;
            while let Data::Guarded(guarded) = &part.data
                && guarded.when == when
            {
                part = if holds { &guarded.then } else { &guarded.otherwise };
            }
            part.clone()
        };
        by_conditions(parts.iter().map(of).collect(), place, left)
    };
    let (then, otherwise) = (side(true)?, side(false)?);
    Some(Value::guarded(&when, then, otherwise))
}

impl Value {
    /// The same value, no surer than an origin, whichever of its branches it is.
    #[must_use]
    pub fn no_surer_than(mut self, origin: &Origin) -> Self {
        if let Data::Guarded(guarded) = &mut self.data {
            let guarded = std::sync::Arc::make_mut(guarded);
            for side in [&mut guarded.then, &mut guarded.otherwise] {
                *side = std::mem::replace(side, Self::absent(origin.place)).no_surer_than(origin);
            }
        }
        if origin.confidence() < self.origin.confidence() {
            self.origin = origin.clone();
        }
        self
    }
}
