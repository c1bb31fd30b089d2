//! Classes of the SageMaker SDK: what their arguments are called and which API properties they set.
//!
//! Source: sagemaker 2.257.7 (signatures and `CreateTrainingJob` mapping), sagemaker 3.27.0 for `ModelTrainer`, and the
//! SDK's own v1 → v2 upgrade tool for the old names; read 2026-11-22.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::sdk_makers;
use crate::{catalog::algorithm::TRAINER_MAX_RUN, graph::kind};

/// What an object of a class does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Estimator,
    Model,
    /// Several models in one: the parts are containers, not models of their own.
    ModelOfModels,
    Processor,
    Transformer,
    Tuner,
    /// Functions that run as jobs: `remote`, `step`, `RemoteExecutor`.
    Remote,
    /// A notebook that runs as a job, in a pipeline.
    Notebook,
    /// The fine-tuning of a model of AWS's, with SDK v3.
    FineTuning,
    /// The jobs of a monitor, and when they run.
    Monitor,
    /// What the job of a pipeline's check runs on.
    Check,
    /// A pipeline.
    Pipeline,
    /// A Lambda function.
    Function,
    /// A job of Autopilot.
    AutoMl,
    /// A model as it was registered: what is deployed is made of it.
    Package,
    /// Another object that makes nothing before a method of it is called.
    Maker,
    /// What an API call answered: nothing is known of it.
    Response,
}

/// Where a class's container image comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Image {
    /// The argument alone.
    Argument,
    /// Looked up by the class, in the version that this argument names, unless one is given.
    Framework(&'static str),
    /// Decided by a model id: not known here.
    Hidden,
}

/// A class.
pub(super) struct Class {
    pub(super) names: &'static [&'static str],
    pub(super) role: Role,
    pub(super) kind: &'static str,
    pub(super) image: Image,
    /// Argument (`compute.instance_type` for one of an argument object) → API property.
    pub(super) properties: &'static [(&'static str, &'static str)],
}

/// The class behind a dotted name of the SDK.
pub(super) fn class(symbol: &str) -> Option<&'static Class> {
    let name = symbol.rsplit('.').next()?;
    if matches!(name, "remote" | "step") && !symbol.contains("remote_function") && !symbol.contains("function_step") {
        return None;
    }
    BY_NAME.get(name).copied()
}

/// The classes by each of their names; the first, where several have one.
static BY_NAME: LazyLock<FxHashMap<&str, &Class>> = LazyLock::new(|| {
    let mut known = FxHashMap::default();
    for class in CLASSES.iter().chain(sdk_makers::CLASSES) {
        for name in class.names {
            known.entry(*name).or_insert(class);
        }
    }
    known
});

/// The properties that a class sets itself where its arguments do not.
pub(super) fn defaults(class: &Class) -> &'static [(&'static str, f64)] {
    match class.role {
        Role::Estimator if class.names == ["ModelTrainer"] => {
            &[("StoppingCondition.MaxRuntimeInSeconds", TRAINER_MAX_RUN)]
        }
        // Their code trains on one machine, or does unless it is told.
        Role::Estimator if matches!(class.names, ["SKLearn"] | ["LDA"] | ["JumpStartEstimator"]) => {
            &[("ResourceConfig.InstanceCount", 1.0)]
        }
        Role::Remote => &[
            ("ResourceConfig.InstanceCount", 1.0),
            ("ResourceConfig.VolumeSizeInGB", 30.0),
            ("StoppingCondition.MaxRuntimeInSeconds", 86_400.0),
        ],
        Role::Notebook => &[("ResourceConfig.InstanceCount", 1.0)],
        _ => &[],
    }
}

impl Role {
    /// Whether it is a model, or what becomes one.
    pub(super) fn is_model(self) -> bool {
        matches!(self, Self::Estimator | Self::Model | Self::ModelOfModels)
    }
}

impl Class {
    /// Whether it builds a model: `ModelBuilder` of SDK v2 and v3.
    pub(super) fn is_builder(&self) -> bool {
        self.names == ["ModelBuilder"]
    }

    /// Whether `deploy` needs no count of instances, and the model knows which instances it is for.
    pub(super) fn knows_instances(&self) -> bool {
        self.is_builder() || self.is_jump_start()
    }

