//! The calls of a Lambda handler as a state machine: the definition that a help shows.

use crate::{
    catalog::ai_operation::{self, Job, Operation},
    graph::fact::{Handler, UNKNOWN_NAME},
    rules::{
        handlers::Call,
        paste::{self, Names, Task, below, capital, synchronous},
    },
};

/// Calls that are spelt out.
const MAX_STATES: usize = 5;

/// One call, and the state that makes it.
struct Step<'c> {
    call: &'c Call,
    /// What the state calls: Polly's task in place of its stream.
    operation: &'static Operation,
    /// The name of the state whose answer is the result.
    result: String,
}

/// A definition that makes these calls one after the other, and waits for the jobs among them; for the last one only if
/// `to_the_end`.
pub(super) fn definition(handler: &Handler, calls: &[Call], to_the_end: bool) -> String {
    let steps = steps(calls);
    let mut states: Vec<Vec<String>> = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    let mut ends_early = false;
    for (at, step) in steps.iter().enumerate() {
        let next = steps.get(at + 1).map(|next| entry(handler, &steps, next));
        for (key, sources) in prepared(handler, &steps, step) {
            let what = prepare(step, &key, &sources);
            states.push(what.lines(Some(&name(step))));
        }
        let task = task(handler, &steps, step);
        let job = step.operation.job.as_ref().filter(|_| !step.call.asks() && (next.is_some() || to_the_end));
        let Some(job) = job else {
            states.push(task.lines(next.as_deref()));
            continue;
        };
        if let Some(resource) = synchronous(step.operation) {
            states.push(Task { resource, ..task }.lines(next.as_deref()));
            continue;
        }
        let names = Names::free(&|name| taken.iter().any(|taken| taken == name));
        taken.extend([names.wait.clone(), names.ended.clone(), names.failed.clone()]);
        let start = name(step);
        let ask = paste::ask(step.operation, job, &|key, path| match path {
            Some(path) => Some((format!("{}.$", capital(key)), below(&format!("$.{start}"), path))),
            None => Some((format!("{}.$", capital(key)), format!("$.{}", capital(key)))),
        });
        let choice = |ask: &Task| {
            let next = next.as_deref().unwrap_or("Done");
            names.choice(job, ask.result.as_deref().unwrap_or("$"), next)
        };
        match ask.as_ref().and_then(|ask| Some((ask, choice(ask)?))) {
            Some((ask, choice)) => {
                states.push(task.lines(Some(&names.wait)));
                states.push(vec![names.pause(&ask.name)]);
                states.push(ask.lines(Some(&names.ended)));
                states.push(choice);
                states.push(vec![names.failure()]);
                ends_early |= next.is_none();
            }
            None => states.push(task.lines(next.as_deref())),
        }
    }
    if ends_early {
        states.push(vec!["\"Done\": {\"Type\": \"Succeed\"}".to_owned()]);
    }
    let first = steps.first().map(|step| entry(handler, &steps, step)).unwrap_or_default();
    format!("{{\"StartAt\": \"{first}\", \"States\": {{\n{}\n}}}}", paste::joined(&states))
}

/// The calls that are states: each once, and what asks after a job only where nothing starts it here.
fn steps(calls: &[Call]) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for call in calls {
        let is_known = |known: &Step<'_>| known.call.operation == call.operation && known.call.name == call.name;
        let is_asked = |start: &Step<'_>| call.asks() && !start.call.asks() && start.call.operation == call.operation;
        if steps.len() >= MAX_STATES || steps.iter().any(|step| is_known(step) || is_asked(step)) {
            continue;
        }
        let operation = if call.asks() { call.operation } else { ai_operation::in_a_state(call.operation) };
        let get = operation.job.as_ref().and_then(|job| job.get.first()).filter(|_| synchronous(operation).is_none());
        let result = match get {
            Some(get) if !call.asks() => (*get).to_owned(),
            _ if call.asks() => call.name.to_owned(),
            _ => operation.name.to_owned(),
        };
        steps.push(Step { call, operation, result });
    }
    steps
}

fn name(step: &Step<'_>) -> String {
    if step.call.asks() { step.call.name.to_owned() } else { step.operation.name.to_owned() }
}

