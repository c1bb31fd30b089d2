//! Jobs that a state machine starts and does not wait for: which state uses what such a job has not made yet.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    catalog::ai_operation::{self, Job, Operation},
    finding::Finding,
    graph::{
        Key,
        attr::{Attr, Subject},
        flow::{Flow, Integration, Kind, Pattern, State},
        guard::World,
        kind,
        value::{Data, Piece, Value},
    },
    rules::{
        Findings,
        early::{Jobs, instead},
        paste::{self, synchronous},
    },
};

/// So many states are looked at behind the start of a job, and so many behind a state that uses its result: what real
/// machines do with a result is nearer.
const MAX_WAY: usize = 64;
const MAX_REACH: usize = 256;

/// A state that uses the result of a job which an earlier state only starts.
struct Early<'f, 'a> {
    /// What starts it.
    start: &'f State<'a>,
    /// The operation that it calls.
    operation: &'static Operation,
    /// What uses the result.
    user: &'f State<'a>,
    /// Where it does.
    used: Attr<'a>,
    /// How it does.
    how: How,
}

/// How a result is used before it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// A field is read that has a value only once the job has ended.
    Field(&'static str),
    /// The job is asked after once, and then things go on.
    Asked,
    /// The answer of the start is used as if it were the result.
    Answer,
}

/// Reports each early use of the results of some jobs in a machine.
pub(in crate::rules) fn machine(machine: Subject<'_>, jobs: &Jobs, out: &Findings) {
    let flow = Flow::of(machine);
    let mut waited_for = FxHashMap::default();
    for at in 0..flow.states.len() {
        let Some(early) = started(&flow, at)
            .filter(|(operation, _)| (jobs.wanted)(operation))
            .and_then(|(operation, job)| first_use(machine, &flow, &mut waited_for, at, operation, job))
        else {
            continue;
        };
        let resource = machine.resource();
        let help = help(machine, &flow, &early);
        let mut finding = Finding::on(&early.used, jobs.message).label(label(&early)).help(help);
        let started = early.start.attr.get("Resource");
        if early.start.name != early.user.name || finding.place != started.place() {
            finding = finding.because(&started, format!("`{}` only starts it", early.start.name));
        }
        let mut callers = resource.key.callers.clone();
        callers.push(resource.key.id.clone());
        callers.extend(early.user.parents.iter().map(|parent| (*parent).into()));
        let key = Key { unit: resource.key.unit.clone(), callers, id: early.user.name.into() };
        finding.resource = Some((key, kind::STATE.into()));
        out.add(finding);
    }
}

fn label(early: &Early<'_, '_>) -> String {
    match early.how {
        How::Field(field) => format!("`{field}` is set only once the job has ended"),
        How::Asked => "it asks once, while the job still runs".to_owned(),
        How::Answer => "it works on the answer of the start, not on the result".to_owned(),
    }
}

/// How to wait: by Step Functions itself where it can, else by asking again and again.
fn help(machine: Subject<'_>, flow: &Flow<'_>, early: &Early<'_, '_>) -> String {
    let operation = early.operation;
    let mut lines = match (synchronous(operation), waiting(machine, flow, early)) {
        (Some(resource), _) => vec![format!("use `{resource}`, which goes on when the job has ended")],
        (None, Some(lines)) => lines,
        (None, None) => match operation.job.as_ref().and_then(|job| job.get.first()) {
            Some(get) => vec![format!(
                "add a `Wait`, then `{get}`, then a `Choice` that goes back to the `Wait` until the job has ended"
            )],
            None => {
                vec!["add a `Wait`, then look for the output, then a `Choice` that goes back to the `Wait`".to_owned()]
            }
        },
    };
    lines.extend(instead(operation));
    lines.join("\n")
}

