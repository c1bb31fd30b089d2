//! Names of sagemaker-core, in snake case, as those of the API.
//!
//! Source: sagemaker-core 2.27.0, `utils.snake_to_pascal`, read 2026-11-26.

use std::sync::Arc;

use crate::graph::value::{Data, Entry, List, Object as Entries, Value};

/// Properties that hold names and values of the user's: these are no names of arguments.
const MAPS: [&str; 5] = ["HyperParameters", "StaticHyperParameters", "Environment", "Properties", "CustomerMetadata"];

/// Arguments in snake case as a request of the API. What the user names himself keeps its name.
pub(super) fn of(arguments: &Entries) -> Entries {
    let mut request = Entries { open: arguments.open.clone(), ..Entries::default() };
    for entry in &arguments.entries {
        let name = pascal(&entry.name);
        // `None`, or what the SDK calls unassigned, is left out.
        let is_left_out = match &entry.value.data {
            Data::Absent => true,
            Data::Object(object) => object.class.as_deref().is_some_and(|class| class.ends_with(".Unassigned")),
            _ => false,
        };
        if !is_left_out {
            let value = if MAPS.contains(&&*name) { entry.value.clone() } else { shape(&entry.value) };
            request.set(Entry { name: name.into(), place: entry.place, value });
        }
    }
    request
}

/// A shape, or the dict that becomes one, as the API's object.
pub(super) fn shape(value: &Value) -> Value {
    let data = match &value.data {
        Data::Object(object) => Data::Object(Arc::new(of(object))),
        Data::List(list) => {
            let items = list.items.iter().map(shape).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        Data::Guarded(guarded) => {
            return Value::guarded(&guarded.when, shape(&guarded.then), shape(&guarded.otherwise));
        }
        _ => return value.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// `volume_size_in_gb` → `VolumeSizeInGB`. A name that is no argument's stays.
pub(super) fn pascal(name: &str) -> String {
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return name.to_owned();
    }
    let mut pascal = String::with_capacity(name.len());
    let mut size = false;
    for part in name.split('_') {
        let is_unit = size && matches!(part, "gb" | "mb" | "kb");
        size = part == "in";
        if is_unit {
            pascal.push_str(&part.to_ascii_uppercase());
            continue;
        }
        let mut rest = part.chars();
        pascal.extend(rest.next().map(|first| first.to_ascii_uppercase()));
        pascal.push_str(rest.as_str());
    }
    pascal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_arguments_become_names_of_the_api() {
        for (argument, property) in [
            ("instance_type", "InstanceType"),
            ("volume_size_in_gb", "VolumeSizeInGB"),
            ("max_payload_in_mb", "MaxPayloadInMB"),
            ("s3_uri", "S3Uri"),
            ("max_runtime_in_seconds", "MaxRuntimeInSeconds"),
            ("Key", "Key"),
        ] {
            assert_eq!(pascal(argument), property);
        }
    }
}
