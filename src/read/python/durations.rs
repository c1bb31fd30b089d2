//! `datetime.timedelta`: lengths of time as code writes them, in seconds.

use super::{Machine, calls::Arguments, expressions::composed, library::number, resting::as_sure_as};
use crate::{
    graph::value::{Data, Entry, Object, Value},
    source::Place,
};

/// The class of a length of time.
pub(super) const DURATION: &str = "datetime.timedelta";
/// Its arguments in order, and how many seconds each of them counts.
const UNITS: [(&str, f64); 7] = [
    ("days", 86_400.0),
    ("seconds", 1.0),
    ("microseconds", 1e-6),
    ("milliseconds", 1e-3),
    ("minutes", 60.0),
    ("hours", 3_600.0),
    ("weeks", 604_800.0),
];
/// The entry that holds all of its seconds.
const TOTAL: &str = "total";

impl Machine<'_> {
    /// `timedelta(hours=4)`; nothing where an argument is not known, and for other calls of `datetime`.
    pub(super) fn duration_call(&mut self, symbol: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        let is_whole = arguments.named.open.is_none() && arguments.positional.len() <= UNITS.len();
        if symbol != DURATION || !is_whole {
            return None;
        }
        let mut seconds = 0.0;
        for (at, (name, unit)) in UNITS.iter().enumerate() {
            if let Some(given) = arguments.get(name, at) {
                seconds += number(given)? * unit;
            }
        }
        let days = (seconds / 86_400.0).floor();
        let mut made = Object { class: Some(DURATION.into()), ..Object::default() };
        for (name, count) in [("days", days), ("seconds", (seconds - days * 86_400.0).floor()), (TOTAL, seconds)] {
            made.set(Entry { name: name.into(), place, value: Value::number(count, place) });
        }
        let parts: Vec<&Value> = arguments.values().collect();
        Some(composed(Value::object(made, place), &parts))
    }

    /// A method of a length of time; nothing for one that is not followed.
    pub(super) fn duration_method(&self, base: &Value, method: &str, place: Place) -> Option<Value> {
        let total = base.entry(TOTAL).filter(|_| method == "total_seconds")?;
        let Data::Number(_) = &total.value.data else { return None };
        Some(as_sure_as(Value::new(total.value.data.clone(), place), base))
    }
}
