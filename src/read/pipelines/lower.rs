//! A pipeline's definition → the jobs and models that its steps make, with its parameters' defaults filled in.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    graph::{
        Input, Resource,
        value::{Data, Entry, List, Object, Piece, Reason, StepKind, Value},
    },
    read::{
        api::{self, LowerRequest},
        states::opened,
    },
    source::Place,
};

/// Steps within conditions, and values, are followed this deep.
const MAX_DEPTH: usize = 64;

/// Types of steps, and the operation whose request their `Arguments` are.
/// Source: SageMaker Pipelines definition schema 2020-12-01, and the step classes of sagemaker-python-sdk 2.
const OPERATIONS: &[(&str, &str)] = &[
    ("AutoML", "CreateAutoMLJobV2"),
    ("ClarifyCheck", "CreateProcessingJob"),
    ("Model", "CreateModel"),
    ("Processing", "CreateProcessingJob"),
    ("QualityCheck", "CreateProcessingJob"),
    ("RegisterModel", "CreateModelPackage"),
    ("Training", "CreateTrainingJob"),
    ("Transform", "CreateTransformJob"),
    ("Tuning", "CreateHyperParameterTuningJob"),
];

/// What the steps of a pipeline make, in the order of its definition.
pub(super) fn steps(pipeline: &Resource, definition: &Value) -> Vec<Resource> {
    let parameters = parameters(definition);
    let mut callers = pipeline.key.callers.clone();
    callers.push(pipeline.key.id.clone());
    let mut places = pipeline.callers.clone();
    places.push(pipeline.place);
    let mut lowering = Lowering { pipeline, parameters, callers, places, made: Vec::new() };
    if let Some(steps) = definition.entry("Steps") {
        lowering.list(&steps.value, 0);
    }
    lowering.made
}

/// The parameters with their defaults; one without is what an execution is started with.
fn parameters(definition: &Value) -> FxHashMap<Arc<str>, Value> {
    let mut parameters = FxHashMap::default();
    let Some(Data::List(list)) = definition.entry("Parameters").map(|entry| &entry.value.data) else {
        return parameters;
    };
    for item in &list.items {
        let Some(name) = item.entry("Name").and_then(|name| name.value.plain_text()) else { continue };
        let place = item.origin.place;
        let value = match item.entry("DefaultValue") {
            Some(default) => default.value.clone().via(StepKind::PipelineParameter, name.clone(), place),
            None => Value::unknown(Reason::NoDefault, format!("pipeline parameter {name}"), place),
        };
        parameters.insert(name, value);
    }
    parameters
}

struct Lowering<'p> {
    pipeline: &'p Resource,
    parameters: FxHashMap<Arc<str>, Value>,
    callers: Vec<Arc<str>>,
    places: Vec<Place>,
    made: Vec<Resource>,
}

impl Lowering<'_> {
    fn list(&mut self, steps: &Value, depth: usize) {
        let Data::List(list) = &steps.data else { return };
        for step in &list.items {
            self.step(step, depth);
        }
    }

    fn step(&mut self, step: &Value, depth: usize) {
        let text = |name: &str| step.entry(name).and_then(|entry| entry.value.plain_text());
        let (Some(name), Some(kind), Some(arguments)) = (step.entry("Name"), text("Type"), step.entry("Arguments"))
        else {
            return;
        };
        if *kind == *"Condition" && depth < MAX_DEPTH {
            for branch in ["IfSteps", "ElseSteps"].iter().filter_map(|name| arguments.value.entry(name)) {
                self.list(&branch.value, depth + 1);
            }
        }
        // In code of the SDK a step refers to its job, which is among what was read.
        if matches!(arguments.value.data, Data::Reference(_)) {
            return;
        }
        let Some((_, operation)) = OPERATIONS.iter().find(|(known, _)| **known == *kind) else { return };
        let Some(id) = name.value.plain_text() else { return };
        let request = LowerRequest {
            unit: self.pipeline.key.unit.clone(),
            id,
            callers: self.callers.clone(),
            caller_places: self.places.clone(),
            input: Input::Request,
            properties: opened(self.filled(&arguments.value, 0)),
            place: name.value.origin.place,
            body: name.place.through(step.origin.place),
            guard: self.pipeline.guard.clone(),
        };
        for mut resource in api::lower("sagemaker", operation, request) {
            (resource.region, resource.multiplicity) = (self.pipeline.region.clone(), self.pipeline.multiplicity);
            self.made.push(resource);
        }
    }

    /// A value with what its `Get` and `Std:Join` stand for.
    fn filled(&self, value: &Value, depth: usize) -> Value {
        let place = value.origin.place;
        let data = match &value.data {
            _ if depth > MAX_DEPTH => return Value::unknown(Reason::Limit, "a value nested this deeply", place),
            Data::Object(object) => match &object.entries[..] {
                [only] if object.open.is_none() && &*only.name == "Get" => return self.got(&only.value),
                [only] if object.open.is_none() && &*only.name == "Std:Join" => {
                    return self.joined(&only.value, place, depth);
                }
                // `Std:JsonGet` reads what another step has written.
                [only] if only.name.starts_with("Std:") => {
                    return Value::unknown(Reason::RunTime, only.name.clone(), place);
                }
                entries => {
                    let entries = entries.iter().map(|entry| Entry {
                        name: entry.name.clone(),
                        place: entry.place,
                        value: self.filled(&entry.value, depth + 1),
                    });
                    Data::Object(Arc::new(Object { entries: entries.collect(), ..object.as_ref().clone() }))
                }
            },
            Data::List(list) => Data::List(Arc::new(List {
                items: list.items.iter().map(|item| self.filled(item, depth + 1)).collect(),
                open: list.open.clone(),
            })),
            _ => return value.clone(),
        };
        Value { data, origin: value.origin.clone() }
    }

    /// What `Get` of a name stands for: a parameter, or what an execution or a step of it brings.
    fn got(&self, name: &Value) -> Value {
        let Some(path) = name.plain_text() else { return name.clone() };
        let known = path.strip_prefix("Parameters.").and_then(|name| self.parameters.get(name));
        known.cloned().unwrap_or_else(|| Value::unknown(Reason::RunTime, path, name.origin.place))
    }

    /// `{"Std:Join": {"On": "/", "Values": […]}}`.
    fn joined(&self, join: &Value, place: Place, depth: usize) -> Value {
        let delimiter = join.entry("On").and_then(|on| on.value.plain_text());
        let values = join.entry("Values").map(|values| &values.value.data);
        let (Some(delimiter), Some(Data::List(list))) = (delimiter, values) else {
            return Value::unknown(Reason::RunTime, "a joined text", place);
        };
        let mut pieces = Vec::new();
        let mut weakest: Option<Value> = None;
        for item in &list.items {
            if !pieces.is_empty() {
                pieces.push(Piece::Text(delimiter.clone()));
            }
            let item = self.filled(item, depth + 1);
            let weaker = weakest.as_ref().is_none_or(|known| item.origin.confidence() < known.origin.confidence());
            if weaker && !item.is_unknown() {
                weakest = Some(item.clone());
            }
            pieces.push(Piece::Hole(Box::new(item)));
        }
        let mut value = Value::template(pieces, place);
        value.origin.step = weakest.and_then(|weakest| weakest.origin.step);
        value
    }
}
