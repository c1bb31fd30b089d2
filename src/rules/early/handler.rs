//! Jobs that a Lambda handler starts and does not wait for: which call or line uses what such a job has not made yet.

use crate::{
    finding::Finding,
    graph::fact::{self, Fact, Handler, UNKNOWN_NAME},
    rules::{
        Context, Findings, chain,
        early::{Jobs, instead},
        handlers::{Call, about, calls, time, timeout},
    },
    source::Place,
};

/// Reports each of some jobs whose result is used in the run that starts it, without a wait in between.
pub(in crate::rules) fn handler(cx: &Context<'_>, fact: &Fact, jobs: &Jobs, out: &Findings) {
    let Fact::Handler(handler) = fact else { return };
    let calls = calls(handler);
    for start in calls.iter().filter(|call| !call.asks() && (jobs.wanted)(call.operation)) {
        let Some((place, label)) = early(handler, &calls, start) else { continue };
        let started = &handler.operations[start.number];
        let mut finding = Finding::at(place, jobs.message).label(label).help(help(cx, handler, start));
        finding.property = format!("{}/{}", handler.name, start.name);
        if place != started.place {
            finding = finding.related(started.place, format!("`{}` only starts the job", start.name));
        }
        if place.file != handler.place.file {
            finding = finding.related(handler.place, "the handler that does both");
        }
        out.add(about(cx, handler, finding));
    }
}

/// Where the result of a job is used too early, and why that is too early.
fn early(handler: &Handler, calls: &[Call], start: &Call) -> Option<(Place, String)> {
    let job = start.operation.job.as_ref()?;
    let started = &handler.operations[start.number];
    // Somebody is told when it has ended: what this run does is not what waits for it.
    if job.notifies.is_some_and(|name| started.given.iter().any(|given| &**given == name)) {
        return None;
    }
    let field = |operation: &fact::Operation| job.result.iter().find(|field| has(operation, field)).copied();
    if let Some(field) = field(started) {
        return Some((started.place, format!("`{field}` is read of its answer, but set only once the job has ended")));
    }
    if handler.pauses.iter().any(|pause| pause.before.has(start.number)) {
        return None;
    }
    calls.iter().filter(|call| call.asks() && call.operation.service == start.operation.service).find_map(|get| {
        let asked = &handler.operations[get.number];
        let of_start = job.get.contains(&get.name) && asked.before.has(start.number);
        if !of_start || looks_first(handler, start, get, asked) {
            return None;
        }
        if let Some(field) = field(asked) {
            return Some((asked.place, format!("`{field}` is read at once, while the job still runs")));
        }
        let user = calls.iter().find(|call| {
            !call.asks() && call.number != start.number && handler.operations[call.number].uses.has(get.number)
        })?;
        Some((asked.place, format!("it asks once, while the job still runs, and `{}` works on the answer", user.name)))
    })
}

/// Whether the code looks how far the job is, or asks again until it has ended.
fn looks_first(handler: &Handler, start: &Call, get: &Call, asked: &fact::Operation) -> bool {
    let tells = |name: &str| name.ends_with("Status") || name == "status" || name == UNKNOWN_NAME;
    let asks_again = |one: &fact::Loop| one.operations.has(get.number) && !one.operations.has(start.number);
    asked.reads.iter().any(|name| tells(name)) || handler.loops.iter().any(asks_again)
}

/// Whether something is looked up in the result of an operation under a name.
fn has(operation: &fact::Operation, name: &str) -> bool {
    operation.reads.iter().any(|read| &**read == name)
}

fn help(cx: &Context<'_>, handler: &Handler, start: &Call) -> String {
    let mut lines = match start.operation.job.as_ref().and_then(|job| job.get.first()) {
        Some(_) => {
            let what =
                "end the function after the start, and let a Step Functions state machine start the job and wait:";
            vec![what.to_owned(), chain::definition(handler, &[*start], true)]
        }
        None => vec!["end the function after the start, and let what the job writes start the next one".to_owned()],
    };
    lines.extend(instead(start.operation));
    if let Some((seconds, _)) = timeout(cx, handler) {
        lines.push(format!("waiting in the function is no way out: it is ended after {}", time(seconds)));
    }
    lines.join("\n")
}
