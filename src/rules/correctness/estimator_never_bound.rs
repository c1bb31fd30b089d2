//! A method of an estimator or model whose name nothing binds, but for one letter or two: `NameError`.

use crate::{
    catalog::sdk,
    finding::{Edit, Finding, Safety, Severity},
    graph::fact::{Fact, FactKind, Made, Script, Unbound},
    nearest,
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "estimator-never-bound",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: Some((Severity::Warning, "in a notebook: its kernel may hold names of cells that are gone")),
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/estimator-never-bound.md"),
    check: Check::Code(FactKind::Script, check),
};

fn check(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Script(script) = fact else { return };
    for unbound in &script.unbound {
        if let Some(made) = meant(script, unbound) {
            out.add(finding(script, unbound, made));
        }
    }
}

/// The one object with such a method whose name is near.
fn meant<'s>(script: &'s Script, unbound: &Unbound) -> Option<&'s Made> {
    let has_method = |made: &&Made| sdk::callable(&format!("sagemaker.{}.{}", made.role, unbound.method)).is_some();
    // Of a short name two letters are all there is.
    let most = unbound.name.len().saturating_sub(2).min(2);
    let name = nearest::meant(&unbound.name, most, script.made.iter().filter(has_method).map(|made| &*made.name))?;
    script.made.iter().filter(has_method).find(|made| &*made.name == name)
}

fn finding(script: &Script, unbound: &Unbound, made: &Made) -> Finding {
    let (name, right) = (&*unbound.name, &*made.name);
    let first = unbound.uses.first().copied().unwrap_or(unbound.place);
    let edits = unbound.uses.iter().map(|&place| Edit { place, replacement: right.to_owned() });
    let mut finding = Finding::at(first, format!("nothing binds the name `{name}`"))
        .label(format!("`{}` is called of it: this raises `NameError`", unbound.method))
        .help(format!("write `{right}`"))
        .fix(Safety::Unsafe, format!("replace `{name}` by `{right}`"), edits.collect());
    finding.property = name.to_owned();
    let is_notebook = script.unit.ends_with(".ipynb");
    if is_notebook { finding.severity(Severity::Warning) } else { finding }
}