    /// Whether its model id says what nobody else does: the image, the instances.
    pub(super) fn is_jump_start(&self) -> bool {
        matches!(self.names, ["JumpStartModel"] | ["JumpStartEstimator"])
    }
}

/// The class of what an API call answers.
pub(super) static RESPONSE: Class =
    Class { names: &[], role: Role::Response, kind: "", image: Image::Hidden, properties: &[] };

/// The class of the model that an estimator makes.
pub(super) static MADE_MODEL: Class =
    Class { names: &[], role: Role::Model, kind: kind::MODEL, image: Image::Hidden, properties: MODEL };

/// Arguments that SDK v1 called otherwise.
const RENAMED: &[(&str, &str)] = &[
    ("train_instance_count", "instance_count"),
    ("train_instance_type", "instance_type"),
    ("train_max_run", "max_run"),
    ("train_max_wait", "max_wait"),
    ("train_use_spot_instances", "use_spot_instances"),
    ("train_volume_size", "volume_size"),
    ("train_volume_kms_key", "volume_kms_key"),
    ("image_name", "image_uri"),
    ("image", "image_uri"),
];

/// The name of an argument in SDK v2.
pub(super) fn current_name(argument: &str) -> &str {
    RENAMED.iter().find(|(old, _)| *old == argument).map_or(argument, |(_, new)| new)
}

/// The argument of an SDK class, or of `deploy`, that sets a property of the API, by the class's dotted name. `beside` are the arguments
/// that are there: where one has its name of SDK v1, so has the one that is asked for.
pub fn argument(class_name: &str, path: &str, beside: &[String]) -> Option<&'static str> {
    let (properties, path) = match path.strip_prefix("ProductionVariants[0].") {
        Some(path) if class_name.ends_with(".deploy") => (VARIANT, path),
        _ => (class(class_name)?.properties, path),
    };
    let (argument, _) = properties.iter().find(|(_, known)| *known == path)?;
    let is_old = beside.iter().any(|name| RENAMED.iter().any(|(old, _)| old == name));
    let old = RENAMED.iter().find(|(_, new)| is_old && new == argument).map(|(old, _)| *old);
    // One within an argument object has no place in the call.
    Some(old.unwrap_or(argument)).filter(|name| !name.contains('.'))
}

/// The old name of an argument, if it had one that differs.
#[cfg(test)]
pub(super) fn renamed() -> impl Iterator<Item = &'static str> {
    RENAMED.iter().map(|(old, _)| *old)
}

const TRAINING: &[(&str, &str)] = &[
    ("image_uri", "AlgorithmSpecification.TrainingImage"),
    ("algorithm_arn", "AlgorithmSpecification.AlgorithmName"),
    ("input_mode", "AlgorithmSpecification.TrainingInputMode"),
    ("metric_definitions", "AlgorithmSpecification.MetricDefinitions"),
    ("role", "RoleArn"),
    ("instance_count", "ResourceConfig.InstanceCount"),
    ("instance_type", "ResourceConfig.InstanceType"),
    ("instance_groups", "ResourceConfig.InstanceGroups"),
    ("keep_alive_period_in_seconds", "ResourceConfig.KeepAlivePeriodInSeconds"),
    ("volume_size", "ResourceConfig.VolumeSizeInGB"),
    ("volume_kms_key", "ResourceConfig.VolumeKmsKeyId"),
    ("training_plan", "ResourceConfig.TrainingPlanArn"),
    ("max_run", "StoppingCondition.MaxRuntimeInSeconds"),
    ("max_wait", "StoppingCondition.MaxWaitTimeInSeconds"),
    ("use_spot_instances", "EnableManagedSpotTraining"),
    ("checkpoint_s3_uri", "CheckpointConfig.S3Uri"),
    ("checkpoint_local_path", "CheckpointConfig.LocalPath"),
    ("output_path", "OutputDataConfig.S3OutputPath"),
    ("output_kms_key", "OutputDataConfig.KmsKeyId"),
    ("tags", "Tags"),
    ("subnets", "VpcConfig.Subnets"),
    ("security_group_ids", "VpcConfig.SecurityGroupIds"),
    ("encrypt_inter_container_traffic", "EnableInterContainerTrafficEncryption"),
    ("enable_network_isolation", "EnableNetworkIsolation"),
    ("hyperparameters", "HyperParameters"),
    // The SDK passes the script to the container so: behind the hyperparameters that the code gives.
    ("entry_point", "HyperParameters.sagemaker_program"),
    ("environment", "Environment"),
    ("max_retry_attempts", "RetryStrategy.MaximumRetryAttempts"),
];

