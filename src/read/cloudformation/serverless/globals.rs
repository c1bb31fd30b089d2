//! SAM's `Globals`: properties that all functions or APIs of a template have.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{API, CAPACITY, FUNCTION, HTTP_API, LAYER, STATE_MACHINE, TABLE, WEBSOCKET_API};
use crate::{
    graph::{
        Resource,
        value::{Data, List, Object, Value},
    },
    read::cloudformation::{include::Brought, template::Template},
    syntax::tree::Node,
};

/// Sections of `Globals` and the types that they are for.
const SECTIONS: &[(&str, &str)] = &[
    ("Function", FUNCTION),
    ("Api", API),
    ("HttpApi", HTTP_API),
    ("SimpleTable", TABLE),
    ("StateMachine", STATE_MACHINE),
    ("LayerVersion", LAYER),
    ("CapacityProvider", CAPACITY),
    ("WebSocketApi", WEBSOCKET_API),
];

/// The properties by type.
#[derive(Default)]
pub(in crate::read::cloudformation) struct Globals(Vec<(&'static str, Value)>);

impl Globals {
    /// Reads the section, as the template writes it and as inclusions bring it.
    pub(in crate::read::cloudformation) fn of(template: &mut Template<'_>) -> Self {
        let mut all: Vec<(&'static str, Value)> = Vec::new();
        for Brought { source, node } in template.section("Globals") {
            for (name, kind) in SECTIONS {
                let Some(node) = node.get(name).filter(|_| !all.iter().any(|(known, _)| known == kind)) else {
                    continue;
                };
                all.push((kind, template.within(source, |template| template.eval(node))));
            }
        }
        Self(all)
    }

    /// Gives a resource what it does not say itself, but what it says not to want (`IgnoreGlobals`).
    pub(in crate::read::cloudformation) fn apply(
        &self,
        template: &mut Template<'_>,
        resource: &mut Resource,
        ignored: Option<Node<'_>>,
    ) {
        if let Some((_, shared)) = self.0.iter().find(|(kind, _)| *kind == &*resource.kind) {
            let less = ignored.and_then(|ignored| without(shared, ignored));
            let shared = less.as_ref().unwrap_or(shared);
            // Many functions with long lists of variables each would make a table of both.
            if !template.afford(entries(shared) + entries(&resource.properties)) {
                resource.properties = template.too_large("the properties with those of `Globals`", resource.place);
                return;
            }
            let data = merged(shared, &resource.properties);
            resource.properties.data = data;
        }
    }
}

/// Whether `IgnoreGlobals` names a property.
pub(super) fn is_ignored(ignored: Node<'_>, name: &str) -> bool {
    ignored.text() == Some("*") || ignored.items().any(|item| item.text() == Some(name))
}

/// The properties but those that a node lists, or none at all if it is `*`.
fn without(shared: &Value, ignored: Node<'_>) -> Option<Value> {
    let Data::Object(object) = &shared.data else { return None };
    let entries = object.entries.iter().filter(|entry| !is_ignored(ignored, &entry.name)).cloned().collect();
    let object = Object { entries, ..object.as_ref().clone() };
    Some(Value { data: Data::Object(Arc::new(object)), origin: shared.origin.clone() })
}

/// Entries and items of a value, and of the values in it that are merged.
fn entries(value: &Value) -> usize {
    match &value.data {
        Data::Object(object) => object.entries.iter().map(|entry| 1 + entries(&entry.value)).sum(),
        Data::List(list) => list.items.len(),
        _ => 0,
    }
}

/// As SAM merges: objects entry by entry, lists one after the other, and of anything else the resource's own.
fn merged(shared: &Value, own: &Value) -> Data {
    match (&shared.data, &own.data) {
        (Data::Object(shared), Data::Object(own)) => {
            let mut object = Object { open: own.open.clone().or_else(|| shared.open.clone()), ..own.as_ref().clone() };
            let names = own.entries.iter().enumerate().map(|(at, entry)| (&*entry.name, at));
            let names: FxHashMap<&str, usize> = names.collect();
            for entry in &shared.entries {
                match names.get(&*entry.name).and_then(|&at| object.entries.get_mut(at)) {
                    Some(known) => known.value.data = merged(&entry.value, &known.value),
                    None => object.entries.push(entry.clone()),
                }
            }
            Data::Object(Arc::new(object))
        }
        (Data::List(shared), Data::List(own)) => {
            let items = shared.items.iter().chain(&own.items).cloned().collect();
            Data::List(Arc::new(List { items, open: shared.open.clone().or_else(|| own.open.clone()) }))
        }
        (_, own) => own.clone(),
    }
}
