//! Operators of Airflow: those of SageMaker hold a request of boto3's, those of Python call a function.
//!
//! Source: apache-airflow-providers-amazon 9, `operators/sagemaker.py`, and apache-airflow-providers-standard 1,
//! `operators/python.py`; read 2026-11-26.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments};
use crate::{
    graph::value::{Data, MAX_LEVELS, Object, Reason, Unknown, Value},
    source::Place,
};

/// Parts of a `config`, and the operation that takes each as its request.
type Parts = &'static [(&'static str, &'static str)];

/// Operators, the operation that each calls, and the part of its `config` that is the request, if it may have several.
const OPERATORS: &[(&str, &str, Parts)] = &[
    ("SageMakerTrainingOperator", "create_training_job", &[]),
    ("SageMakerTuningOperator", "create_hyper_parameter_tuning_job", &[]),
    ("SageMakerProcessingOperator", "create_processing_job", &[]),
    ("SageMakerModelOperator", "create_model", &[]),
    ("SageMakerEndpointConfigOperator", "create_endpoint_config", &[]),
    (
        "SageMakerTransformOperator",
        "create_transform_job",
        &[("Model", "create_model"), ("Transform", "create_transform_job")],
    ),
    (
        "SageMakerEndpointOperator",
        "create_endpoint",
        &[("Model", "create_model"), ("EndpointConfig", "create_endpoint_config"), ("Endpoint", "create_endpoint")],
    ),
];

/// Operators that call a function of the project's.
const PYTHON: &[&str] = &[
    "BranchPythonOperator",
    "ExternalPythonOperator",
    "PythonOperator",
    "PythonVirtualenvOperator",
    "ShortCircuitOperator",
];

impl<'a> Machine<'a> {
    /// An operator of Airflow, for what it makes or calls when its task runs. The operator itself is not known.
    pub(super) fn airflow_operator(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) {
        let name = symbol.rsplit('.').next().unwrap_or_default();
        if PYTHON.contains(&name) {
            return self.python_operator(arguments, self.place(call.range()));
        }
        let Some((_, operation, parts)) = OPERATORS.iter().find(|(known, ..)| *known == name) else { return };
        // It may change an endpoint that is there.
        let is_update = arguments
            .named
            .entry("operation")
            .is_some_and(|entry| entry.value.plain_text().is_none_or(|operation| &*operation != "create"));
        let Some(config) = arguments.named.entry("config").map(|entry| rendered(&entry.value, 0)) else { return };
        let Data::Object(config) = &config.data else { return };
        let is_split = parts.iter().any(|(part, _)| config.entry(part).is_some_and(|one| is_object(&one.value)));
        let own = [("", *operation)];
        for (part, operation) in if is_split { *parts } else { &own } {
            if is_update && *operation == "create_endpoint" {
                continue;
            }
            let request = match part {
                &"" => Some(config),
                part => match config.entry(part).map(|entry| &entry.value.data) {
                    Some(Data::Object(request)) => Some(request),
                    _ => None,
                },
            };
            if let Some(request) = request {
                let given =
                    Arguments { positional: Vec::new(), named: Object { class: None, ..Object::clone(request) } };
                self.client_call("sagemaker", operation, call, &given);
            }
        }
    }

    /// `PythonOperator(python_callable=train, op_args=[…], op_kwargs={…})`. What Airflow itself hands to the function is
    /// not known.
    fn python_operator(&mut self, arguments: &Arguments, site: Place) {
        let Some(Data::Symbol(function)) = arguments.named.entry("python_callable").map(|entry| &entry.value.data)
        else {
            return;
        };
        let function = function.clone();
        let given = |name: &str| arguments.named.entry(name).map(|entry| rendered(&entry.value, 0));
        let why =
            || Unknown { reason: Reason::RunTime, name: "what Airflow hands to the function".into(), place: site };
        let open = Object { open: Some(why()), ..Object::default() };
        let unknown = Arguments { positional: Vec::new(), named: open };
        let mut known = self.unpacked_arguments(given("op_args").as_ref(), given("op_kwargs").as_ref());
        if arguments.named.open.is_some() {
            known = None;
        }
        let known = known.unwrap_or(unknown);
        if self.symbol_call(&function, &known, site).is_none() && known.named.open.is_none() {
            let named = Object { open: Some(why()), ..known.named };
            self.symbol_call(&function, &Arguments { named, ..known }, site);
        }
    }
}

fn is_object(value: &Value) -> bool {
    matches!(value.data, Data::Object(_))
}

/// A value with the templates in it that Airflow fills in when a task runs.
fn rendered(value: &Value, level: usize) -> Value {
    fn changed(value: &Value, level: usize) -> Option<Value> {
        match &value.data {
            Data::Text(text) if text.contains("{{") || text.contains("{%") => {
                let name: Arc<str> = format!("`{text}`").into();
                Some(Value::unknown(Reason::RunTime, name, value.origin.place))
            }
            _ if level > MAX_LEVELS => None,
            _ => value.with_parts(&mut |part| changed(part, level + 1)),
        }
    }
    changed(value, level).unwrap_or_else(|| value.clone())
}
