//! Rules about what costs more than it need.

pub(super) mod athena_without_scan_limit;
pub(super) mod bucket_without_lifecycle;
pub(super) mod cpu_algorithm_on_gpu;
pub(super) mod notebook_without_idle_stop;
pub(super) mod provisioned_concurrency_all_day;
pub(super) mod scale_in_disabled;
pub(super) mod several_gpus_unused;
pub(super) mod table_not_columnar;
pub(super) mod training_without_spot;
pub(super) mod volume_for_streamed_data;
