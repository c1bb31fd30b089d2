//! Argument objects of the SDK → the API's objects: data capture, asynchronous inference, ranges of a tuner.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::{
    Machine,
    calls::Arguments,
    resting::as_sure_as,
    sdk::{mapped, set_property},
};
use crate::{
    graph::{
        Input,
        value::{Data, Entry, List, Object as Entries, Reason, Unknown, Value},
    },
    read::sdk_config,
    source::Place,
};

/// Variables of the environment that name the configurations of the SDK and of sagemaker-core, those that win first.
/// Source: sagemaker 2.257.7, `config/config.py`, and sagemaker-core 1.0.76
/// and 2.27.0, `config_manager.py` and `default_configs_helper.py`, read 2026-11-26.
const OVERRIDES: &[(&str, Input)] = &[
    ("SAGEMAKER_USER_CONFIG_OVERRIDE", Input::Sdk),
    ("SAGEMAKER_ADMIN_CONFIG_OVERRIDE", Input::Sdk),
    ("SAGEMAKER_USER_CONFIG_OVERRIDE", Input::Core),
    ("SAGEMAKER_ADMIN_CONFIG_OVERRIDE", Input::Core),
    ("SAGEMAKER_CORE_USER_CONFIG_OVERRIDE", Input::Core),
    ("SAGEMAKER_CORE_ADMIN_CONFIG_OVERRIDE", Input::Core),
];
/// What a session is given in the place of `config.yaml`.
const CONFIG: &str = "sagemaker_config";

impl<'a> Machine<'a> {
    /// Fills in what the sessions' own configurations say. A resource that follows from others, such as the endpoint of a
    /// model, may have any of their sessions.
    pub(super) fn configured(&mut self) {
        let given = |arguments: &Entries| {
            let session = arguments.entry("sagemaker_session").or_else(|| arguments.entry("session"))?;
            Some(session.value.entry(CONFIG)?.value.clone())
        };
        let known: FxHashMap<Arc<str>, Option<Value>> =
            self.objects.iter().map(|(id, object)| (id.clone(), given(&object.arguments))).collect();
        self.configured_by_name();
        let mut configs: Vec<Value> = known.values().flatten().cloned().collect();
        configs.sort_by_key(|config| config.origin.place);
        configs.dedup_by_key(|config| config.origin.place);
        if configs.is_empty() {
            return;
        }
        let mut steps = 0;
        for resource in self.part.resources.iter_mut().filter(|resource| resource.input == Input::Sdk) {
            match known.get(&resource.key.id) {
                Some(Some(config)) => {
                    sdk_config::apply_given(resource, config, true);
                    steps += 16;
                }
                // Constructed with another session.
                Some(None) => {}
                None => {
                    configs.iter().for_each(|config| sdk_config::apply_given(resource, config, false));
                    steps += 16 * configs.len();
                }
            }
        }
        self.spend(steps);
    }

    /// Fills in the configurations whose place the code itself names in the environment. The SDK makes one of them before it
    /// looks for a section: the user's wins over the administrator's.
    fn configured_by_name(&mut self) {
        for input in [Input::Sdk, Input::Core] {
            let names = OVERRIDES.iter().filter(|(_, of)| *of == input).map(|(name, _)| *name);
            let mut configs = Vec::new();
            for name in names {
                let Some(path) = self.set_variable_of(name) else { continue };
                let known = self.sdk_config_at(&path).map(|config| as_sure_as(config, &path));
                configs.push(known.unwrap_or_else(|| Value::unknown(Reason::External, name, path.origin.place)));
            }
            // Of one that is not known, anything may be set that those before it leave open.
            let known = configs.iter().position(Value::is_unknown).unwrap_or(configs.len());
            let unknown = configs.split_off(known);
            for config in sdk_config::merged(configs).into_iter().chain(unknown) {
                let resources = self.part.resources.iter_mut().filter(|resource| resource.input == input);
                resources.for_each(|resource| sdk_config::apply_given(resource, &config, true));
                self.spend(16 * self.part.resources.len());
            }
        }
    }

