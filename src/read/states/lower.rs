//! A definition's value → resources: the machine, its states, and what their tasks make.

use std::sync::Arc;

use super::task;
use crate::{
    graph::{
        Input, Key, Resource,
        guard::Formula,
        kind,
        value::{Data, Entry, Object, Value},
    },
    read::api::{self, LowerRequest},
    source::Place,
};

/// States within states are followed this deep.
const MAX_DEPTH: usize = 32;

/// The fields of a state that hold states; those of `Branches` are in a list.
const INNER: &[&str] = &["Branches", "Iterator", "ItemProcessor"];

/// What a state machine's resources have in common.
#[derive(Clone)]
pub(super) struct Machine {
    pub(super) unit: Arc<str>,
    pub(super) callers: Vec<Arc<str>>,
    pub(super) caller_places: Vec<Place>,
    pub(super) id: Arc<str>,
    pub(super) place: Place,
    pub(super) guard: Formula,
    pub(super) region: Option<Arc<str>>,
    pub(super) multiplicity: Option<u32>,
}

impl Machine {
    /// The machine itself, of a definition that is a file.
    pub(super) fn resource(&self, kind: &str, definition: &Value, body: Place) -> Resource {
        let mut properties = Object::default();
        properties.set(Entry { name: "Definition".into(), place: self.place, value: definition.clone() });
        Resource {
            key: Key { unit: self.unit.clone(), callers: self.callers.clone(), id: self.id.clone() },
            kind: kind.into(),
            input: Input::StateMachine,
            properties: Value::object(properties, self.place),
            place: self.place,
            body,
            guard: self.guard.clone(),
            region: self.region.clone(),
            callers: self.caller_places.clone(),
            multiplicity: self.multiplicity,
            repeats: false,
        }
    }

    /// A resource for each state, and for what it makes, in the order of the definition.
    pub(super) fn states(&self, definition: &Value) -> Vec<Resource> {
        let mut made = Vec::new();
        let mut callers = self.callers.clone();
        callers.push(self.id.clone());
        let mut places = self.caller_places.clone();
        places.push(self.place);
        for (guard, definition) in branches(&self.guard, definition) {
            let machine = Self { guard, ..self.clone() };
            machine.scope(definition, &callers, &places, 0, &mut made);
        }
        made
    }

    fn scope(&self, scope: &Value, callers: &[Arc<str>], places: &[Place], depth: usize, made: &mut Vec<Resource>) {
        let Some(Data::Object(states)) = scope.entry("States").map(|entry| &entry.value.data) else { return };
        for entry in &states.entries {
            let Data::Object(state) = &entry.value.data else { continue };
            let body = entry.place.through(entry.value.origin.place);
            let own = state.entries.iter().filter(|entry| !INNER.contains(&&*entry.name)).cloned().collect();
            let own = Object { entries: own, open: state.open.clone(), class: None };
            let properties = Value { data: Data::Object(Arc::new(own)), origin: entry.value.origin.clone() };
            let key = Key { unit: self.unit.clone(), callers: callers.to_vec(), id: entry.name.clone() };
            made.push(Resource {
                key,
                kind: kind::STATE.into(),
                input: Input::StateMachine,
                properties,
                place: entry.place,
                body,
                guard: self.guard.clone(),
                region: self.region.clone(),
                callers: places.to_vec(),
                multiplicity: self.multiplicity,
                repeats: false,
            });
            if let Some((service, operation, request)) = task::request(state) {
                let request = LowerRequest {
                    unit: self.unit.clone(),
                    id: entry.name.clone(),
                    callers: callers.to_vec(),
                    caller_places: places.to_vec(),
                    input: Input::StateMachine,
                    properties: request,
                    place: entry.place,
                    body,
                    guard: self.guard.clone(),
                };
                let lowered = api::lower(&service, &operation, request).into_iter().map(|mut resource| {
                    (resource.region, resource.multiplicity) = (self.region.clone(), self.multiplicity);
                    resource
                });
                made.extend(lowered);
            }
            if depth < MAX_DEPTH && INNER.iter().any(|name| state.entry(name).is_some()) {
                let (mut callers, mut places) = (callers.to_vec(), places.to_vec());
                callers.push(entry.name.clone());
                places.push(entry.place);
                for inner in inner_scopes(state) {
                    self.scope(inner, &callers, &places, depth + 1, made);
                }
            }
        }
    }
}

/// The definitions that a machine may have, each with the condition under which it does.
fn branches<'v>(guard: &Formula, definition: &'v Value) -> Vec<(Formula, &'v Value)> {
    match &definition.data {
        Data::Guarded(guarded) => {
            let mut all = branches(&guard.and(&guarded.when), &guarded.then);
            all.extend(branches(&guard.and(&guarded.when.negated()), &guarded.otherwise));
            all
        }
        _ => vec![(guard.clone(), definition)],
    }
}

/// The branches of a parallel state, the processor of a map state.
fn inner_scopes(state: &Object) -> Vec<&Value> {
    let values = INNER.iter().filter_map(|name| state.entry(name)).map(|entry| &entry.value);
    let scopes = values.flat_map(|value| match &value.data {
        Data::List(list) => list.items.iter().collect(),
        _ => vec![value],
    });
    scopes.collect()
}
