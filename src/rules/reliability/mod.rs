//! Rules about what loses work or availability.

pub(super) mod spot_without_checkpoint;
pub(super) mod vpc_without_s3_endpoint;
