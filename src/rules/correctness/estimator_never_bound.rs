//! A method of an estimator or model whose name nothing binds, but for one letter or two: `NameError`.

use crate::{
    catalog::sdk,
    finding::{Edit, Finding, Safety, Severity},
    graph::fact::{Fact, FactKind, Made, Script, Unbound},
    rules::{Category, Check, Context, Findings, Fixes, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "estimator-never-bound",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: Some((Severity::Warning, "in a notebook: its kernel may hold names of cells that are gone")),
    fixes: Fixes::Unsafe,
    implies: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/estimator-never-bound.md"),
    check: Check::Code(FactKind::Script, check),
};

/// How many letters two names may differ in.
const NEAR: usize = 2;
/// Longer names are not compared.
const LONGEST: usize = 64;

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
    if unbound.name.len() > LONGEST {
        return None;
    }
    let has_method = |made: &&Made| sdk::callable(&format!("sagemaker.{}.{}", made.role, unbound.method)).is_some();
    let far = |made: &Made| strsim::damerau_levenshtein(&unbound.name, &made.name);
    let near = script.made.iter().filter(has_method).map(|made| (far(made), made)).filter(|(far, _)| *far <= NEAR);
    let mut near: Vec<(usize, &Made)> = near.collect();
    near.sort_unstable();
    let (nearest, made) = *near.first()?;
    let is_one = near.iter().skip(1).all(|(far, other)| *far > nearest || other.name == made.name);
    // Of a short name two letters are all there is.
    (is_one && unbound.name.len() > nearest + 1).then_some(made)
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
