//! What the SDK's objects have by themselves where an argument object of theirs is left out, or says only a part.
//!
//! Source: sagemaker-train 1.27.0 (SDK v3) `train/defaults.py`, `TrainDefaults.get_compute`, and sagemaker 2.257.7
//! `modules/train/model_trainer.py`; read 2026-11-26.

use std::sync::Arc;

use super::sdk_classes::Class;
use crate::{
    graph::value::{Data, Entry, Object as Entries, StepKind, Value},
    source::Place,
};

/// The instances that a `ModelTrainer` trains on where it is not told, and the size of their volumes in GB.
const INSTANCE_TYPE: &str = "ml.m5.xlarge";
const INSTANCE_COUNT: f64 = 1.0;
const VOLUME_SIZE: f64 = 30.0;

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
    let defaults = [
        ("instance_type", Value::text(INSTANCE_TYPE, place), is_uniform),
        ("instance_count", Value::number(INSTANCE_COUNT, place), is_uniform),
        ("volume_size_in_gb", Value::number(VOLUME_SIZE, place), true),
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
