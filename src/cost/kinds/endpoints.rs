//! Endpoints: the instances of their variants all month, and what depends on requests.

use super::{
    Pricer, exactly,
    network::{between_zones, told_between_zones},
    number, number_or, text, unknown,
};
use crate::{
    catalog::{
        billing::{ENDPOINT_VOLUMES_AS_OF, endpoint_volume},
        instance,
        prices::{Meter, Serverless, Use},
    },
    cost::{
        amount::{Quantity, Span},
        bill::{Known, Line, Missing, Per, Rate, beyond},
        kinds::MONTH,
        usage,
    },
    graph::{
        attr::{Attr, Subject},
        hosting::{config_of, is_short_lived, named, own_scaling_targets},
        kind,
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
    let (mut serverless, mut is_spread) = (false, in_several_zones(config));
    for (list, word) in [("ProductionVariants", "variant"), ("ShadowProductionVariants", "shadow variant")] {
        let (variants, open) = config.get(list).items();
        for (at, variant) in variants.iter().enumerate() {
            let name = variant.get("VariantName").text().map_or_else(|| (at + 1).to_string(), str::to_owned);
            let title =
                if variants.len() == 1 && word == "variant" { String::new() } else { format!("{word} {name}: ") };
            if variant.get("ServerlessConfig").known().is_some() {
                serverless = true;
                lines.extend(without_instances(pricer, config, variant, &title, &up));
            } else {
                is_spread |= model_of(config, variant).is_some_and(in_several_zones);
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
        lines.extend(match is_spread {
            true => between_zones(pricer, "its instances stand in the zones of several subnets"),
            false => told_between_zones(pricer),
        });
    }
    lines
}

/// The model of a variant, where it is among what was read.
fn model_of<'a>(config: Subject<'a>, variant: &Attr<'a>) -> Option<Subject<'a>> {
    named(config, &variant.get("ModelName"), kind::MODEL, "ModelName")
}

/// Whether a model or a configuration names more than one subnet.
fn in_several_zones(holder: Subject<'_>) -> bool {
    holder.get("VpcConfig.Subnets").items().0.len() > 1
}

/// How long of a month it is up, and how that is known.
struct Up {
    hours: Known<Quantity>,
    assumption: String,
}

fn up(pricer: &Pricer<'_>) -> Up {
    if pricer.told(usage::HOURS).is_none() && is_short_lived(pricer.subject) {
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
    lines.extend(volumes(pricer, config, variant, title, count.clone(), up, &kind));
    if let Some(deployments) = pricer.told("monthly_deployments") {
        // A second fleet stands beside the first until traffic has moved; a rolling update has a part of one at a time.
        let hours = pricer.needed("deployment_hours");
        let batch = pricer.subject.get("DeploymentConfig.RollingUpdatePolicy.MaximumBatchSize");
        let second = count.and_then(|count| if batch.is_absent() { Ok(count) } else { batch_of(&batch, count) });
        let hours = hours.and_then(|hours| hours.times(deployments).ok_or_else(beyond));
        let all = second.and_then(|second| {
            let hours = hours?;
            second.map(|one| one.times(hours)).ok_or_else(beyond)
        });
        let what = if batch.is_absent() { "both fleets" } else { "a batch of new instances beside the old ones" };
        lines.push(
            Line::new(format!("{title}second fleet while it is updated"), "hours", Per::Month)
                .detail(kind.text().unwrap_or_default())
                .range(all)
                .rate(rate)
                .assume(format!("{deployments} updates a month, each with {what}")),
        );
    }
    lines
}

/// The instances that a rolling update adds at a time.
fn batch_of(batch: &Attr<'_>, count: Span<Quantity>) -> Known<Span<Quantity>> {
    let value = number(&batch.get("Value"))?;
    match text(&batch.get("Type"))? {
        "INSTANCE_COUNT" => Ok(Span { low: count.low.min(value), high: count.high.min(value) }),
        "CAPACITY_PERCENT" => count.map(|count| count.times(value)?.per(Quantity::whole(100))).ok_or_else(beyond),
        _ => Err(unknown(&batch.get("Type"))),
    }
}

/// The volumes of a variant. Types with storage of their own have none.
fn volumes<'a>(
    pricer: &Pricer<'a>,
    config: Subject<'a>,
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
    let gigabytes = if size.is_absent() { default_size(config, variant, kind) } else { number(&size) };
    let about = match &gigabytes {
        Ok(gigabytes) if size.is_absent() => {
            format!("one of {gigabytes} GB for each instance, as AWS's table of {ENDPOINT_VOLUMES_AS_OF} has it")
        }
        _ => "one for each instance".to_owned(),
    };
    let quantity = (|| {
        let gigabytes = gigabytes.clone()?;
        let hours = up.hours.clone()?;
        let month = |count: Quantity| count.times(gigabytes)?.times(hours)?.per(Quantity::whole(MONTH));
        count?.map(month).ok_or_else(beyond)
    })();
    Some(
        Line::new(format!("{title}volumes"), "GB-months", Per::Month)
            .range(quantity)
            .rate(pricer.meter(Meter::EndpointStorage))
            .assume(about),
    )
}

/// The size of the volume that the service chooses: it is larger for a container that serves many models.
fn default_size<'a>(config: Subject<'a>, variant: &Attr<'a>, kind: &Attr<'a>) -> Known<Quantity> {
    let name = text(kind)?;
    let unset = |why: &str| Missing::Value(format!("`VolumeSizeInGB` is not set: {why}"));
    let model = model_of(config, variant).ok_or_else(|| unset("its default depends on a model that was not read"))?;
    let (mut containers, open) = model.get("Containers").items();
    containers.push(model.get("PrimaryContainer"));
    let modes: Vec<Attr<'_>> = containers.iter().map(|container| container.get("Mode")).collect();
    let many = modes.iter().any(|mode| mode.text() == Some("MultiModel"));
    if !many && (open || modes.iter().any(Attr::is_unknown)) {
        return Err(unset("its default depends on the model's `Mode`, which is not known"));
    }
    let size = endpoint_volume(name, many).and_then(Quantity::of);
    size.ok_or_else(|| unset(&format!("the size that the service chooses for {name} is not known")))
}

/// How many instances a variant has: as it starts, or from the least to the most where something scales it.
fn capacity<'a>(pricer: &Pricer<'a>, config: Subject<'a>, variant: &Attr<'a>) -> (Known<Span<Quantity>>, String) {
    let initial = number_or(&variant.get("InitialInstanceCount"), Quantity::ONE);
    if let Some(average) = pricer.told("average_instances") {
        return (Ok(Span::one(average)), format!("; {average} instances on average, as the usage file says"));
    }
    let managed = variant.get("ManagedInstanceScaling");
    let is_on = !managed.is_absent() && managed.get("Status").text() != Some("DISABLED");
    let own = is_on.then(|| between(&managed.get("MinInstanceCount"), &managed.get("MaxInstanceCount")));
    scaled(pricer, config, variant, "sagemaker:variant:DesiredInstanceCount", own)
        .unwrap_or_else(|| (exactly(initial), String::new()))
}

/// The least and the most that a variant is scaled to in one dimension, and what is said of it; nothing where nothing
/// scales it. `own` is what the variant says of itself.
fn scaled<'a>(
    pricer: &Pricer<'a>,
    config: Subject<'a>,
    variant: &Attr<'a>,
    dimension: &str,
    own: Option<Known<Span<Quantity>>>,
) -> Option<(Known<Span<Quantity>>, String)> {
    let mut targets = own_scaling_targets(pricer.subject, config, variant, &pricer.links.owned);
    targets.retain(|target| {
        let named = target.get("ScalableDimension");
        // One that a condition or a default leaves out scales nothing: asking splits the world.
        named.text().is_none_or(|name| name == dimension) && !target.exists().is_no()
    });
    let all = targets.iter().map(|target| between(&target.get("MinCapacity"), &target.get("MaxCapacity")));
    let mut bounds: Vec<Known<Span<Quantity>>> = own.into_iter().chain(all).collect();
    match bounds.len() {
        0 => None,
        1 => Some((bounds.remove(0), "; scaled between the two".to_owned())),
        // Targets that may be meant for several variants: which one it is cannot be known.
        _ => {
            let mut all = bounds.into_iter().flatten();
            let first = all.next();
            let widest = all.fold(first, |known, other| {
                known.map(|known| Span { low: known.low.min(other.low), high: known.high.max(other.high) })
            });
            let missing = Missing::Value("the limits of its scaling are not known".to_owned());
            Some((widest.ok_or(missing), "; scaled, which of several targets is meant is not known".to_owned()))
        }
    }
}

