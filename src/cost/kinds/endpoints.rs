//! Endpoints: the instances of their variants all month, and what depends on requests.

use super::{Pricer, exactly, number, number_or, unknown};
use crate::{
    catalog::{
        instance,
        prices::{Meter, Use},
    },
    cost::{
        amount::{Quantity, Span},
        bill::{Known, Line, Missing, Per, beyond},
        kinds::MONTH,
        usage,
    },
    graph::{
        attr::{Attr, Subject},
        hosting::{config_of, own_scaling_targets},
    },
};

/// An endpoint, by the variants of its configuration.
pub(super) fn endpoint(pricer: &Pricer<'_>) -> Vec<Line> {
    let endpoint = pricer.subject;
    let Some(config) = config_of(endpoint) else {
        let missing = Missing::Value("its configuration is not among what was read".to_owned());
        return vec![Line::unknown("variants", "hours", Per::Month, &missing)];
    };
    let up = up(pricer);
    let mut lines = Vec::new();
    let is_async = config.get("AsyncInferenceConfig").known().is_some();
    let mut serverless = false;
    for (list, word) in [("ProductionVariants", "variant"), ("ShadowProductionVariants", "shadow variant")] {
        let (variants, open) = config.get(list).items();
        for (at, variant) in variants.iter().enumerate() {
            let name = variant.get("VariantName").text().map_or_else(|| (at + 1).to_string(), str::to_owned);
            let title =
                if variants.len() == 1 && word == "variant" { String::new() } else { format!("{word} {name}: ") };
            if variant.get("ServerlessConfig").known().is_some() {
                serverless = true;
                lines.extend(without_instances(pricer, &title, &variant.get("ServerlessConfig")));
            } else {
                lines.extend(with_instances(pricer, config, variant, &title, is_async, &up));
            }
        }
        if open {
            let missing = unknown(&config.get(list));
            lines.push(Line::unknown(format!("more {word}s"), "hours", Per::Month, &missing));
        }
    }
    if !serverless && !lines.is_empty() {
        lines.extend(of_requests(pricer, config));
    }
    lines
}

/// How long of a month it is up, and how that is known.
struct Up {
    hours: Known<Quantity>,
    assumption: String,
}

fn up(pricer: &Pricer<'_>) -> Up {
    if pricer.told(usage::HOURS).is_none() && pricer.links.deletes(pricer.subject.resource()) {
        let assumption = "the code that makes it deletes it; billed by the hour until then".to_owned();
        return Up { hours: Err(Missing::Usage(usage::HOURS)), assumption };
    }
    let (hours, assumption) = pricer.hours();
    Up { hours: Ok(hours), assumption }
}

/// A variant on instances of its own.
fn with_instances<'a>(
    pricer: &Pricer<'a>,
    config: Subject<'a>,
    variant: &Attr<'a>,
    title: &str,
    is_async: bool,
    up: &Up,
) -> Vec<Line> {
    let kind = variant.get("InstanceType");
    if kind.text().is_some_and(|name| name.starts_with("local")) {
        return Vec::new();
    }
    let pools = variant.get("InstancePools");
    if pools.known().is_some() {
        let missing = Missing::Value("which of its `InstancePools` it runs on is decided at run time".to_owned());
        return vec![Line::unknown(format!("{title}instances"), "hours", Per::Month, &missing)];
    }
    let (count, scaled) = capacity(pricer, config, variant);
    let rate = pricer.instance(if is_async { Use::Async } else { Use::Hosting }, &kind);
    let about = match &count {
        Ok(count) if count.is_one() && count.low == Quantity::ONE => String::new(),
        Ok(count) if count.is_one() => format!("{} instances, ", count.low),
        Ok(count) => format!("{} to {} instances, ", count.low, count.high),
        Err(_) => String::new(),
    };
    let mut lines = vec![
        Line::new(format!("{title}instances"), "hours", Per::Month)
            .detail(kind.text().unwrap_or_default())
            .hours(count.clone(), up.hours.clone())
            .rate(rate.clone())
            .assume(format!("{about}{}{scaled}", up.assumption)),
    ];
    lines.extend(volumes(pricer, variant, title, count.clone(), up, &kind));
    if let Some(deployments) = pricer.told("monthly_deployments") {
        // A second fleet stands beside the first until traffic has moved.
        let hours = pricer.needed("deployment_hours");
        let each = count.and_then(|count| count.map(|one| one.times(deployments)).ok_or_else(beyond));
        lines.push(
            Line::new(format!("{title}second fleet while it is updated"), "hours", Per::Month)
                .detail(kind.text().unwrap_or_default())
                .hours(each, hours)
                .rate(rate)
                .assume(format!("{deployments} updates a month, each with both fleets up")),
        );
    }
    lines
}

/// The volumes of a variant. Types with storage of their own have none.
fn volumes<'a>(
    pricer: &Pricer<'a>,
    variant: &Attr<'a>,
    title: &str,
    count: Known<Span<Quantity>>,
    up: &Up,
    kind: &Attr<'a>,
) -> Option<Line> {
    let known = kind.text().and_then(instance::instance);
    if known.is_some_and(|known| known.nvme == Some(true)) {
        return None;
    }
    let size = variant.get("VolumeSizeInGB");
    let quantity = (|| {
        let gigabytes = if size.is_absent() {
            Err(Missing::Value(
                "`VolumeSizeInGB` is not set: the size that the service chooses is not known".to_owned(),
            ))
        } else {
            number(&size)
        }?;
        let hours = up.hours.clone()?;
        let month = |count: Quantity| count.times(gigabytes)?.times(hours)?.per(Quantity::whole(MONTH));
        count?.map(month).ok_or_else(beyond)
    })();
    Some(
        Line::new(format!("{title}volumes"), "GB-months", Per::Month)
            .range(quantity)
            .rate(pricer.meter(Meter::EndpointStorage))
            .assume("one for each instance"),
    )
}

