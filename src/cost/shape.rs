//! Advice on shape: in which other ways an endpoint could run, and on which cheaper types a job could.

mod endpoint;

use crate::{
    catalog::{
        Gpu, Instance,
        hosting::is_burstable,
        image,
        instance::instance,
        prices::{Usd, Use},
    },
    cost::{
        Estimate, Input,
        bill::{Bill, Component, Per},
    },
    graph::{attr::Subject, guard::World, kind},
};

/// Cheaper types that are named for a job.
const NAMED: usize = 3;

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
            kind::ENDPOINT => endpoint::ways(input, bill),
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

/// Cheaper types that have what the job has: as much memory, and as many GPUs unless its algorithm uses none; then as many
/// processors, which a burstable type does not keep busy.
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
            && !other.legacy
            && !is_burstable(other.name)
            && other.memory_gib >= known.memory_gib
            && other.gpus.is_some_and(|have| have >= gpus)
            && (other.gpus != Some(0) || other.accelerator.is_none())
            && other.arm == known.arm
            && gpu_memory(other) >= if gpus == 0 { 0.0 } else { gpu_memory(known) }
            && (gpus > 0 || other.vcpu >= known.vcpu)
    };
    let mut cheaper: Vec<(Usd, &Instance)> = input
        .prices
        .sagemaker_types(&bill.region, Use::Training)
        .into_iter()
        .filter(|(_, price)| price.usd < now)
        .filter_map(|(name, price)| Some((price.usd, instance(name).filter(|one| fits(one))?)))
        .collect();
    cheaper.sort_unstable_by_key(|(usd, other)| (*usd, other.name));
    let names: Vec<String> = cheaper.iter().take(NAMED).map(|(usd, other)| described(other, *usd)).collect();
    if names.is_empty() {
        return Some(Vec::new());
    }
    let kept = match (known.gpus, gpus) {
        (_, 1..) => "as much memory, as many GPUs, and as much memory on each",
        (Some(1..), 0) => "as many vCPUs, as much memory, and no GPU, which its algorithm does not use",
        _ => "as many vCPUs and as much memory",
    };
    Some(vec![format!(
        "cheaper by the hour than {}: {}; with {kept}, on demand; it assumes that a run takes no longer",
        described(known, now),
        names.join(", ")
    )])
}

/// `ml.m5.xlarge` at $0.23/h (4 vCPUs, 16 GiB)
fn described(instance: &Instance, usd: Usd) -> String {
    let gpus = instance.accelerator.as_ref().and_then(|chip| Some(format!("{} × {}", chip.count?, chip.name)));
    let vcpus = instance.vcpu.map(|count| format!("{count} vCPUs"));
    let memory = instance.memory_gib.map(|size| format!("{size} GiB"));
    let parts: Vec<String> = [gpus, vcpus, memory].into_iter().flatten().collect();
    format!("`{}` at ${usd}/h ({})", instance.name, parts.join(", "))
}

fn gpu_memory(instance: &Instance) -> f64 {
    instance.accelerator.as_ref().and_then(|chip| chip.memory_gib).unwrap_or_default()
}
