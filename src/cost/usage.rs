//! What the usage file may tell of each kind of resource, and what one tells.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    cost::amount::Quantity,
    graph::{Key, kind, without_keys},
};

/// A key that the usage file may have.
#[derive(Debug, PartialEq, Eq)]
pub struct UsageKey {
    /// Its name, with dots where it lies in another.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What a commented file shows.
    pub example: &'static str,
}

const fn key(name: &'static str, about: &'static str, example: &'static str) -> UsageKey {
    UsageKey { name, about, example }
}

/// Hours of a month that something is up.
pub const HOURS: &str = "monthly_hours";
/// Requests in a month.
pub const REQUESTS: &str = "monthly_requests";
/// Requests in a month that what is kept ready answers.
pub const READY_REQUESTS: &str = "monthly_provisioned_requests";
/// Gigabytes that go from one availability zone to another in a month.
pub const CROSS_ZONE: &str = "monthly_cross_zone_gb";
/// Runs of a job in a month.
pub const RUNS: &str = "monthly_runs";
/// Hours that a run usually takes.
pub const RUN_HOURS: &str = "typical_run_hours";

const RUNS_KEY: UsageKey = key(RUNS, "runs in a month", "20");
const RUN_HOURS_KEY: UsageKey = key(RUN_HOURS, "hours that a run usually takes", "1.5");
const HOURS_KEY: UsageKey = key(HOURS, "hours of a month that it is up, of 730", "176");
const JOB: &[UsageKey] = &[RUNS_KEY, RUN_HOURS_KEY];
const STANDING: &[UsageKey] = &[HOURS_KEY];
const CROSS_ZONE_KEY: UsageKey = key(CROSS_ZONE, "gigabytes that go from one zone to another in a month", "20");
const CONNECTED: &[UsageKey] = &[HOURS_KEY, CROSS_ZONE_KEY];
const DURATION_KEY: UsageKey = key("request_duration_ms", "milliseconds that a request takes", "250");
const READY: &[UsageKey] = &[
    HOURS_KEY,
    key(REQUESTS, "requests in a month that it answers, beside those of the function", "200000"),
    DURATION_KEY,
];

/// What the usage file may tell, by kind of resource.
static KEYS: &[(&str, &[UsageKey])] = &[
    (kind::TRAINING_JOB, JOB),
    (kind::TUNING_JOB, &[RUNS_KEY, key(RUN_HOURS, "hours that one of its training jobs usually takes", "1.5")]),
    (kind::PROCESSING_JOB, JOB),
    (kind::TRANSFORM_JOB, JOB),
    (kind::MONITORING_SCHEDULE, JOB),
    ("AWS::Glue::Job", JOB),
    (
        kind::ENDPOINT,
        &[
            HOURS_KEY,
            key("average_instances", "instances of a variant that is scaled, on average", "1.5"),
            key("monthly_requests", "requests in a month", "1000000"),
            key("request_duration_ms", "milliseconds that a request takes (serverless)", "120"),
            key(
                READY_REQUESTS,
                "requests in a month that provisioned concurrency answers, beside the others",
                "200000",
            ),
            key("monthly_data_in_gb", "gigabytes that requests send in a month", "40"),
            key("monthly_data_out_gb", "gigabytes that answers send in a month", "10"),
            key("captured_data_gb", "gigabytes of captured requests that are kept in S3", "25"),
            key("monthly_deployments", "updates in a month: each starts a second fleet beside the first", "4"),
            key("deployment_hours", "hours that both fleets are up in an update", "0.5"),
            CROSS_ZONE_KEY,
        ],
    ),
    (kind::NOTEBOOK_INSTANCE, CONNECTED),
    (kind::APP, STANDING),
    (kind::CLUSTER, CONNECTED),
    (kind::EC2_INSTANCE, CONNECTED),
    (kind::EMR_CLUSTER, &[HOURS_KEY, RUNS_KEY, RUN_HOURS_KEY, CROSS_ZONE_KEY]),
    (
        "AWS::EC2::NatGateway",
        &[
            HOURS_KEY,
            key("monthly_data_processed_gb", "gigabytes that go through it in a month", "100"),
            key(CROSS_ZONE, "gigabytes of these that come from or go to other zones", "60"),
        ],
    ),
    (
        kind::VPC_ENDPOINT,
        &[HOURS_KEY, key("monthly_data_processed_gb", "gigabytes that go through it in a month", "50")],
    ),
    (
        kind::BUCKET,
        &[
            key("standard.storage_gb", "gigabytes that are kept", "500"),
            key("standard.monthly_tier_1_requests", "PUT, COPY, POST and LIST requests in a month", "100000"),
            key("standard.monthly_tier_2_requests", "GET and other requests in a month", "1000000"),
        ],
    ),
    (
        kind::STREAM,
        &[
            key("monthly_provisioned_put_units", "units of 25 KB that are put in a month", "5000000"),
            key("monthly_on_demand_data_in_gb", "gigabytes put in a month (on demand)", "100"),
            key("monthly_on_demand_data_out_gb", "gigabytes read in a month (on demand)", "200"),
        ],
    ),
    (kind::DELIVERY_STREAM, &[key("monthly_data_ingested_gb", "gigabytes taken in a month", "300")]),
    ("AWS::Glue::Crawler", &[key("monthly_hours", "DPU-hours in a month", "5")]),
    (
        "AWS::Logs::LogGroup",
        &[
            key("monthly_data_ingested_gb", "gigabytes written in a month", "10"),
            key("storage_gb", "gigabytes that are kept", "40"),
            key("monthly_data_scanned_gb", "gigabytes that queries scan in a month", "20"),
        ],
    ),
    (kind::FUNCTION, &[key(REQUESTS, "requests in a month", "1000000"), DURATION_KEY]),
    (kind::ALIAS, READY),
    (kind::VERSION, READY),
    (kind::KEPT_READY, READY),
    (
        "AWS::KMS::Key",
        &[key("monthly_requests", "requests in a month, beside those for buckets without bucket keys", "100000")],
    ),
    ("AWS::ECR::Repository", &[key("storage_gb", "gigabytes of images", "20")]),
    (
        kind::STATE_MACHINE,
        &[
            key("monthly_transitions", "state transitions in a month (standard)", "50000"),
            key("monthly_requests", "executions in a month (express)", "100000"),
            key("monthly_gb_hours", "gigabyte-hours of memory in a month (express)", "10"),
        ],
    ),
    (kind::WORK_GROUP, &[key("monthly_data_scanned_tb", "terabytes that queries scan in a month", "2")]),
];

