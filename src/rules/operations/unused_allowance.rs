//! An allowance that silences nothing: whoever reads it takes a risk for one that somebody accepted.

use crate::{
    finding::{Finding, Safety, Severity},
    graph::fact::{AllowanceFault, Fact, FactKind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "unused-allowance",
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
    page: include_str!("../../../rules/unused-allowance.md"),
    check: Check::Code(FactKind::Allowance, check),
};

fn check(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Allowance(allowance) = fact else { return };
    let AllowanceFault::Unused { nearest } = allowance.fault else { return };
    let mut finding = Finding::at(allowance.place, "allowance silences nothing")
        .label(format!("there is no `{}` here", allowance.name))
        .help("remove it");
    finding.property = allowance.name.to_string();
    if let Some(nearest) = nearest {
        let help = "move it to the finding: on one of its lines, above it, or at the head of its resource";
        finding = finding.related(nearest, "this one is not silenced").help(help);
    } else if let Some(edit) = &allowance.edit {
        finding = finding.fix(Safety::Safe, "remove the allowance", vec![edit.clone()]);
    }
    out.add(finding);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Built;

    #[test]
    fn a_graph_has_no_allowances() {
        assert!(Built::default().check(&RULE).is_empty());
    }
}