const TRAINER: &[(&str, &str)] = &[
    ("training_image", "AlgorithmSpecification.TrainingImage"),
    ("algorithm_name", "AlgorithmSpecification.AlgorithmName"),
    ("training_input_mode", "AlgorithmSpecification.TrainingInputMode"),
    ("role", "RoleArn"),
    ("compute.instance_count", "ResourceConfig.InstanceCount"),
    ("compute.instance_type", "ResourceConfig.InstanceType"),
    ("compute.instance_groups", "ResourceConfig.InstanceGroups"),
    ("compute.keep_alive_period_in_seconds", "ResourceConfig.KeepAlivePeriodInSeconds"),
    ("compute.volume_size_in_gb", "ResourceConfig.VolumeSizeInGB"),
    ("compute.volume_kms_key_id", "ResourceConfig.VolumeKmsKeyId"),
    ("compute.enable_managed_spot_training", "EnableManagedSpotTraining"),
    ("stopping_condition.max_runtime_in_seconds", "StoppingCondition.MaxRuntimeInSeconds"),
    ("stopping_condition.max_wait_time_in_seconds", "StoppingCondition.MaxWaitTimeInSeconds"),
    ("checkpoint_config.s3_uri", "CheckpointConfig.S3Uri"),
    ("checkpoint_config.local_path", "CheckpointConfig.LocalPath"),
    ("output_data_config.s3_output_path", "OutputDataConfig.S3OutputPath"),
    ("output_data_config.kms_key_id", "OutputDataConfig.KmsKeyId"),
    ("networking.subnets", "VpcConfig.Subnets"),
    ("networking.security_group_ids", "VpcConfig.SecurityGroupIds"),
    ("networking.enable_network_isolation", "EnableNetworkIsolation"),
    ("networking.enable_inter_container_traffic_encryption", "EnableInterContainerTrafficEncryption"),
    ("hyperparameters", "HyperParameters"),
    // A script of one's own, as with the estimators: its hyperparameters are not the algorithm's.
    ("source_code.command", "HyperParameters.sagemaker_program"),
    ("source_code.entry_script", "HyperParameters.sagemaker_program"),
    ("environment", "Environment"),
    ("tags", "Tags"),
];

/// Functions that run as jobs. What `NotebookJobStep` has as well comes first.
/// Source: sagemaker 2.257.7 and sagemaker-core 2.27.0, `remote_function.client.remote`, `remote_function.job` and
/// `workflow.notebook_job_step`, read 2026-11-26.
const REMOTE: &[(&str, &str)] = &[
    ("image_uri", "AlgorithmSpecification.TrainingImage"),
    ("role", "RoleArn"),
    ("instance_type", "ResourceConfig.InstanceType"),
    ("volume_size", "ResourceConfig.VolumeSizeInGB"),
    ("volume_kms_key", "ResourceConfig.VolumeKmsKeyId"),
    ("max_runtime_in_seconds", "StoppingCondition.MaxRuntimeInSeconds"),
    ("s3_root_uri", "OutputDataConfig.S3OutputPath"),
    ("s3_kms_key", "OutputDataConfig.KmsKeyId"),
    ("tags", "Tags"),
    ("subnets", "VpcConfig.Subnets"),
    ("security_group_ids", "VpcConfig.SecurityGroupIds"),
    ("encrypt_inter_container_traffic", "EnableInterContainerTrafficEncryption"),
    ("environment_variables", "Environment"),
    ("max_retry_attempts", "RetryStrategy.MaximumRetryAttempts"),
    ("instance_count", "ResourceConfig.InstanceCount"),
    ("keep_alive_period_in_seconds", "ResourceConfig.KeepAlivePeriodInSeconds"),
    ("max_wait_time_in_seconds", "StoppingCondition.MaxWaitTimeInSeconds"),
    ("use_spot_instances", "EnableManagedSpotTraining"),
];
const NOTEBOOK: &[(&str, &str)] = REMOTE.split_at(14).0;