/// The states that wait, to be pasted; nothing where it cannot be told how they find the job.
fn waiting(machine: Subject<'_>, flow: &Flow<'_>, early: &Early<'_, '_>) -> Option<Vec<String>> {
    if is_jsonata(machine, early.start) || is_jsonata(machine, early.user) {
        return None;
    }
    let (start, user, job) = (early.start, early.user, early.operation.job.as_ref()?);
    let names = paste::Names::free(&|name| flow.states.iter().any(|state| state.name == name));
    let mut states = Vec::new();
    let told;
    if early.how == How::Asked {
        // The machine asks already: what is missing stands around that state.
        let place = answer(machine, user)?;
        let result = if place == "$" { format!("$.{}", word(user.name)?) } else { place.clone() };
        told = format!(
            "add these states, let `{}` lead to `{}` and `{}` to `{}`{}:",
            start.name,
            names.wait,
            user.name,
            names.ended,
            if place == "$" {
                format!(", and give `{}` the `\"ResultPath\": \"{result}\"`", user.name)
            } else {
                String::new()
            }
        );
        states.push(vec![names.pause(user.name)]);
        let next = user.attr.get("Next");
        let next = next.text().unwrap_or("Done");
        states.push(names.choice(job, &result, next)?);
        if next == "Done" && !flow.states.iter().any(|state| state.name == "Done") {
            states.push(vec!["\"Done\": {\"Type\": \"Succeed\"}".to_owned()]);
        }
    } else {
        let place = answer(machine, start);
        let ask = paste::ask(early.operation, job, &|key, path| {
            if let Some(path) = path.filter(|_| place.is_some()) {
                return Some((format!("{key}.$"), paste::below(place.as_deref()?, path)));
            }
            let own = argument(start, key);
            let written = own.text().filter(|text| !text.contains(['"', '\\', '\n']))?;
            let mark = if written.starts_with('$') { ".$" } else { "" };
            Some((format!("{key}{mark}"), written.to_owned()))
        })?;
        if flow.states.iter().any(|state| state.name == ask.name) || user.name == start.name {
            return None;
        }
        told = format!(
            "add these states, let `{}` lead to `{}`, and read the result in `{}` from `{}`:",
            start.name,
            names.wait,
            user.name,
            ask.result.as_deref().unwrap_or("$")
        );
        states.push(vec![names.pause(&ask.name)]);
        states.push(ask.lines(Some(&names.ended)));
        states.push(names.choice(job, ask.result.as_deref()?, user.name)?);
    }
    states.push(vec![names.failure()]);
    Some(vec![told, paste::joined(&states)])
}

/// A name that may stand in a path.
fn word(name: &str) -> Option<String> {
    let name: String = name.chars().filter(|letter| !letter.is_whitespace()).collect();
    let is_word = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    is_word.then_some(name)
}

/// The job that a state starts without waiting for it.
fn started<'f>(flow: &'f Flow<'_>, at: usize) -> Option<(&'static Operation, &'static Job)> {
    let state: &'f State<'_> = &flow.states[at];
    let called = state.integration.as_ref().filter(|called| called.pattern == Pattern::Answer)?;
    let operation = ai_operation::of_resource(&called.resource)?;
    let job = operation.job.as_ref()?;
    // Somebody is told when it has ended.
    let told = job.notifies.is_some_and(|name| !argument(state, name).is_absent());
    (!told).then_some((operation, job))
}

/// An argument of a task, also where its value is a path.
fn argument<'a>(state: &State<'a>, name: &str) -> Attr<'a> {
    let arguments = arguments(state);
    let own = arguments.get(name);
    if !own.is_absent() {
        return own;
    }
    // The name of the entry holds a dot, which a path takes apart.
    let (entries, _) = arguments.entries();
    entries.into_iter().find(|(key, _)| key.strip_suffix(".$") == Some(name)).map_or(own, |(_, attr)| attr)
}

fn arguments<'a>(state: &State<'a>) -> Attr<'a> {
    let parameters = state.attr.get("Parameters");
    if parameters.is_absent() { state.attr.get("Arguments") } else { parameters }
}

/// Where the answer of the start lies in the input of a state, as the beginning of a path; nothing where it is lost.
type At = Option<String>;

