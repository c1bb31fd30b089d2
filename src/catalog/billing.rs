//! What services bill for by default, and which kinds of resources cost nothing.

/// Seconds after which SageMaker stops a training job that sets no `MaxRuntimeInSeconds`.
///
/// Source: `StoppingCondition` of `CreateTrainingJob` ("the default value is 1 day"), botocore 1.44.5; the SDK's
/// `max_run=24 * 60 * 60`.
pub const TRAINING_SECONDS: u64 = 86_400;

/// The same of a processing job.
///
/// Source: `Processor(max_runtime_in_seconds)` of sagemaker 2.257.7: "if not specified, the default value is 24 hours".
pub const PROCESSING_SECONDS: u64 = 86_400;

/// Gigabytes of the volume of a job that the SDK starts and that sets no size.
///
/// Source: `volume_size=30`, `volume_size_in_gb=30` of the estimators and processors of sagemaker 2.257.7.
pub const SDK_JOB_VOLUME_GB: u64 = 30;

/// Gigabytes of a notebook instance's volume, and of a Studio space's, that set no size.
///
/// Source: `VolumeSizeInGB` of `CreateNotebookInstance` ("the default value is 5 GB"), botocore 1.44.5; `EbsVolumeSizeInGb`
/// of a space, 5 by default.
pub const NOTEBOOK_VOLUME_GB: u64 = 5;

/// Minutes after which Glue stops a Spark job that sets no `Timeout`: before version 5.0, and from it on.
///
/// Source: `Timeout` of `CreateJob` ("2,880 minutes for Glue 4.0 and below, 480 minutes from 5.0 on"), botocore 1.44.5.
pub const GLUE_MINUTES: (u64, u64) = (2_880, 480);

/// Thousandths of a DPU that a worker of Glue is billed for.
///
/// Source: `WorkerType` of `CreateJob`, botocore 1.44.5.
const GLUE_WORKERS: &[(&str, u64)] = &[
    ("G.025X", 250),
    ("Standard", 1_000),
    ("G.1X", 1_000),
    ("G.2X", 2_000),
    ("G.4X", 4_000),
    ("G.8X", 8_000),
    ("G.12X", 12_000),
    ("G.16X", 16_000),
];

/// Thousandths of a DPU that a worker of a type is billed for.
pub fn glue_worker(name: &str) -> Option<u64> {
    GLUE_WORKERS.iter().find(|(known, _)| *known == name).map(|(_, thousandths)| *thousandths)
}

/// Services whose resources are descriptions and rules: nobody is billed for them.
const FREE_SERVICES: &[&str] = &[
    "AWS::IAM::",
    "AWS::CloudFormation::",
    "AWS::SSM::Document",
    // Of the standard tier, as nearly all are.
    "AWS::SSM::Parameter",
    "AWS::ApplicationAutoScaling::",
    "AWS::LakeFormation::",
    "AWS::CodeStarConnections::",
    "AWS::CodeStarNotifications::",
    "AWS::ServiceCatalog::",
    "AWS::ResourceGroups::",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::CDK::",
];

/// Kinds that cost nothing by themselves: what they describe is billed where it runs.
///
/// Source: the pricing pages of the services, read 2026-11-22; infracost lists them as free too.
const FREE: &[&str] = &[
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::RequestValidator",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::UsagePlan",
    "AWS::ApiGateway::UsagePlanKey",
    "AWS::Athena::NamedQuery",
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::AutoScaling::ScalingPolicy",
    "AWS::Batch::JobDefinition",
    "AWS::Batch::JobQueue",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CodeCommit::Repository",
    "AWS::Cognito::IdentityPool",
    "AWS::Cognito::IdentityPoolRoleAttachment",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
    "AWS::Cognito::UserPoolUser",
    "AWS::EC2::DHCPOptions",
    "AWS::EC2::EIPAssociation",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::KeyPair",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::NetworkInterface",
    "AWS::EC2::PrefixList",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCDHCPOptionsAssociation",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::EC2::VolumeAttachment",
    "AWS::ECS::TaskDefinition",
    "AWS::EMR::SecurityConfiguration",
    "AWS::Events::EventBusPolicy",
    "AWS::Events::Rule",
    "AWS::Glue::Classifier",
    "AWS::Glue::Connection",
    "AWS::Glue::Database",
    "AWS::Glue::SecurityConfiguration",
    "AWS::Glue::Table",
    "AWS::Glue::Trigger",
    "AWS::Glue::Workflow",
    "AWS::KMS::Alias",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::LogStream",
    "AWS::Logs::MetricFilter",
    "AWS::Logs::ResourcePolicy",
    "AWS::Logs::SubscriptionFilter",
    "AWS::S3::AccessPoint",
    "AWS::S3::BucketPolicy",
    "AWS::S3::Object",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SageMaker::Algorithm",
    "AWS::SageMaker::AppImageConfig",
    "AWS::SageMaker::CodeRepository",
    "AWS::SageMaker::DataQualityJobDefinition",
    "AWS::SageMaker::Device",
    "AWS::SageMaker::DeviceFleet",
    "AWS::SageMaker::Domain",
    "AWS::SageMaker::EndpointConfig",
    "AWS::SageMaker::Image",
    "AWS::SageMaker::ImageVersion",
    "AWS::SageMaker::InferenceComponent",
    "AWS::SageMaker::Model",
    "AWS::SageMaker::ModelBiasJobDefinition",
    "AWS::SageMaker::ModelCard",
    "AWS::SageMaker::ModelExplainabilityJobDefinition",
    "AWS::SageMaker::ModelPackage",
    "AWS::SageMaker::ModelPackageGroup",
    "AWS::SageMaker::ModelQualityJobDefinition",
    "AWS::SageMaker::NotebookInstanceLifecycleConfig",
    "AWS::SageMaker::Pipeline",
    "AWS::SageMaker::Project",
    "AWS::SageMaker::StudioLifecycleConfig",
    "AWS::SageMaker::UserProfile",
    "AWS::SageMaker::Workteam",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::SecretsManager::SecretTargetAttachment",
    "AWS::Serverless::LayerVersion",
    "AWS::StepFunctions::Activity",
    "AWS::StepFunctions::State",
    "AWS::StepFunctions::StateMachineAlias",
    "AWS::StepFunctions::StateMachineVersion",
];

