//! What the positional arguments of the SDK's classes are called, in each of its versions.
//!
//! Source: the signatures of sagemaker 1.72.1, 2.0.0, 2.40.0, 2.100.0, 2.245.0, 2.257.7 and 3.27.0, as far as all of them
//! agree or the arguments themselves tell which one it is; read 2026-11-27.

use super::{calls::Arguments, sdk_classes::current_name};
use crate::graph::value::{Data, Piece, Value};

/// Names of arguments, in order.
type Names = &'static [&'static str];

const PROCESSOR: Names = &[
    "role",
    "image_uri",
    "instance_count",
    "instance_type",
    "entrypoint",
    "volume_size_in_gb",
    "volume_kms_key",
    "output_kms_key",
    "max_runtime_in_seconds",
    "base_job_name",
    "sagemaker_session",
    "env",
    "tags",
    "network_config",
];
const SCRIPT_PROCESSOR: Names = &[
    "role",
    "image_uri",
    "command",
    "instance_count",
    "instance_type",
    "volume_size_in_gb",
    "volume_kms_key",
    "output_kms_key",
    "max_runtime_in_seconds",
    "base_job_name",
    "sagemaker_session",
    "env",
    "tags",
    "network_config",
];
const FRAMEWORK_PROCESSOR: Names = &[
    "estimator_cls",
    "framework_version",
    "role",
    "instance_count",
    "instance_type",
    "py_version",
    "image_uri",
    "command",
    "volume_size_in_gb",
    "volume_kms_key",
    "output_kms_key",
    "code_location",
    "max_runtime_in_seconds",
    "base_job_name",
    "sagemaker_session",
    "env",
    "tags",
    "network_config",
];
const FRAMEWORK_PROCESSOR_3: Names = &[
    "image_uri",
    "role",
    "instance_count",
    "instance_type",
    "command",
    "volume_size_in_gb",
    "volume_kms_key",
    "output_kms_key",
    "code_location",
    "max_runtime_in_seconds",
    "base_job_name",
    "sagemaker_session",
    "env",
    "tags",
    "network_config",
];
const HUGGING_FACE_PROCESSOR: Names = &[
    "role",
    "instance_count",
    "instance_type",
    "transformers_version",
    "tensorflow_version",
    "pytorch_version",
    "py_version",
    "image_uri",
    "command",
    "volume_size_in_gb",
    "volume_kms_key",
    "output_kms_key",
];
const SPARK_PROCESSOR: Names = &[
    "role",
    "instance_type",
    "instance_count",
    "framework_version",
    "py_version",
    "container_version",
    "image_uri",
    "volume_size_in_gb",
    "volume_kms_key",
    "output_kms_key",
];
const SKLEARN_PROCESSOR: Names =
    &["framework_version", "role", "instance_count", "instance_type", "command", "volume_size_in_gb", "volume_kms_key"];
/// Until some release of version 2.
const SKLEARN_PROCESSOR_1: Names =
    &["framework_version", "role", "instance_type", "instance_count", "command", "volume_size_in_gb", "volume_kms_key"];
const MONITOR: Names = &[
    "role",
    "instance_count",
    "instance_type",
    "volume_size_in_gb",
    "volume_kms_key",
    "output_kms_key",
    "max_runtime_in_seconds",
    "base_job_name",
    "sagemaker_session",
    "env",
    "tags",
    "network_config",
];
const CLARIFY_PROCESSOR: Names = &[
    "role",
    "instance_count",
    "instance_type",
    "volume_size_in_gb",
    "volume_kms_key",
    "output_kms_key",
    "max_runtime_in_seconds",
    "sagemaker_session",
    "env",
    "tags",
    "network_config",
];
const MODEL: Names = &[
    "image_uri",
    "model_data",
    "role",
    "predictor_cls",
    "env",
    "name",
    "vpc_config",
    "sagemaker_session",
    "enable_network_isolation",
];
const MODEL_1: Names = &[
    "model_data",
    "image_uri",
    "role",
    "predictor_cls",
    "env",
    "name",
    "vpc_config",
    "sagemaker_session",
    "enable_network_isolation",
];
const TUNER: Names = &[
    "estimator",
    "objective_metric_name",
    "hyperparameter_ranges",
    "metric_definitions",
    "strategy",
    "objective_type",
    "max_jobs",
    "max_parallel_jobs",
];
const FRAMEWORK: Names =
    &["entry_point", "framework_version", "py_version", "source_dir", "hyperparameters", "image_uri"];
