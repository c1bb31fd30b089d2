//! Rules about what will not run, or will be refused.

pub(super) mod elastic_inference_retired;
pub(super) mod estimator_never_bound;
pub(super) mod gpu_algorithm_on_cpu;
pub(super) mod hub_download_impossible;
pub(super) mod hyperparameter_missing;
pub(super) mod hyperparameter_misspelled;
pub(super) mod hyperparameter_out_of_range;
pub(super) mod instance_type_misspelled;
pub(super) mod instance_type_not_in_region;
pub(super) mod instance_type_unknown;
pub(super) mod instance_type_wrong_use;
pub(super) mod main_guard_quoted;
pub(super) mod ml_instance_outside_sagemaker;
pub(super) mod model_artefact_shape;
pub(super) mod multi_instance_unsupported;
pub(super) mod pipe_mode_unsupported;
pub(super) mod retired_service;
pub(super) mod sdk_argument_misspelled;
pub(super) mod sdk_v1_argument;
pub(super) mod spot_wait_over_an_hour;
pub(super) mod spot_wait_shorter_than_run;
pub(super) mod syntax_error;
pub(super) mod tensor_parallel_mismatch;
pub(super) mod too_many_variants;
pub(super) mod variant_without_traffic;
