//! What several rules say about keys of one's own.

use crate::graph::Input;

/// How `KmsKeyId` is set in an input, and what the key's grant needs.
pub(super) fn own(input: Input) -> String {
    let setting = match input {
        Input::Terraform => "set `kms_key_id` to a key of yours",
        Input::CloudFormation | Input::Request | Input::StateMachine => "set `KmsKeyId` to a key of yours",
        Input::Sdk | Input::Api => "pass `KmsKeyId=…`, a key of yours",
        Input::Core => "pass `kms_key_id=…`, a key of yours",
    };
    format!("{setting}; its role needs `kms:CreateGrant` on it")
}
