//! What processing jobs read and write, as `run` and the steps of pipelines are told.
//!
//! Source: sagemaker 2.257.7, `processing`, and sagemaker-core 2.27.0, `shapes.ProcessingInput` and `ProcessingOutput`,
//! read 2026-11-26.

use std::sync::Arc;

use super::{
    Machine,
    calls::Arguments,
    sdk::{mapped, named_arguments},
    sdk_signatures,
};
use crate::graph::value::{Data, Entry, List, Object, Reason, Unknown, Value};

/// Of the SDK's own objects, and of the API's by names in snake case.
const INPUT: &[(&str, &str)] = &[
    ("input_name", "InputName"),
    ("source", "S3Input.S3Uri"),
    ("destination", "S3Input.LocalPath"),
    ("s3_data_type", "S3Input.S3DataType"),
    ("s3_input_mode", "S3Input.S3InputMode"),
    ("s3_data_distribution_type", "S3Input.S3DataDistributionType"),
    ("s3_input.s3_uri", "S3Input.S3Uri"),
    ("s3_input.local_path", "S3Input.LocalPath"),
    ("s3_input.s3_data_type", "S3Input.S3DataType"),
    ("s3_input.s3_input_mode", "S3Input.S3InputMode"),
    ("s3_input.s3_data_distribution_type", "S3Input.S3DataDistributionType"),
    ("app_managed", "AppManaged"),
];
const OUTPUT: &[(&str, &str)] = &[
    ("output_name", "OutputName"),
    ("source", "S3Output.LocalPath"),
    ("destination", "S3Output.S3Uri"),
    ("s3_upload_mode", "S3Output.S3UploadMode"),
    ("s3_output.s3_uri", "S3Output.S3Uri"),
    ("s3_output.local_path", "S3Output.LocalPath"),
    ("s3_output.s3_upload_mode", "S3Output.S3UploadMode"),
    ("app_managed", "AppManaged"),
];

impl Machine<'_> {
    /// `processor.run(inputs, outputs)`. Those that run a script take it before them.
    pub(super) fn run_processor(&mut self, id: &Arc<str>, method: &str, arguments: &Arguments) {
        let Some(object) = self.objects.get(id).filter(|_| method == "run") else { return };
        let first = match object.class.names.first() {
            Some(&"Processor") => Some(0),
            Some(&"ScriptProcessor") => Some(1),
            // Three more arguments tell what is run beside a script.
            Some(&("FrameworkProcessor" | "PySparkProcessor")) => Some(4),
            _ => None,
        };
        let at = |behind: usize| first.map_or(usize::MAX, |first: usize| first + behind);
        let (inputs, outputs) = (arguments.get("inputs", at(0)).cloned(), arguments.get("outputs", at(1)).cloned());
        self.set_files(id, inputs.as_ref(), outputs.as_ref());
    }

    /// A step of a pipeline processes its own files.
    pub(super) fn step_files(&mut self, arguments: &Arguments) {
        let given = named_arguments(arguments, sdk_signatures::of_config("ProcessingStep"));
        let named = |name: &str| given.entry(name).map(|entry| entry.value.clone());
        let processor = named("processor").or_else(|| named("step_args"));
        if let Some(Value { data: Data::Reference(of), .. }) = processor {
            self.set_files(&of.id.clone(), named("inputs").as_ref(), named("outputs").as_ref());
        }
    }

    fn set_files(&mut self, id: &Arc<str>, inputs: Option<&Value>, outputs: Option<&Value>) {
        let Some(at) = self.objects.get(id).and_then(|object| object.resource) else { return };
        let mut inputs = inputs.and_then(|inputs| files(inputs, INPUT, "S3Input.S3Uri"));
        if let Some(Data::List(list)) = inputs.as_mut().map(|inputs| &mut inputs.data) {
            // The script is one of them.
            let name = "inputs that the SDK adds".into();
            let place = self.part.resources[at].place;
            Arc::make_mut(list).open.get_or_insert(Unknown { reason: Reason::RunTime, name, place });
        }
        let outputs = outputs.and_then(|outputs| files(outputs, OUTPUT, "S3Output.S3Uri"));
        let (guard, place) = (self.here(), self.part.resources[at].place);
        self.change_property(at, &guard, &mut |properties| {
            // The key of the outputs is an argument of the processor.
            if outputs.is_some() && properties.entry("ProcessingOutputConfig").is_none() {
                let value = Value::object(Object::default(), place);
                properties.set(Entry { name: "ProcessingOutputConfig".into(), place, value });
            }
            for (path, list) in [("ProcessingInputs", &inputs), ("ProcessingOutputConfig.Outputs", &outputs)] {
                if let Some(list) = list {
                    properties.set_path(path, list.origin.place, list.clone());
                }
            }
        });
    }
}

/// Inputs or outputs in the words of the API; nothing for `None`.
fn files(given: &Value, table: &[(&str, &str)], uri: &str) -> Option<Value> {
    let place = given.origin.place;
    match &given.data {
        Data::Absent => None,
        Data::List(list) => {
            let items = list.items.iter().map(|item| file(item, table, uri)).collect();
            Some(Value::new(Data::List(Arc::new(List { items, open: list.open.clone() })), place))
        }
        Data::Guarded(guarded) => {
            let branch = |value| files(value, table, uri).unwrap_or_else(|| Value::absent(place));
            Some(Value::guarded(&guarded.when, branch(&guarded.then), branch(&guarded.otherwise)))
        }
        _ => Some(Value::unknown(Reason::RunTime, "the files of the job", place)),
    }
}

/// One of them. Where it lies on S3 may be up to the SDK: it uploads what lies on the machine that runs the script.
fn file(given: &Value, table: &[(&str, &str)], uri: &str) -> Value {
    let place = given.origin.place;
    let Data::Object(object) = &given.data else { return Value::unknown(Reason::RunTime, "a file of the job", place) };
    let mut made = mapped(table, object);
    let is_elsewhere = ["dataset_definition", "feature_store_output"].iter().any(|name| object.entry(name).is_some());
    let (outer, inner) = uri.split_once('.').unwrap_or((uri, uri));
    let known = made.entry(outer).and_then(|entry| entry.value.entry(inner)).map(|entry| &entry.value.data);
    let is_uploaded = match known {
        None | Some(Data::Absent) => !is_elsewhere && made.open.is_none(),
        Some(Data::Text(text)) => !text.starts_with("s3://"),
        Some(_) => false,
    };
    if is_uploaded {
        made.set_path(uri, place, Value::unknown(Reason::RunTime, "the SDK's bucket", place));
    }
    Value::object(made, place)
}