    /// `load_sagemaker_config(additional_config_paths)`: of several files, the last wins.
    pub(super) fn loaded_config(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (place, range) = (self.place(call.range()), call.range());
        let paths = match arguments.get("additional_config_paths", 0).map(|paths| &paths.data) {
            None | Some(Data::Absent) => return Value::absent(place),
            Some(Data::List(paths)) if paths.open.is_none() => paths.items.clone(),
            Some(_) => return self.unknown(Reason::External, range),
        };
        let configs: Option<Vec<Value>> =
            paths.iter().rev().map(|path| self.sdk_config_at(path).map(|config| as_sure_as(config, path))).collect();
        let merged = configs.and_then(sdk_config::merged);
        merged.unwrap_or_else(|| self.unknown(Reason::External, range))
    }

    /// `estimator.hyperparameters[key] = value`; whether it was that.
    pub(super) fn set_hyperparameter(&mut self, estimator: &Value, key: &Value, value: &Value, place: Place) -> bool {
        let Data::Reference(reference) = &estimator.data else { return false };
        let mut named = Entries::default();
        match key.plain_text() {
            Some(name) => named.set(Entry { name, place, value: value.clone() }),
            None => {
                let name = "a hyperparameter whose name is not known".into();
                named.open = Some(Unknown { reason: Reason::RunTime, name, place });
            }
        }
        self.update_hyperparameters(&reference.id, place, &Arguments { positional: Vec::new(), named });
        true
    }
}

/// `DataCaptureConfig`. Source: sagemaker 2.257.7, `model_monitor.data_capture_config`, read 2026-11-26.
const DATA_CAPTURE: &[(&str, &str)] = &[
    ("enable_capture", "EnableCapture"),
    ("sampling_percentage", "InitialSamplingPercentage"),
    ("initial_sampling_percentage", "InitialSamplingPercentage"),
    ("destination_s3_uri", "DestinationS3Uri"),
    ("kms_key_id", "KmsKeyId"),
];

/// `AsyncInferenceConfig`. Source: sagemaker 2.257.7, `async_inference.async_inference_config`, read 2026-11-26.
const ASYNCHRONOUS: &[(&str, &str)] = &[
    ("output_path", "OutputConfig.S3OutputPath"),
    ("failure_path", "OutputConfig.S3FailurePath"),
    ("kms_key_id", "OutputConfig.KmsKeyId"),
    ("notification_config", "OutputConfig.NotificationConfig"),
    ("max_concurrent_invocations_per_instance", "ClientConfig.MaxConcurrentInvocationsPerInstance"),
];

/// An argument of `deploy` as a property of the endpoint's configuration.
pub(super) fn endpoint_property(argument: &str, value: &Value) -> Value {
    let table = match argument {
        "data_capture_config" => DATA_CAPTURE,
        "async_inference_config" => ASYNCHRONOUS,
        _ => return value.clone(),
    };
    of_object(value, &|object| {
        let mut made = mapped(table, object);
        // The SDK fills these in: a bucket of the session's, and what it captures.
        let filled: &[&str] = if argument == "data_capture_config" {
            &["DestinationS3Uri", "CaptureOptions", "CaptureContentTypeHeader"]
        } else {
            &[]
        };
        for name in filled {
            if made.open.is_none() && made.entry(name).is_none_or(|entry| matches!(entry.value.data, Data::Absent)) {
                let place = value.origin.place;
                let unknown = Value::unknown(Reason::RunTime, "what the SDK fills in", place);
                made.set(Entry { name: (*name).into(), place, value: unknown });
            }
        }
        made
    })
}

