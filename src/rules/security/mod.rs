//! Rules about access, exposure and encryption.

pub(super) mod bucket_without_encryption;
pub(super) mod model_outside_vpc;
pub(super) mod notebook_outside_vpc;
pub(super) mod notebook_root_access;
pub(super) mod s3_endpoint_policy_open;
