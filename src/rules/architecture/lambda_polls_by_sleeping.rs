//! A Lambda function that sleeps until a job has ended is paid for doing nothing, and may end before the job does.

use crate::{
    catalog::{ai_operation, job_state},
    finding::{Finding, Severity},
    graph::fact::{Fact, FactKind, Handler, Loop, Operation, Pause, Rounds},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        handlers::{about, call, time, timeout},
        options::{Number, RuleOption},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "lambda-polls-by-sleeping",
    aliases: &[],
    category: Category::Architecture,
    severity: Severity::Warning,
    or_severity: Some((Severity::Error, "a single sleep is as long as the function's timeout")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[RuleOption::Number(&TOLERATED)],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/lambda-polls-by-sleeping.md"),
    check: Check::Code(FactKind::Handler, check),
};

/// A shorter wait costs next to nothing.
static TOLERATED: Number = Number {
    name: "tolerated-seconds",
    about: "Sleep in seconds, in all rounds of a loop: a shorter one is no finding",
    default: 10,
    within: (0, 900),
};
/// Arguments with which an operation asks for the next page, not for the state of a job.
const PAGES: &[&str] = &["NextToken", "nextToken", "Marker", "PaginationToken"];

fn check(cx: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Handler(handler) = fact else { return };
    let waits = |one: &&Loop| pauses(handler, one).next().is_some();
    for one in handler.loops.iter().filter(waits) {
        let inner = |other: &&Loop| {
            // Of loops in each other the innermost that does both is the one that waits.
            !std::ptr::eq(*other, one)
                && one.place.file == other.place.file
                && !other.pauses.is_empty()
                && other.operations.0 & !one.operations.0 == 0
                && other.place.span.start > one.place.span.start
                && other.pauses.iter().all(|pause| one.pauses.contains(pause))
                && asked(handler, other).is_some()
        };
        if handler.loops.iter().any(|other| inner(&other)) {
            continue;
        }
        if let Some((operation, name)) = asked(handler, one) {
            report(cx, handler, one, operation, &name, out);
        }
    }
    for pause in &handler.pauses {
        waiter(cx, handler, pause, out);
    }
}

/// The operation by which a loop asks after a job, and its name in the API.
fn asked<'h>(handler: &'h Handler, one: &Loop) -> Option<(&'h Operation, String)> {
    one.operations.numbers().find_map(|number| {
        let operation = handler.operations.get(number)?;
        let pages = |other: &Operation| {
            let same = other.service == operation.service && other.name == operation.name;
            same && other.given.iter().any(|name| PAGES.contains(&&**name))
        };
        if one.operations.numbers().filter_map(|number| handler.operations.get(number)).any(pages) {
            return None;
        }
        let known = call(number, operation).filter(|call| call.asks()).map(|call| call.name);
        let name = known.or_else(|| job_state::asks(&operation.service, &operation.name))?;
        Some((operation, name.to_owned()))
    })
}

/// The sleeps of a loop, but for those that hold back the next try after a failure.
fn pauses<'h>(handler: &'h Handler, one: &'h Loop) -> impl Iterator<Item = &'h Pause> {
    one.pauses.iter().filter_map(|&number| handler.pauses.get(number)).filter(|pause| !pause.on_failure)
}

fn report(cx: &Context<'_>, handler: &Handler, one: &Loop, operation: &Operation, name: &str, out: &Findings) {
    let pauses: Vec<&Pause> = pauses(handler, one).collect();
    let tolerated = f64::from(cx.number(&TOLERATED));
    let seconds: Option<f64> = pauses.iter().map(|pause| pause.seconds).sum();
    let total = match (one.rounds, seconds) {
        // Until the job has ended, however long one sleep is.
        (Rounds::Until, _) => None,
        (Rounds::Most(rounds), Some(seconds)) if rounds * seconds >= tolerated => Some(rounds * seconds),
        _ => return,
    };
    let message = match total {
        Some(total) => format!("this function may sleep for {} while it waits for a job", time(total)),
        None => "this function sleeps until a job has ended".to_owned(),
    };
    let mut finding = Finding::at(one.place, message)
        .label("the function is billed for each round, and nothing else gets done")
        .related(operation.place, format!("asks `{name}` how far the job is"));
    for pause in &pauses {
        finding = finding.related(
            pause.place,
            match pause.seconds {
                Some(seconds) => format!("then sleeps for {}", time(seconds)),
                None => "then sleeps".to_owned(),
            },
        );
    }
    if one.place.file != handler.place.file {
        finding = finding.related(handler.place, "the handler that waits");
    }
    let mut help = "let a Step Functions state machine wait: a `Task` that starts the job, then `Wait`, a `Task` that asks, and a `Choice` that goes back\nor let the service's event or its topic start the next function".to_owned();
    if let Some((limit, attr)) = timeout(cx, handler) {
        let longest = pauses.iter().filter_map(|pause| pause.seconds).fold(0.0, f64::max);
        if longest >= limit {
            finding = finding.severity(Severity::Error);
        }
        if longest >= limit || total.is_some_and(|total| total > limit) || one.rounds == Rounds::Until {
            help = format!(
                "{help}\nas it is, the function is ended after {}, whether the job has ended or not",
                time(limit)
            );
            finding = finding.because(&attr, format!("it is ended after {}", time(limit)));
        }
    }
    out.add(about(cx, handler, finding.help(help)));
}

/// A waiter of the SDK sleeps as well.
fn waiter(cx: &Context<'_>, handler: &Handler, pause: &Pause, out: &Findings) {
    let Some((service, name)) = &pause.waiter else { return };
    if !ai_operation::is_service(service) {
        return;
    }
    let finding = Finding::at(pause.place, "this function sleeps until a job has ended")
        .label(format!("the waiter `{name}` asks and sleeps by turns, and the function is billed for it"))
        .help("let a Step Functions state machine wait: with `.sync`, or with `Wait`, a `Task` that asks, and a `Choice` that goes back");
    out.add(about(cx, handler, finding));
}
