//! A comment or metadata for mllint that it cannot read, so that it silences nothing.

use crate::{
    finding::{Finding, Safety, Severity},
    graph::fact::{AllowanceFault, Fact, FactKind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "malformed-allowance",
    aliases: &[],
    category: Category::Operations,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::Safe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/malformed-allowance.md"),
    check: Check::Code(FactKind::Allowance, check),
};

fn check(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Allowance(allowance) = fact else { return };
    let AllowanceFault::Malformed { message, help } = &allowance.fault else { return };
    let mut finding =
        Finding::at(allowance.place, "allowance cannot be read, and silences nothing").label(message).help(help);
    finding.property = allowance.name.to_string();
    if let Some(edit) = &allowance.edit {
        finding = finding.fix(Safety::Safe, format!("write `{}`", edit.replacement), vec![edit.clone()]);
    }
    out.add(finding);
}
