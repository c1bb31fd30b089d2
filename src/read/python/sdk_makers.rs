//! Objects of the SDK that make nothing until a method of theirs is called, and what the methods of models make besides.
//!
//! Source: sagemaker 2.257.7 (`feature_store.feature_group`, `automl`, `model`, `inference_recommender`, `session`) and
//! sagemaker 3.27.0 (`serve.model_builder`), read 2026-11-26.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    sdk::{Object, is_local, mapped, named_arguments},
    sdk_classes::{Class, Image, Role},
    sdk_endpoints::reference,
};
use crate::{
    graph::{
        kind,
        value::{Data, Entry, Object as Entries, Reason, StepKind, Value},
    },
    source::Place,
};

/// Arguments, and the properties that they set.
type Table = &'static [(&'static str, &'static str)];

/// What a method makes, by whatever names.
struct Making {
    /// The first names of its classes: `FeatureGroup`. For none, those with the roles of models and estimators.
    class: Option<&'static str>,
    methods: &'static [&'static str],
    kind: &'static str,
    /// What the object's own arguments set, the method's come after them.
    of_object: Table,
    positional: &'static [&'static str],
    of_call: Table,
}

/// What a model gives to the jobs that are made of it.
const OF_MODEL: Table = &[("role", "RoleArn")];

