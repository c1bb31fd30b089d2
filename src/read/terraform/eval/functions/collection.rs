//! Functions that take any collection, and those that choose among values.

use unicode_segmentation::UnicodeSegmentation;

use super::Call;
use crate::{
    graph::{
        guard::{Formula, Tri},
        value::{Data, Value},
    },
    read::terraform::eval::{
        convert::{Outcome, Stop, invalid, list, text, unified},
        operators::{equality, truth},
        partial::formula,
    },
};

pub(super) fn length(call: &Call<'_>, values: &[Value]) -> Outcome {
    match &values[0].data {
        Data::List(list) if list.open.is_none() => call.counted(list.items.len()),
        Data::Object(object) if object.open.is_none() => call.counted(object.entries.len()),
        Data::Text(text) => call.counted(text.graphemes(true).count()),
        Data::Number(_) | Data::Bool(_) => invalid("no collection"),
        _ => Err(Stop::Undecided),
    }
}

pub(super) fn alltrue(call: &Call<'_>, values: &[Value]) -> Outcome {
    let list = list(&values[0])?;
    let end = if list.open.is_some() { None } else { Some(Formula::True) };
    let whole = list.items.iter().try_fold(end, |whole, item| {
        let holds = element(call, item)?;
        Ok(match (whole, holds) {
            (_, Some(Formula::False)) | (Some(Formula::False), _) => Some(Formula::False),
            (Some(whole), Some(holds)) => Some(whole.and(&holds)),
            _ => None,
        })
    })?;
    whole.map(|whole| truth(&whole, call.place)).ok_or(Stop::Undecided)
}

pub(super) fn anytrue(call: &Call<'_>, values: &[Value]) -> Outcome {
    let list = list(&values[0])?;
    let end = if list.open.is_some() { None } else { Some(Formula::False) };
    let whole = list.items.iter().try_fold(end, |whole, item| {
        let holds = element(call, item)?;
        Ok(match (whole, holds) {
            (_, Some(Formula::True)) | (Some(Formula::True), _) => Some(Formula::True),
            (Some(whole), Some(holds)) => Some(whole.or(&holds)),
            _ => None,
        })
    })?;
    whole.map(|whole| truth(&whole, call.place)).ok_or(Stop::Undecided)
}

/// The condition that an element is; null counts as false here.
fn element(call: &Call<'_>, item: &Value) -> Outcome<Option<Formula>> {
    if matches!(item.data, Data::Absent) {
        return Ok(Some(Formula::False));
    }
    match formula(item, call.cx) {
        Ok(holds) => Ok(Some(holds)),
        Err(Stop::Undecided) => Ok(None),
        Err(stop) => Err(stop),
    }
}

pub(super) fn contains(call: &Call<'_>, values: &[Value]) -> Outcome {
    let list = list(&values[0])?;
    let mut whole = if list.open.is_some() { None } else { Some(Formula::False) };
    for item in &list.items {
        let pair = [item.clone(), values[1].clone()];
        let holds = match equality(&pair, Tri::Yes, call.place) {
            Ok(equal) => Some(formula(&equal, call.cx)?),
            Err(Stop::Undecided | Stop::Unsupported(_)) => None,
            Err(stop) => return Err(stop),
        };
        whole = match (whole, holds) {
            (_, Some(Formula::True)) => return call.truth(true),
            (Some(whole), Some(holds)) => Some(whole.or(&holds)),
            _ => None,
        };
    }
    whole.map(|whole| truth(&whole, call.place)).ok_or(Stop::Undecided)
}

pub(super) fn coalesce(_: &Call<'_>, values: &[Value]) -> Outcome {
    let values = unified(values.to_vec())?;
    let last = values.len();
    for (at, value) in values.into_iter().enumerate() {
        match &value.data {
            Data::Absent => {}
            Data::Text(text) if text.is_empty() => {}
            Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_) | Data::Object(_) => return Ok(value),
            // If nothing is left, it is this one, or all is wrong.
            _ if is_surely_there(&value) || at + 1 == last => return Ok(value),
            _ => return Err(Stop::Undecided),
        }
    }
    invalid("nothing but null and empty texts")
}

/// Whether a value that is not known in full is surely neither null nor an empty text.
pub(super) fn is_surely_there(value: &Value) -> bool {
    match &value.data {
        Data::Template(pieces) => {
            pieces.iter().any(|piece| matches!(piece, crate::graph::value::Piece::Text(text) if !text.is_empty()))
        }
        Data::Reference(reference) => matches!(reference.attribute.as_deref(), None | Some("id" | "arn")),
        _ => text(value).is_ok_and(|text| !text.is_empty()),
    }
}
