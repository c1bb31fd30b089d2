//! What operations of boto3 change of what the same code makes: `update_endpoint`, `update_monitoring_schedule`.
//!
//! Source: service model of botocore 1.44.8, read 2026-11-26.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments, capacities::CAPACITIES, scope::same_known};
use crate::{
    graph::{
        Input, Resource,
        guard::Formula,
        kind,
        value::{Data, Object, Reason, Unknown, Value},
    },
    read::{api, core_request},
};

/// Operations that change something of SageMaker's: the operation that makes it, and the argument that names it. What they
/// are given takes the place of what was given before.
const UPDATES: &[(&str, &str, &str)] = &[
    ("update_endpoint", "create_endpoint", "EndpointName"),
    ("update_inference_component", "create_inference_component", "InferenceComponentName"),
    ("update_monitoring_schedule", "create_monitoring_schedule", "MonitoringScheduleName"),
    ("update_notebook_instance", "create_notebook_instance", "NotebookInstanceName"),
    ("update_pipeline", "create_pipeline", "PipelineName"),
];

/// What an update of it leaves out of an object may stay as it was: AWS's documents do not say.
const IN_PART: &str = kind::INFERENCE_COMPONENT;

/// A change of something that the code has not made so far: `try` it, and make it where there is none.
pub(super) struct Update {
    kind: &'static str,
    /// The property that names what is changed.
    named: &'static str,
    properties: Value,
    guard: Formula,
}

/// Whether a method is such an operation.
pub(super) fn is_update(method: &str) -> bool {
    method.starts_with("update_") && (method == CAPACITIES || UPDATES.iter().any(|(name, ..)| *name == method))
}

impl<'a> Machine<'a> {
    /// An operation that changes what was made under the same name, or will be.
    pub(super) fn api_update(&mut self, operation: &str, call: &'a ExprCall, arguments: &Arguments) {
        if operation == CAPACITIES {
            return self.new_capacities(call, arguments);
        }
        let Some(&(_, making, named)) = UPDATES.iter().find(|(name, ..)| *name == operation) else { return };
        let Some(kind) = api::kind_of("sagemaker", making) else { return };
        if self.quiet > 0 || arguments.named.entry(named).is_none() {
            return;
        }
        let mut properties = Object { class: None, ..arguments.named.clone() };
        self.undumped(&mut properties, call.range());
        if kind == IN_PART {
            properties.entries.iter_mut().for_each(|entry| leave_open(&mut entry.value));
        }
        let properties = api::in_graph_names(kind, &Value::object(properties, self.place(call.range())));
        let update = Update { kind, named, properties, guard: self.here() };
        self.spend(self.part.resources.len());
        match self.part.resources.iter().rposition(|made| update.is_of(made)) {
            Some(at) => self.update(at, &update),
            None => self.updates.push(update),
        }
    }

    /// `update(…)` of a resource of sagemaker-core, by names in snake case; whether it is one that is followed.
    pub(super) fn resource_update(&mut self, id: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) -> bool {
        let is_it = |made: &Resource| made.input == Input::Core && made.key.id == *id;
        self.spend(self.part.resources.len());
        let Some(at) = self.part.resources.iter().rposition(is_it) else { return false };
        let kind = self.part.resources[at].kind.clone();
        let of_kind = |making: &str| api::kind_of("sagemaker", making).is_some_and(|known| *kind == *known);
        let Some(&(.., named)) = UPDATES.iter().find(|(_, making, _)| of_kind(making)) else { return false };
        let mut properties = core_request::of(&arguments.named);
        if &*kind == IN_PART {
            properties.entries.iter_mut().for_each(|entry| leave_open(&mut entry.value));
        }
        let properties = api::in_graph_names(&kind, &Value::object(properties, self.place(call.range())));
        self.update(at, &Update { kind: "", named, properties, guard: self.here() });
        true
    }

    /// Makes the changes that stand before in the code of what has just been made: the resources from `since` on.
    pub(super) fn updated_before(&mut self, since: usize) {
        if self.updates.is_empty() {
            return;
        }
        for at in since..self.part.resources.len() {
            self.spend(self.updates.len());
            let made = &self.part.resources[at];
            let (of, others) = std::mem::take(&mut self.updates).into_iter().partition(|update| update.is_of(made));
            self.updates = others;
            let of: Vec<Update> = of;
            of.iter().for_each(|update| self.update(at, update));
        }
    }

    /// What is changed exists, also where the code does not make it.
    pub(super) fn update(&mut self, at: usize, update: &Update) {
        let Data::Object(given) = &update.properties.data else { return };
        self.change_property(at, &update.guard, &mut |properties| {
            let others = given.entries.iter().filter(|entry| &*entry.name != update.named);
            others.for_each(|entry| properties.set(entry.clone()));
            cover(properties, given);
        });
        let guard = &mut self.part.resources[at].guard;
        *guard = guard.or(&update.guard);
    }
}

/// What is given besides, by names that are not known, may take the place of all else.
pub(super) fn cover(known: &mut Object, given: &Object) {
    let Some(why) = &given.open else { return };
    for entry in known.entries.iter_mut().filter(|entry| given.entry(&entry.name).is_none()) {
        entry.value = Value::new(Data::Unknown(why.clone()), entry.place);
    }
    known.open.get_or_insert_with(|| why.clone());
}

/// Opens objects: what is not written in them is not known.
fn leave_open(value: &mut Value) {
    let place = value.origin.place;
    if let Data::Object(object) = &mut value.data {
        let object = Arc::make_mut(object);
        let name = "what the update leaves as it was".into();
        object.open.get_or_insert(Unknown { reason: Reason::RunTime, name, place });
        object.entries.iter_mut().for_each(|entry| leave_open(&mut entry.value));
    }
}

impl Update {
    /// One of an endpoint: its name, and what is new.
    pub(super) fn of_endpoint(properties: Value, guard: Formula) -> Self {
        Self { kind: kind::ENDPOINT, named: "EndpointName", properties, guard }
    }

    /// Whether it changes this: what is named the same.
    fn is_of(&self, made: &Resource) -> bool {
        let name = |properties: &Value| properties.entry(self.named).map(|entry| entry.value.clone());
        &*made.kind == self.kind
            && name(&made.properties).zip(name(&self.properties)).is_some_and(|(one, other)| same_known(&one, &other))
    }
}