static MAKINGS: &[Making] = &[
    Making {
        class: Some("FeatureGroup"),
        methods: &["create"],
        kind: kind::FEATURE_GROUP,
        of_object: &[("name", "FeatureGroupName"), ("feature_definitions", "FeatureDefinitions")],
        positional: &[
            "s3_uri",
            "record_identifier_name",
            "event_time_feature_name",
            "role_arn",
            "online_store_kms_key_id",
            "enable_online_store",
        ],
        of_call: &[
            ("s3_uri", "OfflineStoreConfig.S3StorageConfig.S3Uri"),
            ("offline_store_kms_key_id", "OfflineStoreConfig.S3StorageConfig.KmsKeyId"),
            ("disable_glue_table_creation", "OfflineStoreConfig.DisableGlueTableCreation"),
            ("table_format", "OfflineStoreConfig.TableFormat"),
            ("record_identifier_name", "RecordIdentifierFeatureName"),
            ("event_time_feature_name", "EventTimeFeatureName"),
            ("role_arn", "RoleArn"),
            ("enable_online_store", "OnlineStoreConfig.EnableOnlineStore"),
            ("online_store_kms_key_id", "OnlineStoreConfig.SecurityConfig.KmsKeyId"),
            ("online_store_storage_type", "OnlineStoreConfig.StorageType"),
            ("throughput_config.mode", "ThroughputConfig.ThroughputMode"),
            ("throughput_config.provisioned_read_capacity_units", "ThroughputConfig.ProvisionedReadCapacityUnits"),
            ("throughput_config.provisioned_write_capacity_units", "ThroughputConfig.ProvisionedWriteCapacityUnits"),
            ("description", "Description"),
            ("tags", "Tags"),
        ],
    },
    Making {
        class: Some("AutoML"),
        methods: &["fit"],
        kind: kind::AUTO_ML_JOB,
        of_object: &[
            ("role", "RoleArn"),
            ("output_path", "OutputDataConfig.S3OutputPath"),
            ("output_kms_key", "OutputDataConfig.KmsKeyId"),
            ("volume_kms_key", "AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId"),
            ("encrypt_inter_container_traffic", "AutoMLJobConfig.SecurityConfig.EnableInterContainerTrafficEncryption"),
            ("vpc_config", "AutoMLJobConfig.SecurityConfig.VpcConfig"),
            ("max_candidates", "AutoMLJobConfig.CompletionCriteria.MaxCandidates"),
            (
                "max_runtime_per_training_job_in_seconds",
                "AutoMLJobConfig.CompletionCriteria.MaxRuntimePerTrainingJobInSeconds",
            ),
            ("total_job_runtime_in_seconds", "AutoMLJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds"),
            ("mode", "AutoMLJobConfig.Mode"),
            ("problem_type", "ProblemType"),
            ("tags", "Tags"),
        ],
        positional: &["inputs"],
        of_call: &[("job_name", "AutoMLJobName")],
    },
    Making {
        class: Some("AutoMLV2"),
        methods: &["fit"],
        kind: kind::AUTO_ML_JOB,
        of_object: &[
            ("role", "RoleArn"),
            ("problem_config", "AutoMLProblemTypeConfig"),
            ("output_path", "OutputDataConfig.S3OutputPath"),
            ("output_kms_key", "OutputDataConfig.KmsKeyId"),
            ("volume_kms_key", "SecurityConfig.VolumeKmsKeyId"),
            ("encrypt_inter_container_traffic", "SecurityConfig.EnableInterContainerTrafficEncryption"),
            ("vpc_config", "SecurityConfig.VpcConfig"),
            ("tags", "Tags"),
        ],
        positional: &["inputs"],
        of_call: &[("job_name", "AutoMLJobName")],
    },
    Making {
        class: None,
        methods: &["register"],
        kind: "AWS::SageMaker::ModelPackage",
        of_object: &[],
        positional: &["content_types", "response_types", "inference_instances", "transform_instances"],
        of_call: &[
            ("content_types", "InferenceSpecification.SupportedContentTypes"),
            ("response_types", "InferenceSpecification.SupportedResponseMIMETypes"),
            ("inference_instances", "InferenceSpecification.SupportedRealtimeInferenceInstanceTypes"),
            ("transform_instances", "InferenceSpecification.SupportedTransformInstanceTypes"),
            ("model_package_name", "ModelPackageName"),
            ("model_package_group_name", "ModelPackageGroupName"),
            ("approval_status", "ModelApprovalStatus"),
            ("description", "ModelPackageDescription"),
        ],
    },
    Making {
        class: None,
        methods: &["compile", "compile_model"],
        kind: COMPILATION_JOB,
        of_object: OF_MODEL,
        positional: COMPILED,
        of_call: COMPILATION,
    },
    Making {
        class: None,
        methods: &["package_for_edge"],
        kind: "AWS::SageMaker::EdgePackagingJob",
        of_object: OF_MODEL,
        positional: &["output_path", "model_name", "model_version", "role"],
        of_call: &[
            ("output_path", "OutputConfig.S3OutputLocation"),
            ("s3_kms_key", "OutputConfig.KmsKeyId"),
            ("model_name", "ModelName"),
            ("model_version", "ModelVersion"),
            ("role", "RoleArn"),
            ("job_name", "EdgePackagingJobName"),
            ("tags", "Tags"),
        ],
    },
    Making {
        class: None,
        methods: &["right_size"],
        kind: "AWS::SageMaker::InferenceRecommendationsJob",
        of_object: OF_MODEL,
        positional: &["sample_payload_url", "supported_content_types", "supported_instance_types", "job_name"],
        of_call: &[
            ("job_name", "JobName"),
            ("job_duration_in_seconds", "InputConfig.JobDurationInSeconds"),
            ("supported_instance_types", "InputConfig.ContainerConfig.SupportedInstanceTypes"),
        ],
    },
    Making {
        class: None,
        methods: &["optimize"],
        kind: "AWS::SageMaker::OptimizationJob",
        of_object: &[("role_arn", "RoleArn")],
        positional: &[],
        of_call: &[
            ("job_name", "OptimizationJobName"),
            ("instance_type", "DeploymentInstanceType"),
            ("output_path", "OutputConfig.S3OutputLocation"),
            ("kms_key", "OutputConfig.KmsKeyId"),
            ("role_arn", "RoleArn"),
            ("vpc_config", "VpcConfig"),
            ("max_runtime_in_sec", "StoppingCondition.MaxRuntimeInSeconds"),
            ("tags", "Tags"),
        ],
    },
];

