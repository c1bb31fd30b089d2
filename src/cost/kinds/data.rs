//! Buckets, streams, and the jobs that prepare data.

use super::{Pricer, decimal, exactly, number, number_or, text, unknown};
use crate::{
    catalog::{
        billing::{GLUE_MINUTES, glue_worker},
        prices::Meter,
    },
    cost::{
        amount::Quantity,
        bill::{Known, Line, Missing, Per, beyond},
        usage,
    },
    graph::attr::Subject,
};

/// A bucket: what is kept and asked for, which only the usage file tells. Without a bucket key KMS is asked for each object.
pub(super) fn bucket(pricer: &Pricer<'_>) -> Vec<Line> {
    let parts = [
        ("Standard storage", "GB-months", Meter::S3Standard, "standard.storage_gb"),
        ("PUT, COPY, POST, LIST", "requests", Meter::S3StandardPut, "standard.monthly_tier_1_requests"),
        ("GET and others", "requests", Meter::S3StandardGet, "standard.monthly_tier_2_requests"),
    ];
    let lines = parts.into_iter().map(|(name, unit, meter, key)| pricer.metered(name, unit, meter, pricer.needed(key)));
    let mut lines: Vec<Line> = lines.flatten().collect();
    if asks_for_each(pricer.subject) {
        let [.., (_, _, _, writes), (_, _, _, reads)] = parts;
        let requests = pricer.needed(writes).and_then(|writes| writes.plus(pricer.needed(reads)?).ok_or_else(beyond));
        let asked = pricer.metered("requests to KMS", "requests", Meter::KmsRequests, requests);
        let about = "no bucket key: one for each request at most, with the key of a customer or of AWS";
        lines.extend(asked.into_iter().map(|line| line.assume(about)));
    }
    lines
}

/// Whether a bucket encrypts with a key of KMS and has no bucket key.
fn asks_for_each(bucket: Subject<'_>) -> bool {
    let (rules, _) = bucket.get("BucketEncryption.ServerSideEncryptionConfiguration").items();
    rules.iter().any(|rule| {
        let algorithm = rule.get("ServerSideEncryptionByDefault.SSEAlgorithm");
        let key = rule.get("BucketKeyEnabled");
        algorithm.text().is_some_and(|name| name.starts_with("aws:kms"))
            && (key.is_absent() || key.boolean() == Some(false))
    })
}

/// A stream of Kinesis.
pub(super) fn stream(pricer: &Pricer<'_>) -> Vec<Line> {
    let subject = pricer.subject;
    let mode = subject.get("StreamModeDetails.StreamMode");
    let (hours, assumption) = pricer.hours();
    let days = number_or(&subject.get("RetentionPeriodHours"), Quantity::whole(24));
    let shards = subject.get("ShardCount");
    let on_demand = match mode.text() {
        Some(name) => name == "ON_DEMAND",
        None if mode.is_absent() && !shards.is_absent() => false,
        None => {
            let missing = if mode.is_absent() { unknown(&shards) } else { unknown(&mode) };
            return vec![Line::unknown("stream", "hours", Per::Month, &missing)];
        }
    };
    if on_demand {
        let mut lines = vec![
            Line::new("stream on demand", "hours", Per::Month)
                .hours(exactly(Ok(Quantity::ONE)), Ok(hours))
                .rate(pricer.meter(Meter::KinesisOnDemandStream))
                .assume(assumption),
        ];
        for (name, meter, key) in [
            ("data in", Meter::KinesisOnDemandIn, "monthly_on_demand_data_in_gb"),
            ("data out", Meter::KinesisOnDemandOut, "monthly_on_demand_data_out_gb"),
        ] {
            lines.extend(pricer.metered(name, "GB", meter, pricer.needed(key)));
        }
        return lines;
    }
    let shards = number(&shards);
    let mut lines = vec![
        Line::new("shards", "shard-hours", Per::Month)
            .hours(exactly(shards.clone()), Ok(hours))
            .rate(pricer.meter(Meter::KinesisShard))
            .assume(assumption.clone()),
    ];
    let (day, week) = (Quantity::whole(24), Quantity::whole(168));
    match days {
        Ok(kept) if kept > day => {
            lines.push(
                Line::new("retention beyond a day", "shard-hours", Per::Month)
                    .hours(exactly(shards), Ok(hours))
                    .rate(pricer.meter(Meter::KinesisExtendedRetention))
                    .assume(format!("kept for {kept} h")),
            );
            if kept > week {
                let missing = Missing::Value("how much is kept beyond 7 days is not known".to_owned());
                lines.push(
                    Line::new("retention beyond 7 days", "GB-months", Per::Month)
                        .quantity(Err(missing))
                        .rate(pricer.meter(Meter::KinesisLongRetention)),
                );
            }
        }
        Ok(_) => {}
        Err(missing) => lines.push(
            Line::new("retention beyond a day", "shard-hours", Per::Month)
                .quantity(Err(missing))
                .rate(pricer.meter(Meter::KinesisExtendedRetention)),
        ),
    }
    lines.extend(pricer.metered(
        "PUT payload units",
        "units",
        Meter::KinesisPut,
        pricer.needed("monthly_provisioned_put_units"),
    ));
    lines
}