const SCRIPT: Names = &["entry_point", "framework_version", "source_dir", "hyperparameters", "py_version", "image_uri"];
const PIPELINE: Names = &["name", "parameters", "pipeline_experiment_config", "steps", "sagemaker_session"];

/// The names of the positional arguments that an object of a class is made with, as many as are known.
pub(super) fn of_class(class: &str, arguments: &Arguments) -> Names {
    let given = |at: usize| arguments.positional.get(at).map(|argument| &argument.value);
    match class {
        "Estimator" => &["image_uri", "role", "instance_count", "instance_type"],
        "EstimatorBase" => &["role", "instance_count", "instance_type"],
        "Framework" => &["entry_point", "source_dir", "hyperparameters"],
        "AlgorithmEstimator" => {
            &["algorithm_arn", "role", "instance_count", "instance_type", "volume_size", "volume_kms_key", "max_run"]
        }
        "JumpStartEstimator" => &["model_id", "model_version"],
        "PyTorch" | "MXNet" if is_of_version_1(arguments) => &["entry_point", "source_dir", "hyperparameters"],
        "PyTorch" | "MXNet" => FRAMEWORK,
        "XGBoost" | "SKLearn" => SCRIPT,
        "TensorFlow" if is_of_version_1(arguments) => &["training_steps", "evaluation_steps", "checkpoint_path"],
        "TensorFlow" => &["py_version", "framework_version", "model_dir", "image_uri"],
        "HuggingFace" => &[
            "py_version",
            "entry_point",
            "transformers_version",
            "tensorflow_version",
            "pytorch_version",
            "source_dir",
            "hyperparameters",
            "image_uri",
        ],
        "Chainer" => &["entry_point"],
        "RLEstimator" => {
            &["entry_point", "toolkit", "toolkit_version", "framework", "source_dir", "hyperparameters", "image_uri"]
        }
        "KMeans" => &["role", "instance_count", "instance_type", "k", "init_method"],
        "KNN" => &["role", "instance_count", "instance_type", "k", "sample_size", "predictor_type"],
        "PCA" => &["role", "instance_count", "instance_type", "num_components", "algorithm_mode"],
        "LinearLearner" => &["role", "instance_count", "instance_type", "predictor_type"],
        "FactorizationMachines" => &["role", "instance_count", "instance_type", "num_factors", "predictor_type"],
        "NTM" => &["role", "instance_count", "instance_type", "num_topics"],
        "RandomCutForest" => &["role", "instance_count", "instance_type", "num_samples_per_tree", "num_trees"],
        "Object2Vec" => &["role", "instance_count", "instance_type", "epochs", "enc0_max_seq_len", "enc0_vocab_size"],
        "IPInsights" => &["role", "instance_count", "instance_type", "num_entity_vectors", "vector_dim"],
        "LDA" => &["role", "instance_type", "num_topics"],
        "HyperparameterTuner" => TUNER,
        "Model" if is_of_version_1(arguments) || given(0).is_some_and(is_artefact) => MODEL_1,
        "Model" => MODEL,
        "PyTorchModel" | "MXNetModel" | "SKLearnModel" if is_of_version_1(arguments) => {
            &["model_data", "role", "entry_point"]
        }
        "PyTorchModel" | "MXNetModel" | "SKLearnModel" => {
            &["model_data", "role", "entry_point", "framework_version", "py_version", "image_uri"]
        }
        "XGBoostModel" => &["model_data", "role", "entry_point", "framework_version", "image_uri"],
        "TensorFlowModel" | "ChainerModel" => &["model_data", "role", "entry_point", "image_uri"],
        "HuggingFaceModel" => &[
            "role",
            "model_data",
            "entry_point",
            "transformers_version",
            "tensorflow_version",
            "pytorch_version",
            "py_version",
            "image_uri",
        ],
        "FrameworkModel" => {
            &["model_data", "image_uri", "role", "entry_point", "source_dir", "predictor_cls", "env", "name"]
        }
        "ModelPackage" => &["role", "model_data", "algorithm_arn", "model_package_arn"],
        "JumpStartModel" => &["model_id", "model_version"],
        "DJLModel" => &["model_id"],
        // Only releases had them in which the role came second.
        "DeepSpeedModel" | "HuggingFaceAccelerateModel" | "FasterTransformerModel" => &["model_id", "role"],
        "PipelineModel" => &["models", "role", "predictor_cls", "name", "vpc_config", "sagemaker_session"],
        "MultiDataModel" => &["name", "model_data_prefix", "model", "image_uri", "role", "sagemaker_session"],
        _ if class.ends_with("Model") => &["model_data", "role", "sagemaker_session"],
        "Processor" => PROCESSOR,
        "ScriptProcessor" => SCRIPT_PROCESSOR,
        // Version 3 gives it an image first, where version 2 gave it a class of estimators.
        "FrameworkProcessor" => match given(0).map(|first| &first.data) {
            Some(Data::Symbol(_)) => FRAMEWORK_PROCESSOR,
            Some(Data::Text(_) | Data::Template(_)) => FRAMEWORK_PROCESSOR_3,
            _ => &[],
        },
        "PyTorchProcessor" | "TensorFlowProcessor" | "MXNetProcessor" | "XGBoostProcessor" => &FRAMEWORK_PROCESSOR[1..],
        "HuggingFaceProcessor" => HUGGING_FACE_PROCESSOR,
        "SKLearnProcessor" => match (given(2).map(|third| &third.data), given(3).map(|fourth| &fourth.data)) {
            (Some(Data::Number(_)), _) | (_, Some(Data::Text(_))) => SKLEARN_PROCESSOR,
            (Some(Data::Text(_)), _) | (_, Some(Data::Number(_))) => SKLEARN_PROCESSOR_1,
            _ => &SKLEARN_PROCESSOR[..2],
        },
        "PySparkProcessor" | "SparkJarProcessor" => SPARK_PROCESSOR,
        "SageMakerClarifyProcessor" => CLARIFY_PROCESSOR,
        "Transformer" => &[
            "model_name",
            "instance_count",
            "instance_type",
            "strategy",
            "assemble_with",
            "output_path",
            "output_kms_key",
            "accept",
            "max_concurrent_transforms",
            "max_payload",
            "tags",
            "env",
        ],
        "ModelMonitor" => &[
            "role",
            "image_uri",
            "instance_count",
            "instance_type",
            "entrypoint",
            "volume_size_in_gb",
            "volume_kms_key",
        ],
        "DefaultModelMonitor"
        | "ModelQualityMonitor"
        | "ModelBiasMonitor"
        | "ModelExplainabilityMonitor"
        | "CheckJobConfig" => MONITOR,
        "NotebookJobStep" => &["input_notebook", "image_uri", "kernel_name", "name"],
        // Before and after, something else stood in front of the steps.
        "Pipeline" if given(3).is_some_and(|fourth| !matches!(fourth.data, Data::List(_))) => &PIPELINE[..3],
        "Pipeline" if given(2).is_some_and(|third| matches!(third.data, Data::List(_))) => {
            &["name", "parameters", "steps"]
        }
        "Pipeline" => PIPELINE,
        "Lambda" => &[
            "function_arn",
            "function_name",
            "execution_role_arn",
            "zipped_code_dir",
            "s3_bucket",
            "script",
            "handler",
            "session",
            "timeout",
            "memory_size",
            "runtime",
        ],
        "FeatureGroup" => &["name", "sagemaker_session", "feature_definitions"],
        "AutoML" => &[
            "role",
            "target_attribute_name",
            "output_kms_key",
            "output_path",
            "base_job_name",
            "compression_type",
            "sagemaker_session",
            "volume_kms_key",
        ],
        "AutoMLV2" => &["problem_config", "base_job_name", "output_path"],
        "remote" | "step" => &["_func"],
        // All trainers take the model first; the classes of pydantic take nothing.
        _ if class.ends_with("Trainer") && class != "ModelTrainer" => &["model"],
        _ => &[],
    }
}

