//! Defaults of sagemaker-core's resources: the section `PythonSDK.Resources` of a configuration.
//!
//! Source: sagemaker 3.27.0, `sagemaker.core.resources` (`config_schema_for_resource` of each class) and
//! `intelligent_defaults_helper.py`; sagemaker-core 1.0.78, `default_configs_helper.py`; read 2026-11-26.

use std::sync::Arc;

use super::{GIVEN, SdkConfig, fill, opened, stepped, unsure};
use crate::{
    catalog::request,
    graph::{
        Resource, kind,
        value::{Data, Entry, Object, Reason, Unknown, Value},
    },
    read::core_request::{pascal, shape},
};

/// The section that holds for all resources: what it says gives way to that of a resource's own.
const GLOBAL: &str = "GlobalDefaults";
const RESOURCES: [&str; 2] = ["PythonSDK", "Resources"];

/// The arguments of `create` that have defaults, of each class: of those that the SDK lists, those that a request has.
const CONFIGURABLE: &[(&str, &[&str])] = &[
    ("AIBenchmarkJob", &["output_config", "role_arn", "network_config"]),
    ("AIRecommendationJob", &["model_source", "output_config", "role_arn"]),
    ("Algorithm", &["training_specification", "validation_specification"]),
    ("AutoMLJob", &["output_data_config", "role_arn", "auto_ml_job_config"]),
    ("Cluster", &["vpc_config", "cluster_role"]),
    ("CompilationJob", &["role_arn", "input_config", "output_config", "vpc_config"]),
    (
        "DataQualityJobDefinition",
        &[
            "data_quality_job_input",
            "data_quality_job_output_config",
            "job_resources",
            "role_arn",
            "data_quality_baseline_config",
            "network_config",
        ],
    ),
    ("DeviceFleet", &["output_config", "role_arn"]),
    (
        "Domain",
        &[
            "default_user_settings",
            "domain_settings",
            "home_efs_file_system_kms_key_id",
            "subnet_ids",
            "kms_key_id",
            "app_security_group_management",
            "default_space_settings",
        ],
    ),
    ("EdgePackagingJob", &["role_arn", "output_config"]),
    (
        "EndpointConfig",
        &["data_capture_config", "kms_key_id", "async_inference_config", "execution_role_arn", "vpc_config"],
    ),
    ("FeatureGroup", &["online_store_config", "offline_store_config", "role_arn"]),
    ("FlowDefinition", &["output_config", "role_arn"]),
    ("Hub", &["s3_storage_config"]),
    ("HyperParameterTuningJob", &["training_job_definition"]),
    ("Image", &["role_arn"]),
    ("InferenceExperiment", &["role_arn", "data_storage_config", "kms_key"]),
    ("InferenceRecommendationsJob", &["role_arn", "input_config"]),
    ("Job", &["role_arn"]),
    (
        "LabelingJob",
        &[
            "input_config",
            "output_config",
            "role_arn",
            "human_task_config",
            "label_category_config_s3_uri",
            "labeling_job_algorithms_config",
        ],
    ),
    ("MlflowApp", &["role_arn"]),
    ("MlflowTrackingServer", &["role_arn", "s3_bucket_owner_account_id", "s3_bucket_owner_verification"]),
    ("Model", &["primary_container", "execution_role_arn", "vpc_config"]),
    (
        "ModelBiasJobDefinition",
        &[
            "model_bias_job_input",
            "model_bias_job_output_config",
            "job_resources",
            "role_arn",
            "model_bias_baseline_config",
            "network_config",
        ],
    ),
    ("ModelCard", &["security_config"]),
    ("ModelCardExportJob", &["output_config"]),
    (
        "ModelExplainabilityJobDefinition",
        &[
            "model_explainability_job_input",
            "model_explainability_job_output_config",
            "job_resources",
            "role_arn",
            "model_explainability_baseline_config",
            "network_config",
        ],
    ),
    ("ModelPackage", &["validation_specification", "model_metrics", "drift_check_baselines", "security_config"]),
    (
        "ModelQualityJobDefinition",
        &[
            "model_quality_job_input",
            "model_quality_job_output_config",
            "job_resources",
            "role_arn",
            "model_quality_baseline_config",
            "network_config",
        ],
    ),
    ("MonitoringSchedule", &["monitoring_schedule_config"]),
    ("NotebookInstance", &["subnet_id", "role_arn", "kms_key_id"]),
    ("OptimizationJob", &["model_source", "output_config", "role_arn", "vpc_config"]),
    ("PartnerApp", &["execution_role_arn", "kms_key_id"]),
    ("Pipeline", &["role_arn"]),
    ("ProcessingJob", &["processing_resources", "processing_output_config", "network_config", "role_arn"]),
    (
        "TrainingJob",
        &[
            "role_arn",
            "output_data_config",
            "resource_config",
            "vpc_config",
            "checkpoint_config",
            "debug_hook_config",
            "tensor_board_output_config",
            "profiler_config",
        ],
    ),
    ("TransformJob", &["transform_input", "transform_resources", "transform_output", "data_capture_config"]),
    ("UserProfile", &["user_settings"]),
];
/// The same of the class that makes jobs of Autopilot's second version.
const AUTO_ML_V2: (&str, &[&str]) = (
    "AutoMLJobV2",
    &["output_data_config", "role_arn", "auto_ml_problem_type_config", "security_config", "auto_ml_compute_config"],
);

