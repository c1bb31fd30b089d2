//! Rules about access, exposure and encryption.

pub(super) mod bucket_without_encryption;
pub(super) mod domain_without_kms_key;
pub(super) mod endpoint_without_kms_key;
pub(super) mod execution_role_too_broad;
pub(super) mod feature_group_without_kms_key;
pub(super) mod inference_data_without_kms_key;
pub(super) mod job_without_kms_key;
pub(super) mod model_outside_vpc;
pub(super) mod notebook_direct_internet;
pub(super) mod notebook_imds_v1;
pub(super) mod notebook_outside_vpc;
pub(super) mod notebook_root_access;
pub(super) mod notebook_without_kms_key;
pub(super) mod passrole_of_any_role;
pub(super) mod s3_endpoint_policy_open;
pub(super) mod s3_endpoint_policy_too_narrow;
pub(super) mod training_outside_vpc;