/// Terraform's types that nobody is billed for, and that CloudFormation has no name for; by their beginnings.
const FREE_TERRAFORM: &[&str] = &[
    "aws_iam_",
    "aws_s3_object",
    "aws_s3_bucket_object",
    "aws_s3_bucket_",
    "aws_ecr_lifecycle_policy",
    "aws_ecr_repository_policy",
    "aws_default_",
    "aws_vpc_ipam_",
    "aws_vpc_dhcp_",
    "aws_vpc_endpoint_",
    "aws_security_group",
    "aws_network_acl",
    "aws_main_route_table_association",
    "aws_placement_group",
    "aws_key_pair",
    "aws_ami",
    "aws_cloudwatch_event_",
    "aws_cloudwatch_log_",
    "aws_api_gateway_account",
    "aws_appautoscaling_",
    "aws_autoscaling_policy",
    "aws_autoscaling_attachment",
    "aws_lambda_",
    "aws_sagemaker_studio_lifecycle_config",
    "aws_sagemaker_model_package_group_policy",
    "aws_sagemaker_servicecatalog",
    "aws_sagemaker_flow_definition",
    "aws_sagemaker_human_task_ui",
    "aws_sagemaker_workforce",
    "aws_servicecatalog_",
    "aws_ssm_document",
    "aws_sns_topic_",
    "aws_sqs_queue_",
    "aws_lakeformation_",
    "aws_kms_grant",
    "aws_kms_key_policy",
    "aws_ebs_encryption_by_default",
    "aws_ebs_default_kms_key",
    "aws_secretsmanager_secret_version",
    "aws_secretsmanager_secret_policy",
    "aws_secretsmanager_secret_rotation",
    "aws_cognito_user_pool_",
    "aws_cognito_identity_",
];

/// Whether resources of a kind cost nothing by themselves. Kinds that Terraform has and CloudFormation has not are
/// `Terraform::aws_…`; those of other providers are none of AWS's.
pub fn is_free(kind: &str) -> bool {
    if let Some(name) = kind.strip_prefix("Terraform::") {
        return !name.starts_with("aws_") || FREE_TERRAFORM.iter().any(|begin| name.starts_with(begin));
    }
    // A custom resource is a call of one's own function.
    kind.starts_with("Custom::")
        || FREE_SERVICES.iter().any(|begin| kind.starts_with(begin))
        || FREE.binary_search(&kind).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_is_sorted_and_known() {
        assert!(FREE.is_sorted());
        assert!(is_free("AWS::SageMaker::Model") && is_free("AWS::IAM::Role") && is_free("Custom::Setup"));
        assert!(is_free("Terraform::random_id") && is_free("Terraform::aws_lambda_layer_version"));
        assert!(!is_free("AWS::RDS::DBInstance") && !is_free("Terraform::aws_db_instance"));
        assert!(!is_free("AWS::SageMaker::Endpoint"));
    }

    #[test]
    fn workers_are_parts_of_units() {
        assert_eq!(glue_worker("G.2X"), Some(2_000));
        assert_eq!(glue_worker("G.025X"), Some(250));
        assert_eq!(glue_worker("Z.2X"), None, "its unit is another one");
    }
}