/// Positional arguments of the SDK's argument objects that have an order people use.
pub(super) fn of_config(class: &str) -> Names {
    match class {
        name if name.ends_with("Predictor") => &["endpoint_name", "sagemaker_session"],
        "NetworkConfig" => {
            &["enable_network_isolation", "security_group_ids", "subnets", "encrypt_inter_container_traffic"]
        }
        "EndpointInput" => &["endpoint_name", "destination"],
        "ProcessingInput" => &["source", "destination", "input_name"],
        "ProcessingOutput" => &["source", "destination", "output_name"],
        "TrainingInput" | "s3_input" => &["s3_data", "distribution", "compression", "content_type"],
        // The first argument of a local session is another one.
        "Session" => &["boto_session", "sagemaker_client"],
        "ServerlessInferenceConfig" => &["memory_size_in_mb", "max_concurrency", "provisioned_concurrency"],
        "DataCaptureConfig" => &["enable_capture", "sampling_percentage", "destination_s3_uri", "kms_key_id"],
        "AsyncInferenceConfig" => {
            &["output_path", "max_concurrent_invocations_per_instance", "kms_key_id", "notification_config"]
        }
        "InstanceGroup" => &["instance_group_name", "instance_type", "instance_count"],
        "ContinuousParameter" | "IntegerParameter" => &["min_value", "max_value", "scaling_type"],
        "CategoricalParameter" => &["values"],
        "FileSystemInput" => &["file_system_id", "file_system_type", "directory_path", "file_system_access_mode"],
        // Before they took what `fit` and `run` answer with, they took the object itself: both are the same here.
        "TrainingStep" | "TuningStep" | "ProcessingStep" | "TransformStep" | "ModelStep" | "CreateModelStep" => {
            &["name", "step_args"]
        }
        "ConditionStep" => &["name", "depends_on"],
        "LambdaStep" => &["name", "lambda_func"],
        "FailStep" => &["name", "error_message"],
        "CallbackStep" => &["name", "sqs_queue_url", "inputs", "outputs"],
        "QualityCheckStep" => &["name", "quality_check_config", "check_job_config"],
        "ClarifyCheckStep" => &["name", "clarify_check_config", "check_job_config"],
        "MonitorBatchTransformStep" => {
            &["name", "transform_step_args", "monitor_configuration", "check_job_configuration"]
        }
        "EMRStep" => &[
            "name",
            "display_name",
            "description",
            "cluster_id",
            "step_config",
            "depends_on",
            "cache_config",
            "cluster_config",
        ],
        _ => &[],
    }
}

/// Whether a call has arguments by their names of version 1.
fn is_of_version_1(arguments: &Arguments) -> bool {
    arguments.named.entries.iter().any(|entry| current_name(&entry.name) != &*entry.name)
}

/// Whether a value is a model's artefact, not an image.
fn is_artefact(value: &Value) -> bool {
    match &value.data {
        Data::Text(text) => text.starts_with("s3://"),
        Data::Template(pieces) => matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with("s3://")),
        _ => false,
    }
}
