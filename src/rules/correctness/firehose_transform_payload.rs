//! A Firehose stream that gathers more for one call of its function than Firehose takes, and than fits into the answer.

use crate::{
    catalog::limit::{LAMBDA_PAYLOAD_MB, TRANSFORM_BUFFER_MB},
    finding::{Finding, Safety, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, transforms},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "firehose-transform-payload",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/firehose-transform-payload.md"),
    check: Check::Each(kind::DELIVERY_STREAM, check),
};

fn check(_: &Context<'_>, stream: Subject<'_>, out: &Findings) {
    let (most, payload) = (TRANSFORM_BUFFER_MB, LAMBDA_PAYLOAD_MB);
    for buffer in transforms::of(stream).into_iter().filter_map(|transform| transform.buffer) {
        let Some(size) = buffer.number().filter(|size| *size > most.value) else { continue };
        let finding = Finding::on(&buffer, format!("Firehose is to gather {size} MB for one call of its function"))
            .label(format!(
                "it takes {} MB at most, for what the function gets and answers must fit into {} MB",
                most.value, payload.value
            ))
            .fact("MB that Firehose gathers", most.fact())
            .fact("MB that a function answers", payload.fact())
            .help("set it to 1, or to 3 where records do not grow: they are sent in Base64, a third larger");
        out.add(finding.fix_set(&buffer, most.value.to_string(), Safety::Unsafe));
    }
}
