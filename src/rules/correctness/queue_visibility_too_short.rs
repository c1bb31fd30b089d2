//! A queue that hides a message for a shorter time than its function may take: Lambda refuses to join the two.

use crate::{
    catalog::limit::{VISIBILITY_FACTOR, VISIBILITY_SECONDS},
    finding::{Finding, Safety, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, consumers},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "queue-visibility-too-short",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Safe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/queue-visibility-too-short.md"),
    check: Check::Each(kind::QUEUE, check),
};

fn check(cx: &Context<'_>, queue: Subject<'_>, out: &Findings) {
    let visibility = queue.get("VisibilityTimeout");
    let hidden = if visibility.is_absent() { Some(VISIBILITY_SECONDS.value) } else { visibility.number() };
    let Some(hidden) = hidden else { return };
    let functions = consumers::of(cx, queue).into_iter().filter_map(|consumer| consumer.function);
    let timeouts = functions.map(|function| function.get("Timeout"));
    let longest = timeouts.filter_map(|timeout| Some((timeout.number()?, timeout)));
    let Some((seconds, timeout)) = longest.max_by(|(one, _), (other, _)| one.total_cmp(other)) else { return };
    if seconds <= hidden {
        return;
    }
    let (factor, id) = (VISIBILITY_FACTOR, &timeout.subject().resource().key.id);
    #[expect(clippy::cast_possible_truncation, reason = "a function takes seconds, not years")]
    let enough = (seconds * factor.value) as i64;
    let set = if visibility.is_absent() { ", which is the default" } else { "" };
    out.add(
        Finding::on(&visibility, "queue hides messages for a shorter time than its function may take")
            .label(format!("hidden for {hidden} s{set}: Lambda refuses to read the queue for this function"))
            .because(&timeout, format!("`{id}` may take {seconds} s"))
            .fact("seconds that a message is hidden by default", VISIBILITY_SECONDS.fact())
            .fact("visibility timeout for each second of the function", factor.fact())
            .help(format!("set it to {enough}, {} times as long as the function may take", factor.value))
            .fix_set(&visibility, enough, Safety::Safe),
    );
}
