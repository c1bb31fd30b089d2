//! Advice on shape: in which other ways an endpoint could run, and on which cheaper types a job could.

use crate::{
    catalog::{
        Gpu, Instance, image,
        instance::instance,
        prices::{Meter, Usd, Use},
    },
    cost::{
        Estimate, Input,
        amount::Quantity,
        bill::{Bill, Component, Per},
        kinds::MONTH,
    },
    graph::{attr::Subject, guard::World, hosting::config_of, kind},
};

/// Cheaper types that are named for a job.
const NAMED: usize = 3;
/// Gigabytes of the largest serverless endpoint.
///
/// Source: `MemorySizeInMB` of `ServerlessConfig`, botocore 1.44.5.
const SERVERLESS_GB: u64 = 6;

/// What could be otherwise about one resource.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    /// The resource.
    pub bill: &'a Bill,
    /// A sentence for each way, with what it assumes.
    pub ways: Vec<String>,
}

/// The ways in which the endpoints and training jobs of an estimate could run otherwise; those that have none are left
/// out.
pub fn shapes<'a>(input: &Input<'_>, estimate: &'a Estimate) -> Vec<Shape<'a>> {
    let of = |bill: &'a Bill| {
        let ways = match &*bill.kind {
            kind::ENDPOINT => endpoint(input, bill),
            kind::TRAINING_JOB => training(input, bill),
            _ => None,
        };
        ways.filter(|ways| !ways.is_empty()).map(|ways| Shape { bill, ways })
    };
    estimate.bills.iter().filter_map(of).collect()
}

/// The one component that is instances.
fn instances(bill: &Bill, per: Per) -> Option<&Component> {
    let mut all = bill.components.iter().filter(|one| one.unit == "hours" && one.per == per);
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// Serverless, asynchronous, batch: up to how much use each costs less than the instances do.
fn endpoint(input: &Input<'_>, bill: &Bill) -> Option<Vec<String>> {
    let component = instances(bill, Per::Month)?;
    let standing = component.month?.low;
    let known = instance(&component.detail)?;
    let world = World::default();
    let subject = Subject::new(input.graph, bill.id, &world);
    let config = config_of(subject)?;
    let (variants, open) = config.get("ProductionVariants").items();
    if open || variants.len() != 1 || standing == Usd::ZERO {
        return None;
    }
    let mut ways = Vec::new();
    let is_async = config.get("AsyncInferenceConfig").known().is_some();
    let captures = !config.get("DataCaptureConfig").is_absent();
    let shadowed = !config.get("ShadowProductionVariants").is_absent();
    if known.gpus == Some(0) && known.accelerator.is_none() && !is_async && !captures && !shadowed {
        ways.extend(serverless(input, bill, standing));
    }
    if !is_async && !shadowed {
        ways.push(format!(
            "asynchronous, scaled to no instance while nothing waits: less below {MONTH} h of work a month; it assumes that \
             an answer may take minutes (payloads up to 1 GB, an hour each)"
        ));
    }
    let rate = input.prices.sagemaker(&bill.region, Use::Transform, &component.detail);
    if let Some(hours) = rate.and_then(|rate| whole_units(standing, rate.usd)) {
        ways.push(format!(
            "batch transform on `{}`: less below {hours} instance-hours a month; it assumes that answers may come with the \
             next run",
            component.detail
        ));
    }
    Some(ways)
}

fn serverless(input: &Input<'_>, bill: &Bill, standing: Usd) -> Option<String> {
    let rate = input.prices.service(&bill.region, Meter::ServerlessInference)?;
    let seconds = whole_units(standing, rate.usd.times_whole(SERVERLESS_GB))?;
    Some(format!(
        "serverless: less below {} s of answering a month at {SERVERLESS_GB} GB, the largest there is; it assumes a model \
         that fits, payloads up to 4 MB, answers within 60 s, and that a cold start does no harm",
        Quantity::whole(seconds)
    ))
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

/// Cheaper types that have what the job has: as much memory, and as many GPUs unless its algorithm uses none.
fn training(input: &Input<'_>, bill: &Bill) -> Option<Vec<String>> {
    let component = instances(bill, Per::Run)?;
    let now = component.rate.as_ref()?.usd;
    let known = instance(&component.detail)?;
    let world = World::default();
    let job = Subject::new(input.graph, bill.id, &world);
    let pieces = job.get("AlgorithmSpecification.TrainingImage").pieces();
    let algorithm = pieces.and_then(|pieces| image::algorithm_of_image(&image::parse(&pieces)?));
    let needs_no_gpu = algorithm.is_some_and(|(algorithm, version)| algorithm.gpu(version) == Some(Gpu::Unused));
    let gpus = if needs_no_gpu { 0 } else { known.gpus? };
    // A chip that is no GPU runs what was compiled for it, and nothing else.
    if known.accelerator.is_some() && known.gpus == Some(0) {
        return None;
    }
    let fits = |other: &Instance| {
        other.name != known.name
            && other.memory_gib >= known.memory_gib
            && other.gpus.is_some_and(|have| have >= gpus)
            && (other.gpus != Some(0) || other.accelerator.is_none())
            && other.arm == known.arm
            && gpu_memory(other) >= if gpus == 0 { 0.0 } else { gpu_memory(known) }
            && (needs_no_gpu || gpus > 0 || other.vcpu >= known.vcpu)
    };
    let mut cheaper: Vec<(Usd, &str)> = input
        .prices
        .sagemaker_types(&bill.region, Use::Training)
        .into_iter()
        .filter(|(name, price)| price.usd < now && instance(name).is_some_and(fits))
        .map(|(name, price)| (price.usd, name))
        .collect();
    cheaper.sort_unstable();
    let names: Vec<String> = cheaper.iter().take(NAMED).map(|(usd, name)| format!("`{name}` at ${usd}/h")).collect();
    if names.is_empty() {
        return Some(Vec::new());
    }
    let kept = match (needs_no_gpu, gpus) {
        (true, _) => "as much memory, and no GPU, which its algorithm does not use".to_owned(),
        (false, 0) => "as many vCPUs and as much memory".to_owned(),
        (false, _) => "as much memory, as many GPUs, and as much memory on each".to_owned(),
    };
    Some(vec![format!(
        "cheaper by the hour than `{}` at ${now}/h: {}; with {kept}, on demand; it assumes that a run takes no longer",
        known.name,
        names.join(", ")
    )])
}

fn gpu_memory(instance: &Instance) -> f64 {
    instance.accelerator.as_ref().and_then(|chip| chip.memory_gib).unwrap_or_default()
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
}
