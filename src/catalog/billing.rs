//! What services bill for by default, and which kinds of resources cost nothing.

use std::sync::LazyLock;

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

/// Alarms that Application Auto Scaling makes, and keeps, for a policy that tracks a target.
///
/// Source: "Target tracking scaling policies" of the Application Auto Scaling user guide: one alarm to scale out, one to
/// scale in; both are billed as CloudWatch's.
pub const TRACKING_ALARMS: u64 = 2;

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

/// Gigabytes of the volume that SageMaker gives to each instance of an endpoint whose variant sets no `VolumeSizeInGB`: for
/// one model, and for a container that serves many.
///
/// Source: "Host Instance Storage Volumes" of the SageMaker developer guide, in awsdocs/amazon-sagemaker-developer-guide at
/// 86dc4c6c (2020-06-26), the last one with the table. Later types are in none that could be read.
const ENDPOINT_VOLUMES: &[(&str, f64, Option<f64>)] = &[
    ("ml.c4.2xlarge", 8.0, Some(30.0)),
    ("ml.c4.4xlarge", 15.0, Some(60.0)),
    ("ml.c4.8xlarge", 30.0, Some(120.0)),
    ("ml.c4.large", 4.0, Some(7.5)),
    ("ml.c4.xlarge", 4.0, Some(15.0)),
    ("ml.c5.18xlarge", 30.0, Some(288.0)),
    ("ml.c5.2xlarge", 8.0, Some(32.0)),
    ("ml.c5.4xlarge", 16.0, Some(72.0)),
    ("ml.c5.9xlarge", 30.0, Some(144.0)),
    ("ml.c5.large", 2.0, Some(8.0)),
    ("ml.c5.xlarge", 4.0, Some(16.0)),
    ("ml.m4.10xlarge", 30.0, Some(320.0)),
    ("ml.m4.16xlarge", 30.0, Some(512.0)),
    ("ml.m4.2xlarge", 16.0, Some(64.0)),
    ("ml.m4.4xlarge", 30.0, Some(128.0)),
    ("ml.m4.xlarge", 8.0, Some(32.0)),
    ("ml.m5.12xlarge", 30.0, Some(384.0)),
    ("ml.m5.24xlarge", 30.0, Some(768.0)),
    ("ml.m5.2xlarge", 16.0, Some(64.0)),
    ("ml.m5.4xlarge", 30.0, Some(128.0)),
    ("ml.m5.large", 4.0, Some(16.0)),
    ("ml.m5.xlarge", 8.0, Some(32.0)),
    ("ml.p2.16xlarge", 30.0, None),
    ("ml.p2.8xlarge", 30.0, None),
    ("ml.p2.xlarge", 30.0, None),
    ("ml.p3.16xlarge", 30.0, None),
    ("ml.p3.2xlarge", 30.0, None),
    ("ml.p3.8xlarge", 30.0, None),
    ("ml.r5.12xlarge", 30.0, Some(762.0)),
    ("ml.r5.24xlarge", 30.0, Some(1536.0)),
    ("ml.r5.2xlarge", 30.0, Some(128.0)),
    ("ml.r5.4xlarge", 30.0, Some(256.0)),
    ("ml.r5.large", 8.0, Some(32.0)),
    ("ml.r5.xlarge", 16.0, Some(64.0)),
    ("ml.t2.2xlarge", 16.0, Some(64.0)),
    ("ml.t2.large", 4.0, Some(16.0)),
    ("ml.t2.medium", 2.0, Some(8.0)),
    ("ml.t2.xlarge", 8.0, Some(32.0)),
];

/// The day of the table of endpoint volumes.
pub const ENDPOINT_VOLUMES_AS_OF: &str = "2020-06-26";

/// Gigabytes of the volume of each instance of an endpoint that sets no size; nothing where that is not known.
pub fn endpoint_volume(instance_type: &str, serves_many: bool) -> Option<f64> {
    let at = ENDPOINT_VOLUMES.binary_search_by(|(name, ..)| (*name).cmp(instance_type)).ok()?;
    let (_, one, many) = ENDPOINT_VOLUMES[at];
    if serves_many { many } else { Some(one) }
}

/// The kinds that nobody is billed for by themselves, and the beginnings of others: see the head of the file.
static FREE: LazyLock<(Vec<&str>, Vec<&str>)> = LazyLock::new(|| {
    let lines = include_str!("free.csv").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let (beginnings, names): (Vec<&str>, Vec<&str>) = lines.skip(1).partition(|line| line.ends_with('*'));
    (names, beginnings.iter().filter_map(|line| line.strip_suffix('*')).collect())
});

/// Whether resources of a kind cost nothing by themselves. Kinds that Terraform has and CloudFormation has not are
/// `Terraform::aws_…`; those of other providers are none of AWS's.
pub fn is_free(kind: &str) -> bool {
    let name = kind.strip_prefix("Terraform::").unwrap_or(kind);
    if name.len() < kind.len() && !name.starts_with("aws_") {
        return true;
    }
    // A custom resource is a call of one's own function.
    let (names, beginnings) = &*FREE;
    kind.starts_with("Custom::")
        || names.binary_search(&name).is_ok()
        || beginnings.iter().any(|begin| name.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_is_sorted_and_known() {
        let (names, beginnings) = &*FREE;
        assert!(names.is_sorted_by(|left, right| left < right), "sorted, and nothing twice");
        let is_named = |line: &&str| line.starts_with("AWS::") || line.starts_with("aws_");
        assert!(names.len() > 500 && names.iter().chain(beginnings).all(is_named));
        let covered = names.iter().find(|name| beginnings.iter().any(|begin| name.starts_with(begin)));
        assert_eq!(covered, None, "a beginning says it already");
        assert!(is_free("AWS::SageMaker::Model") && is_free("AWS::IAM::Role") && is_free("Custom::Setup"));
        assert!(is_free("Terraform::random_id") && is_free("Terraform::aws_lambda_layer_version"));
        assert!(is_free("Terraform::aws_redshift_cluster_iam_roles") && is_free("AWS::EC2::VPCPeeringConnection"));
        assert!(!is_free("AWS::RDS::DBInstance") && !is_free("Terraform::aws_db_instance"));
        assert!(!is_free("Terraform::aws_lambda_provisioned_concurrency_config") && !is_free("AWS::EC2::FlowLog"));
        assert!(!is_free("AWS::SageMaker::Endpoint"));
    }

    #[test]
    fn workers_are_parts_of_units() {
        assert_eq!(glue_worker("G.2X"), Some(2_000));
        assert_eq!(glue_worker("G.025X"), Some(250));
        assert_eq!(glue_worker("Z.2X"), None, "its unit is another one");
    }

    #[test]
    fn volumes_of_endpoints_have_sizes_by_type() {
        assert!(ENDPOINT_VOLUMES.is_sorted_by(|left, right| left.0 < right.0));
        assert_eq!(
            (endpoint_volume("ml.m5.xlarge", false), endpoint_volume("ml.m5.xlarge", true)),
            (Some(8.0), Some(32.0))
        );
        assert_eq!(
            (endpoint_volume("ml.p3.2xlarge", false), endpoint_volume("ml.p3.2xlarge", true)),
            (Some(30.0), None)
        );
        assert_eq!(endpoint_volume("ml.m7i.large", false), None);
    }
}
