//! A Studio domain without a key of one's own leaves the files of all its users to a key that AWS holds.

use crate::{
    finding::{Finding, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, keys},
};

/// What setting the key does to one that is there.
const REPLACES: &str = "on a domain that exists this replaces the domain with its profiles and spaces, and their files stay behind: copy them first";

pub(in crate::rules) static RULE: Rule = Rule {
    name: "domain-without-kms-key",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/domain-without-kms-key.md"),
    check: Check::Each(kind::DOMAIN, check),
};

fn check(_: &Context<'_>, domain: Subject<'_>, out: &Findings) {
    let key = domain.get("KmsKeyId");
    if !key.is_absent() {
        return;
    }
    out.add(
        Finding::on(&key, "Studio domain has no customer-managed key")
            .label("the files of its users are encrypted with a key that AWS holds and you cannot take away")
            .help(format!("{}\n{REPLACES}", keys::own(domain.resource().input))),
    );
}
