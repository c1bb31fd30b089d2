//! Monitors of the SDK: the jobs that find a baseline, and schedules with the jobs that they start.
//!
//! Source: sagemaker 2.257.7 and sagemaker-core 2.27.0, `model_monitor`, read 2026-11-26.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    sdk::{mapped, named_arguments, set_property},
    sdk_classes::{Image, PROCESSING},
    sdk_endpoints::reference,
    sdk_makers::object_place,
    updates::cover,
};
use crate::{
    graph::{
        kind,
        value::{Data, Entry, Object as Entries, Piece, Reason, Value},
    },
    read::sdk_config::BASELINE,
    source::Place,
};

/// What a monitor is given, as `MonitoringJobDefinition` of a schedule.
const JOB: &[(&str, &str)] = &[
    ("role", "RoleArn"),
    ("image_uri", "MonitoringAppSpecification.ImageUri"),
    ("entrypoint", "MonitoringAppSpecification.ContainerEntrypoint"),
    ("instance_count", "MonitoringResources.ClusterConfig.InstanceCount"),
    ("instance_type", "MonitoringResources.ClusterConfig.InstanceType"),
    ("volume_size_in_gb", "MonitoringResources.ClusterConfig.VolumeSizeInGB"),
    ("volume_kms_key", "MonitoringResources.ClusterConfig.VolumeKmsKeyId"),
    ("output_kms_key", "MonitoringOutputConfig.KmsKeyId"),
    ("max_runtime_in_seconds", "StoppingCondition.MaxRuntimeInSeconds"),
    ("env", "Environment"),
    ("network_config.enable_network_isolation", "NetworkConfig.EnableNetworkIsolation"),
    ("network_config.encrypt_inter_container_traffic", "NetworkConfig.EnableInterContainerTrafficEncryption"),
    ("network_config.subnets", "NetworkConfig.VpcConfig.Subnets"),
    ("network_config.security_group_ids", "NetworkConfig.VpcConfig.SecurityGroupIds"),
];

/// `EndpointInput` and `BatchTransformInput`.
const INPUT: &[(&str, &str)] = &[
    ("endpoint_name", "EndpointName"),
    ("data_captured_destination_s3_uri", "DataCapturedDestinationS3Uri"),
    ("destination", "LocalPath"),
    ("s3_input_mode", "S3InputMode"),
    ("s3_data_distribution_type", "S3DataDistributionType"),
    ("start_time_offset", "StartTimeOffset"),
    ("end_time_offset", "EndTimeOffset"),
    ("features_attribute", "FeaturesAttribute"),
    ("inference_attribute", "InferenceAttribute"),
];

/// When it runs, as `MonitoringScheduleConfig` has it.
const SCHEDULE: &[(&str, &str)] = &[
    ("schedule_cron_expression", "ScheduleConfig.ScheduleExpression"),
    ("data_analysis_start_time", "ScheduleConfig.DataAnalysisStartTime"),
    ("data_analysis_end_time", "ScheduleConfig.DataAnalysisEndTime"),
];