/// What a tuner chooses from, as `ParameterRanges` of the tuning job.
pub(super) fn parameter_ranges(ranges: &Value) -> Value {
    let Data::Object(all) = &ranges.data else {
        return Value::unknown(Reason::RunTime, "the ranges", ranges.origin.place);
    };
    let mut kinds: [(&str, List); 3] = [
        ("ContinuousParameterRanges", List::default()),
        ("IntegerParameterRanges", List::default()),
        ("CategoricalParameterRanges", List::default()),
    ];
    for entry in &all.entries {
        let class = match &entry.value.data {
            Data::Object(range) => range.class.as_deref().and_then(|class| class.rsplit('.').next()),
            _ => None,
        };
        let at = match class {
            Some("ContinuousParameter") => 0,
            Some("IntegerParameter") => 1,
            Some("CategoricalParameter") => 2,
            _ => {
                let why = Unknown { reason: Reason::RunTime, name: entry.name.clone().into(), place: entry.place };
                kinds.iter_mut().for_each(|(_, list)| list.open = Some(why.clone()));
                continue;
            }
        };
        kinds[at].1.push(range(entry));
    }
    let place = ranges.origin.place;
    let mut made = Entries { open: all.open.clone(), ..Entries::default() };
    for (name, list) in kinds {
        if !list.items.is_empty() || list.open.is_some() {
            made.set(Entry { name: name.into(), place, value: Value::new(Data::List(Arc::new(list)), place) });
        }
    }
    Value::object(made, place)
}

fn range(entry: &Entry) -> Value {
    let mut made = Entries::default();
    let name = Value::text(entry.name.clone(), entry.place);
    made.set(Entry { name: "Name".into(), place: entry.place, value: name });
    if let Data::Object(given) = &entry.value.data {
        let more = mapped(
            &[
                ("min_value", "MinValue"),
                ("max_value", "MaxValue"),
                ("values", "Values"),
                ("scaling_type", "ScalingType"),
            ],
            given,
        );
        more.entries.into_iter().for_each(|entry| made.set(entry));
        made.open = more.open;
    }
    Value::object(made, entry.place)
}

/// A channel of SDK v3: `InputData(channel_name=…, data_source=…)`.
pub(super) fn input_data(value: &Value) -> Value {
    of_object(value, &|input| {
        let mut channel = Entries { open: input.open.clone(), ..Entries::default() };
        for (argument, property) in [("channel_name", "ChannelName"), ("content_type", "ContentType")] {
            if let Some(entry) = input.entry(argument) {
                set_property(&mut channel, property, entry.place, &entry.value);
            }
        }
        if let Some(source) = input.entry("data_source") {
            data_source(&mut channel, &source.value, source.place);
        }
        channel
    })
}

fn data_source(channel: &mut Entries, source: &Value, place: Place) {
    match &source.data {
        Data::Text(_) | Data::Template(_) => {
            channel.set_path("DataSource.S3DataSource.S3Uri", place, source.clone());
        }
        Data::Object(object) if object.class.is_some() => {
            let table: &[(&str, &str)] = &[
                ("s3_uri", "DataSource.S3DataSource.S3Uri"),
                ("s3_data_type", "DataSource.S3DataSource.S3DataType"),
                ("s3_data_distribution_type", "DataSource.S3DataSource.S3DataDistributionType"),
                ("file_system_id", "DataSource.FileSystemDataSource.FileSystemId"),
                ("file_system_type", "DataSource.FileSystemDataSource.FileSystemType"),
                ("directory_path", "DataSource.FileSystemDataSource.DirectoryPath"),
            ];
            mapped(table, object).entries.into_iter().for_each(|entry| channel.set(entry));
        }
        _ => {
            let unknown = Value::unknown(Reason::RunTime, "a channel's data", place);
            channel.set(Entry { name: "DataSource".into(), place, value: unknown });
        }
    }
}

/// An argument object, in each of the worlds; anything else stays as it is, and what it holds is unknown.
fn of_object(value: &Value, make: &dyn Fn(&Entries) -> Entries) -> Value {
    match &value.data {
        Data::Object(object) if object.class.is_some() => {
            Value { data: Data::Object(Arc::new(make(object))), origin: value.origin.clone() }
        }
        Data::Guarded(guarded) => {
            Value::guarded(&guarded.when, of_object(&guarded.then, make), of_object(&guarded.otherwise, make))
        }
        _ => value.clone(),
    }
}
