//! The ways in which an endpoint could answer: real-time, serverless, asynchronous, batch, each up to or from how much use.

use super::instances;
use crate::{
    catalog::{
        Instance,
        hosting::{
            ANSWER_SECONDS, ASYNCHRONOUS, BATCH, Mode, PAYLOAD_BYTES, REAL_TIME, SERVERLESS, SERVERLESS_GB,
            is_burstable,
        },
        instance::{self, instance},
        prices::{Meter, Serverless, Usd, Use},
    },
    cost::{
        Input,
        amount::{Quantity, thousands},
        bill::{Bill, Component, Per},
        kinds::MONTH,
        usage::REQUESTS,
    },
    graph::{
        attr::{Attr, Subject},
        guard::World,
        hosting::{config_of, named},
        kind,
    },
};

/// What an endpoint asks of whatever answers in its place, as far as its settings and the usage file tell.
struct Needs {
    /// MB of a payload.
    payload: Option<f64>,
    /// Seconds of an answer.
    seconds: Option<f64>,
    /// Milliseconds of an answer, as the usage file tells it.
    usual: Option<Quantity>,
    /// Whether the model needs what serverless endpoints lack: a VPC, no network, several models or containers.
    is_bound: bool,
}

impl Needs {
    fn of(input: &Input<'_>, bill: &Bill, config: Subject<'_>, variant: &Attr<'_>) -> Self {
        let told = |key: &str| input.usage.get(&bill.key, &bill.kind, key);
        let sent = told("monthly_data_in_gb").zip(told(REQUESTS));
        let mut needs = Self {
            payload: sent
                .and_then(|(gigabytes, requests)| gigabytes.times(Quantity::whole(1024))?.per(requests))
                .map(Quantity::as_f64),
            seconds: None,
            usual: told("request_duration_ms"),
            is_bound: false,
        };
        needs.seconds = needs.usual.map(|usual| usual.as_f64() / 1000.0);
        let Some(model) = named(config, &variant.get("ModelName"), kind::MODEL, "ModelName") else { return needs };
        let (more, _) = model.get("Containers").items();
        let primary = Some(model.get("PrimaryContainer")).filter(|one| !one.is_absent());
        let containers: Vec<Attr<'_>> = primary.into_iter().chain(more).collect();
        needs.is_bound = model.get("VpcConfig").known().is_some()
            || model.get("EnableNetworkIsolation").boolean() == Some(true)
            || containers.len() > 1
            || containers.iter().any(|one| one.get("Mode").text() == Some("MultiModel"));
        for environment in containers.iter().map(|container| container.get("Environment")) {
            let most = |names: &[&str]| names.iter().filter_map(|name| environment.get(name).number()).reduce(f64::max);
            let larger = |known: Option<f64>, other: Option<f64>| known.into_iter().chain(other).reduce(f64::max);
            needs.payload = larger(needs.payload, most(PAYLOAD_BYTES).map(|bytes| bytes / 1_048_576.0));
            needs.seconds = larger(needs.seconds, most(ANSWER_SECONDS));
        }
        needs
    }

    /// Whether a way of answering permits it.
    fn permit(&self, mode: &Mode) -> bool {
        self.payload.is_none_or(|size| size <= mode.payload_mb as f64)
            && self.seconds.zip(mode.seconds).is_none_or(|(needed, most)| needed <= most as f64)
    }

    /// What has to hold besides for a way of answering, as far as nothing tells.
    fn assumed(&self, mode: &Mode) -> Vec<String> {
        let payload = self.payload.is_none().then(|| format!("payloads up to {}", size(mode.payload_mb)));
        let seconds = mode.seconds.filter(|_| self.seconds.is_none()).map(|most| match most {
            3600 => "answers within an hour".to_owned(),
            most => format!("answers within {most} s"),
        });
        payload.into_iter().chain(seconds).collect()
    }

    /// So many seconds of answering in a month: in hours, and in requests where the usage file tells how long one takes.
    fn worked(&self, seconds: u64) -> String {
        let requests = self.usual.and_then(|usual| Quantity::whole(seconds).times(Quantity::whole(1000))?.per(usual));
        let requests = requests
            .zip(self.usual)
            .map(|(requests, usual)| format!(" ({} requests of {usual} ms)", thousands(requests.as_f64() as u128)));
        format!("{} h of answering a month{}", hours(seconds), requests.unwrap_or_default())
    }
}

