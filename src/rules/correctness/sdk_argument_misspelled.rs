//! A keyword that the SDK does not know, and that is a slip of the pen: the call is refused, or the setting is lost.

use crate::{
    catalog::sdk::{self, Callable},
    finding::{Edit, Finding, Safety, Severity},
    graph::fact::{Argument, Call, Fact, FactKind},
    nearest,
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "sdk-argument-misspelled",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/sdk-argument-misspelled.md"),
    check: Check::Code(FactKind::Call, check),
};

fn check(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Fact::Call(call) = fact else { return };
    // What more is given may be what makes the call valid.
    if call.open {
        return;
    }
    let Some(callable) = sdk::callable(&call.callee) else { return };
    for argument in &call.arguments {
        let Some(name) = argument.name.as_deref() else { continue };
        if let Some(meant) = meant(callable, call, name) {
            out.add(finding(callable, call, argument, name, meant));
        }
    }
}

/// The one argument that is near to a name that the callable does not take, and that is not given as well.
fn meant(callable: &'static Callable, call: &Call, name: &str) -> Option<&'static str> {
    if name.starts_with('_') || callable.takes(name) || callable.renamed(name).is_some() {
        return None;
    }
    // A name that is right elsewhere in the SDK is not misspelt.
    if sdk::is_argument(name) {
        return None;
    }
    let meant = nearest::meant(name, nearest::typos(name), callable.arguments())?;
    let is_given = call.arguments.iter().any(|other| other.name.as_deref() == Some(meant));
    (!is_given).then_some(meant)
}

fn finding(callable: &'static Callable, call: &Call, argument: &Argument, name: &str, meant: &'static str) -> Finding {
    let title = callable.name;
    // The call is written for SDK 2 where a name shows it, or the project asks for it.
    let mut others = call.arguments.iter().filter_map(|other| other.name.as_deref());
    let is_v2 =
        call.sdk.as_ref().is_some_and(|sdk| sdk.is_at_least(2)) || others.any(|other| callable.takes_since_v2(other));
    let today = callable.renamed(meant).and_then(|rename| rename.now);
    let right = today.filter(|_| is_v2).unwrap_or(meant);
    let mut help = format!("write `{right}`");
    match today {
        Some(_) if is_v2 => help += &format!("\nSDK v1 had it as `{meant}`"),
        Some(today) => help += &format!("\nthis is its name in SDK v1; since SDK 2 it is `{today}`"),
        None => {}
    }
    let is_v1 = call.sdk.as_ref().is_some_and(|sdk| sdk.is_below(2));
    let label = if callable.ignores() && !is_v1 {
        "the SDK ignores a keyword that it does not know: what is set here is lost".to_owned()
    } else {
        format!("`{title}` refuses a keyword that it does not know")
    };
    let mut finding = Finding::at(argument.keyword.unwrap_or(argument.place), message(title, name))
        .label(label)
        .help(help)
        .fact(format!("{title} takes {right}"), callable.fact());
    finding.property = name.to_owned();
    match argument.keyword {
        Some(place) => {
            let title = format!("replace `{name}` by `{right}`");
            finding.fix(Safety::Unsafe, title, vec![Edit { place, replacement: right.to_owned() }])
        }
        None => finding,
    }
}

fn message(title: &str, name: &str) -> String {
    match title.split_once('.') {
        Some((_, method)) => format!("`{method}` has no argument `{name}`"),
        None => format!("`{title}` has no argument `{name}`"),
    }
}
