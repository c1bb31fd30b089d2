//! A job of an AI service ends long after it was started: a workflow that goes on at once works without its result.

use crate::{
    finding::Severity,
    graph::{
        attr::Subject,
        fact::{Fact, FactKind},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, early_results, jobs},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "ai-job-without-wait",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/ai-job-without-wait.md"),
    check: Check::Several(&[
        Check::Any(&[kind::STATE_MACHINE, kind::SERVERLESS_STATE_MACHINE], machine),
        Check::Code(FactKind::Handler, handler),
    ]),
};

const MESSAGE: &str = "the result of a job is used before the job has ended";

fn machine(_: &Context<'_>, machine: Subject<'_>, out: &Findings) {
    jobs::report(
        machine,
        // A rule of its own speaks of transcripts.
        |operation| operation.service != "transcribe",
        MESSAGE,
        out,
    );
}

fn handler(cx: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Handler(handler) = fact else { return };
    early_results::report(cx, handler, |operation| operation.service != "transcribe", MESSAGE, out);
}