/// `SFTTrainer` and its like. Source: sagemaker-train of sagemaker 3.27.0, read 2026-11-26.
const FINE_TUNING: &[(&str, &str)] = &[
    ("role", "RoleArn"),
    ("training_image", "AlgorithmSpecification.TrainingImage"),
    ("compute.instance_count", "ResourceConfig.InstanceCount"),
    ("compute.instance_type", "ResourceConfig.InstanceType"),
    ("compute.volume_size_in_gb", "ResourceConfig.VolumeSizeInGB"),
    ("compute.keep_alive_period_in_seconds", "ResourceConfig.KeepAlivePeriodInSeconds"),
    ("stopping_condition.max_runtime_in_seconds", "StoppingCondition.MaxRuntimeInSeconds"),
    ("s3_output_path", "OutputDataConfig.S3OutputPath"),
    ("kms_key_id", "OutputDataConfig.KmsKeyId"),
    ("kms_key_arn", "OutputDataConfig.KmsKeyId"),
    ("networking.subnets", "VpcConfig.Subnets"),
    ("networking.security_group_ids", "VpcConfig.SecurityGroupIds"),
];

const PIPELINE: &[(&str, &str)] = &[("name", "PipelineName")];

/// `Lambda`, which makes a function.
const FUNCTION: &[(&str, &str)] = &[
    ("function_name", "FunctionName"),
    ("execution_role_arn", "Role"),
    ("handler", "Handler"),
    ("runtime", "Runtime"),
    ("timeout", "Timeout"),
    ("memory_size", "MemorySize"),
    ("vpc_config", "VpcConfig"),
    ("environment", "Environment"),
    ("layers", "Layers"),
];

const MODEL: &[(&str, &str)] = &[
    ("image_uri", "PrimaryContainer.Image"),
    ("model_data", "PrimaryContainer.ModelDataUrl"),
    ("env", "PrimaryContainer.Environment"),
    ("image_config", "PrimaryContainer.ImageConfig"),
    ("role", "ExecutionRoleArn"),
    ("name", "ModelName"),
    ("vpc_config", "VpcConfig"),
    ("enable_network_isolation", "EnableNetworkIsolation"),
];

const BUILT: &[(&str, &str)] = &[
    ("image_uri", "PrimaryContainer.Image"),
    ("s3_model_data_url", "PrimaryContainer.ModelDataUrl"),
    ("env_vars", "PrimaryContainer.Environment"),
    ("image_config", "PrimaryContainer.ImageConfig"),
    ("role_arn", "ExecutionRoleArn"),
    ("name", "ModelName"),
    ("vpc_config", "VpcConfig"),
    ("network.subnets", "VpcConfig.Subnets"),
    ("network.security_group_ids", "VpcConfig.SecurityGroupIds"),
    ("network.enable_network_isolation", "EnableNetworkIsolation"),
];

pub(super) const PROCESSING: &[(&str, &str)] = &[
    ("image_uri", "AppSpecification.ImageUri"),
    ("entrypoint", "AppSpecification.ContainerEntrypoint"),
    ("role", "RoleArn"),
    ("instance_count", "ProcessingResources.ClusterConfig.InstanceCount"),
    ("instance_type", "ProcessingResources.ClusterConfig.InstanceType"),
    ("volume_size_in_gb", "ProcessingResources.ClusterConfig.VolumeSizeInGB"),
    ("volume_kms_key", "ProcessingResources.ClusterConfig.VolumeKmsKeyId"),
    ("output_kms_key", "ProcessingOutputConfig.KmsKeyId"),
    ("max_runtime_in_seconds", "StoppingCondition.MaxRuntimeInSeconds"),
    ("env", "Environment"),
    ("tags", "Tags"),
    ("network_config.enable_network_isolation", "NetworkConfig.EnableNetworkIsolation"),
    ("network_config.encrypt_inter_container_traffic", "NetworkConfig.EnableInterContainerTrafficEncryption"),
    ("network_config.subnets", "NetworkConfig.VpcConfig.Subnets"),
    ("network_config.security_group_ids", "NetworkConfig.VpcConfig.SecurityGroupIds"),
];

