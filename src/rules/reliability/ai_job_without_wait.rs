//! A job of an AI service ends long after it was started: a workflow that goes on at once works without its result.

use crate::{
    finding::Severity,
    graph::{fact::FactKind, kind},
    rules::{
        Category, Check, Fixes, Group, Rule,
        early::{self, Jobs},
    },
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
        Check::Each(kind::STATE_MACHINE, |_, machine, out| early::machine(machine, &JOBS, out)),
        Check::Code(FactKind::Handler, |cx, fact, out| early::handler(cx, fact, &JOBS, out)),
    ]),
};

// A rule of its own speaks of transcripts.
static JOBS: Jobs = Jobs {
    wanted: |operation| operation.service != "transcribe",
    message: "the result of a job is used before the job has ended",
};
