//! Rule by rule: what a finding's resource costs, and what mending it saves.

use super::{FindingCost, Saving, Share};
use crate::{
    catalog::{
        billing::{SDK_JOB_VOLUME_GB, TRACKING_ALARMS},
        hosting::is_burstable,
        instance::{self, instance},
        prices::{Meter, SpotSaving, Usd, Use, spot_saving},
    },
    cost::{
        Input, Links,
        amount::Quantity,
        bill::{Bill, Component, Per},
        kinds::MONTH,
        priced_one,
    },
    finding::Finding,
    graph::{ResourceId, attr::Subject, guard::World, hosting::config_of, kind},
};

/// Hours of a month that somebody works: 8 on each working day.
const WORKING: (u64, u64) = (520, 3);
/// What a change of an endpoint's variant replaces.
const CONFIGURATION: &str = "the endpoint's configuration";

/// The rules whose findings cost something, and how that is worked out.
pub(super) static RULES: &[(&str, Work)] = &[
    ("cpu-algorithm-on-gpu", cpu_on_gpu),
    ("endpoint-without-autoscaling", unscaled),
    ("legacy-instance", legacy),
    ("multi-instance-unsupported", several_instances),
    ("notebook-without-idle-stop", idle_notebook),
    ("provisioned-concurrency-all-day", always_ready),
    ("scale-in-disabled", kept_out),
    ("several-gpus-unused", several_gpus),
    ("single-instance-endpoint", second_instance),
    ("training-without-spot", without_spot),
    ("volume-for-streamed-data", streamed),
    ("vpc-without-s3-endpoint", through_the_gateway),
];

pub(super) type Work = fn(&Case<'_>) -> Option<FindingCost>;

/// One finding at one resource.
pub(super) struct Case<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) links: &'a Links,
    /// The resource that the finding is about.
    pub(super) id: ResourceId,
    /// The one that is billed for it.
    pub(super) billed: ResourceId,
    pub(super) finding: &'a Finding,
}

impl<'a> Case<'a> {
    fn bill(&self) -> Option<Bill> {
        priced_one(self.input, self.links, self.billed)
    }

    /// The bill, and the first component that is a number of instances.
    fn instances(&self) -> Option<(Bill, Component)> {
        let bill = self.bill()?;
        let component = bill.components.iter().find(|one| one.unit == "hours" && one.rate.is_some())?.clone();
        Some((bill, component))
    }

    fn subject<'w>(&self, world: &'w World) -> Subject<'w>
    where
        'a: 'w,
    {
        Subject::new(self.input.graph, self.id, world)
    }
}

impl FindingCost {
    fn saves(mut self, saving: Saving) -> Self {
        if let Some(share) = self.shares.first_mut().filter(|_| saving.counts) {
            share.saved = Some(saving.clone());
        }
        self.saving = (saving.high > Usd::ZERO).then_some(saving);
        self
    }
}

/// What a component costs, and what that rests on. Nothing is known yet of what mending it saves or costs.
fn standing(bill: &Bill, component: &Component) -> Option<FindingCost> {
    let rate = component.rate.as_ref()?;
    let quantity = component.quantity?.high;
    let assumed = if bill.region_assumed { " (assumed)" } else { "" };
    let (over, month, run) = match component.per {
        Per::Month => ("a month", component.month.map(|month| month.high), None),
        Per::Run => ("a run at most", None, component.run.map(|run| run.high)),
    };
    let (units, unit) = match (component.unit, component.per) {
        ("hours", Per::Month) if quantity <= Quantity::whole(MONTH) => ("h", "h"),
        ("hours", _) => ("instance-hours", "h"),
        (unit, _) => (unit, rate.unit),
    };
    let share = Share {
        key: bill.key.clone(),
        month: month.unwrap_or_default(),
        may_be_less: component.month.is_some_and(|month| month.low < month.high),
        run: run.unwrap_or_default(),
        saved: None,
    };
    Some(FindingCost {
        month,
        run,
        saving: None,
        mending: None,
        replaces: None,
        basis: format!(
            "{quantity} {units} {over} × ${}/{unit}, {}{assumed}, list price of {}",
            rate.usd, bill.region, rate.as_of
        ),
        as_of: rate.as_of.clone(),
        shares: vec![share],
    })
}

