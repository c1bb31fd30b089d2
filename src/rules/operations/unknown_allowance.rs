//! An allowance of a rule that does not exist: a typing mistake, which silences nothing.

use crate::{
    finding::{Finding, Safety, Severity},
    graph::fact::{AllowanceFault, Fact, FactKind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "unknown-allowance",
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
    page: include_str!("../../../rules/unknown-allowance.md"),
    check: Check::Code(FactKind::Allowance, check),
};

fn check(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Allowance(allowance) = fact else { return };
    let AllowanceFault::Unknown { nearest } = &allowance.fault else { return };
    let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
    let help = match names.as_slice() {
        [] => "name a rule: `mllint rules` lists them all".to_owned(),
        names => format!("write {}", names.join(" or ")),
    };
    let mut finding = Finding::at(allowance.place, "allowance of a rule that does not exist")
        .label("no rule has this name")
        .help(help);
    finding.property = allowance.name.to_string();
    if let Some(edit) = &allowance.edit {
        finding = finding.fix(Safety::Safe, format!("write `{}`", edit.replacement), vec![edit.clone()]);
    }
    out.add(finding);
}
