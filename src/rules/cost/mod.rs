//! Rules about what costs more than it need.

pub(super) mod cpu_algorithm_on_gpu;
pub(super) mod notebook_without_idle_stop;
