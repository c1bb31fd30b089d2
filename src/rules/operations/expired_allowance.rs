//! An allowance whose last day is over: what somebody accepted for a while is still there, or the allowance is left over.

use crate::{
    finding::{Finding, Severity},
    graph::fact::{AllowanceFault, Fact, FactKind},
    rules::{Category, Check, Context, Findings, Fixes, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "expired-allowance",
    aliases: &[],
    category: Category::Operations,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/expired-allowance.md"),
    check: Check::Code(FactKind::Allowance, check),
};

fn check(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Allowance(allowance) = fact else { return };
    let AllowanceFault::Expired { on, covers } = &allowance.fault else { return };
    let (label, help) = match covers {
        0 => ("it would silence nothing any more".to_owned(), "remove it"),
        1 => ("1 finding is no longer silenced by it".to_owned(), "mend what is found, or set a later `expires`"),
        _ => {
            (format!("{covers} findings are no longer silenced by it"), "mend what is found, or set a later `expires`")
        }
    };
    let mut finding = Finding::at(allowance.place, format!("allowance expired on {on}")).label(label).help(help);
    finding.property = allowance.name.to_string();
    out.add(finding);
}