const COMPILATION_JOB: &str = "AWS::SageMaker::CompilationJob";
const COMPILED: &[&str] = &["target_instance_family", "input_shape", "output_path"];
const COMPILATION: Table = &[
    ("target_instance_family", "OutputConfig.TargetDevice"),
    ("output_path", "OutputConfig.S3OutputLocation"),
    ("role", "RoleArn"),
    ("job_name", "CompilationJobName"),
    ("compile_max_run", "StoppingCondition.MaxRuntimeInSeconds"),
    ("tags", "Tags"),
];

const fn maker(names: &'static [&'static str], role: Role) -> Class {
    Class { names, role, kind: "", image: Image::Hidden, properties: &[] }
}

/// Its model has the role of the job.
const fn auto_ml(names: &'static [&'static str]) -> Class {
    Class { names, role: Role::AutoMl, kind: "", image: Image::Hidden, properties: OF_MODEL }
}

const fn monitor(names: &'static [&'static str], kind: &'static str, image: Image) -> Class {
    Class { names, role: Role::Monitor, kind, image, properties: &[] }
}

/// What `register` of a model or an estimator answers with: it has the role and the session, but no network.
pub(super) static PACKAGE: Class =
    Class { names: &[], role: Role::Package, kind: "", image: Image::Hidden, properties: OF_MODEL };

/// The classes whose objects make nothing by themselves.
pub(super) static CLASSES: &[Class] = &[
    maker(&["FeatureGroup"], Role::Maker),
    auto_ml(&["AutoML"]),
    auto_ml(&["AutoMLV2"]),
    maker(&["CheckJobConfig"], Role::Check),
    monitor(&["DefaultModelMonitor"], kind::MONITORING_JOBS[0], Image::Hidden),
    monitor(&["ModelQualityMonitor"], kind::MONITORING_JOBS[1], Image::Hidden),
    monitor(&["ModelBiasMonitor"], kind::MONITORING_JOBS[2], Image::Hidden),
    monitor(&["ModelExplainabilityMonitor"], kind::MONITORING_JOBS[3], Image::Hidden),
    monitor(&["ModelMonitor"], kind::MONITORING_SCHEDULE, Image::Argument),
];

/// What an argument is where it is not given.
enum Default {
    Number(f64),
    Text(&'static str),
}

/// Gives an object the arguments that its class has defaults for.
pub(super) fn fill_arguments(class: &Class, name: &str, place: Place, arguments: &mut Entries) {
    let defaults: &[(&str, Default)] = match class.role {
        Role::Monitor | Role::Check => &[
            ("instance_count", Default::Number(1.0)),
            ("instance_type", Default::Text("ml.m5.xlarge")),
            ("volume_size_in_gb", Default::Number(30.0)),
        ],
        Role::Notebook => &[
            ("instance_type", Default::Text("ml.m5.large")),
            ("volume_size", Default::Number(30.0)),
            ("max_runtime_in_seconds", Default::Number(172_800.0)),
            ("max_retry_attempts", Default::Number(1.0)),
        ],
        Role::Function => &[
            ("timeout", Default::Number(120.0)),
            ("memory_size", Default::Number(128.0)),
            ("runtime", Default::Text("python3.8")),
        ],
        _ => return,
    };
    for (argument, default) in defaults {
        if arguments.open.is_none() && arguments.entry(argument).is_none() {
            let value = match default {
                Default::Number(number) => Value::number(*number, place),
                Default::Text(text) => Value::text(*text, place),
            };
            let value = value.via(StepKind::ServiceDefault, name, place);
            arguments.set(Entry { name: (*argument).into(), place, value });
        }
    }
}

impl<'a> Machine<'a> {
    /// What a method of an object makes, and the resource that it made; nothing for a method that makes nothing.
    pub(super) fn made_by(
        &mut self,
        id: &Arc<str>,
        method: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let object = self.objects.get(id)?;
        let first = object.class.names.first().copied().filter(|_| !object.class.role.is_model());
        let making = MAKINGS.iter().find(|making| making.methods.contains(&method) && making.class == first)?;
        let mut named = named_arguments(arguments, making.positional);
        let mut own = object.arguments.clone();
        if making.kind == kind::FEATURE_GROUP {
            stores(&mut named);
            // They are often read from data, or set later.
            if own.entry("feature_definitions").is_none() {
                let value = self.unknown(Reason::RunTime, call.range());
                own.set(Entry { name: "feature_definitions".into(), place: self.place(call.range()), value });
            }
        }
        let mut properties = mapped(making.of_object, &own);
        let of_call = mapped(making.of_call, &named);
        for entry in of_call.entries {
            if !(matches!(entry.value.data, Data::Absent) && properties.entry(&entry.name).is_some()) {
                properties.set(entry);
            }
        }
        properties.open = properties.open.or(of_call.open);
        // Anything else may be `False`, which makes no offline store.
        if let Some(entry) = named.entry("s3_uri").filter(|entry| !is_text(&entry.value)) {
            let value = Value::unknown(Reason::RunTime, "the offline store", entry.place);
            properties.set(Entry { name: "OfflineStoreConfig".into(), place: entry.place, value });
        }
        let name = self.target.clone().unwrap_or_else(|| method.into());
        // Tags, keys and networks of Autopilot's jobs are arguments of the object.
        let at_object = Some(id).filter(|_| making.kind == kind::AUTO_ML_JOB).and_then(|id| object_place(self, id));
        let (place, body) = at_object.unwrap_or((self.place(call.func.range()), self.place(call.range())));
        let made = self.fresh_id(&name);
        self.make_of(id, made, making.kind, properties, (place, body))
    }

