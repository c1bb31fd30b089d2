//! Kinds of resources: CloudFormation's type names, and names of the same form for what only the API has.

/// A model: container image, artefact, role, network.
pub const MODEL: &str = "AWS::SageMaker::Model";
/// An endpoint configuration with its production variants.
pub const ENDPOINT_CONFIG: &str = "AWS::SageMaker::EndpointConfig";
/// A real-time, serverless or asynchronous endpoint.
pub const ENDPOINT: &str = "AWS::SageMaker::Endpoint";
/// A notebook instance.
pub const NOTEBOOK_INSTANCE: &str = "AWS::SageMaker::NotebookInstance";
/// The scripts that a notebook instance runs when it is made and started.
pub const NOTEBOOK_LIFECYCLE: &str = "AWS::SageMaker::NotebookInstanceLifecycleConfig";
/// A processing job.
pub const PROCESSING_JOB: &str = "AWS::SageMaker::ProcessingJob";
/// A training job (`CreateTrainingJob`); CloudFormation has no such type.
pub const TRAINING_JOB: &str = "AWS::SageMaker::TrainingJob";
/// A batch transform job (`CreateTransformJob`); CloudFormation has no such type.
pub const TRANSFORM_JOB: &str = "AWS::SageMaker::TransformJob";
/// A hyperparameter tuning job (`CreateHyperParameterTuningJob`); CloudFormation has no such type.
pub const TUNING_JOB: &str = "AWS::SageMaker::HyperParameterTuningJob";
/// A stack of CloudFormation.
pub const STACK: &str = "AWS::CloudFormation::Stack";
/// A state machine of Step Functions. Its `Definition` is what it says, wherever that is written.
pub const STATE_MACHINE: &str = "AWS::StepFunctions::StateMachine";
/// A state of a state machine, without the states in it; CloudFormation has no such type.
pub const STATE: &str = "AWS::StepFunctions::State";
/// A role.
pub const ROLE: &str = "AWS::IAM::Role";
/// A policy that stands by itself.
pub const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";
/// Policies that are put into roles from outside: with a list of roles, and with one.
pub const ROLE_POLICIES: [&str; 3] = ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", MANAGED_POLICY];
/// A bucket.
pub const BUCKET: &str = "AWS::S3::Bucket";
/// A network of one's own.
pub const VPC: &str = "AWS::EC2::VPC";
/// A subnet of a VPC.
pub const SUBNET: &str = "AWS::EC2::Subnet";
/// Which route table a subnet uses; without one it uses the VPC's main table.
pub const ROUTE_TABLE_ASSOCIATION: &str = "AWS::EC2::SubnetRouteTableAssociation";
/// A route table.
pub const ROUTE_TABLE: &str = "AWS::EC2::RouteTable";
/// A route of a route table.
pub const ROUTE: &str = "AWS::EC2::Route";
/// A private way to an AWS service.
pub const VPC_ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
/// A Studio domain.
pub const DOMAIN: &str = "AWS::SageMaker::Domain";
/// A user's profile in a Studio domain.
pub const USER_PROFILE: &str = "AWS::SageMaker::UserProfile";
/// A space in a Studio domain.
pub const SPACE: &str = "AWS::SageMaker::Space";
/// An app in Studio.
pub const APP: &str = "AWS::SageMaker::App";
/// A job of Autopilot, of either version of the API; CloudFormation has no such type.
pub const AUTO_ML_JOB: &str = "AWS::SageMaker::AutoMLJob";
/// A group of features in Feature Store, with its stores.
pub const FEATURE_GROUP: &str = "AWS::SageMaker::FeatureGroup";
/// A schedule of Model Monitor.
pub const MONITORING_SCHEDULE: &str = "AWS::SageMaker::MonitoringSchedule";
/// The jobs of Model Monitor.
pub const MONITORING_JOBS: [&str; 4] = [
    "AWS::SageMaker::DataQualityJobDefinition",
    "AWS::SageMaker::ModelQualityJobDefinition",
    "AWS::SageMaker::ModelBiasJobDefinition",
    "AWS::SageMaker::ModelExplainabilityJobDefinition",
];
/// A machine of EC2.
pub const EC2_INSTANCE: &str = "AWS::EC2::Instance";
/// What machines of EC2 are started from.
pub const LAUNCH_TEMPLATE: &str = "AWS::EC2::LaunchTemplate";
/// The older form of a launch template.
pub const LAUNCH_CONFIGURATION: &str = "AWS::AutoScaling::LaunchConfiguration";
/// A group of machines of EC2.
pub const AUTO_SCALING_GROUP: &str = "AWS::AutoScaling::AutoScalingGroup";
/// Machines of AWS Batch.
pub const COMPUTE_ENVIRONMENT: &str = "AWS::Batch::ComputeEnvironment";
/// Machines of a Kubernetes cluster.
pub const NODE_GROUP: &str = "AWS::EKS::Nodegroup";
/// A cluster of EMR.
pub const EMR_CLUSTER: &str = "AWS::EMR::Cluster";
/// A group of like machines of an EMR cluster, by itself.
pub const EMR_GROUP: &str = "AWS::EMR::InstanceGroupConfig";
/// A fleet of machines of an EMR cluster, by itself.
pub const EMR_FLEET: &str = "AWS::EMR::InstanceFleetConfig";
/// A workgroup of Athena: who queries, within which limits.
pub const WORK_GROUP: &str = "AWS::Athena::WorkGroup";
/// A table of the Glue Data Catalog.
pub const TABLE: &str = "AWS::Glue::Table";
/// A stream of Kinesis Data Streams.
pub const STREAM: &str = "AWS::Kinesis::Stream";
/// A stream of Amazon Data Firehose.
pub const DELIVERY_STREAM: &str = "AWS::KinesisFirehose::DeliveryStream";
/// A queue of SQS.
pub const QUEUE: &str = "AWS::SQS::Queue";
/// What has Lambda read a queue or a stream and call a function with what it finds.
pub const EVENT_SOURCE_MAPPING: &str = "AWS::Lambda::EventSourceMapping";
/// A pipe of EventBridge, from one source to one target.
pub const PIPE: &str = "AWS::Pipes::Pipe";
/// A model, or a part of one, that is placed on the instances of an endpoint.
pub const INFERENCE_COMPONENT: &str = "AWS::SageMaker::InferenceComponent";
/// What Application Auto Scaling scales: a variant, an inference component.
pub const SCALABLE_TARGET: &str = "AWS::ApplicationAutoScaling::ScalableTarget";
/// When a scalable target is scaled, by a metric.
pub const SCALING_POLICY: &str = "AWS::ApplicationAutoScaling::ScalingPolicy";
/// When a scalable target is scaled, by the clock (`PutScheduledAction`); in CloudFormation a property of the target.
pub const SCHEDULED_ACTION: &str = "AWS::ApplicationAutoScaling::ScheduledAction";
/// A pipeline of SageMaker Pipelines.
pub const PIPELINE: &str = "AWS::SageMaker::Pipeline";
/// A HyperPod cluster.
pub const CLUSTER: &str = "AWS::SageMaker::Cluster";

