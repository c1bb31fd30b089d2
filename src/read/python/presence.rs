//! Entries of dicts that are there only under a condition: one that is missing is not one that is `None`.

use crate::{
    graph::{
        guard::Formula,
        value::{Data, Entry, Object, StepKind, Value},
    },
    source::Place,
};

/// Most entries with a condition of their own that the length of a dict is followed for.
const MAX_OPTIONAL: usize = 4;

/// What stands for an entry on a side of a condition where a dict has no such entry. Nothing is set there.
pub(super) fn missing(place: Place) -> Value {
    Value::absent(place).via(StepKind::Missing, "", place)
}

fn is_missing(value: &Value) -> bool {
    matches!(value.data, Data::Absent) && value.origin.steps().any(|step| step.kind == StepKind::Missing)
}

/// When an entry with this value is there.
pub(super) fn presence(value: &Value) -> Formula {
    match &value.data {
        Data::Guarded(guarded) => {
            let (then, otherwise) = (presence(&guarded.then), presence(&guarded.otherwise));
            if then == otherwise {
                return then;
            }
            guarded.when.and(&then).or(&guarded.when.negated().and(&otherwise))
        }
        _ => Formula::decided(!is_missing(value)),
    }
}

/// The value of an entry, and `other` where it is missing.
pub(super) fn present_or(value: &Value, other: &Value) -> Value {
    match &value.data {
        Data::Guarded(guarded) if presence(value) != Formula::True => {
            let sides = (present_or(&guarded.then, other), present_or(&guarded.otherwise, other));
            Value { origin: value.origin.clone(), ..Value::guarded(&guarded.when, sides.0, sides.1) }
        }
        _ if is_missing(value) => other.clone(),
        _ => value.clone(),
    }
}

impl Object {
    /// When it has any entry.
    pub(super) fn has_any(&self) -> Formula {
        let mut any = Formula::False;
        for entry in &self.entries {
            any = any.or(&presence(&entry.value));
            if any == Formula::True {
                break;
            }
        }
        any
    }

    /// The entries that are there, as defaults have it; nothing where that is not known of one.
    pub(super) fn present(&self) -> Option<Vec<&Entry>> {
        let mut present = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            if presence(&entry.value).by_default()? {
                present.push(entry);
            }
        }
        Some(present)
    }

    /// How many entries it has, by their conditions; nothing where these are too many.
    pub(super) fn length(&self, place: Place) -> Option<Value> {
        let optional: Vec<Formula> =
            self.entries.iter().map(|entry| presence(&entry.value)).filter(|when| *when != Formula::True).collect();
        if optional.len() > MAX_OPTIONAL {
            return None;
        }
        #[allow(clippy::cast_precision_loss, reason = "no dict is that long")]
        fn counted(certain: usize, optional: &[Formula], place: Place) -> Value {
            match optional.split_first() {
                None => Value::number(certain as f64, place),
                Some((when, rest)) => {
                    Value::guarded(when, counted(certain + 1, rest, place), counted(certain, rest, place))
                }
            }
        }
        Some(counted(self.entries.len() - optional.len(), &optional, place))
    }
}
