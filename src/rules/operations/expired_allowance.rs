//! An allowance whose last day is over: what somebody accepted for a while is still there, or the allowance is left over.

use crate::{
    finding::{Finding, Severity},
    graph::fact::{AllowanceFault, Fact, FactKind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "expired-allowance",
    aliases: &[],
    category: Category::Operations,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/expired-allowance.md"),
    check: Check::Code(FactKind::Allowance, check),
};

fn check(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Allowance(allowance) = fact else { return };
    let AllowanceFault::Expired { on, covers } = &allowance.fault else { return };
    const MEND: &str = "mend what is found, or set a later `expires`";
    let (label, help) = match covers {
        None => {
            let label =
                "whether it would still silence anything is not known: its rule did not see all of what it is for";
            (label.to_owned(), "set a later `expires`, or remove it if a run of its rule finds nothing here")
        }
        Some(0) => ("it would silence nothing any more".to_owned(), "remove it"),
        Some(1) => ("1 finding is no longer silenced by it".to_owned(), MEND),
        Some(more) => (format!("{more} findings are no longer silenced by it"), MEND),
    };
    let mut finding = Finding::at(allowance.place, format!("allowance expired on {on}")).label(label).help(help);
    finding.property = allowance.name.to_string();
    out.add(finding);
}