/// A consumer with a throughput of its own: each shard of its stream is billed once more.
pub(super) fn consumer(pricer: &Pricer<'_>) -> Vec<Line> {
    let stream = pricer.subject.targets(&pricer.subject.get("StreamARN"));
    let shards = match stream[..] {
        [one] if one.kind() == "AWS::Kinesis::Stream" => number(&one.get("ShardCount")),
        _ => Err(Missing::Value("its stream is not among what was read".to_owned())),
    };
    let (hours, assumption) = pricer.hours();
    vec![
        Line::new("consumer", "shard-hours", Per::Month)
            .hours(exactly(shards), Ok(hours))
            .rate(pricer.meter(Meter::KinesisFanOutConsumer))
            .assume(assumption),
    ]
}

/// A delivery stream of Firehose.
pub(super) fn firehose(pricer: &Pricer<'_>) -> Vec<Line> {
    let data = pricer.needed("monthly_data_ingested_gb");
    let mut lines = pricer.metered("data taken", "GB", Meter::FirehoseIngestion, data.clone());
    let conversion = pricer.subject.get("ExtendedS3DestinationConfiguration.DataFormatConversionConfiguration");
    if !conversion.is_absent() && conversion.get("Enabled").boolean() != Some(false) {
        lines.extend(pricer.metered("format conversion", "GB", Meter::FirehoseConversion, data));
    }
    lines
}

/// A job of Glue: a ceiling.
pub(super) fn glue_job(pricer: &Pricer<'_>) -> Vec<Line> {
    let job = pricer.subject;
    let command = job.get("Command.Name");
    let units = glue_units(pricer);
    let is_shell = command.text() == Some("pythonshell");
    let limit = job.get("Timeout");
    let newer = job.get("GlueVersion").text().and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    let default = match newer {
        Some(5..) => GLUE_MINUTES.1,
        _ => GLUE_MINUTES.0,
    };
    let minutes = if limit.is_absent() && command.text() == Some("gluestreaming") {
        Err(Missing::Value("`Timeout` is not set: a streaming job has no end".to_owned()))
    } else {
        number_or(&limit, Quantity::whole(default))
    };
    let hours = minutes.and_then(|minutes| minutes.per(Quantity::whole(60)).ok_or_else(beyond));
    let assumption = match (&units, &hours) {
        (Ok(units), Ok(hours)) if limit.is_absent() => {
            format!("{units} DPU, at most {hours} h a run, the service's default")
        }
        (Ok(units), Ok(hours)) => format!("{units} DPU, at most {hours} h a run"),
        _ => String::new(),
    };
    let rate = match job.get("ExecutionClass").text() {
        Some("FLEX") => Err(Missing::Price("no price is known of Glue's flexible execution".to_owned())),
        _ => pricer.meter(if is_shell { Meter::GluePythonShell } else { Meter::GlueSpark }),
    };
    let usual = pricer.told(usage::RUN_HOURS).and_then(|usual| units.as_ref().ok()?.times(usual));
    let quantity = hours.and_then(|hours| units?.times(hours).ok_or_else(beyond));
    vec![Line::new("DPUs", "DPU-hours", Per::Run).quantity(quantity).usually(usual).rate(rate).assume(assumption)]
}

/// The DPUs of a job of Glue.
fn glue_units(pricer: &Pricer<'_>) -> Known<Quantity> {
    let job = pricer.subject;
    let worker = job.get("WorkerType");
    if !worker.is_absent() {
        let name = text(&worker)?;
        let missing = || Missing::Value(format!("how many DPUs a worker {name} has is not known"));
        let each = glue_worker(name).and_then(|each| Quantity::fraction(each, 1000)).ok_or_else(missing)?;
        return number(&job.get("NumberOfWorkers"))?.times(each).ok_or_else(beyond);
    }
    let capacity = job.get("MaxCapacity");
    if capacity.is_absent() {
        let allocated = job.get("AllocatedCapacity");
        return if allocated.is_absent() { Err(unknown(&capacity)) } else { decimal(&allocated) };
    }
    decimal(&capacity)
}

/// A crawler of Glue.
pub(super) fn crawler(pricer: &Pricer<'_>) -> Vec<Line> {
    pricer.metered("DPUs", "DPU-hours", Meter::GlueCrawler, pricer.needed(usage::HOURS))
}

/// A workgroup of Athena: what queries scan. A limit for each query is what one of them costs at most.
pub(super) fn athena(pricer: &Pricer<'_>) -> Vec<Line> {
    let cutoff = pricer.subject.get("WorkGroupConfiguration.BytesScannedCutoffPerQuery");
    let scanned = pricer.metered("data scanned", "TB", Meter::AthenaScan, pricer.needed("monthly_data_scanned_tb"));
    let limit = cutoff.number().and_then(Quantity::of).and_then(|bytes| bytes.per(Quantity::whole(1 << 40)));
    let about = limit.map(|limit| format!("a query scans at most {limit} TB")).unwrap_or_default();
    scanned.into_iter().map(|line| line.assume(about.clone())).collect()
}