pub(super) const TRANSFORM: &[(&str, &str)] = &[
    ("model_name", "ModelName"),
    ("instance_count", "TransformResources.InstanceCount"),
    ("instance_type", "TransformResources.InstanceType"),
    ("volume_kms_key", "TransformResources.VolumeKmsKeyId"),
    ("strategy", "BatchStrategy"),
    ("assemble_with", "TransformOutput.AssembleWith"),
    ("output_path", "TransformOutput.S3OutputPath"),
    ("output_kms_key", "TransformOutput.KmsKeyId"),
    ("accept", "TransformOutput.Accept"),
    ("max_concurrent_transforms", "MaxConcurrentTransforms"),
    ("max_payload", "MaxPayloadInMB"),
    ("env", "Environment"),
    ("tags", "Tags"),
];

const TUNING: &[(&str, &str)] = &[
    ("objective_metric_name", "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective.MetricName"),
    ("objective_type", "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective.Type"),
    ("strategy", "HyperParameterTuningJobConfig.Strategy"),
    ("max_jobs", "HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs"),
    ("max_parallel_jobs", "HyperParameterTuningJobConfig.ResourceLimits.MaxParallelTrainingJobs"),
    ("max_runtime_in_seconds", "HyperParameterTuningJobConfig.ResourceLimits.MaxRuntimeInSeconds"),
    ("early_stopping_type", "HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType"),
    ("warm_start_config", "WarmStartConfig"),
    ("estimator", "TrainingJobDefinition"),
    ("model_trainer", "TrainingJobDefinition"),
    ("tags", "Tags"),
];

/// `Session.create_model`.
pub(super) const SESSION_MODEL: &[(&str, &str)] = &[
    ("name", "ModelName"),
    ("role", "ExecutionRoleArn"),
    ("vpc_config", "VpcConfig"),
    ("enable_network_isolation", "EnableNetworkIsolation"),
];

/// An endpoint's production variant.
pub(super) const VARIANT: &[(&str, &str)] = &[
    ("initial_instance_count", "InitialInstanceCount"),
    ("instance_type", "InstanceType"),
    ("accelerator_type", "AcceleratorType"),
    ("volume_size", "VolumeSizeInGB"),
    ("model_data_download_timeout", "ModelDataDownloadTimeoutInSeconds"),
    ("container_startup_health_check_timeout", "ContainerStartupHealthCheckTimeoutInSeconds"),
    ("inference_ami_version", "InferenceAmiVersion"),
    ("managed_instance_scaling", "ManagedInstanceScaling"),
    ("serverless_inference_config.memory_size_in_mb", "ServerlessConfig.MemorySizeInMB"),
    ("serverless_inference_config.max_concurrency", "ServerlessConfig.MaxConcurrency"),
    ("serverless_inference_config.provisioned_concurrency", "ServerlessConfig.ProvisionedConcurrency"),
];

const fn estimator(names: &'static [&'static str], image: Image) -> Class {
    Class { names, role: Role::Estimator, kind: kind::TRAINING_JOB, image, properties: TRAINING }
}

const fn model(names: &'static [&'static str], image: Image) -> Class {
    Class { names, role: Role::Model, kind: kind::MODEL, image, properties: MODEL }
}

const fn processor(names: &'static [&'static str]) -> Class {
    let image = Image::Argument;
    Class { names, role: Role::Processor, kind: kind::PROCESSING_JOB, image, properties: PROCESSING }
}

