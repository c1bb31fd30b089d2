//! `--write-usage`: a commented file of what may be told, resource by resource.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{OF_KINDS, OF_RESOURCES, runs::Runs};
use crate::{
    cost::{
        Estimate,
        bill::Bill,
        usage::{HOURS, READY_REQUESTS, RUN_HOURS, Usage, UsageKey, keys},
    },
    graph::kind,
    source::Files,
};

const HEAD: &str = "\
# How much is used: what code does not tell, and a bill depends on.
# Take away the `#` before a key and put your own figure behind it; what stays a comment stays unknown, not zero.
#
#   mllint cost --usage mllint-usage.yml
#
# Unknown keys are errors. An address may have `[*]` for all instances, and its unit before a `#` where two units
# have the same address: \"infra/prod#aws_nat_gateway.main\".
version: 1
";

/// The text of a file for what is priced by use; what `usage` tells already is kept.
pub fn write(estimate: &Estimate, files: &Files, usage: &Usage, runs: &Runs, shown: &dyn Fn(&str) -> String) -> String {
    let mut text = HEAD.to_owned();
    if !usage.kinds.is_empty() {
        let _ = writeln!(text, "\n{OF_KINDS}:");
        for (kind, values) in &usage.kinds {
            let _ = writeln!(text, "  {kind}:");
            for (name, value) in values {
                let _ = writeln!(text, "    {name}: {}", value.as_f64());
            }
        }
    }
    let bills: Vec<&Bill> = estimate.bills.iter().filter(|bill| !keys(&bill.kind).is_empty()).collect();
    let mut addresses: BTreeMap<String, usize> = BTreeMap::new();
    for bill in &bills {
        *addresses.entry(bill.address().to_string()).or_default() += 1;
    }
    let _ = writeln!(text, "\n{OF_RESOURCES}:");
    // Instances whose keys are not known have one address.
    let mut written: BTreeSet<String> = BTreeSet::new();
    for bill in bills {
        let source = files.get(bill.place.file);
        let line = source.position(bill.place.span.start).line;
        let address = bill.address();
        let is_unique = addresses.get(&*address).is_some_and(|count| *count == 1);
        let name = if is_unique { address.to_string() } else { format!("{}#{address}", bill.key.unit) };
        if !written.insert(name.clone()) {
            continue;
        }
        let _ = writeln!(text, "  # {}:{line}, {}", one_line(&shown(&source.path)), one_line(&bill.kind));
        let _ = writeln!(text, "  {}:", quoted(&name));
        for key in keys(&bill.kind).iter().filter(|key| applies(bill, key)) {
            match usage.get(&bill.key, &bill.kind, key.name) {
                Some(value) => {
                    let usual = runs.usual.get(&bill.key).filter(|usual| key.name == RUN_HOURS && usual.hours == value);
                    let about = format!("{}{}", key.about, usual.map(|usual| of_runs(usual.runs)).unwrap_or_default());
                    let _ = writeln!(text, "    {}: {}  # {about}", quoted(key.name), value.as_f64());
                }
                None => {
                    let _ = writeln!(text, "    # {}: {}  # {}", quoted(key.name), key.example, key.about);
                }
            }
        }
    }
    text
}

/// Where a figure comes from that exported runs tell.
fn of_runs(runs: usize) -> String {
    if runs == 1 { ", as one exported run did".to_owned() } else { format!(", the median of {runs} exported runs") }
}

/// Whether a key has anything to do with a resource as it is written: a serverless endpoint has no hours.
fn applies(bill: &Bill, key: &UsageKey) -> bool {
    let has = |part: &str| bill.components.iter().any(|component| component.name.contains(part));
    let (ready, captured) = (has("provisioned concurrency"), has("captured"));
    let is_endpoint = *bill.kind == *kind::ENDPOINT;
    let serverless = is_endpoint && has("serverless duration");
    match key.name {
        "monthly_requests" => true,
        READY_REQUESTS => ready,
        HOURS if serverless => ready,
        "request_duration_ms" if is_endpoint => serverless,
        "captured_data_gb" => captured,
        _ if is_endpoint && serverless => false,
        _ => true,
    }
}

/// A key of YAML.
fn quoted(name: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.' | '/');
    let is_plain = name.chars().all(plain) && name.starts_with(|char: char| char.is_ascii_alphabetic());
    if is_plain { name.to_owned() } else { serde_json::to_string(name).unwrap_or_else(|_| name.to_owned()) }
}

fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}