fn between(least: &Attr<'_>, most: &Attr<'_>) -> Known<Span<Quantity>> {
    Ok(Span { low: number(least)?, high: number(most)? })
}

/// A variant without instances: the time that requests take, and what is kept ready, each by its memory.
fn without_instances<'a>(
    pricer: &Pricer<'a>,
    config: Subject<'a>,
    variant: &Attr<'a>,
    title: &str,
    up: &Up,
) -> Vec<Line> {
    let settings = variant.get("ServerlessConfig");
    let memory = settings.get("MemorySizeInMB");
    let rate = |part| serverless_rate(pricer, &memory, part);
    let seconds = |key| {
        let busy = pricer.needed(key)?.times(pricer.needed("request_duration_ms")?).ok_or_else(beyond)?;
        busy.per(Quantity::whole(1000)).ok_or_else(beyond)
    };
    let about = number(&memory).map(|memory| format!("{memory} MB, billed while it answers")).unwrap_or_default();
    let mut lines = vec![
        Line::new(format!("{title}serverless duration"), "seconds", Per::Month)
            .quantity(seconds(usage::REQUESTS))
            .rate(rate(Serverless::Inference))
            .assume(about.clone()),
    ];
    let ready = settings.get("ProvisionedConcurrency");
    if ready.is_absent() || ready.number() == Some(0.0) {
        return lines;
    }
    let dimension = "sagemaker:variant:DesiredProvisionedConcurrency";
    let (count, scaled) =
        scaled(pricer, config, variant, dimension, None).unwrap_or_else(|| (exactly(number(&ready)), String::new()));
    let held = count.and_then(|count| {
        let hours = up.hours.clone()?;
        count.map(|count| count.times(hours)?.times(Quantity::whole(3600))).ok_or_else(beyond)
    });
    lines.push(
        Line::new(format!("{title}provisioned concurrency"), "seconds", Per::Month)
            .range(held)
            .rate(rate(Serverless::Provisioned))
            .assume(format!("{}{scaled}, used or not", up.assumption)),
    );
    lines.push(
        Line::new(format!("{title}duration on provisioned concurrency"), "seconds", Per::Month)
            .quantity(seconds(usage::READY_REQUESTS))
            .rate(rate(Serverless::ProvisionedDuration))
            .assume(about),
    );
    lines
}

