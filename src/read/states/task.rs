//! What a task state asks of a service, as the request that the service gets.

use std::sync::Arc;

use super::intrinsics;
use crate::{
    graph::{
        flow::integration,
        value::{Data, Entry, List, Object, Piece, Reason, Value},
    },
    read::api,
};

/// Parameters are followed this deep.
const MAX_DEPTH: usize = 64;

/// The service, by boto3's name, and the operation that a state calls, if that makes something; and its request.
pub(super) fn request(state: &Object) -> Option<(String, String, Value)> {
    let resource = &state.entry("Resource")?.value;
    let called = integration(resource)?;
    let (service, operation) = api::integrated(&called.resource)?;
    api::kind_of(service, operation)?;
    let written = state.entry("Parameters").or_else(|| state.entry("Arguments"));
    let request = match written {
        Some(entry) => in_request(&entry.value, 0),
        // The request is the input of the state.
        None => Value::unknown(Reason::RunTime, "the input of the state", resource.origin.place),
    };
    Some((service.to_owned(), operation.to_owned(), opened(request)))
}

/// A request of which nothing is known has all properties, each unknown.
pub(in crate::read) fn opened(request: Value) -> Value {
    match request.data {
        Data::Unknown(why) => {
            let open = Object { entries: Vec::new(), open: Some(why), class: None };
            Value { data: Data::Object(Arc::new(open)), origin: request.origin }
        }
        _ => request,
    }
}

/// A value as it is in the request: what `X.$` and `{% … %}` stand for is known when the machine runs, but for functions
/// of what is written.
fn in_request(value: &Value, depth: usize) -> Value {
    let data = match &value.data {
        _ if depth > MAX_DEPTH => {
            return Value::unknown(Reason::Limit, "a value nested this deeply", value.origin.place);
        }
        Data::Text(text) if is_expression(text) => {
            return Value::unknown(Reason::RunTime, text.clone(), value.origin.place);
        }
        Data::Template(pieces) => match (pieces.first(), pieces.last()) {
            (Some(Piece::Text(first)), Some(Piece::Text(last)))
                if first.trim_start().starts_with("{%") && last.trim_end().ends_with("%}") =>
            {
                return Value::unknown(Reason::RunTime, "an expression", value.origin.place);
            }
            _ => return value.clone(),
        },
        Data::List(list) => Data::List(Arc::new(List {
            items: list.items.iter().map(|item| in_request(item, depth + 1)).collect(),
            open: list.open.clone(),
        })),
        Data::Object(object) => {
            let entries = object.entries.iter().map(|entry| match entry.name.strip_suffix(".$") {
                Some(name) => {
                    let path = entry.value.plain_text().unwrap_or_else(|| "a path".into());
                    let place = entry.value.origin.place;
                    let value = intrinsics::value(&path, place);
                    let value = value.unwrap_or_else(|| Value::unknown(Reason::RunTime, path, place));
                    Entry { name: name.into(), place: entry.place, value }
                }
                None => {
                    Entry { name: entry.name.clone(), place: entry.place, value: in_request(&entry.value, depth + 1) }
                }
            });
            let entries = entries.collect();
            Data::Object(Arc::new(Object { entries, open: object.open.clone(), class: None }))
        }
        _ => return value.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// Whether a text is an expression of JSONata.
fn is_expression(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("{%") && text.ends_with("%}")
}
