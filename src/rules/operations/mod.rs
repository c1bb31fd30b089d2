//! Rules about what is hard to run and to understand.

pub(super) mod gpu_instance_without_driver_image;
pub(super) mod legacy_instance;