static CLASSES: &[Class] = &[
    estimator(&["Estimator"], Image::Argument),
    estimator(&["AlgorithmEstimator"], Image::Hidden),
    estimator(&["JumpStartEstimator"], Image::Hidden),
    estimator(&["PyTorch", "MXNet", "XGBoost", "Chainer", "TensorFlow"], Image::Framework("framework_version")),
    estimator(&["SKLearn"], Image::Framework("framework_version")),
    estimator(&["HuggingFace"], Image::Framework("transformers_version")),
    estimator(&["RLEstimator"], Image::Hidden),
    estimator(
        &[
            "KMeans",
            "PCA",
            "LinearLearner",
            "FactorizationMachines",
            "NTM",
            "RandomCutForest",
            "KNN",
            "Object2Vec",
            "IPInsights",
        ],
        Image::Framework(""),
    ),
    estimator(&["LDA"], Image::Framework("")),
    // What classes of one's own are made of: these say which image it is.
    estimator(&["Framework", "EstimatorBase"], Image::Framework("framework_version")),
    Class {
        names: &["ModelTrainer"],
        role: Role::Estimator,
        kind: kind::TRAINING_JOB,
        image: Image::Argument,
        properties: TRAINER,
    },
    model(&["Model"], Image::Argument),
    model(&["JumpStartModel"], Image::Hidden),
    model(
        &[
            "PyTorchModel",
            "SKLearnModel",
            "XGBoostModel",
            "MXNetModel",
            "TensorFlowModel",
            "ChainerModel",
            "HuggingFaceModel",
            "FrameworkModel",
            "ModelPackage",
            "DJLModel",
            "DeepSpeedModel",
            "HuggingFaceAccelerateModel",
            "FasterTransformerModel",
            "KMeansModel",
            "PCAModel",
            "LDAModel",
            "LinearLearnerModel",
            "FactorizationMachinesModel",
            "NTMModel",
            "RandomCutForestModel",
            "KNNModel",
            "Object2VecModel",
            "IPInsightsModel",
        ],
        Image::Hidden,
    ),
    Class { names: &["ModelBuilder"], role: Role::Model, kind: kind::MODEL, image: Image::Hidden, properties: BUILT },
    Class {
        names: &["PipelineModel"],
        role: Role::ModelOfModels,
        kind: kind::MODEL,
        image: Image::Hidden,
        properties: MODEL,
    },
    Class {
        names: &["MultiDataModel"],
        role: Role::ModelOfModels,
        kind: kind::MODEL,
        image: Image::Hidden,
        properties: MODEL,
    },
    processor(&["Processor"]),
    processor(&["ScriptProcessor", "SKLearnProcessor"]),
    processor(&[
        "FrameworkProcessor",
        "HuggingFaceProcessor",
        "PyTorchProcessor",
        "TensorFlowProcessor",
        "MXNetProcessor",
        "XGBoostProcessor",
    ]),
    processor(&["PySparkProcessor", "SparkJarProcessor"]),
    processor(&["SageMakerClarifyProcessor"]),
    Class {
        names: &["Transformer"],
        role: Role::Transformer,
        kind: kind::TRANSFORM_JOB,
        image: Image::Hidden,
        properties: TRANSFORM,
    },
    Class {
        names: &["remote", "step", "RemoteExecutor"],
        role: Role::Remote,
        kind: kind::TRAINING_JOB,
        image: Image::Hidden,
        properties: REMOTE,
    },
    Class {
        names: &["NotebookJobStep"],
        role: Role::Notebook,
        kind: kind::TRAINING_JOB,
        image: Image::Argument,
        properties: NOTEBOOK,
    },
    Class {
        names: &[
            "SFTTrainer",
            "DPOTrainer",
            "RLVRTrainer",
            "RLAIFTrainer",
            "CPTTrainer",
            "MultiTurnRLTrainer",
            // What looks at a model is a training job of another type.
            "BenchMarkEvaluator",
            "CustomScorerEvaluator",
            "LLMAsJudgeEvaluator",
        ],
        role: Role::FineTuning,
        kind: kind::TRAINING_JOB,
        image: Image::Argument,
        properties: FINE_TUNING,
    },
    Class {
        names: &["Pipeline"],
        role: Role::Pipeline,
        kind: kind::PIPELINE,
        image: Image::Hidden,
        properties: PIPELINE,
    },
    Class {
        names: &["Lambda"],
        role: Role::Function,
        kind: kind::FUNCTION,
        image: Image::Hidden,
        properties: FUNCTION,
    },
    Class {
        names: &["HyperparameterTuner"],
        role: Role::Tuner,
        kind: kind::TUNING_JOB,
        image: Image::Hidden,
        properties: TUNING,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_names_lead_to_arguments_that_set_properties() {
        for old in renamed() {
            let new = current_name(old);
            assert!(TRAINING.iter().any(|(argument, _)| *argument == new), "{old} → {new} sets nothing");
        }
    }

    #[test]
    fn notebooks_have_no_spot_instances_and_run_on_one() {
        let last = NOTEBOOK.last().map(|(argument, _)| *argument);
        assert_eq!(last, Some("max_retry_attempts"));
        assert!(NOTEBOOK.len() < REMOTE.len());
    }

    #[test]
    fn every_name_belongs_to_one_class() {
        let mut names: Vec<_> = CLASSES.iter().chain(sdk_makers::CLASSES).flat_map(|class| class.names).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
