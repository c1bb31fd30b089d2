//! A bucket of an ML or data workload that keeps all that is ever written to it, in the dearest class.

use crate::{
    finding::{Finding, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, buckets},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "bucket-without-lifecycle",
    aliases: &[],
    category: Category::Cost,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/bucket-without-lifecycle.md"),
    check: Check::Each(kind::BUCKET, check),
};

fn check(cx: &Context<'_>, bucket: Subject<'_>, out: &Findings) {
    let rules = bucket.get("LifecycleConfiguration");
    if !rules.is_absent() || !bucket.get("IntelligentTieringConfigurations").is_absent() {
        return;
    }
    // A website is what is written to it.
    if !bucket.get("WebsiteConfiguration").is_absent() || !buckets::serves(cx, bucket, kind::is_workload) {
        return;
    }
    out.add(
        Finding::on(&rules, "bucket of a workload keeps all that is written to it")
            .label("nothing here expires or moves to a cheaper class, nor are uploads that broke off removed")
            .help(help(bucket.resource().input)),
    );
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Terraform => "add an `aws_s3_bucket_lifecycle_configuration`",
        _ => "add a `LifecycleConfiguration`",
    };
    format!(
        "{setting}: expire what can be made again, abort broken uploads, and move the rest to `INTELLIGENT_TIERING`\nwhat expires is gone, and each object that moves costs a request: training data and models that are in use stay"
    )
}
