//! Names of version 1 of the SageMaker SDK: later versions warn, or refuse them.

use rustc_hash::FxHashMap;

use crate::{
    catalog::sdk::{self, Rename},
    finding::{Edit, Finding, Safety, Severity},
    graph::fact::{Call, Fact, Script, Sdk},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, calls},
    source::Place,
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "sdk-v1-argument",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: Some((
        Severity::Advice,
        "the version of the SDK is not known, or its releases take the name with a warning",
    )),
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/sdk-v1-argument.md"),
    check: Check::Whole(check),
};

/// Places of one finding that are shown beside the first.
const MOST_SHOWN: usize = 3;

fn check(cx: &Context<'_>, out: &Findings) {
    let mut calls: FxHashMap<&str, Vec<&Call>> = FxHashMap::default();
    for fact in cx.graph.facts() {
        if let Fact::Call(call) = fact
            && call.callee.starts_with("sagemaker.")
        {
            calls.entry(&call.unit).or_default().push(call);
        }
    }
    for fact in cx.graph.facts() {
        if let Fact::Script(script) = fact {
            of_script(script, calls.get(&*script.unit).map_or(&[], Vec::as_slice), out);
        }
    }
}

/// One name of SDK v1.
struct Old<'a> {
    /// As it is written: `train_instance_type`, `sagemaker.s3_input`.
    name: &'a str,
    rename: &'static Rename,
    place: Place,
    /// What puts the name of today in its place; nothing where more than the name changes.
    edit: Option<Edit>,
}

fn of_script(script: &Script, calls: &[&Call], out: &Findings) {
    let sdk = script.sdk.as_deref();
    // Code for more than one version has names of each.
    if script.asks_version || sdk.is_some_and(|sdk| sdk.is_below(2)) {
        return;
    }
    let is_v2 = sdk.is_some_and(|sdk| sdk.is_at_least(2)) || has_new_names(script, calls);
    let imports = script.imports.iter().filter_map(|import| {
        let rename = sdk::renamed(&import.path)?;
        Some(vec![Old { name: &import.path, rename, place: import.place, edit: None }])
    });
    let mut rest = Vec::new();
    for old in imports.chain(calls.iter().map(|call| of_call(script, call))).filter(|old| !old.is_empty()) {
        if is_v2 && old.iter().any(|old| !old.rename.kept) {
            out.add(finding(&old, is_v2, sdk));
        } else {
            rest.extend(old);
        }
    }
    if !rest.is_empty() {
        out.add(finding(&rest, is_v2, sdk).severity(Severity::Advice));
    }
}

/// Whether a script has names that SDK v1 does not have.
fn has_new_names(script: &Script, calls: &[&Call]) -> bool {
    let is_new = |path: &str| sdk::callable(path).is_some_and(|callable| callable.new);
    let is_call_new = |call: &&Call| {
        sdk::callable(&call.callee).is_some_and(|callable| {
            let mut names = call.arguments.iter().filter_map(|argument| argument.name.as_deref());
            callable.new || names.any(|name| callable.takes_since_v2(name))
        })
    };
    script.imports.iter().any(|import| is_new(&import.path)) || calls.iter().any(is_call_new)
}

/// The old names of a call: its own, unless the import of it is one already, and those of its arguments.
fn of_call<'a>(script: &Script, call: &'a Call) -> Vec<Old<'a>> {
    let mut old = Vec::new();
    if let Some(rename) = sdk::renamed(&call.callee)
        && !script.imports.iter().any(|import| import.path == call.callee)
    {
        // Written in full it stands for itself.
        let is_full = call.place.span.range().len() == call.callee.len();
        let has_package = script.imports.iter().any(|import| &*import.name == "sagemaker");
        let now = rename.now.filter(|_| rename.same && is_full && has_package);
        let edit = now.map(|now| Edit { place: call.place, replacement: now.to_owned() });
        old.push(Old { name: &call.callee, rename, place: call.place, edit });
    }
    let Some(callable) = sdk::callable(&call.callee) else { return old };
    for argument in &call.arguments {
        let Some(name) = argument.name.as_deref() else { continue };
        let Some(rename) = callable.renamed(name) else { continue };
        let edit = match rename.now {
            Some(now) => argument.keyword.map(|place| Edit { place, replacement: now.to_owned() }),
            None => calls::without(call, argument),
        };
        old.push(Old { name, rename, place: argument.keyword.unwrap_or(argument.place), edit });
    }
    old
}

fn finding(old: &[Old<'_>], is_v2: bool, sdk: Option<&Sdk>) -> Finding {
    let first = &old[0];
    let message = format!("`{}` is a name of SDK v1", first.name);
    let mut finding = Finding::at(first.place, message).label(label(first)).help(help(old, is_v2));
    finding.property = first.name.to_owned();
    let mut shown = vec![first.name];
    for old in &old[1..] {
        if !shown.contains(&old.name) && shown.len() <= MOST_SHOWN {
            shown.push(old.name);
            finding = finding.related(old.place, label(old));
        }
    }
    if let Some(sdk) = sdk.filter(|_| is_v2) {
        finding = finding.related(sdk.place, "this asks for a later version");
    }
    let edits: Option<Vec<Edit>> = old.iter().map(|old| old.edit.clone()).collect();
    match edits {
        Some(edits) => finding.fix(Safety::Unsafe, "take the names of today", edits),
        None => finding,
    }
}

fn label(old: &Old<'_>) -> String {
    match old.rename.now {
        Some(now) => format!("since SDK 2 this is `{now}`"),
        None => "SDK 2 has no such argument".to_owned(),
    }
}

fn help(old: &[Old<'_>], is_v2: bool) -> String {
    let subject = match old {
        [one] => match one.rename.now {
            Some(now) => format!("write `{now}`"),
            None => format!("leave out `{}`", one.name),
        },
        _ => format!("take the names of today, here and at {} more places of this file", old.len() - 1),
    };
    let consequence = match (is_v2, old.iter().all(|old| old.rename.kept)) {
        (_, true) => "releases of SDK 2 take the old ones with a warning or to no effect; SDK 3 has none of them",
        (true, false) => "SDK 2 refuses them",
        (false, false) => "later versions refuse some of them",
    };
    let pin = if is_v2 { "" } else { "\nwhere SDK v1 is what runs this, say so: `sagemaker<2` in `requirements.txt`" };
    format!("{subject}\n{consequence}{pin}")
}
