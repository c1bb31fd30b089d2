//! Rules about what costs more than it need.

pub(super) mod cpu_algorithm_on_gpu;
