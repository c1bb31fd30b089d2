//! A function that transforms the records of a Firehose stream, and that may run longer than Firehose waits for it.

use crate::{
    catalog::limit::TRANSFORM_SECONDS,
    finding::{Finding, Safety, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, links, transforms},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "firehose-transform-timeout",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/firehose-transform-timeout.md"),
    check: Check::Each(kind::FUNCTION, check),
};

/// What names a function in place of it: a stream may call one of these.
const NAMES: &[&str] = &[kind::ALIAS, kind::VERSION];

fn check(cx: &Context<'_>, function: Subject<'_>, out: &Findings) {
    let timeout = function.get("Timeout");
    let Some(seconds) = timeout.number().filter(|seconds| *seconds > TRANSFORM_SECONDS.value) else { return };
    let Some(stream) = streams(cx, function).into_iter().next() else { return };
    #[expect(clippy::cast_possible_truncation, reason = "five minutes in whole seconds")]
    let most = TRANSFORM_SECONDS.value as i64;
    let id = &stream.resource().key.id;
    out.add(
        Finding::on(&timeout, "function may run longer than Firehose waits for it")
            .label(format!("{seconds} s, and after {most} Firehose takes the call for failed and makes it anew"))
            .related(stream.place(), format!("`{id}` sends its records through the function"))
            .fact("seconds that Firehose waits", TRANSFORM_SECONDS.fact())
            .help(format!(
                "set it to {most} or less, and gather less for one call (`BufferSizeInMBs`) where that is too short"
            ))
            .fix_set(&timeout, most, Safety::Unsafe),
    );
}

/// The streams that certainly send their records through a function, or through a name of it.
fn streams<'a>(cx: &Context<'a>, function: Subject<'a>) -> Vec<Subject<'a>> {
    let names = function.referrers().filter(|user| NAMES.contains(&user.kind()));
    let names = names.filter(|name| links::leads_to(cx, &name.get("FunctionName"), function));
    let mut found: Vec<Subject<'a>> = Vec::new();
    for called in [function].into_iter().chain(names) {
        let streams = called.referrers().filter(|user| user.kind() == kind::DELIVERY_STREAM);
        found.extend(streams.filter(|stream| {
            let mut transforms = transforms::of(*stream).into_iter();
            transforms.any(|transform| links::leads_to(cx, &transform.function, called)) && stream.exists().is_yes()
        }));
    }
    found
}