impl<'a> Machine<'a> {
    /// A method of a monitor.
    pub(super) fn monitor_method(
        &mut self,
        id: &Arc<str>,
        method: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Value {
        let made = match method {
            "suggest_baseline" | "run_baseline" => self.baseline(id, call, arguments),
            "create_monitoring_schedule" => self.monitoring_schedule(id, call, arguments),
            "update_monitoring_schedule" => {
                self.schedule_update(id, arguments);
                None
            }
            _ => None,
        };
        made.unwrap_or_else(|| self.unknown(Reason::RunTime, call.range()))
    }

    /// The processing job that looks at the data which others are compared with.
    fn baseline(&mut self, id: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let named = named_arguments(arguments, &["baseline_dataset"]);
        let output = named.entry("output_s3_uri").map(|entry| entry.value.clone());
        self.processing_of(id, &format!("{id}{BASELINE}"), output, self.place(call.range()))
    }

    /// A processing job with what an object was given: a monitor, or the configuration of a check.
    pub(super) fn processing_of(
        &mut self,
        id: &Arc<str>,
        name: &str,
        output: Option<Value>,
        place: Place,
    ) -> Option<Value> {
        let object = self.objects.get(id)?;
        let at = object.constructed?;
        let mut properties = mapped(PROCESSING, &object.arguments);
        if object.class.image != Image::Argument {
            let image = Value::unknown(Reason::RunTime, "the image that the SDK looks up", at.0);
            properties.set_path("AppSpecification.ImageUri", at.0, image);
        }
        properties.set_path("ProcessingOutputConfig.Outputs", at.0, outputs(output, place));
        let made = self.numbered(name.to_owned());
        self.make_of(id, made, kind::PROCESSING_JOB, properties, at)
    }

    /// A schedule. The monitors of the SDK make a definition of its job, one with an image of its own writes it into the
    /// schedule.
    fn monitoring_schedule(&mut self, id: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let named = named_arguments(arguments, &["endpoint_input"]);
        let at = object_place(self, id)?;
        let object = self.objects.get(id)?;
        let definition_kind = object.class.kind;
        let mut job = mapped(JOB, &object.arguments);
        let tags = object.arguments.entry("tags").cloned();
        let open = object.arguments.open.clone();
        let name = self.target.clone().unwrap_or_else(|| "create_monitoring_schedule".into());
        let schedule = self.fresh_id(&name);
        let output = named.entry("output_s3_uri").map(|entry| entry.value.clone()).or_else(|| {
            let output = named.entry("output")?;
            Some(output.value.entry("destination")?.value.clone())
        });
        job.set_path("MonitoringOutputConfig.MonitoringOutputs", at.0, outputs(output, place));
        let mut inputs = Entries::default();
        for (argument, property) in
            [("endpoint_input", "EndpointInput"), ("batch_transform_input", "BatchTransformInput")]
        {
            if let Some(entry) = named.entry(argument) {
                set_property(&mut inputs, property, entry.place, &input(&entry.value));
            }
        }
        inputs.open.clone_from(&named.open);
        let mut config = Entries { open: named.open.clone(), ..Entries::default() };
        // `AWS::SageMaker::ModelBiasJobDefinition` monitors `ModelBias`.
        let monitored = definition_kind.rsplit("::").next().and_then(|kind| kind.strip_suffix("JobDefinition"));
        match monitored {
            Some(monitored) => {
                let definition: Arc<str> = format!("{schedule}/definition").into();
                job.set(Entry { name: "MonitoringInputs".into(), place, value: Value::object(inputs, body) });
                let image = Value::unknown(Reason::RunTime, "the image that the SDK looks up", at.0);
                job.set_path("MonitoringAppSpecification.ImageUri", at.0, image);
                let mut properties = defined(job, monitored);
                properties.open = properties.open.or_else(|| named.open.clone());
                properties.entries.extend(tags.clone().map(|entry| Entry { name: "Tags".into(), ..entry }));
                self.make_of(id, definition.clone(), definition_kind, properties, at);
                let value = reference(&definition, body);
                config.set(Entry { name: "MonitoringJobDefinitionName".into(), place, value });
                config.set(Entry { name: "MonitoringType".into(), place, value: Value::text(monitored, place) });
            }
            None => {
                let value = Value::list(vec![Value::object(inputs, body)], body);
                job.set(Entry { name: "MonitoringInputs".into(), place, value });
                let value = Value::object(job, at.1);
                config.set(Entry { name: "MonitoringJobDefinition".into(), place: at.0, value });
            }
        }
        for (argument, property) in SCHEDULE {
            if let Some(entry) = named.entry(argument) {
                set_property(&mut config, property, entry.place, &entry.value);
            }
        }
        let mut properties = Entries { open: named.open.or(open), ..Entries::default() };
        if let Some(entry) = named.entries.iter().find(|entry| &*entry.name == "monitor_schedule_name") {
            set_property(&mut properties, "MonitoringScheduleName", entry.place, &entry.value);
        }
        let value = Value::object(config, body);
        properties.set(Entry { name: "MonitoringScheduleConfig".into(), place, value });
        // The monitor is the place to give tags to.
        let tags = match tags {
            Some(entry) => Some(Entry { name: "Tags".into(), ..entry }),
            None if properties.open.is_some() => None,
            None => Some(Entry { name: "Tags".into(), place: at.0, value: Value::absent(at.0) }),
        };
        properties.entries.extend(tags);
        let made = self.make_of(id, schedule, kind::MONITORING_SCHEDULE, properties, (place, body));
        let at = self.part.resources.len().checked_sub(1).filter(|_| self.quiet == 0);
        if let Some(monitor) = self.objects.get_mut(id) {
            monitor.resource = at;
        }
        made
    }

    /// What a monitor changes of its schedule, and of the definition that was made with it.
    fn schedule_update(&mut self, id: &Arc<str>, arguments: &Arguments) {
        let Some(object) = self.objects.get(id) else { return };
        let (Some(schedule), kind) = (object.resource, object.class.kind) else { return };
        let mut named = arguments.named.clone();
        named.entries.retain(|entry| !matches!(entry.value.data, Data::Absent));
        let mut job = mapped(JOB, &named);
        if let Some(entry) = named.entry("output_s3_uri") {
            let outputs = outputs(Some(entry.value.clone()), entry.place);
            job.set_path("MonitoringOutputConfig.MonitoringOutputs", entry.place, outputs);
        }
        let mut config = mapped(SCHEDULE, &named);
        let guard = self.here();
        let definition = schedule.checked_sub(1).filter(|&at| &*self.part.resources[at].kind == kind);
        match (definition, kind.rsplit("::").next().and_then(|kind| kind.strip_suffix("JobDefinition"))) {
            (Some(at), Some(monitored)) => {
                let changed = defined(job, monitored);
                self.change_property(at, &guard, &mut |properties| overlay(properties, &changed));
            }
            _ if job.entries.is_empty() => {}
            _ => {
                let place = job.entries[0].place;
                let value = Value::object(job, place);
                config.set(Entry { name: "MonitoringJobDefinition".into(), place, value });
            }
        }
        let first = config.entries.first().map(|entry| entry.place);
        if let Some(place) = first.or_else(|| named.open.as_ref().map(|why| why.place)) {
            let mut changed = Entries { open: named.open, ..Entries::default() };
            let value = Value::object(config, place);
            changed.set(Entry { name: "MonitoringScheduleConfig".into(), place, value });
            self.change_property(schedule, &guard, &mut |properties| overlay(properties, &changed));
        }
    }

    /// `CronExpressionGenerator.hourly()` and its like.
    pub(super) fn schedule_expression(&self, method: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        let text = |text: &str| Piece::Text(text.into());
        let hole = |name: &str, at: usize, default: &str| {
            let value = arguments.get(name, at).cloned().unwrap_or_else(|| Value::text(default, place));
            Piece::Hole(Box::new(match &value.data {
                Data::Number(number) => Value::text(number.text(), place),
                _ => value,
            }))
        };
        let pieces = match method {
            "hourly" => vec![text("cron(0 * ? * * *)")],
            "now" => vec![text("NOW")],
            "daily" => vec![text("cron(0 "), hole("hour", 0, "0"), text(" ? * * *)")],
            "daily_every_x_hours" => {
                let start = hole("starting_hour", 1, "0");
                let every = arguments.get("hour_interval", 0)?.clone();
                let every = match &every.data {
                    Data::Number(number) => Value::text(number.text(), place),
                    _ => every,
                };
                vec![text("cron(0 "), start, text("/"), Piece::Hole(Box::new(every)), text(" ? * * *)")]
            }
            _ => return None,
        };
        Some(Value::template(pieces, place))
    }
}

/// Puts values in place of those of another object, within the objects that both have.
fn overlay(known: &mut Entries, changed: &Entries) {
    for entry in &changed.entries {
        let at = known.entries.iter_mut().find(|known| known.name == entry.name);
        match (at.map(|known| &mut known.value.data), &entry.value.data) {
            // A network is given as a whole.
            (Some(Data::Object(inner)), Data::Object(more)) if &*entry.name != "NetworkConfig" => {
                overlay(Arc::make_mut(inner), more);
            }
            _ => known.set(entry.clone()),
        }
    }
    cover(known, changed);
}

/// The one output of a job of a monitor; where it goes may be up to the SDK.
fn outputs(s3_uri: Option<Value>, place: Place) -> Value {
    let s3_uri = s3_uri.filter(|value| !matches!(value.data, Data::Absent));
    let s3_uri = s3_uri.unwrap_or_else(|| Value::unknown(Reason::RunTime, "the SDK's bucket", place));
    let mut output = Entries::default();
    output.set_path("S3Output.S3Uri", place, s3_uri);
    Value::list(vec![Value::object(output, place)], place)
}

/// What is monitored: the name of an endpoint, or an object that says more.
fn input(value: &Value) -> Value {
    match &value.data {
        Data::Object(object) if object.class.is_some() => Value::object(mapped(INPUT, object), value.origin.place),
        Data::Guarded(guarded) => Value::guarded(&guarded.when, input(&guarded.then), input(&guarded.otherwise)),
        Data::Absent => value.clone(),
        _ => {
            let place = value.origin.place;
            let mut made = Entries::default();
            made.set(Entry { name: "EndpointName".into(), place, value: value.clone() });
            Value::object(made, place)
        }
    }
}

/// `MonitoringJobDefinition` of a schedule as a definition that stands by itself.
fn defined(job: Entries, monitored: &str) -> Entries {
    let mut made = Entries { open: job.open, ..Entries::default() };
    for entry in job.entries {
        match &*entry.name {
            "Environment" => {
                made.set_path(&format!("{monitored}AppSpecification.Environment"), entry.place, entry.value);
            }
            "MonitoringAppSpecification" => match entry.value.data {
                Data::Object(object) => object.entries.iter().for_each(|inner| {
                    let path = format!("{monitored}AppSpecification.{}", inner.name);
                    made.set_path(&path, inner.place, inner.value.clone());
                }),
                _ => made.set(Entry { name: format!("{monitored}AppSpecification").into(), ..entry }),
            },
            other => {
                let name = match other {
                    "MonitoringResources" => "JobResources".into(),
                    "MonitoringOutputConfig" => format!("{monitored}JobOutputConfig").into(),
                    "MonitoringInputs" => format!("{monitored}JobInput").into(),
                    other => other.into(),
                };
                made.set(Entry { name, ..entry });
            }
        }
    }
    made
}
