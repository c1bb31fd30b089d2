//! What the SDK's objects have by themselves where an argument object of theirs is left out, or says only a part.
//!
//! Source: sagemaker-train 1.27.0 (SDK v3) `train/defaults.py`, `TrainDefaults.get_compute`, and sagemaker 2.257.7
//! `modules/train/model_trainer.py` and `serverless/serverless_inference_config.py`; read 2026-11-26.

use std::sync::Arc;

use super::sdk_classes::Class;
use crate::{
    graph::value::{Data, Entry, Object as Entries, Reason, StepKind, Unknown, Value},
    source::Place,
};

/// The instances that a `ModelTrainer` trains on where it is not told, and the size of their volumes in GB.
const INSTANCE_TYPE: &str = "ml.m5.xlarge";
const INSTANCE_COUNT: f64 = 1.0;
const VOLUME_SIZE: f64 = 30.0;
/// The arguments that say them.
const COMPUTE: [&str; 3] = ["instance_type", "instance_count", "volume_size_in_gb"];

/// Gives a `ModelTrainer` the compute that it does not name. Instances that groups or preferences say stay as they are.
pub(super) fn fill_compute(class: &Class, name: &str, place: Place, arguments: &mut Entries) {
    if class.names != ["ModelTrainer"] || arguments.open.is_some() {
        return;
    }
    let given = arguments.entry("compute").filter(|entry| !matches!(entry.value.data, Data::Absent));
    let (at, mut compute) = match given.map(|entry| (entry.place, &entry.value.data)) {
        None => (place, Entries::default()),
        Some((at, Data::Object(compute))) if compute.open.is_none() => (at, compute.as_ref().clone()),
        Some(_) => return,
    };
    let is_left = |name: &str, compute: &Entries| {
        compute.entry(name).is_none_or(|entry| matches!(entry.value.data, Data::Absent))
    };
    let is_uniform = ["instance_groups", "instance_preferences"].iter().all(|name| is_left(name, &compute));
    let [kind, count, volume] = COMPUTE;
    let defaults = [
        (kind, Value::text(INSTANCE_TYPE, place), is_uniform),
        (count, Value::number(INSTANCE_COUNT, place), is_uniform),
        (volume, Value::number(VOLUME_SIZE, place), true),
    ];
    for (argument, default, _) in defaults.into_iter().filter(|(.., applies)| *applies) {
        if is_left(argument, &compute) {
            let value = default.via(StepKind::ServiceDefault, name, place);
            compute.set(Entry { name: argument.into(), place, value });
        }
    }
    let value = Value::new(Data::Object(Arc::new(compute)), at);
    arguments.set(Entry { name: "compute".into(), place: at, value });
}

/// Whether a part of a trainer's compute is filled in where it is left out.
pub(super) fn has_default(part: &str) -> bool {
    COMPUTE.contains(&part)
}

/// The memory of a serverless variant that is not told, in MB, and its concurrency.
const MEMORY: f64 = 2048.0;
const CONCURRENCY: f64 = 5.0;

/// What one argument for all says by its class: `deploy(inference_config=…)` of a builder of SDK v3. Tells whether it asks for a
/// transform job in the place of an endpoint.
///
/// Source: sagemaker 3.27.0, `serve.model_builder.ModelBuilder.deploy`, read 2026-11-27.
pub(super) fn spread_inference_config(arguments: &mut Entries) -> bool {
    let Some(entry) = arguments.entry("inference_config").cloned() else { return false };
    let class = match &entry.value.data {
        Data::Object(object) => object.class.as_deref().and_then(|class| class.rsplit('.').next()).unwrap_or_default(),
        _ => "",
    };
    let argument = match (class, &entry.value.data) {
        (_, Data::Absent) | ("ResourceRequirements", _) => return false,
        ("BatchTransformInferenceConfig", Data::Object(config)) => {
            *arguments = config.as_ref().clone();
            return true;
        }
        ("AsyncInferenceConfig", _) => "async_inference_config",
        ("ServerlessInferenceConfig", _) => "serverless_inference_config",
        _ => {
            let name = "how it is deployed".into();
            arguments.open.get_or_insert(Unknown { reason: Reason::RunTime, name, place: entry.place });
            return false;
        }
    };
    arguments.set(Entry { name: argument.into(), ..entry });
    false
}

/// Gives a serverless configuration the memory and the concurrency that it does not name.
pub(super) fn fill_serverless(arguments: &mut Entries) {
    let Some(given) = arguments.entry("serverless_inference_config") else { return };
    let Data::Object(config) = &given.value.data else { return };
    let is_one = config.class.as_deref().is_some_and(|class| class.ends_with(".ServerlessInferenceConfig"));
    if !is_one || config.open.is_some() {
        return;
    }
    let (place, mut config) = (given.value.origin.place, config.as_ref().clone());
    for (argument, default) in [("memory_size_in_mb", MEMORY), ("max_concurrency", CONCURRENCY)] {
        if config.entry(argument).is_none() {
            let value = Value::number(default, place);
            let value = value.via(StepKind::ServiceDefault, "ServerlessInferenceConfig", place);
            config.set(Entry { name: argument.into(), place, value });
        }
    }
    let value = Value { data: Data::Object(Arc::new(config)), origin: given.value.origin.clone() };
    let at = given.place;
    arguments.set(Entry { name: "serverless_inference_config".into(), place: at, value });
}