/// The first state that uses the result although no state on the way waits.
fn first_use<'f, 'a>(
    machine: Subject<'a>,
    flow: &'f Flow<'a>,
    waited_for: &mut FxHashMap<usize, bool>,
    start: usize,
    operation: &'static Operation,
    job: &'static Job,
) -> Option<Early<'f, 'a>> {
    let early =
        |user: usize, used, how| Early { start: &flow.states[start], operation, user: &flow.states[user], used, how };
    let own = &flow.states[start];
    for (field, path) in [("ResultSelector", "$"), ("Output", "$states.result"), ("Assign", "$states.result")] {
        if let Some((used, field)) = reads_field(machine.world(), &own.attr.get(field), &Some(path.to_owned()), job) {
            return Some(early(start, used, How::Field(field)));
        }
    }
    let mut seen = FxHashSet::default();
    let mut open: Vec<(usize, At)> =
        flow.followers(start).into_iter().map(|next| (next, answer(machine, own))).collect();
    open.reverse();
    while let Some((at, place)) = open.pop() {
        if seen.len() >= MAX_WAY || !machine.world().step(1) {
            return None;
        }
        if !seen.insert(at) {
            continue;
        }
        let state = &flow.states[at];
        // A choice may well ask whether a field is there.
        if state.kind == Kind::Choice {
            open.extend(flow.followers(at).into_iter().map(|next| (next, place.clone())));
            continue;
        }
        if let Some((used, field)) = inputs(state).find_map(|attr| reads_field(machine.world(), &attr, &place, job)) {
            return Some(early(at, used, How::Field(field)));
        }
        match state.kind {
            Kind::Wait | Kind::End | Kind::Unknown => continue,
            // A function, an activity, or a state that waits for something: time passes, and it may poll.
            Kind::Task if state.integration.as_ref().is_none_or(is_patient) => continue,
            Kind::Task => {
                if let Some(how) = uses(machine.world(), state, operation, job, &place)
                    && !*waited_for.entry(at).or_insert_with(|| is_waited_for(flow, at))
                {
                    return Some(early(at, state.attr.get("Resource"), how));
                }
            }
            _ => {}
        }
        let next = after(state, place);
        open.extend(flow.followers(at).into_iter().map(|at| (at, next.clone())));
    }
    None
}

/// Whether a task may last: it runs code or waits for something to end.
fn is_patient(called: &Integration) -> bool {
    let short = called.resource.starts_with("aws-sdk:") && !called.resource.starts_with("aws-sdk:lambda:");
    let own = ["bedrock:", "dynamodb:", "events:", "sagemaker:", "sns:", "sqs:"];
    called.pattern != Pattern::Answer || !(short || own.iter().any(|service| called.resource.starts_with(service)))
}

/// Whether a machine that asks too early asks again: it waits further on, or comes back here.
fn is_waited_for(flow: &Flow<'_>, at: usize) -> bool {
    let waits = |&other: &usize| {
        let state = &flow.states[other];
        other == at || matches!(state.kind, Kind::Wait | Kind::Unknown) || flow.is_open(other)
    };
    let reach = flow.reach(at, MAX_REACH);
    flow.is_open(at) || reach.len() >= MAX_REACH || reach.iter().any(waits)
}

/// Whether a task uses the result of a job.
fn uses(world: &World, state: &State<'_>, operation: &Operation, job: &Job, place: &At) -> Option<How> {
    let called = state.integration.as_ref()?;
    let call = called.resource.strip_prefix("aws-sdk:").unwrap_or(&called.resource);
    let (service, name) = call.split_once(':')?;
    if service.eq_ignore_ascii_case(operation.sdk) && job.get.iter().any(|get| ai_operation::is_named(get, name)) {
        return Some(How::Asked);
    }
    let place = place.as_deref()?;
    let answers = ai_operation::of_resource(&called.resource).is_some_and(|used| used.job.is_none());
    let arguments = arguments(state);
    let reads =
        arguments.known().is_some_and(|value| reads_any(world, value, &mut |text| mentions(text, place).is_some()));
    (answers && reads).then_some(How::Answer)
}

/// The parts of a state that read its input.
fn inputs<'a>(state: &State<'a>) -> impl Iterator<Item = Attr<'a>> {
    let names = ["InputPath", "Parameters", "Arguments", "ItemsPath", "Items"];
    let attr = state.attr.clone();
    names.into_iter().map(move |name| attr.get(name))
}

/// The field of a result that a value reads where the answer of the start lies, and the value itself.
fn reads_field<'a>(world: &World, attr: &Attr<'a>, place: &At, job: &Job) -> Option<(Attr<'a>, &'static str)> {
    let place = place.as_deref()?;
    let mut found = None;
    reads_any(world, attr.known()?, &mut |text| {
        let path = mentions(text, place);
        found = path.and_then(|path| {
            job.result.iter().copied().find(|field| path.split(['.', '[', ']', '\'', '"']).any(|part| part == *field))
        });
        found.is_some()
    });
    Some((narrowed(world, attr, place, found?), found?))
}