/// Kinds that are others by another name.
fn plain_kind(kind: &str) -> &str {
    match kind {
        "AWS::Serverless::Function" => kind::FUNCTION,
        "AWS::Serverless::StateMachine" => kind::STATE_MACHINE,
        other if kind::MONITORING_JOBS.contains(&other) => kind::MONITORING_SCHEDULE,
        other => other,
    }
}

/// What the usage file may tell of a kind of resource; nothing where that is not priced by use.
pub fn keys(kind: &str) -> &'static [UsageKey] {
    let kind = plain_kind(kind);
    KEYS.iter().find(|(known, _)| *known == kind).map_or(&[], |(_, keys)| keys)
}

/// All kinds that the usage file may speak of.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(kind, _)| *kind)
}

/// Values by key.
pub type Values = BTreeMap<Arc<str>, Quantity>;

/// What a usage file tells.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// Of all resources of a kind.
    pub kinds: BTreeMap<Arc<str>, Values>,
    /// Of single resources, by what is written for their address.
    pub resources: Vec<(Pattern, Values)>,
}

/// An address as the usage file writes it: `unit#address`, or the address alone; `[*]` is any instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The unit, where one is named.
    pub unit: Option<Arc<str>>,
    /// The address.
    pub address: Arc<str>,
}

impl Pattern {
    /// Takes a text apart.
    pub fn of(text: &str) -> Self {
        match text.split_once('#') {
            Some((unit, address)) => Self { unit: Some(unit.into()), address: address.into() },
            None => Self { unit: None, address: text.into() },
        }
    }

    /// Whether it means a resource. An address without instance keys, or with `[*]`, means all instances.
    pub fn means(&self, key: &Key) -> bool {
        let address = key.address();
        let same = *self.address == *address
            || (!self.address.contains('[') || self.address.contains("[*]"))
                && without_keys(&self.address) == without_keys(&address);
        same && self.unit.as_ref().is_none_or(|unit| *unit == key.unit)
    }
}

impl Usage {
    /// What is told of a resource by a key: of itself before what holds for its kind.
    pub fn get(&self, key: &Key, kind: &str, name: &str) -> Option<Quantity> {
        let own = self.resources.iter().rev().filter(|(pattern, _)| pattern.means(key));
        let own = own.filter_map(|(_, values)| values.get(name)).next();
        own.or_else(|| self.kinds.get(plain_kind(kind))?.get(name)).copied()
    }

    /// Whether nothing is told.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.resources.is_empty()
    }
}
