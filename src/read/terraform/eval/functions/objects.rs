//! Functions of maps and objects.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Call,
    lists::{listed, reason},
};
use crate::{
    graph::value::{Data, Entry, Object, Value},
    read::terraform::eval::{
        collections::Builder,
        convert::{Outcome, Stop, entries, invalid, items, list, object, text},
        partial::resting_on,
    },
};

pub(super) fn keys(call: &Call<'_>, values: &[Value]) -> Outcome {
    let object = object(&values[0])?;
    let mut names: Vec<Value> = object
        .entries
        .iter()
        .map(|entry| resting_on(Value::text(entry.name.clone(), entry.place), &values[0]))
        .collect();
    names.sort_by_key(Value::plain_text);
    listed(call, names, object.open.clone())
}

pub(super) fn values(call: &Call<'_>, values: &[Value]) -> Outcome {
    let object = object(&values[0])?;
    let mut entries: Vec<&Entry> = object.entries.iter().collect();
    entries.sort_by(|one, two| one.name.cmp(&two.name));
    let items = entries.into_iter().map(|entry| resting_on(entry.value.clone(), &values[0])).collect();
    listed(call, items, object.open.clone())
}

pub(super) fn lookup(_: &Call<'_>, values: &[Value]) -> Outcome {
    let object = object(&values[0])?;
    let name = text(&values[1])?;
    match (object.entry(&name), &object.open, values.get(2)) {
        (Some(entry), ..) => Ok(resting_on(entry.value.clone(), &values[0])),
        (None, Some(_), _) => Err(Stop::Undecided),
        (None, None, Some(otherwise)) => Ok(otherwise.clone()),
        (None, None, None) => invalid(format!("the key `{name}`, which the map does not have")),
    }
}

pub(super) fn merge(call: &Call<'_>, values: &[Value]) -> Outcome {
    let mut merged = Builder::default();
    for value in values {
        match object(value) {
            Ok(object) => {
                call.afford(object.entries.len())?;
                if let Some(why) = &object.open {
                    merged.cover(why);
                }
                for entry in &object.entries {
                    let value = resting_on(entry.value.clone(), value);
                    merged.set(Entry { value, ..entry.clone() });
                }
            }
            Err(_) if matches!(value.data, Data::Absent) => {}
            Err(Stop::Undecided) => merged.cover(&reason(call, value)),
            Err(stop) => return Err(stop),
        }
    }
    Ok(Value::object(merged.finish(), call.place))
}

pub(super) fn transpose(call: &Call<'_>, values: &[Value]) -> Outcome {
    let mut turned: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
    let mut count = 0;
    for entry in &entries(&values[0])?.entries {
        for item in items(&entry.value)? {
            count += 1;
            call.afford(count)?;
            turned.entry(text(item)?).or_default().push(entry.name.clone());
        }
    }
    let entries = turned.into_iter().map(|(name, mut names)| {
        names.sort();
        let names = names.into_iter().map(|name| Value::text(name, call.place)).collect();
        Entry { name, place: call.place, value: Value::list(names, call.place) }
    });
    Ok(Value::object(Object { entries: entries.collect(), ..Object::default() }, call.place))
}

pub(super) fn zipmap(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (names, values) = (items(&values[0])?, list(&values[1]));
    let values = match values {
        Ok(list) if list.open.is_none() => Some(&list.items),
        Ok(_) | Err(Stop::Undecided) => None,
        Err(stop) => return Err(stop),
    };
    if values.is_some_and(|values| values.len() != names.len()) {
        return invalid("lists of different lengths");
    }
    let mut zipped = Builder::default();
    for (at, name) in names.iter().enumerate() {
        let value = match values {
            Some(values) => values[at].clone(),
            None => return Err(Stop::Undecided),
        };
        match text(name) {
            Ok(name) => zipped.set(Entry { name, place: call.place, value }),
            Err(Stop::Undecided) => zipped.cover(&reason(call, name)),
            Err(stop) => return Err(stop),
        }
    }
    Ok(Value::object(zipped.finish(), call.place))
}