/// What another rate saves of a run: all of the ceiling at most, and as much as a usual run takes where that is told.
fn of_a_run(component: &Component, other: Usd, driver: &'static str) -> Option<Saving> {
    let rate = component.rate.as_ref()?.usd;
    let less = |hours: Quantity| Some(hours.cost(rate)? - hours.cost(other)?);
    let high = less(component.quantity?.high)?;
    let expected = component.usual.and_then(less);
    (high > Usd::ZERO).then_some(Saving { per: Per::Run, low: Usd::ZERO, expected, high, driver, counts: true })
}

/// A notebook that nothing stops: what it costs beyond the hours that it is used.
fn idle_notebook(case: &Case<'_>) -> Option<FindingCost> {
    let (bill, component) = case.instances()?;
    let cost = standing(&bill, &component)?;
    let high = cost.month?;
    let used = Quantity::fraction(WORKING.0, WORKING.1)?;
    let expected = component.quantity?.high.minus(used)?.cost(component.rate.as_ref()?.usd);
    let driver = "how long it is used; expected is 8 hours on working days";
    let saving = Saving { per: Per::Month, low: Usd::ZERO, expected, high, driver, counts: true };
    Some(FindingCost { mending: Some(Usd::ZERO), ..cost }.saves(saving))
}

/// A GPU that an algorithm does not use: the same run on as many processors without one.
fn cpu_on_gpu(case: &Case<'_>) -> Option<FindingCost> {
    let (_, component) = case.instances()?;
    let known = instance(&component.detail)?;
    in_its_place(case, instance::with_vcpu("ml.m5.", known.vcpu?, instance::Use::Training)?.name)
}

/// GPUs beyond the first, which an algorithm does not use: the same run on a type with one.
fn several_gpus(case: &Case<'_>) -> Option<FindingCost> {
    let (_, component) = case.instances()?;
    in_its_place(case, instance(&component.detail)?.with_one_gpu(instance::Use::Training)?.name)
}

/// The same run on another type.
fn in_its_place(case: &Case<'_>, other: &str) -> Option<FindingCost> {
    let (bill, component) = case.instances()?;
    let cost = standing(&bill, &component)?;
    let price = case.input.prices.sagemaker(&bill.region, Use::Training, other)?;
    let driver = "how long a run takes; it assumes that it takes no longer on the other type";
    let saving = of_a_run(&component, price.usd, driver)?;
    let basis = format!("{}; {other} × ${}/h in its place", cost.basis, price.usd);
    Some(FindingCost { basis, mending: Some(Usd::ZERO), ..cost }.saves(saving))
}

/// Instances of a job that only one of them works on.
fn several_instances(case: &Case<'_>) -> Option<FindingCost> {
    let (bill, component) = case.instances()?;
    let cost = standing(&bill, &component)?;
    let world = World::default();
    let count = case.subject(&world).get("ResourceConfig.InstanceCount").number().and_then(Quantity::of)?;
    let idle = count.minus(Quantity::ONE)?.per(count)?;
    let rate = component.rate.as_ref()?.usd;
    let wasted = |hours: Quantity| hours.times(idle)?.cost(rate);
    let high = wasted(component.quantity?.high)?;
    let expected = component.usual.and_then(wasted);
    let driver = "how long a run takes; the other instances do no part of the work";
    let saving = Saving { per: Per::Run, low: Usd::ZERO, expected, high, driver, counts: true };
    Some(FindingCost { mending: Some(Usd::ZERO), ..cost }.saves(saving))
}

/// An old type: the same hours on its replacement, where that is cheaper.
fn legacy(case: &Case<'_>) -> Option<FindingCost> {
    let bill = case.bill()?;
    let is_named = |one: &&Component| instance(&one.detail).is_some_and(|known| known.legacy);
    let component = bill.components.iter().find(is_named)?.clone();
    let cost = standing(&bill, &component)?;
    let (usage, accepted, replaces) = match &*bill.kind {
        kind::NOTEBOOK_INSTANCE => (Use::Notebook, instance::Use::Notebook, None),
        kind::TRAINING_JOB | kind::TUNING_JOB => (Use::Training, instance::Use::Training, None),
        kind::PROCESSING_JOB => (Use::Processing, instance::Use::Processing, None),
        kind::TRANSFORM_JOB => (Use::Transform, instance::Use::Transform, None),
        kind::ENDPOINT => (Use::Hosting, instance::Use::Hosting, Some(CONFIGURATION)),
        _ => return None,
    };
    let new = instance(&component.detail)?.replacement(accepted)?;
    let other = case.input.prices.sagemaker(&bill.region, usage, new.name)?;
    let basis = format!("{}; {} × ${}/h in its place", cost.basis, new.name, other.usd);
    let cost = FindingCost { basis, replaces, ..cost };
    let rate = component.rate.as_ref()?.usd;
    if other.usd >= rate {
        let more = component.quantity?.high.cost(other.usd - rate)?;
        return Some(FindingCost { mending: Some(more).filter(|_| component.per == Per::Month), ..cost });
    }
    let driver = "how much faster the newer type is, which is not counted";
    let saving = match component.per {
        Per::Run => of_a_run(&component, other.usd, driver)?,
        Per::Month => {
            let less = component.quantity?.map(|hours| hours.cost(rate - other.usd))?;
            Saving { per: Per::Month, low: less.low, expected: None, high: less.high, driver, counts: true }
        }
    };
    Some(FindingCost { mending: Some(Usd::ZERO), ..cost }.saves(saving))
}