/// The innermost entry of a value that reads a field.
fn narrowed<'a>(world: &World, attr: &Attr<'a>, place: &str, field: &str) -> Attr<'a> {
    let (entries, _) = attr.entries();
    let reads = |attr: &Attr<'a>| {
        attr.known().is_some_and(|value| {
            reads_any(world, value, &mut |text| mentions(text, place).is_some_and(|path| path.contains(field)))
        })
    };
    match entries.into_iter().map(|(_, entry)| entry).find(reads) {
        Some(inner) => narrowed(world, &inner, place, field),
        None => attr.clone(),
    }
}

/// Whether a text within a value is of some kind.
fn reads_any(world: &World, value: &Value, is: &mut dyn FnMut(&str) -> bool) -> bool {
    match &value.data {
        _ if !world.step(1) => false,
        Data::Text(text) => is(text),
        Data::Template(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if is(text))),
        Data::List(list) => list.items.iter().any(|item| reads_any(world, item, is)),
        Data::Object(object) => object.entries.iter().any(|entry| reads_any(world, &entry.value, is)),
        _ => false,
    }
}

/// What follows a place in the first path of a text that lies below it.
fn mentions<'t>(text: &'t str, place: &str) -> Option<&'t str> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let found = text.match_indices(place).find(|(at, _)| {
        let (before, after) = (&text[..*at], &text[at + place.len()..]);
        // `$$.` is the context, `$states` of JSONata is no path below `$`.
        !before.ends_with('$') && after.starts_with(['.', '[']) || before.is_empty() && after.is_empty()
    })?;
    let rest = &text[found.0 + place.len()..];
    let end = rest.find(|letter: char| !is_name(letter) && !".[]'\"*@:-".contains(letter)).unwrap_or(rest.len());
    Some(&rest[..end])
}

/// Where the answer of a start lies in the input of the next state.
fn answer(machine: Subject<'_>, state: &State<'_>) -> At {
    if is_jsonata(machine, state) {
        let output = state.attr.get("Output");
        let whole = output.is_absent()
            || output.text().is_some_and(|text| text.trim_matches(['{', '}', '%', ' ']) == "$states.result");
        return whole.then(|| "$states.input".to_owned());
    }
    let (path, selector) = (state.attr.get("ResultPath"), state.attr.get("ResultSelector"));
    if !selector.is_absent() || !plain(&state.attr.get("OutputPath")) {
        return None;
    }
    match path.text() {
        None if path.is_absent() && !path.is_written() => Some("$".to_owned()),
        path => path.map(str::to_owned),
    }
}

fn is_jsonata(machine: Subject<'_>, state: &State<'_>) -> bool {
    let own = state.attr.get("QueryLanguage");
    let whole = machine.get("Definition.QueryLanguage");
    let language = if own.is_absent() { whole } else { own };
    language.text() == Some("JSONata")
}

/// Whether a path leaves everything as it is.
fn plain(path: &Attr<'_>) -> bool {
    path.is_absent() && !path.is_written() || path.text() == Some("$")
}

/// Where it lies behind a state.
fn after(state: &State<'_>, place: At) -> At {
    let place = place?;
    let attr = &state.attr;
    if place.starts_with("$states") {
        // What a state does not say to put out is its own result.
        return (state.kind == Kind::Pass && attr.get("Output").is_absent()).then_some(place);
    }
    if !plain(&attr.get("InputPath")) || !plain(&attr.get("OutputPath")) {
        return None;
    }
    let path = attr.get("ResultPath");
    let kept = match path.text() {
        Some(path) => path != "$" && !place.starts_with(path) && place != "$",
        // Written as null: the result is dropped.
        None => path.is_absent() && path.is_written(),
    };
    let unchanged = match state.kind {
        Kind::Pass => attr.get("Parameters").is_absent() && attr.get("Result").is_absent() || kept,
        Kind::Parallel => attr.get("Parameters").is_absent(),
        Kind::Map => false,
        _ => kept,
    };
    unchanged.then_some(place)
}