    /// Makes a resource of an object that has a session of its own; nothing where that is one of the local machine.
    pub(super) fn make_of(
        &mut self,
        id: &Arc<str>,
        made: Arc<str>,
        kind: &str,
        properties: Entries,
        (place, body): (Place, Place),
    ) -> Option<Value> {
        let own = self.objects.get(id).map(|object| object.arguments.clone()).unwrap_or_default();
        let (since, region) = (self.part.resources.len(), self.region_of(id));
        self.make(made.clone(), kind, properties, place, body, &is_local(&own).negated());
        self.put_in_region(since, region.as_ref());
        let mut arguments = Entries::default();
        arguments.entries.extend(own.entry("sagemaker_session").cloned());
        self.objects.insert(made.clone(), Object { arguments, ..Object::response() });
        Some(reference(&made, body))
    }
}

/// Where an object was constructed.
pub(super) fn object_place(machine: &Machine<'_>, id: &Arc<str>) -> Option<(Place, Place)> {
    machine.objects.get(id)?.constructed
}

/// Whether a value is a text in all worlds.
fn is_text(value: &Value) -> bool {
    match &value.data {
        Data::Text(_) | Data::Template(_) => true,
        Data::Guarded(guarded) => is_text(&guarded.then) && is_text(&guarded.otherwise),
        _ => false,
    }
}

/// The stores of a feature group: one that is off is none, and members of an enumeration stand for the API's words.
fn stores(arguments: &mut Entries) {
    let is_off = |value: &Value| matches!(value.data, Data::Bool(false) | Data::Absent);
    if arguments.entry("s3_uri").is_some_and(|entry| is_off(&entry.value)) {
        arguments.entries.retain(|entry| !matches!(&*entry.name, "s3_uri" | "offline_store_kms_key_id"));
    }
    let is_online = arguments.entry("enable_online_store").is_some_and(|entry| !is_off(&entry.value));
    if !is_online && arguments.open.is_none() {
        let online = ["enable_online_store", "online_store_kms_key_id", "online_store_storage_type"];
        arguments.entries.retain(|entry| !online.contains(&&*entry.name));
    }
    for entry in &mut arguments.entries {
        if let Data::Symbol(symbol) = &entry.value.data {
            let word = match symbol.rsplit('.').next().unwrap_or_default() {
                "STANDARD" => "Standard",
                "IN_MEMORY" => "InMemory",
                "GLUE" => "Glue",
                "ICEBERG" => "Iceberg",
                _ => continue,
            };
            entry.value.data = Data::Text(word.into());
        }
    }
}
