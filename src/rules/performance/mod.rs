//! What is slower than it need be.

pub(super) mod batch_smaller_than_cluster;
pub(super) mod kinesis_too_many_consumers;
