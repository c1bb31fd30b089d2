//! What a workload may cost: the limits of flags and of the configuration, each with what breaks it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use crate::{
    catalog::prices::Usd,
    cli::Cost,
    config::Limit,
    cost::{Estimate, Total, bill::Bill},
    report::cost::amount,
    settings::Settings,
    suppress::is_named,
};

/// Tells each limit that is broken, and each of the configuration that is for nothing; whether any is broken.
pub(super) fn broken(
    options: &Cost,
    settings: &Settings,
    estimate: &Estimate,
    is_whole: bool,
    err: &mut dyn Write,
) -> io::Result<bool> {
    let all: Vec<&Bill> = estimate.bills.iter().collect();
    let mut is_broken = month("", &all, options.fail_above, "--fail-above", err)?;
    for bill in &all {
        is_broken |= run(bill, options.fail_above_run, "--fail-above-run", err)?;
    }
    let file = settings.config_path.as_deref().unwrap_or_default();
    for limit in &settings.config.limits {
        let place = format!("{file}:{}", settings.config.line(limit.span));
        let bills: Vec<&Bill> = all.iter().copied().filter(|bill| is_meant(limit, bill)).collect();
        if bills.is_empty() {
            if is_whole && !options.quiet {
                writeln!(err, "warning: the limit of {place} is for nothing that is billed")?;
            }
            continue;
        }
        let most = |text: &Option<_>| {
            text.as_ref().and_then(|written: &crate::config::Written<String>| written.value.parse().ok())
        };
        let (by_month, by_run): (Option<Usd>, Option<Usd>) = (most(&limit.month), most(&limit.run));
        for (name, part) in parts(limit, &bills) {
            is_broken |= month(&name, &part, by_month, &place, err)?;
        }
        for bill in bills {
            is_broken |= run(bill, by_run, &place, err)?;
        }
    }
    Ok(is_broken)
}

/// Whether a limit is for a resource.
fn is_meant(limit: &Limit, bill: &Bill) -> bool {
    let in_unit = limit.unit.as_ref().is_none_or(|unit| {
        let rest = bill.key.unit.strip_prefix(unit.value.as_str());
        unit.value.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let has_tag = limit.tag.as_ref().is_none_or(|tag| match tag.value.split_once('=') {
        Some((key, value)) => bill.tags.get(key).is_some_and(|known| known == value),
        None => bill.tags.contains_key(&tag.value),
    });
    in_unit && has_tag && limit.resource.as_ref().is_none_or(|pattern| is_named(&pattern.value, &bill.key))
}

/// The parts that a limit holds for one by one: resources, or values of a tag; else all together.
fn parts<'b>(limit: &Limit, bills: &[&'b Bill]) -> Vec<(String, Vec<&'b Bill>)> {
    if limit.resource.is_some() {
        return bills.iter().map(|bill| (format!("`{}`", bill.address()), vec![*bill])).collect();
    }
    if let Some(tag) = &limit.tag {
        let key = tag.value.split_once('=').map_or(&*tag.value, |(key, _)| key);
        let mut by_value: BTreeMap<String, Vec<&Bill>> = BTreeMap::new();
        for bill in bills {
            let value = bill.tags.get(key).map(String::as_str).unwrap_or_default();
            by_value.entry(format!("tag `{key}={value}`")).or_default().push(bill);
        }
        return by_value.into_iter().collect();
    }
    let name = limit.unit.as_ref().filter(|unit| !unit.value.is_empty());
    vec![(name.map(|unit| format!("unit `{}`", unit.value)).unwrap_or_default(), bills.to_vec())]
}

/// Whether a month of some resources costs more than it may.
fn month(name: &str, bills: &[&Bill], limit: Option<Usd>, of: &str, err: &mut dyn Write) -> io::Result<bool> {
    let (Some(limit), Some(month)) = (limit, Total::of(bills.iter().copied()).month) else {
        return Ok(false);
    };
    if month.high <= limit {
        return Ok(false);
    }
    let most_of = |bill: &Bill| bill.month().map(|month| month.high).unwrap_or_default();
    let dearest = bills.iter().max_by_key(|bill| most_of(bill)).filter(|_| bills.len() > 1);
    let dearest =
        dearest.map(|bill| format!("\n  the dearest is `{}` at up to {}", bill.address(), amount(most_of(bill))));
    let (most, limit, dearest) = (amount(month.high), amount(limit), dearest.unwrap_or_default());
    let what = if name.is_empty() { "a month".to_owned() } else { format!("a month of {name}") };
    writeln!(err, "error: {what} costs up to {most}, more than the {limit} of {of}{dearest}")?;
    Ok(true)
}

/// Whether a run of a job costs more than it may.
fn run(bill: &Bill, limit: Option<Usd>, of: &str, err: &mut dyn Write) -> io::Result<bool> {
    let (Some(limit), Some(run)) = (limit, bill.run()) else { return Ok(false) };
    if run.high <= limit {
        return Ok(false);
    }
    let (address, most, limit) = (bill.address(), amount(run.high), amount(limit));
    writeln!(err, "error: a run of `{address}` costs up to {most}, more than the {limit} of {of}")?;
    Ok(true)
}
