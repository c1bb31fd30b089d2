//! Rules about what loses work or availability.

pub(super) mod ai_job_without_wait;
pub(super) mod emr_spot_on_primary;
pub(super) mod endpoint_without_autoscaling;
pub(super) mod firehose_transform_timeout;
pub(super) mod scaling_target_without_policy;
pub(super) mod single_instance_endpoint;
pub(super) mod spot_without_checkpoint;
pub(super) mod startup_timeout_default;
pub(super) mod transcribe_without_wait;
pub(super) mod vpc_without_s3_endpoint;