/// Gives a resource the defaults of files: those of a folder above the script count, the nearest first; any other may be the
/// one that is used.
pub(super) fn apply(resource: &mut Resource, above: &[&SdkConfig], elsewhere: &[&SdkConfig]) {
    let mut defaults = Value::absent(resource.place);
    for config in above {
        if let Some(more) = within(&config.sections, &RESOURCES) {
            fill(&mut defaults, more, resource.place, &Value::clone);
        }
    }
    set(resource, &defaults, &Value::clone);
    for config in elsewhere {
        if let Some(defaults) = within(&config.sections, &RESOURCES) {
            set(resource, defaults, &|value| unsure(value, &config.path));
        }
    }
}

/// The same for a configuration that the code itself names.
pub(super) fn apply_given(resource: &mut Resource, config: &Value) {
    let place = config.origin.place;
    let is_known = !matches!(config.data, Data::Unknown(_) | Data::Guarded(_) | Data::Template(_));
    match within(config, &["SageMaker", RESOURCES[0], RESOURCES[1]]) {
        Some(defaults) => {
            let defaults = stepped(defaults.clone(), "SageMaker.PythonSDK.Resources", place);
            set(resource, &defaults, &Value::clone);
        }
        None if is_known => {}
        None => opened(&mut resource.properties, &Unknown { reason: Reason::External, name: GIVEN.into(), place }),
    }
}

fn within<'v>(value: &'v Value, names: &[&str]) -> Option<&'v Value> {
    names.iter().try_fold(value, |value, name| value.entry(name).map(|entry| &entry.value))
}

/// Sets what is not given at all. An argument that is, is taken as it is: its parts have no defaults.
fn set(resource: &mut Resource, defaults: &Value, default: &dyn Fn(&Value) -> Value) {
    let class = resource.kind.rsplit("::").next().unwrap_or_default();
    let is_second =
        &*resource.kind == kind::AUTO_ML_JOB && resource.properties.entry("AutoMLProblemTypeConfig").is_some();
    let known = if is_second { Some(&AUTO_ML_V2) } else { CONFIGURABLE.iter().find(|(known, _)| *known == class) };
    let Some(&(class, arguments)) = known else { return };
    let operation = format!("create{}", class.to_lowercase());
    let place = resource.place;
    let Data::Object(properties) = &mut resource.properties.data else { return };
    for argument in arguments {
        let found = [class, GLOBAL].iter().find_map(|section| within(defaults, &[section, argument]));
        let Some(found) = found else { continue };
        let name = pascal(argument);
        let Some(name) = request::member("sagemaker", &operation, &name) else { continue };
        let is_free = match properties.entry(name) {
            Some(entry) => matches!(entry.value.data, Data::Absent),
            None => properties.open.is_none(),
        };
        if is_free {
            let properties: &mut Object = Arc::make_mut(properties);
            properties.set(Entry { name: name.into(), place, value: shape(&default(found)) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        read::sdk_config::read,
        source::{Discovery, FileId, Files, Source},
        syntax::json,
    };

    #[test]
    fn a_configuration_of_core_needs_no_version() {
        let text = r#"{"SageMaker": {"PythonSDK": {"Resources": {"GlobalDefaults": {"role_arn": "r"}}}}}"#;
        let source = Source::plain(FileId(0), "defaults.json".into(), text.into());
        assert!(read(&source, &json::parse(text)).is_some());
        let other = text.replace("Resources", "Modules");
        assert!(read(&source, &json::parse(&other)).is_none());
    }

    /// What a job of sagemaker-core has under these defaults.
    fn job(defaults: &str, arguments: &str, path: &str) -> String {
        let config = format!("SageMaker:\n  PythonSDK:\n    Resources: {{{defaults}}}\n");
        let script = format!(
            "from sagemaker_core.resources import TrainingJob\nTrainingJob.create(training_job_name='j'{arguments})\n"
        );
        let files = Files::memory([("config.yaml", config), ("train.py", script)]);
        let outcome = crate::read::read(&files, &Discovery::in_memory(&files, false));
        let mut value = &outcome.graph.resources()[0].properties;
        for name in path.split('.') {
            match value.entry(name) {
                Some(entry) => value = &entry.value,
                None => return "absent".to_owned(),
            }
        }
        value.plain_text().map_or_else(|| "?".to_owned(), |text| text.to_string())
    }

    #[test]
    fn the_section_of_a_resource_goes_before_that_of_all() {
        let global = "GlobalDefaults: {role_arn: all, output_data_config: {kms_key_id: k, s3_output_path: p}}";
        assert_eq!(job(global, "", "RoleArn"), "all");
        assert_eq!(job(&format!("{global}, TrainingJob: {{role_arn: own}}"), "", "RoleArn"), "own");
        assert_eq!(job(global, ", role_arn='given'", "RoleArn"), "given");
        let own = format!("{global}, TrainingJob: {{output_data_config: {{s3_output_path: q}}}}");
        assert_eq!(job(&own, "", "OutputDataConfig.S3OutputPath"), "q");
        assert_eq!(job(&own, "", "OutputDataConfig.KmsKeyId"), "absent", "it is taken as it is");
        assert_eq!(job("Model: {role_arn: model}", "", "RoleArn"), "absent");
        assert_eq!(job("GlobalDefaults: {tags: t}", "", "Tags"), "absent", "it has no default");
    }

    #[test]
    fn every_argument_is_a_property() {
        for (class, arguments) in CONFIGURABLE.iter().chain([&AUTO_ML_V2]) {
            let operation = format!("create{}", class.to_lowercase());
            let unknown =
                arguments.iter().filter(|name| request::member("sagemaker", &operation, &pascal(name)).is_none());
            assert_eq!(unknown.collect::<Vec<_>>(), [&""; 0], "{class}");
        }
    }
}
