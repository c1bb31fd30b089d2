//! Rules about what will not run, or will be refused.

pub(super) mod gpu_algorithm_on_cpu;
pub(super) mod syntax_error;
