//! Lambda handlers as rules see them: the functions that run one, how long they may, and which calls are of AI services.

use crate::{
    catalog::ai_operation::{self, Operation},
    finding::{Confidence, Finding},
    graph::{
        Key,
        attr::{Attr, Subject},
        fact::{self, Handler},
        kind,
    },
    rules::{Context, paste::lowered},
};

/// What Lambda gives a function to run whose timeout is not set, in seconds.
const DEFAULT_TIMEOUT: f64 = 3.0;

/// A call of an AI service's operation.
#[derive(Clone, Copy)]
pub(super) struct Call {
    /// Its number in the handler.
    pub(super) number: usize,
    /// Its name in the API: `GetTranscriptionJob`.
    pub(super) name: &'static str,
    /// The operation itself, or the one that starts the job after which it asks.
    pub(super) operation: &'static Operation,
}

impl Call {
    /// Whether it asks after a job, or fetches what one has made.
    pub(super) fn asks(&self) -> bool {
        self.operation.name != self.name
    }

    /// The resource of a state that makes this call.
    pub(super) fn resource(&self) -> String {
        match self.operation.optimised {
            Some(resource) if !self.asks() => format!("arn:aws:states:::{resource}"),
            _ => format!("arn:aws:states:::aws-sdk:{}:{}", self.operation.sdk, lowered(self.name)),
        }
    }
}

/// An operation of a handler as a call of an AI service, if it is one that does work or asks after some.
pub(super) fn call(number: usize, operation: &fact::Operation) -> Option<Call> {
    if let Some(known) = ai_operation::operation(&operation.service, &operation.name) {
        return Some(Call { number, name: known.name, operation: known });
    }
    let start = ai_operation::started_before(&operation.service, &operation.name).next()?;
    let names = start.job.as_ref()?.get.iter();
    let name = names.copied().find(|name| ai_operation::is_named(name, &operation.name))?;
    Some(Call { number, name, operation: start })
}

/// All calls of AI services of a handler, in order.
pub(super) fn calls(handler: &Handler) -> Vec<Call> {
    handler.operations.iter().enumerate().filter_map(|(number, operation)| call(number, operation)).collect()
}

/// The functions that run a handler.
fn functions<'a>(cx: &Context<'a>, handler: &Handler) -> Vec<Subject<'a>> {
    let of = |key: &Key| {
        let mut functions = cx.of_unit(&key.unit, |kind| kind == kind::FUNCTION);
        functions.find(|function| function.resource().key == *key)
    };
    handler.functions.iter().filter_map(of).collect()
}

/// The shortest time, in seconds, that a function may take which runs the handler, and the property that says so; nothing
/// where no function is known, or what one of them says.
pub(super) fn timeout<'a>(cx: &Context<'a>, handler: &Handler) -> Option<(f64, Attr<'a>)> {
    let all = functions(cx, handler).into_iter().map(|function| {
        let timeout = function.get("Timeout");
        let seconds = if timeout.is_absent() { Some(DEFAULT_TIMEOUT) } else { timeout.number() };
        Some((seconds?, timeout))
    });
    let all: Vec<_> = all.collect::<Option<_>>()?;
    all.into_iter().min_by(|left, right| left.0.total_cmp(&right.0))
}

/// A finding about a handler: of the functions that run it, else of the code. Without a function that names it, it is a
/// handler by its signature alone.
pub(super) fn about(cx: &Context<'_>, handler: &Handler, mut finding: Finding) -> Finding {
    let functions = functions(cx, handler);
    let Some((first, rest)) = functions.split_first() else {
        let key = Key { unit: handler.path.clone(), callers: Vec::new(), id: handler.name.clone() };
        finding.resource = Some((key, kind::FUNCTION.into()));
        return finding.at_most(Confidence::Medium);
    };
    let resource = first.resource();
    finding.resource = Some((resource.key.clone(), resource.kind.clone()));
    finding.also = rest.iter().map(|function| function.resource().key.clone()).collect();
    finding
}

/// Seconds as a text: `5 s`, `2 min`.
pub(super) fn time(seconds: f64) -> String {
    if seconds >= 120.0 && seconds % 60.0 == 0.0 { format!("{} min", seconds / 60.0) } else { format!("{seconds} s") }
}