/// How many instances a variant has: as it starts, or from the least to the most where something scales it.
fn capacity<'a>(pricer: &Pricer<'a>, config: Subject<'a>, variant: &Attr<'a>) -> (Known<Span<Quantity>>, String) {
    let initial = number_or(&variant.get("InitialInstanceCount"), Quantity::ONE);
    if let Some(average) = pricer.told("average_instances") {
        return (Ok(Span::one(average)), format!("; {average} instances on average, as the usage file says"));
    }
    let managed = variant.get("ManagedInstanceScaling");
    let is_on = !managed.is_absent() && managed.get("Status").text() != Some("DISABLED");
    let mut targets = own_scaling_targets(pricer.subject, config, variant, &pricer.links.owned);
    // One that a condition or a default leaves out scales nothing: asking splits the world.
    targets.retain(|target| !target.exists().is_no());
    let mut bounds: Vec<Known<Span<Quantity>>> = Vec::new();
    if is_on {
        bounds.push(between(&managed.get("MinInstanceCount"), &managed.get("MaxInstanceCount")));
    }
    for target in &targets {
        let dimension = target.get("ScalableDimension");
        if dimension.text().is_none_or(|name| name == "sagemaker:variant:DesiredInstanceCount") {
            bounds.push(between(&target.get("MinCapacity"), &target.get("MaxCapacity")));
        }
    }
    match bounds.len() {
        0 => (exactly(initial), String::new()),
        1 => (bounds.remove(0), "; scaled between the two".to_owned()),
        // Targets that may be meant for several variants: which one it is cannot be known.
        _ => {
            let mut all = bounds.into_iter().flatten();
            let first = all.next();
            let widest = all.fold(first, |known, other| {
                known.map(|known| Span { low: known.low.min(other.low), high: known.high.max(other.high) })
            });
            let missing = Missing::Value("the limits of its scaling are not known".to_owned());
            (widest.ok_or(missing), "; scaled, which of several targets is meant is not known".to_owned())
        }
    }
}

fn between(least: &Attr<'_>, most: &Attr<'_>) -> Known<Span<Quantity>> {
    Ok(Span { low: number(least)?, high: number(most)? })
}

/// A variant without instances: memory for the time that requests take, and what is kept ready.
fn without_instances<'a>(pricer: &Pricer<'a>, title: &str, config: &Attr<'a>) -> Vec<Line> {
    let memory = number(&config.get("MemorySizeInMB"));
    let seconds = (|| {
        let requests = pricer.needed("monthly_requests")?;
        let milliseconds = pricer.needed("request_duration_ms")?;
        let gigabytes = memory.clone()?.per(Quantity::whole(1024)).ok_or_else(beyond)?;
        let busy = requests.times(milliseconds).and_then(|all| all.per(Quantity::whole(1000)));
        busy.and_then(|busy| busy.times(gigabytes)).ok_or_else(beyond)
    })();
    let about = memory.as_ref().map(|memory| format!("{memory} MB, billed while it answers")).unwrap_or_default();
    let mut lines = vec![
        Line::new(format!("{title}serverless duration"), "GB-seconds", Per::Month)
            .quantity(seconds)
            .rate(pricer.meter(Meter::ServerlessInference))
            .assume(about),
    ];
    let ready = config.get("ProvisionedConcurrency");
    if !ready.is_absent() && ready.number() != Some(0.0) {
        let quantity = number(&ready).and_then(|ready| {
            let gigabytes = memory?.per(Quantity::whole(1024)).ok_or_else(beyond)?;
            let seconds = Quantity::whole(MONTH * 3600);
            gigabytes.times(ready).and_then(|all| all.times(seconds)).ok_or_else(beyond)
        });
        lines.push(
            Line::new(format!("{title}provisioned concurrency"), "GB-seconds", Per::Month)
                .quantity(quantity)
                .rate(pricer.meter(Meter::ServerlessProvisioned))
                .assume("kept ready all day, used or not"),
        );
    }
    lines
}

/// What depends on requests: data in and out, and what is captured of it.
fn of_requests(pricer: &Pricer<'_>, config: Subject<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, key, meter) in [
        ("data in", "monthly_data_in_gb", Meter::EndpointDataIn),
        ("data out", "monthly_data_out_gb", Meter::EndpointDataOut),
    ] {
        lines.extend(pricer.metered(name, "GB", meter, pricer.needed(key)));
    }
    let capture = config.get("DataCaptureConfig");
    if capture.known().is_some() && capture.get("EnableCapture").boolean() != Some(false) {
        let kept =
            pricer.metered("captured data in S3", "GB-months", Meter::S3Standard, pricer.needed("captured_data_gb"));
        lines.extend(kept.into_iter().map(|line| line.assume("what is captured is kept until somebody deletes it")));
    }
    lines
}
