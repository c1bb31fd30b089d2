//! The shape of the whole.

pub(super) mod lambda_chains_ai_services;
pub(super) mod lambda_polls_by_sleeping;
pub(super) mod queue_with_several_consumers;
