//! A notebook instance without a key of one's own leaves its volume to a key that AWS holds.

use crate::{
    finding::{Finding, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, keys},
};

/// What setting the key does to one that is there.
const REPLACES: &str =
    "on a notebook that exists this replaces the instance, and what is on its volume is lost: copy it first";

pub(in crate::rules) static RULE: Rule = Rule {
    name: "notebook-without-kms-key",
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
    page: include_str!("../../../rules/notebook-without-kms-key.md"),
    check: Check::Each(kind::NOTEBOOK_INSTANCE, check),
};

fn check(_: &Context<'_>, notebook: Subject<'_>, out: &Findings) {
    let key = notebook.get("KmsKeyId");
    if !key.is_absent() {
        return;
    }
    out.add(
        Finding::on(&key, "notebook volume has no customer-managed key")
            .label("it is encrypted with a key that AWS holds and you cannot take away")
            .help(format!("{}\n{REPLACES}", keys::own(notebook.resource().input))),
    );
}
