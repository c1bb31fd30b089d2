//! A stream that more consumers read than a shard answers: they are throttled, and fall behind.

use crate::{
    catalog::limit::{SHARD_READ_MB_PER_SECOND, SHARD_READS_PER_SECOND},
    finding::{Finding, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, consumers},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "kinesis-too-many-consumers",
    aliases: &[],
    category: Category::Performance,
    severity: Severity::Warning,
    or_severity: Some((Severity::Advice, "three to five consumers: they share what a full shard gives")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/kinesis-too-many-consumers.md"),
    check: Check::Each(kind::STREAM, check),
};

/// So many consumers are shown; the others are counted.
const SHOWN: usize = 3;

/// A full shard takes in 1 MB a second, and each consumer wants all of it.
const SHARD_WRITE_MB_PER_SECOND: f64 = 1.0;

fn check(cx: &Context<'_>, stream: Subject<'_>, out: &Findings) {
    let consumers = consumers::of(cx, stream);
    #[allow(clippy::cast_precision_loss, reason = "there are few")]
    let count = consumers.len() as f64;
    let (calls, rate) = (SHARD_READS_PER_SECOND, SHARD_READ_MB_PER_SECOND);
    let (title, label, limit) = if count > calls.value {
        let label =
            format!("each asks once a second, and a shard answers {} calls a second for all of them", calls.value);
        ("more consumers read the stream than a shard answers", label, calls)
    } else if count * SHARD_WRITE_MB_PER_SECOND > rate.value {
        let label =
            format!("a full shard gives {} MB a second to all of them together, and they want {count}", rate.value);
        ("consumers of the stream share what its shards give", label, rate)
    } else {
        return;
    };
    let mut finding = Finding::at(stream.place(), format!("{title}: {count}")).label(label).fact("per shard", limit.fact()).help(
        "register the consumers that must keep up (`AWS::Kinesis::StreamConsumer`) and let them read that: each gets 2 MB a second per shard of its own\nit is billed by the hour, by shard and by what is read",
    );
    if count <= calls.value {
        finding = finding.severity(Severity::Advice);
    }
    let more = consumers.len().saturating_sub(SHOWN);
    for (at, consumer) in consumers.iter().enumerate().take(SHOWN) {
        let others = if at + 1 == SHOWN && more > 0 { format!(", as {more} more do") } else { String::new() };
        let id = &consumer.subject.resource().key.id;
        finding = finding.related(consumer.place, format!("`{id}` reads the stream itself{others}"));
    }
    out.add(finding);
}