/// The state by which a step begins: the one that prepares its input, if there is one.
fn entry(handler: &Handler, steps: &[Step<'_>], step: &Step<'_>) -> String {
    match prepared(handler, steps, step).first() {
        Some(_) => format!("Prepare{}", name(step)),
        None => name(step),
    }
}

/// An argument of a call: its key, and the steps whose answers are in it.
type Fed<'s> = (String, Vec<&'s Step<'s>>);

/// The arguments of a step that are made from answers of earlier ones.
fn fed<'s>(handler: &Handler, steps: &'s [Step<'s>], step: &Step<'_>) -> Vec<Fed<'s>> {
    let operation = &handler.operations[step.call.number];
    let of = |number: usize| {
        let call = &handler.operations[number];
        let mut known = steps.iter().take_while(|known| known.call.number != step.call.number);
        known.find(|known| {
            let same = |name: &str| ai_operation::is_named(name, &call.name);
            let asks = || known.operation.job.as_ref().is_some_and(|job| job.get.iter().any(|get| same(get)));
            *known.call.operation.service == *call.service && (same(known.call.name) || asks())
        })
    };
    let of_argument =
        operation.fed.iter().map(|(key, from)| (key.to_string(), from.numbers().filter_map(of).collect()));
    of_argument.filter(|(_, from): &Fed<'_>| !from.is_empty()).collect()
}

/// The one field of an answer that the code takes, if it takes one and no more.
fn field(handler: &Handler, source: &Step<'_>) -> Option<String> {
    let reads = &handler.operations[source.call.number].reads;
    match &reads[..] {
        [only] if &**only != UNKNOWN_NAME && source.result == name(source) => Some(only.to_string()),
        _ => None,
    }
}

/// The arguments for which code stands between two calls, which remains a function.
fn prepared<'s>(handler: &Handler, steps: &'s [Step<'s>], step: &Step<'_>) -> Vec<Fed<'s>> {
    let all = fed(handler, steps, step).into_iter();
    // One function makes them all.
    all.filter(|(_, from)| !matches!(from[..], [only] if field(handler, only).is_some())).take(1).collect()
}

fn prepare(step: &Step<'_>, key: &str, sources: &[&Step<'_>]) -> Task {
    let from = sources.last().map_or_else(|| "$".to_owned(), |source| format!("$.{}", source.result));
    let name = format!("Prepare{}", name(step));
    let parameters =
        vec![("FunctionName".to_owned(), format!("prepare-{}", key.to_lowercase())), ("Payload.$".to_owned(), from)];
    let result = Some(format!("$.{name}"));
    Task { name, resource: "arn:aws:states:::lambda:invoke".to_owned(), parameters, result }
}

fn task(handler: &Handler, steps: &[Step<'_>], step: &Step<'_>) -> Task {
    let operation = &handler.operations[step.call.number];
    let (fed, prepared) = (fed(handler, steps, step), prepared(handler, steps, step));
    let value = |key: &str| {
        if prepared.iter().any(|(known, _)| known == key) {
            return format!("$.Prepare{}.Payload", name(step));
        }
        match fed.iter().find(|(known, _)| known == key) {
            Some((_, sources)) => match sources[..] {
                [source] => field(handler, source).map_or_else(
                    || format!("$.{}", source.result),
                    |field| below(&format!("$.{}", source.result), &field),
                ),
                _ => format!("$.Prepare{}.Payload.{}", name(step), capital(key)),
            },
            None => format!("$.{}", capital(key)),
        }
    };
    let mut parameters: Vec<(String, String)> =
        operation.given.iter().map(|key| (format!("{}.$", capital(key)), value(key))).collect();
    // Where it puts its result, which the stream did not need.
    let output = step.operation.job.as_ref().and_then(|job: &Job| job.output);
    if let Some(output) = output.filter(|_| step.operation != step.call.operation) {
        parameters.push((format!("{}.$", capital(output)), format!("$.{}", capital(output))));
    }
    let resource = if step.operation == step.call.operation {
        step.call.resource()
    } else {
        format!("arn:aws:states:::aws-sdk:{}:{}", step.operation.sdk, paste::lowered(step.operation.name))
    };
    let name = name(step);
    let result = Some(format!("$.{name}"));
    Task { name, resource, parameters, result }
}
