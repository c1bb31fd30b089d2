//! Rules about what loses work or availability.

pub(super) mod ai_job_without_wait;
pub(super) mod spot_without_checkpoint;
pub(super) mod transcribe_without_wait;
pub(super) mod vpc_without_s3_endpoint;
