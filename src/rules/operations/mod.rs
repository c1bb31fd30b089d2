//! Rules about what is hard to run and to understand.

pub(super) mod expired_allowance;
pub(super) mod gpu_instance_without_driver_image;
pub(super) mod legacy_instance;
pub(super) mod malformed_allowance;
pub(super) mod notebook_without_repository;
pub(super) mod unknown_allowance;
pub(super) mod untagged_ml_resource;
pub(super) mod unused_allowance;