/// A Lambda function, in whatever words it is written.
pub const FUNCTION: &str = "AWS::Lambda::Function";
/// A name for a version of a Lambda function.
pub const ALIAS: &str = "AWS::Lambda::Alias";
/// A version of a Lambda function.
pub const VERSION: &str = "AWS::Lambda::Version";
/// What keeps environments of a Lambda function ready, where that is a thing by itself, as the API and Terraform have it
/// (`PutProvisionedConcurrencyConfig`).
pub const KEPT_READY: &str = "AWS::Lambda::ProvisionedConcurrencyConfig";
/// A layer of Lambda functions.
pub const LAYER: &str = "AWS::Lambda::LayerVersion";

/// The ML and AI services.
const INTELLIGENT: &[&str] = &[
    "AWS::SageMaker::",
    "AWS::Bedrock::",
    "AWS::Comprehend::",
    "AWS::Forecast::",
    "AWS::FraudDetector::",
    "AWS::Kendra::",
    "AWS::Lex::",
    "AWS::LookoutEquipment::",
    "AWS::LookoutMetrics::",
    "AWS::LookoutVision::",
    "AWS::Personalize::",
    "AWS::Rekognition::",
];

/// The data services that ML workloads are fed by.
const DATA: &[&str] = &[
    "AWS::Athena::",
    "AWS::EMR::",
    "AWS::EMRServerless::",
    "AWS::Glue::",
    "AWS::Kinesis::",
    "AWS::KinesisFirehose::",
    "AWS::LakeFormation::",
    // Types of Terraform's that CloudFormation has no name for.
    "Terraform::aws_sagemaker_",
    "Terraform::aws_bedrock",
    "Terraform::aws_comprehend_",
    "Terraform::aws_kendra_",
    "Terraform::aws_lex",
    "Terraform::aws_rekognition_",
    "Terraform::aws_athena_",
    "Terraform::aws_emr",
    "Terraform::aws_glue_",
    "Terraform::aws_kinesis_",
    "Terraform::aws_lakeformation_",
];

/// Prefixes of the IAM actions of ML and AI services.
const ACTIONS: &[&str] = &[
    "bedrock:",
    "comprehend:",
    "comprehendmedical:",
    "forecast:",
    "kendra:",
    "lex:",
    "personalize:",
    "polly:",
    "rekognition:",
    "sagemaker:",
    "textract:",
    "transcribe:",
    "translate:",
];

/// Whether a text is, or begins as, the principal of an ML or AI service: `sagemaker.amazonaws.com`.
pub fn is_intelligent_principal(text: &str) -> bool {
    text.split_once('.').is_some_and(|(service, _)| is_intelligent_action(&format!("{service}:")))
}

/// Whether a kind belongs to an ML, AI or data service.
pub fn is_workload(kind: &str) -> bool {
    is_intelligent(kind) || DATA.iter().any(|prefix| kind.starts_with(prefix))
}

/// Whether a kind belongs to an ML or AI service.
pub fn is_intelligent(kind: &str) -> bool {
    INTELLIGENT.iter().any(|prefix| kind.starts_with(prefix))
}

/// Whether a text is an IAM action of an ML or AI service, or a state machine's resource that calls one:
/// `comprehend:DetectEntities`, `arn:aws:states:::aws-sdk:comprehend:detectEntities`.
pub fn is_intelligent_action(text: &str) -> bool {
    let called = text.split_once(":states:::").map(|(_, resource)| resource);
    let text = called.map_or(text, |resource| resource.strip_prefix("aws-sdk:").unwrap_or(resource));
    ACTIONS.iter().any(|prefix| text.starts_with(prefix))
}
