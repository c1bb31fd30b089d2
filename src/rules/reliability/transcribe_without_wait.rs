//! A transcription job takes minutes: a workflow that starts one and reads the transcript at once finds none.

use crate::{
    finding::Severity,
    graph::{fact::FactKind, kind},
    rules::{
        Category, Check, Fixes, Group, Rule,
        early::{self, Jobs},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "transcribe-without-wait",
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
    page: include_str!("../../../rules/transcribe-without-wait.md"),
    check: Check::Several(&[
        Check::Each(kind::STATE_MACHINE, |_, machine, out| early::machine(machine, &JOBS, out)),
        Check::Code(FactKind::Handler, |cx, fact, out| early::handler(cx, fact, &JOBS, out)),
    ]),
};

static JOBS: Jobs = Jobs {
    wanted: |operation| operation.service == "transcribe",
    message: "the transcript is used before the transcription job has ended",
};
