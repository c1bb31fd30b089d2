//! Jobs of AI services whose results a workflow uses before the jobs can have ended: what the rules about them share, for
//! state machines and for Lambda handlers.

mod handler;
mod machine;

use crate::catalog::ai_operation::Operation;
pub(super) use handler::handler;
pub(super) use machine::machine;

/// The jobs that a rule speaks of.
pub(super) struct Jobs {
    /// Whether an operation starts one of them.
    pub(super) wanted: fn(&Operation) -> bool,
    /// What the rule says.
    pub(super) message: &'static str,
}

/// Ways of going on that need no wait: an event, or a topic. Each on a line of its own.
fn instead(operation: &Operation) -> Option<String> {
    let job = operation.job.as_ref()?;
    match (job.event, job.notifies) {
        (Some(event), _) => Some(format!("or let an EventBridge rule for \"{event}\" start what comes next")),
        (None, Some(notifies)) => Some(format!("or pass `{notifies}`, and let the topic start what comes next")),
        (None, None) => None,
    }
}
