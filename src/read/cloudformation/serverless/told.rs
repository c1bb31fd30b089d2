//! What events tell the resources that they come from: who is called.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{connector::is_same, events::Maker};
use crate::{
    graph::{
        Resource,
        value::{Data, Entry, List, Object, Reason, Unknown, Value},
    },
    source::Place,
};

/// The settings of its routes, as a stage has them.
const ROUTES: &str = "RouteSettings";

/// How an API says that a route has no method.
const ANY: &str = "x-amazon-apigateway-any-method";

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
            _ if path == ROUTES => routed(object.entry(outer).map(|entry| &entry.value), told.collect(), place),
            _ if inner.is_empty() => joined(object.entry(outer).map(|entry| &entry.value), told.collect(), place),
            Some(Some(Data::List(list))) => {
                // What is written there already is not told again.
                let told = told.filter(|new| !list.items.iter().any(|known| is_same(&known.data, &new.data)));
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

/// The settings of the routes of a stage with those that events have for theirs, which count before what is written at
/// the API.
fn routed(known: Option<&Value>, told: Vec<Value>, place: Place) -> Option<Value> {
    let mut made = match known.map(|known| &known.data) {
        None => Object::default(),
        Some(Data::Object(object)) => object.as_ref().clone(),
        Some(_) => return None,
    };
    for one in told {
        let Data::Object(routes) = &one.data else { continue };
        made.open = made.open.or_else(|| routes.open.clone());
        for route in &routes.entries {
            let data = match (made.entry(&route.name).map(|entry| &entry.value.data), &route.value.data) {
                (Some(Data::Object(before)), Data::Object(new)) => {
                    let mut all = before.as_ref().clone();
                    new.entries.iter().cloned().for_each(|entry| all.set(entry));
                    all.open = all.open.or_else(|| new.open.clone());
                    Data::Object(Arc::new(all))
                }
                (_, new) => new.clone(),
            };
            made.set(Entry { value: Value { data, ..route.value.clone() }, ..route.clone() });
        }
    }
    Some(Value::object(made, place))
}

impl Maker<'_, '_> {
    /// Tells the stage of an HTTP API how the route of an event is to be treated.
    pub(super) fn route(&mut self, api: &Value, event: &Object, settings: &Entry) {
        let Some(stage) = self.template.stage_id(api) else { return };
        let part = |name: &str| event.entry(name).map(|entry| entry.value.plain_text());
        let route = match (part("Method"), part("Path")) {
            (None, None) => Some("$default".to_owned()),
            (Some(Some(method)), Some(Some(path))) if &*method == ANY => Some(path.to_string()),
            (Some(Some(method)), Some(Some(path))) => Some(format!("{} {path}", method.to_uppercase())),
            _ => None,
        };
        let (mut routes, place) = (Object::default(), settings.place);
        match route {
            Some(name) => {
                let value = Value::guarded(&self.guard(), settings.value.clone(), Value::absent(place));
                routes.set(Entry { name: name.into(), place, value });
            }
            None => {
                routes.open = Some(Unknown { reason: Reason::RunTime, name: "the route of an event".into(), place })
            }
        }
        let to = self.template.stack.address(&stage);
        self.template.told.push(Told { to, path: ROUTES, place, value: Value::object(routes, place) });
    }

    /// Tells a resource of the template who is called.
    pub(super) fn tell(&mut self, to: Option<&Value>, path: &'static str, value: Value, place: Place) {
        if let Some(Value { data: Data::Reference(reference), .. }) = to {
            self.template.told.push(Told { to: reference.id.clone(), path, place, value });
        }
    }
}