/// The ways in which an endpoint could answer otherwise; nothing where that cannot be told.
pub(super) fn ways(input: &Input<'_>, bill: &Bill) -> Option<Vec<String>> {
    let world = World::default();
    let config = config_of(Subject::new(input.graph, bill.id, &world))?;
    let (variants, open) = config.get("ProductionVariants").items();
    let [variant] = &variants[..] else { return None };
    if open || !config.get("ShadowProductionVariants").is_absent() {
        return None;
    }
    let needs = Needs::of(input, bill, config, variant);
    let memory = variant.get("ServerlessConfig.MemorySizeInMB").number();
    match (memory, instances(bill, Per::Month)) {
        (Some(memory), None) => from_serverless(input, bill, &needs, memory),
        (None, Some(component)) => from_instances(input, bill, &needs, config, component),
        _ => None,
    }
}

/// What answers on instances: in place of them, up to how much use the other way costs less.
fn from_instances(
    input: &Input<'_>,
    bill: &Bill,
    needs: &Needs,
    config: Subject<'_>,
    component: &Component,
) -> Option<Vec<String>> {
    let least = component.month?.low;
    let known = instance(&component.detail)?;
    let rate = component.rate.as_ref()?.usd;
    let is_async = config.get("AsyncInferenceConfig");
    let mut ways = Vec::new();
    if is_async.known().is_some() {
        if needs.permit(&REAL_TIME) {
            let hosting =
                input.prices.sagemaker(&bill.region, Use::Hosting, known.name).map_or(rate, |price| price.usd);
            ways.push(format!(
                "real-time on `{}` at ${hosting}/h: all {MONTH} h of a month, for one instance at least{}",
                known.name,
                assuming(needs.assumed(&REAL_TIME))
            ));
        }
    } else if is_async.is_absent() {
        let captures = !config.get("DataCaptureConfig").is_absent();
        let is_plain = known.gpus == Some(0) && known.accelerator.is_none();
        if is_plain && !captures && !needs.is_bound && needs.permit(&SERVERLESS) {
            ways.extend(serverless(input, bill, needs, known, least));
        }
        if !is_burstable(known.name) && needs.permit(&ASYNCHRONOUS) {
            ways.extend(whole_units(least, rate).map(|hours| {
                let mut assumed = needs.assumed(&ASYNCHRONOUS);
                assumed.push("that a request may wait until an instance is up".to_owned());
                format!(
                    "asynchronous, scaled to no instance while nothing waits: less below {} instance-hours a month{}",
                    thousands(hours.into()),
                    assuming(assumed)
                )
            }));
        }
    }
    let transform = input.prices.sagemaker(&bill.region, Use::Transform, known.name).filter(|_| needs.permit(&BATCH));
    ways.extend(transform.and_then(|price| whole_units(least, price.usd)).map(|hours| {
        let mut assumed = needs.assumed(&BATCH);
        assumed.push("that answers may come with the next run".to_owned());
        let (name, hours) = (known.name, thousands(hours.into()));
        format!("batch transform on `{name}`: less below {hours} instance-hours a month{}", assuming(assumed))
    }));
    Some(ways)
}

fn serverless(input: &Input<'_>, bill: &Bill, needs: &Needs, known: &Instance, least: Usd) -> Option<String> {
    // What fits on the instance fits into as much memory.
    let gigabytes = (1..SERVERLESS_GB).find(|size| known.memory_gib.is_some_and(|memory| *size as f64 >= memory));
    let gigabytes = gigabytes.unwrap_or(SERVERLESS_GB);
    let rate = input.prices.service(&bill.region, Meter::serverless(Serverless::Inference, gigabytes)?)?;
    let seconds = whole_units(least, rate.usd)?;
    let fits = known.memory_gib.is_some_and(|memory| memory <= gigabytes as f64);
    let mut assumed: Vec<String> =
        (!fits).then(|| format!("a model that fits into {gigabytes} GB")).into_iter().collect();
    assumed.extend(needs.assumed(&SERVERLESS));
    assumed.push("that a cold start does no harm".to_owned());
    let worked = needs.worked(seconds);
    Some(format!("serverless at {gigabytes} GB: less below {worked}{}", assuming(assumed)))
}

