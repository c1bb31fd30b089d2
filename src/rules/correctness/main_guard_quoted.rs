//! A main guard that compares the text `'__name__'`: it is never true, so the script does nothing.

use crate::{
    finding::{Edit, Finding, Safety, Severity},
    graph::fact::{Fact, FactKind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "main-guard-quoted",
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
    page: include_str!("../../../rules/main-guard-quoted.md"),
    check: Check::Code(FactKind::Script, check),
};

fn check(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Script(script) = fact else { return };
    for &place in &script.quoted_guards {
        out.add(
            Finding::at(place, "the main guard compares a text, so it is never true")
                .label("in quotes this is a text of its own, not the name of the module")
                .help("write `__name__` without quotes\nthe code below it then runs, for the first time")
                .fix(Safety::Unsafe, "take the quotes away", vec![Edit { place, replacement: "__name__".to_owned() }]),
        );
    }
}