/// An endpoint that keeps all its instances: those beyond the first of each variant may be let go.
fn unscaled(case: &Case<'_>) -> Option<FindingCost> {
    let bill = case.bill()?;
    let is_fleet = |one: &&Component| one.hour.is_some() && one.rate.is_some() && one.name.ends_with("instances");
    let fleets: Vec<&Component> = bill.components.iter().filter(is_fleet).collect();
    let mut cost = standing(&bill, fleets.first()?)?;
    let month = fleets.iter().map(|one| Some(one.month?.high)).sum::<Option<Usd>>()?;
    cost.month = Some(month);
    cost.shares.iter_mut().for_each(|share| share.month = month);
    if fleets.len() > 1 {
        cost.basis = format!("{} variants; the first: {}", fleets.len(), cost.basis);
    }
    let world = World::default();
    let config = config_of(Subject::new(case.input.graph, case.billed, &world))?;
    let (mut variants, _) = config.get("ProductionVariants").items();
    variants.retain(|variant| variant.get("ServerlessConfig").is_absent());
    if variants.len() != fleets.len() {
        return Some(cost);
    }
    let spare = |fleet: &Component, count: Option<f64>| {
        let count = count.and_then(Quantity::of)?;
        let idle = count.minus(Quantity::ONE)?.per(count)?;
        fleet.quantity?.high.times(idle)?.cost(fleet.rate.as_ref()?.usd)
    };
    // A policy that tracks a target has an alarm for each direction; burstable types need more than that.
    let alarms = Quantity::whole(TRACKING_ALARMS * u64::try_from(fleets.len()).ok()?);
    let alarm = case.input.prices.service(&bill.region, Meter::Alarm);
    let is_scalable = !fleets.iter().any(|fleet| is_burstable(&fleet.detail));
    cost.mending = alarm.filter(|_| is_scalable).and_then(|price| alarms.cost(price.usd));
    let counts = variants.iter().map(|variant| variant.get("InitialInstanceCount").number());
    let high = fleets.iter().zip(counts).map(|(fleet, count)| spare(fleet, count)).sum::<Option<Usd>>();
    let driver = "how much of the day one instance suffices";
    Some(match high {
        Some(high) if high > Usd::ZERO => {
            cost.saves(Saving { per: Per::Month, low: Usd::ZERO, expected: None, high, driver, counts: true })
        }
        _ => cost,
    })
}

/// A policy that never scales in: what is billed beyond the least, once everybody has come.
fn kept_out(case: &Case<'_>) -> Option<FindingCost> {
    let bill = case.bill()?;
    let mut fleets = bill.components.iter().filter(|one| one.hour.is_some() && one.rate.is_some());
    // Of several variants it cannot be told which one is meant.
    let fleet = fleets.next().filter(|_| fleets.next().is_none())?;
    let cost = standing(&bill, fleet)?;
    let month = fleet.month?;
    let driver = "how soon the most of them are up, and when somebody takes them away";
    let high = month.high - month.low;
    let saving = Saving { per: Per::Month, low: Usd::ZERO, expected: None, high, driver, counts: true };
    Some(FindingCost { mending: Some(Usd::ZERO), ..cost }.saves(saving))
}

/// A second instance beside the only one.
fn second_instance(case: &Case<'_>) -> Option<FindingCost> {
    let bill = case.bill()?;
    let component = bill.components.iter().find(|one| one.unit == "hours" && one.hour.is_some())?;
    // Of several variants it cannot be told which one is meant.
    if bill.components.iter().filter(|one| one.unit == "hours").count() > 1 || case.finding.property.is_empty() {
        return None;
    }
    let cost = standing(&bill, component)?;
    let more = Quantity::whole(MONTH).cost(component.rate.as_ref()?.usd)?;
    Some(FindingCost { mending: Some(more), replaces: Some(CONFIGURATION), ..cost })
}

