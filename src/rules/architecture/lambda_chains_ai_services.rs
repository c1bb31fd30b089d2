//! A Lambda function that runs one AI service after the other is a state machine written by hand.

use crate::{
    catalog::ai_operation::CLIENT_TIMEOUT,
    finding::{Finding, Severity},
    graph::fact::{Fact, FactKind, Handler, Operations},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule, chain,
        handlers::{self, Call, about, time, timeout},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "lambda-chains-ai-services",
    aliases: &[],
    category: Category::Architecture,
    severity: Severity::Warning,
    or_severity: Some((Severity::Advice, "no result goes from one to the other, or only what a search found")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/lambda-chains-ai-services.md"),
    check: Check::Code(FactKind::Handler, check),
};

/// Services whose operations build or run what the others call: a pipeline of its own, with rules of its own.
const CONTROL: &[&str] = &["bedrock", "sagemaker"];
/// Services that look something up for a model: the search and the answer are one step to those who build them.
const SEARCH: &[&str] = &["bedrock-agent-runtime", "kendra"];

fn check(cx: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Handler(handler) = fact else { return };
    let calls = handlers::calls(handler);
    let calls: Vec<Call> = calls.into_iter().filter(|call| !CONTROL.contains(&call.operation.service)).collect();
    let pairs = |joined: &dyn Fn(&Call, &Call) -> bool| {
        let mut members = Operations::default();
        for (at, later) in calls.iter().enumerate() {
            for earlier in calls[..at].iter().chain(&calls[at + 1..]) {
                if earlier.operation.service != later.operation.service && joined(earlier, later) {
                    members = members.and(Operations::one(earlier.number)).and(Operations::one(later.number));
                }
            }
        }
        members
    };
    let follows = |earlier: &Call, later: &Call| handler.operations[later.number].before.has(earlier.number);
    let feeds =
        |earlier: &Call, later: &Call| follows(earlier, later) && handler.sources(later.number).has(earlier.number);
    let is_work = |call: &Call| !SEARCH.contains(&call.operation.service);
    let chained = pairs(&|earlier, later| feeds(earlier, later) && is_work(earlier) && is_work(later));
    let members = if chained.is_empty() { pairs(&follows) } else { chained };
    if members.is_empty() {
        return;
    }
    let chain: Vec<Call> = calls.iter().filter(|call| members.has(call.number)).copied().collect();
    let mut finding = Finding::at(handler.place, message(&chain, !chained.is_empty()))
        .label(format!("one run of `{}` does the work of several services", handler.name))
        .help(help(cx, handler, &chain));
    finding.property = handler.name.to_string();
    for (at, call) in chain.iter().enumerate() {
        let fed = chain[..at].iter().rev().find(|earlier| feeds(earlier, call));
        let text = match fed {
            Some(earlier) => format!("`{}`, on what `{}` found", call.name, earlier.name),
            None => format!("`{}`", call.name),
        };
        finding = finding.related(handler.operations[call.number].place, text);
    }
    if chained.is_empty() {
        finding = finding.severity(Severity::Advice);
    }
    out.add(about(cx, handler, finding));
}

fn message(chain: &[Call], is_chain: bool) -> String {
    // Operations of one service that follow each other are one step; they may stand in branches of their own.
    let mut steps: Vec<(&str, Vec<String>)> = Vec::new();
    for call in chain {
        let (title, name) = (call.operation.title(), format!("`{}`", call.name));
        if steps.iter().any(|(known, names)| *known == title && names.contains(&name)) {
            continue;
        }
        match steps.last_mut() {
            Some((last, names)) if *last == title => names.push(name),
            _ => steps.push((title, vec![name])),
        }
    }
    let steps: Vec<String> = steps.iter().map(|(title, names)| format!("{title} {}", names.join("/"))).collect();
    let what = if is_chain { "chains AI services" } else { "calls several AI services" };
    format!("one Lambda function {what}: {}", steps.join(", then "))
}

fn help(cx: &Context<'_>, handler: &Handler, chain: &[Call]) -> String {
    let definition = chain::definition(handler, chain, false);
    let why = reason(cx, handler, chain);
    format!("let a Step Functions state machine make the calls, with a role that allows them:\n{definition}\n{why}")
}

/// Why it matters here.
fn reason(cx: &Context<'_>, handler: &Handler, chain: &[Call]) -> String {
    let waits = handler
        .loops
        .iter()
        .any(|one| !one.pauses.is_empty() && chain.iter().any(|call| call.asks() && one.operations.has(call.number)));
    if waits {
        return "as it is, the function is billed while it only waits for a job".to_owned();
    }
    if let Some(start) = chain.iter().find(|call| !call.asks() && call.operation.job.is_some()) {
        return format!(
            "`{}` only starts a job: a state machine can wait for its end, a function has to stay",
            start.name
        );
    }
    let longest = CLIENT_TIMEOUT * chain.len() as f64;
    match timeout(cx, handler) {
        Some((seconds, _)) if seconds < longest => format!(
            "each call may take {} before boto3 gives it up, and the function ends after {} in all",
            time(CLIENT_TIMEOUT),
            time(seconds)
        ),
        _ => "as it is, a failure of the last call repeats those before it, and each is paid for again".to_owned(),
    }
}