/// What is serverless: on the cheapest instance with as much memory, from how much use that costs less.
fn from_serverless(input: &Input<'_>, bill: &Bill, needs: &Needs, memory: f64) -> Option<Vec<String>> {
    let gigabytes = (1..=SERVERLESS_GB).find(|size| *size as f64 * 1024.0 == memory)?;
    let second = input.prices.service(&bill.region, Meter::serverless(Serverless::Inference, gigabytes)?)?.usd;
    let fits = |known: &&Instance| {
        let enough = known.memory_gib.is_some_and(|size| size >= gigabytes as f64);
        enough && known.accelerator.is_none() && known.arm == Some(false) && !known.legacy
    };
    let types = input.prices.sagemaker_types(&bill.region, Use::Hosting).into_iter();
    let types = types.filter_map(|(name, price)| Some((price.usd, instance(name).filter(fits)?)));
    let takes = |known: &Instance| known.uses.contains(&instance::Use::Hosting);
    let (usd, known) = types.filter(|(_, known)| takes(known)).min_by_key(|(usd, known)| (*usd, known.name))?;
    let mut ways = Vec::new();
    if let Some(seconds) = whole_units(usd.times_whole(MONTH), second).filter(|_| needs.permit(&REAL_TIME)) {
        let mut assumed = vec!["that one instance keeps up with the requests".to_owned()];
        assumed.extend(needs.assumed(&REAL_TIME));
        let worked = needs.worked(seconds);
        ways.push(format!("real-time on `{}` at ${usd}/h: less above {worked}{}", known.name, assuming(assumed)));
    }
    let price = input.prices.sagemaker(&bill.region, Use::Transform, known.name).filter(|_| needs.permit(&BATCH));
    if let Some(price) = price {
        let mut assumed = needs.assumed(&BATCH);
        assumed.push("that answers may come with the next run".to_owned());
        let hour = second.times_whole(3600);
        ways.push(format!(
            "batch transform on `{}`: ${} for an hour of work that costs ${hour} here{}",
            known.name,
            price.usd,
            assuming(assumed)
        ));
    }
    Some(ways)
}

/// `; it assumes this, that and the other`
fn assuming(parts: Vec<String>) -> String {
    match &parts[..] {
        [] => String::new(),
        [one] => format!("; it assumes {one}"),
        [first @ .., last] => format!("; it assumes {} and {last}", first.join(", ")),
    }
}

fn size(megabytes: u64) -> String {
    if megabytes >= 1024 { format!("{} GB", megabytes / 1024) } else { format!("{megabytes} MB") }
}

/// Seconds in hours: whole ones from ten on, else tenths.
fn hours(seconds: u64) -> String {
    match seconds / 3600 {
        0..10 => format!("{}.{}", seconds / 3600, seconds % 3600 / 360),
        whole => thousands(whole.into()),
    }
}

/// How many whole units an amount buys.
fn whole_units(amount: Usd, rate: Usd) -> Option<u64> {
    if rate <= Usd::ZERO {
        return None;
    }
    let (mut low, mut high) = (0_u64, 1_u64 << 50);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if rate.times_whole(middle) <= amount { low = middle } else { high = middle - 1 }
    }
    (low > 0).then_some(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_buys_whole_units() {
        let usd = |text: &str| text.parse::<Usd>().expect("an amount");
        assert_eq!(whole_units(usd("83.95"), usd("0.115")), Some(730));
        assert_eq!(whole_units(usd("0.1"), usd("0.2")), None);
        assert_eq!(whole_units(usd("1"), Usd::ZERO), None);
    }

    #[test]
    fn hours_are_rounded_down() {
        assert_eq!(
            ["0.9", "9.9", "10", "1,554"],
            [3599, 35_999, 36_000, 5_596_666].map(hours).each_ref().map(|text| &**text)
        );
    }
}
