//! Rules about what loses work or availability.

pub(super) mod spot_without_checkpoint;
