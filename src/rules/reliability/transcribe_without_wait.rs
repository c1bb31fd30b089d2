//! A transcription job takes minutes: a workflow that starts one and reads the transcript at once finds none.

use crate::{
    finding::Severity,
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Rule, jobs},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "transcribe-without-wait",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/transcribe-without-wait.md"),
    check: Check::Several(&[Check::Any(&[kind::STATE_MACHINE, kind::SERVERLESS_STATE_MACHINE], machine)]),
};

fn machine(_: &Context<'_>, machine: Subject<'_>, out: &Findings) {
    jobs::report(
        machine,
        |operation| operation.service == "transcribe",
        "the transcript is used before the transcription job has ended",
        out,
    );
}
