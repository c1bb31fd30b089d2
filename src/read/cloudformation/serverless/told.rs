//! What events tell the resources that they come from: who is called.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::events::Maker;
use crate::{
    graph::{
        Resource,
        value::{Data, List, Object, Value},
    },
    source::Place,
};

/// What an event adds to another resource of the template: who calls the function is told there.
pub(in crate::read::cloudformation) struct Told {
    /// By what the others of its unit name that resource.
    to: Arc<str>,
    path: &'static str,
    place: Place,
    value: Value,
}

/// Tells what events add to the resources that they come from, each known by its address.
pub(in crate::read::cloudformation) fn tell(told: Vec<Told>, resources: &mut [Resource]) {
    let mut by_resource: FxHashMap<Arc<str>, Vec<Told>> = FxHashMap::default();
    for one in told {
        by_resource.entry(one.to.clone()).or_default().push(one);
    }
    if by_resource.is_empty() {
        return;
    }
    for resource in resources {
        let Some(told) = by_resource.remove(&resource.key.address()) else { continue };
        let Data::Object(object) = &mut resource.properties.data else { continue };
        let object = Arc::make_mut(object);
        let (path, place) = (told[0].path, told[0].place);
        let (outer, inner) = path.split_once('.').unwrap_or((path, ""));
        let known = object.entry(outer).map(|entry| entry.value.entry(inner).map(|entry| &entry.value.data));
        let told = told.into_iter().map(|one| one.value);
        let value = match known {
            _ if inner.is_empty() => joined(object.entry(outer).map(|entry| &entry.value), told.collect(), place),
            Some(Some(Data::List(list))) => {
                let items = list.items.iter().cloned().chain(told).collect();
                Some(Value::new(Data::List(Arc::new(List { items, open: list.open.clone() })), place))
            }
            Some(Some(_)) => continue,
            _ => Some(Value::list(told.collect(), place)),
        };
        if let Some(value) = value {
            object.set_path(path, place, value);
        }
    }
}

/// An object with the entries of others: what is written there stays.
fn joined(known: Option<&Value>, told: Vec<Value>, place: Place) -> Option<Value> {
    let mut made = match known.map(|known| &known.data) {
        None => Object::default(),
        Some(Data::Object(object)) => object.as_ref().clone(),
        Some(_) => return None,
    };
    for one in told {
        match one.data {
            Data::Object(more) => {
                let new = more.entries.iter().filter(|entry| made.entry(&entry.name).is_none()).cloned();
                made.entries.extend(new.collect::<Vec<_>>());
            }
            Data::Unknown(unknown) => made.open = Some(unknown),
            _ => {}
        }
    }
    Some(Value::object(made, place))
}

impl Maker<'_, '_> {
    /// Tells a resource of the template who is called.
    pub(super) fn tell(&mut self, to: Option<&Value>, path: &'static str, value: Value, place: Place) {
        if let Some(Value { data: Data::Reference(reference), .. }) = to {
            self.template.told.push(Told { to: reference.id.clone(), path, place, value });
        }
    }
}