/// What a second of a serverless variant costs. It may have 1 to 6 GB, each with a price of its own.
fn serverless_rate(pricer: &Pricer<'_>, memory: &Attr<'_>, part: Serverless) -> Known<Rate> {
    let megabytes = number(memory)?;
    let sizes = (1..=6_u64).filter(|gigabytes| Quantity::whole(gigabytes * 1024) == megabytes);
    let meter = sizes.filter_map(|gigabytes| Meter::serverless(part, gigabytes)).next();
    let missing = || Missing::Price(format!("there are no serverless endpoints with {megabytes} MB"));
    meter.ok_or_else(missing).and_then(|meter| pricer.meter(meter))
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
        let (gigabytes, about) = captured(pricer, &capture);
        let kept = pricer.metered("captured data in S3", "GB-months", Meter::S3Standard, gigabytes);
        lines.extend(kept.into_iter().map(|line| line.assume(about.clone())));
    }
    lines
}

/// How much is kept of what is captured: as the usage file says, else what one month adds of the data that it tells of.
fn captured(pricer: &Pricer<'_>, capture: &Attr<'_>) -> (Known<Quantity>, String) {
    const KEPT: &str = "captured_data_gb";
    let added = || -> Option<(Quantity, Quantity)> {
        let share = capture.get("InitialSamplingPercentage").number().and_then(Quantity::of)?;
        let (options, open) = capture.get("CaptureOptions").items();
        let mut all = Quantity::ZERO;
        for option in options {
            let mode = option.get("CaptureMode").text()?.to_owned();
            for (way, key) in [("Input", "monthly_data_in_gb"), ("Output", "monthly_data_out_gb")] {
                if mode.contains(way) {
                    all = all.plus(pricer.told(key)?)?;
                }
            }
        }
        let part = all.times(share)?.per(Quantity::whole(100))?;
        (!open && !all.is_zero()).then_some((part, share))
    };
    match (pricer.told(KEPT), added()) {
        (None, Some((part, share))) => {
            (Ok(part), format!("{share} % of the data of a month; it adds up until somebody deletes it"))
        }
        _ => (pricer.needed(KEPT), "what is captured is kept until somebody deletes it".to_owned()),
    }
}
