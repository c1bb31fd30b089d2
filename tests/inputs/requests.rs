//! A request as a call of boto3, as a task of a state machine, and as a step of a pipeline.

use serde_json::{Map, Value, json};

use crate::{Language, Said};

/// Operations that the examples have requests of: a key that tells, the operation, the type of the step of a pipeline.
const OPERATIONS: &[(&str, &str, Option<&str>)] = &[
    ("HyperParameterTuningJobConfig", "CreateHyperParameterTuningJob", Some("Tuning")),
    ("AlgorithmSpecification", "CreateTrainingJob", Some("Training")),
    ("AppSpecification", "CreateProcessingJob", Some("Processing")),
    ("TransformResources", "CreateTransformJob", Some("Transform")),
    ("PrimaryContainer", "CreateModel", Some("Model")),
    ("Containers", "CreateModel", Some("Model")),
    ("ProductionVariants", "CreateEndpointConfig", None),
    ("NotebookInstanceName", "CreateNotebookInstance", None),
];

pub(crate) fn others(text: &str) -> Vec<Said> {
    let Ok(Value::Object(request)) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let known = OPERATIONS.iter().find(|(key, ..)| request.contains_key(*key));
    let Some((_, operation, step)) = known else { return Vec::new() };
    let mut said = vec![
        (Language::Boto3, "start.py", call(operation, &request)),
        (Language::StateMachine, "start.asl.json", machine(operation, &request)),
    ];
    said.extend(step.map(|step| (Language::Pipeline, "pipeline.json", pipeline(step, request))));
    said
}

fn call(operation: &str, request: &Map<String, Value>) -> String {
    let method: String = operation
        .char_indices()
        .flat_map(|(at, letter)| {
            let gap = (at > 0 && letter.is_uppercase()).then_some('_');
            gap.into_iter().chain(letter.to_lowercase())
        })
        .collect();
    let arguments: Vec<String> =
        request.iter().map(|(name, value)| format!("    {name}={},\n", python(value))).collect();
    format!("import boto3\n\nboto3.client(\"sagemaker\").{method}(\n{})\n", arguments.concat())
}

/// A value as a literal of Python.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", json!(key), python(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn machine(operation: &str, request: &Map<String, Value>) -> String {
    let mut action = operation.to_owned();
    action[..1].make_ascii_lowercase();
    let resource = format!("arn:aws:states:::aws-sdk:sagemaker:{action}");
    let task = json!({"Type": "Task", "Resource": resource, "Parameters": request, "End": true});
    pretty(&json!({"StartAt": "Start", "States": {"Start": task}}))
}

/// A step has a name of its own: what it makes is named when it runs.
fn pipeline(step: &str, mut request: Map<String, Value>) -> String {
    for name in ["HyperParameterTuningJobName", "TrainingJobName", "ProcessingJobName", "TransformJobName"] {
        request.remove(name);
    }
    pretty(&json!({"Version": "2020-12-01", "Steps": [{"Name": "Step", "Type": step, "Arguments": request}]}))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON") + "\n"
}
