//! Tasks of the AWS Step Functions Data Science SDK that name an operation of SageMaker's: `Task(resource=…, parameters=…)`.
//!
//! Source: stepfunctions 2.3.0, `steps/states.py`, read 2026-11-27.

use ruff_python_ast::ExprCall;

use super::{Machine, calls::Arguments};
use crate::graph::value::{Data, Entry, MAX_LEVELS, Object, Reason, Value};

/// What the resource of a task of SageMaker's begins with, behind the partition.
const SERVICES: [&str; 2] = [":states:::sagemaker:", ":states:::aws-sdk:sagemaker:"];

impl<'a> Machine<'a> {
    /// What a task makes when its state machine runs. The task itself is not known.
    pub(super) fn state_task(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) {
        if !symbol.ends_with(".Task") {
            return;
        }
        let named = |name: &str| arguments.named.entry(name).map(|entry| &entry.value);
        let Some(resource) = named("resource").and_then(Value::plain_text) else { return };
        let Some(operation) = SERVICES.iter().find_map(|service| Some(resource.split_once(service)?.1)) else { return };
        let operation = operation.split('.').next().unwrap_or(operation);
        let Some(Data::Object(request)) = named("parameters").map(|request| selected(request, 0).data) else { return };
        let named = Object { class: None, ..Object::clone(&request) };
        self.client_call("sagemaker", operation, call, &Arguments { positional: Vec::new(), named });
    }
}

/// Parameters without what the execution selects from its input: `"TrainingJobName.$": "$.name"`, and objects of the SDK that
/// stand for a part of it.
fn selected(value: &Value, level: usize) -> Value {
    match &value.data {
        Data::Object(object) if level <= MAX_LEVELS => {
            let mut made = Object { entries: Vec::new(), ..object.as_ref().clone() };
            for entry in &object.entries {
                let (name, value) = match entry.name.strip_suffix(".$") {
                    Some(name) => (name.into(), Value::unknown(Reason::RunTime, &*entry.name, entry.place)),
                    None => (entry.name.clone(), selected(&entry.value, level + 1)),
                };
                made.set(Entry { name, place: entry.place, value });
            }
            Value { data: Value::object(made, value.origin.place).data, origin: value.origin.clone() }
        }
        Data::List(list) if level <= MAX_LEVELS => {
            let mut list = list.as_ref().clone();
            list.items.iter_mut().for_each(|item| *item = selected(item, level + 1));
            Value { data: Data::List(list.into()), origin: value.origin.clone() }
        }
        _ => value.clone(),
    }
}