/// Memory of a serverless variant that is kept ready around the clock.
fn always_ready(case: &Case<'_>) -> Option<FindingCost> {
    let bill = case.bill()?;
    let component = bill.components.iter().find(|one| one.name.ends_with("provisioned concurrency"))?;
    let cost = standing(&bill, component)?;
    let high = cost.month?;
    let driver = "in how many hours of the day requests come";
    let saving = Saving { per: Per::Month, low: Usd::ZERO, expected: None, high, driver, counts: true };
    Some(FindingCost { mending: Some(Usd::ZERO), ..cost }.saves(saving))
}

/// On demand what could run on Spot: a range of what that has saved on EC2, which no sum subtracts.
fn without_spot(case: &Case<'_>) -> Option<FindingCost> {
    let (bill, component) = case.instances()?;
    let cost = standing(&bill, &component)?;
    let run = cost.run?;
    let spot = spot_saving(&component.detail)?;
    let part = |percent: f64| run.times((percent / 100.0).max(0.0));
    let basis = format!(
        "{}; Spot of EC2's {} has cost {} to {} % less, {}, {}",
        cost.basis,
        spot.family,
        spot.low,
        spot.high,
        SpotSaving::SOURCE,
        SpotSaving::AS_OF
    );
    let driver = "how long a run takes, what Spot costs then, and how often it is taken away";
    let (low, high) = (part(spot.low)?, part(spot.high)?);
    let saving = Saving { per: Per::Run, low, expected: None, high, driver, counts: false };
    Some(FindingCost { basis, mending: Some(Usd::ZERO), ..cost }.saves(saving))
}

/// Volumes that hold no data: what lies beyond the size that is enough without it.
fn streamed(case: &Case<'_>) -> Option<FindingCost> {
    let bill = case.bill()?;
    let component = bill.components.iter().find(|one| one.name == "volumes" && one.per == Per::Run)?;
    let cost = standing(&bill, component)?;
    let world = World::default();
    let size = case.subject(&world).get("ResourceConfig.VolumeSizeInGB").number().and_then(Quantity::of)?;
    let beyond = size.minus(Quantity::whole(SDK_JOB_VOLUME_GB))?.per(size)?;
    let rate = component.rate.as_ref()?.usd;
    let wasted = |quantity: Quantity| quantity.times(beyond)?.cost(rate);
    let (high, expected) = (wasted(component.quantity?.high)?, component.usual.and_then(wasted));
    let saving = Saving { per: Per::Run, low: Usd::ZERO, expected, high, driver: "how long a run takes", counts: true };
    Some(FindingCost { mending: Some(Usd::ZERO), ..cost }.saves(saving))
}

/// What goes to S3 through a NAT gateway is billed by the gigabyte; a gateway endpoint is free.
fn through_the_gateway(case: &Case<'_>) -> Option<FindingCost> {
    let graph = case.input.graph;
    let unit = &graph.resource(case.id).key.unit;
    let gateways = graph.kinds_of(unit).filter(|(kind, _)| *kind == "AWS::EC2::NatGateway").flat_map(|(_, ids)| ids);
    let bills: Vec<Bill> = gateways.filter_map(|id| priced_one(case.input, case.links, *id)).collect();
    let bill = bills.first()?;
    let price = case.input.prices.service(&bill.region, Meter::NatGatewayData)?;
    let assumed = if bill.region_assumed { " (assumed)" } else { "" };
    let basis = format!(
        "each GB that goes to S3 through the NAT gateway costs ${}, {}{assumed}, list price of {}; a gateway endpoint is free",
        price.usd, bill.region, price.as_of
    );
    let driver = "how much of it goes to S3";
    let of = |high| Saving { per: Per::Month, low: Usd::ZERO, expected: None, high, driver, counts: true };
    let mut shares = Vec::new();
    for bill in &bills {
        let data = bill.components.iter().filter(|one| one.unit == "GB").filter_map(|one| one.month);
        let Some(month) = data.map(|month| month.high).reduce(|left, right| left + right) else { continue };
        let (key, saved) = (bill.key.clone(), Some(of(month)));
        shares.push(Share { key, month, may_be_less: false, run: Usd::ZERO, saved });
    }
    let month = (!shares.is_empty()).then(|| shares.iter().map(|share| share.month).sum::<Usd>());
    Some(FindingCost {
        month,
        run: None,
        saving: month.filter(|month| *month > Usd::ZERO).map(of),
        mending: Some(Usd::ZERO),
        replaces: None,
        basis,
        as_of: price.as_of.into(),
        shares,
    })
}
