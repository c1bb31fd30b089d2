//! Jobs: what one run costs at most, and as long as it usually takes.

use super::{Pricer, in_hours, number, number_or, unknown};
use crate::{
    catalog::{
        billing::{PROCESSING_SECONDS, SDK_JOB_VOLUME_GB, TRAINING_SECONDS},
        instance,
        prices::{Meter, Usd, Use},
    },
    cost::{
        amount::Quantity,
        bill::{Known, Line, Missing, Per, beyond},
        kinds::MONTH,
        usage,
    },
    graph::{
        Input,
        attr::{Attr, Subject},
        hosting::{is_short_lived, named},
        kind,
    },
};

/// How long a run takes: at most, and usually.
struct Run {
    hours: Known<Quantity>,
    usual: Option<Quantity>,
    /// Runs that one run of the job makes.
    times: Quantity,
    assumption: String,
}

/// Instances of one type in a job.
struct Fleet<'a> {
    name: String,
    kind: Attr<'a>,
    count: Known<Quantity>,
}

/// A training job: a ceiling.
pub(super) fn training(pricer: &Pricer<'_>) -> Vec<Line> {
    // The jobs of a tuning job are its own.
    if pricer.links.is_only_tuned(pricer.subject.id(), &pricer.subject.resource().key) {
        return Vec::new();
    }
    let spot = spot(pricer.subject);
    let mut run = run(pricer, &pricer.subject.get("StoppingCondition.MaxRuntimeInSeconds"), TRAINING_SECONDS);
    run.assumption.push_str(spot);
    trained(pricer, pricer.subject, &run)
}

/// What is said of a job that waits for Spot capacity.
fn spot(job: Subject<'_>) -> &'static str {
    match job.get("EnableManagedSpotTraining").boolean() {
        Some(true) => "; Spot is on, and nothing is subtracted for it",
        _ => "",
    }
}

fn run(pricer: &Pricer<'_>, limit: &Attr<'_>, default: u64) -> Run {
    let seconds = number_or(limit, Quantity::whole(default));
    let hours = seconds.and_then(|seconds| in_hours(seconds).ok_or_else(beyond));
    let assumption = match &hours {
        Ok(hours) if limit.is_absent() => format!("at most {hours} h a run, the service's default"),
        Ok(hours) => format!("at most {hours} h a run"),
        Err(_) => String::new(),
    };
    Run { hours, usual: pricer.told(usage::RUN_HOURS), times: Quantity::ONE, assumption }
}

fn trained(pricer: &Pricer<'_>, job: Subject<'_>, run: &Run) -> Vec<Line> {
    if job.get("ServerlessJobConfig").known().is_some() {
        let missing = Missing::Price("no price is known of serverless training jobs".to_owned());
        return vec![Line::new("serverless job", "runs", Per::Run).quantity(Ok(run.times)).rate(Err(missing))];
    }
    let config = job.get("ResourceConfig");
    let fleets = fleets(&config);
    let mut lines = instances(pricer, &fleets, Use::Training, run);
    let size = volume_size(job, &config.get("VolumeSizeInGB"));
    lines.extend(volumes(pricer, &fleets, size.clone(), Meter::TrainingStorage, run));
    let period = config.get("KeepAlivePeriodInSeconds");
    if !period.is_absent() && period.number() != Some(0.0) {
        let hours = number(&period).and_then(|seconds| in_hours(seconds).ok_or_else(beyond));
        let assumption = hours.as_ref().map(|hours| format!("kept up for {hours} h after a run, if nothing uses it"));
        let assumption = assumption.unwrap_or_default();
        let pool = Run { hours, usual: None, times: run.times, assumption };
        let kept = volumes(pricer, &fleets, size, Meter::WarmPoolStorage, &pool);
        for mut fleet in fleets {
            fleet.name = match fleet.name.strip_prefix("instances") {
                Some(rest) => format!("warm pool{rest}"),
                None => format!("warm pool: {}", fleet.name),
            };
            lines.extend(instances(pricer, &[fleet], Use::WarmPool, &pool));
        }
        lines.extend(kept.map(|line| line.named("warm pool: volumes")));
    }
    lines
}

/// The instances of a training job; none where it runs on the machine that starts it.
fn fleets<'a>(config: &Attr<'a>) -> Vec<Fleet<'a>> {
    let groups = config.get("InstanceGroups");
    let mut fleets = Vec::new();
    // Where it has a type it has no groups, whatever else is passed.
    if groups.is_absent() || groups.items().0.is_empty() && !config.get("InstanceType").is_absent() {
        let kind = config.get("InstanceType");
        fleets.push(Fleet { name: "instances".to_owned(), kind, count: number(&config.get("InstanceCount")) });
    } else {
        let (items, open) = groups.items();
        for (at, group) in items.iter().enumerate() {
            let name = group.get("InstanceGroupName").text().map_or_else(|| (at + 1).to_string(), str::to_owned);
            let (kind, count) = (group.get("InstanceType"), number(&group.get("InstanceCount")));
            fleets.push(Fleet { name: format!("instances of group {name}"), kind, count });
        }
        if open {
            fleets.push(Fleet { name: "more groups".to_owned(), kind: groups.clone(), count: Err(unknown(&groups)) });
        }
    }
    fleets.retain(|fleet| !fleet.kind.text().is_some_and(|name| name.starts_with("local")));
    fleets
}

/// The hours of the instances of a job.
fn instances<'a>(pricer: &Pricer<'a>, fleets: &[Fleet<'a>], usage: Use, run: &Run) -> Vec<Line> {
    let line = |fleet: &Fleet<'a>| {
        let all = |hours: Quantity| {
            let each = fleet.count.clone()?.times(run.times).ok_or_else(beyond)?;
            each.times(hours).ok_or_else(beyond)
        };
        let usual = run.usual.and_then(|hours| all(hours).ok());
        let name = fleet.kind.text().unwrap_or_default();
        let assumption = match &fleet.count {
            Ok(count) if *count != Quantity::ONE => format!("{count} instances, {}", run.assumption),
            _ => run.assumption.clone(),
        };
        Line::new(&fleet.name, "hours", Per::Run)
            .detail(name)
            .quantity(run.hours.clone().and_then(all))
            .usually(usual)
            .rate(pricer.instance(usage, &fleet.kind))
            .assume(assumption)
    };
    fleets.iter().map(line).collect()
}

/// The volumes of a job: each instance has one, but for types with storage of their own.
fn volumes<'a>(
    pricer: &Pricer<'a>,
    fleets: &[Fleet<'a>],
    size: Known<Quantity>,
    meter: Meter,
    run: &Run,
) -> Option<Line> {
    let has_own = |fleet: &Fleet<'a>| {
        let known = fleet.kind.text().and_then(instance::instance);
        known.is_some_and(|known| known.nvme == Some(true))
    };
    let with_volume: Vec<&Fleet<'a>> = fleets.iter().filter(|fleet| !has_own(fleet)).collect();
    if with_volume.is_empty() {
        return None;
    }
    let mut count = Ok(Quantity::ZERO);
    for fleet in with_volume {
        count = count.and_then(|sum: Quantity| sum.plus(fleet.count.clone()?).ok_or_else(beyond));
    }
    let months = |hours: Quantity| {
        let volumes = count.clone()?.times(run.times).ok_or_else(beyond)?;
        let all = size.clone()?.times(volumes).ok_or_else(beyond)?;
        all.times(hours).and_then(|hours| hours.per(Quantity::whole(MONTH))).ok_or_else(beyond)
    };
    let assumption = size.as_ref().map(|size| format!("{size} GB for each instance, {}", run.assumption));
    Some(
        Line::new("volumes", "GB-months", Per::Run)
            .quantity(run.hours.clone().and_then(months))
            .usually(run.usual.and_then(|hours| months(hours).ok()))
            .rate(pricer.meter(meter))
            .assume(assumption.unwrap_or_default()),
    )
}

/// The size of a job's volume; the SDK has a default.
fn volume_size(job: Subject<'_>, size: &Attr<'_>) -> Known<Quantity> {
    match job.resource().input {
        Input::Sdk => number_or(size, Quantity::whole(SDK_JOB_VOLUME_GB)),
        _ => number(size),
    }
}

/// A tuning job: so many training jobs, each a ceiling.
pub(super) fn tuning(pricer: &Pricer<'_>) -> Vec<Line> {
    let subject = pricer.subject;
    let limits = subject.get("HyperParameterTuningJobConfig.ResourceLimits");
    let jobs = limits.get("MaxNumberOfTrainingJobs");
    let default = matches!(subject.resource().input, Input::Sdk);
    let times = if default { number_or(&jobs, Quantity::ONE) } else { number(&jobs) };
    let trained_in = pricer.links.tuned_by(subject.id());
    let trained_in: Vec<Subject<'_>> = trained_in
        .iter()
        .map(|&id| Subject::new(subject.graph(), id, subject.world()))
        .filter(|job| !job.exists().is_no())
        .collect();
    let times = match (times, trained_in.is_empty()) {
        (Ok(times), false) => times,
        (times, _) => {
            let missing = times.err().unwrap_or_else(|| {
                Missing::Value("the training job that it repeats is not among what was read".to_owned())
            });
            return vec![Line::unknown("training jobs", "hours", Per::Run, &missing)];
        }
    };
    let mut dearest: Vec<Line> = Vec::new();
    let several = trained_in.len() > 1;
    let mut most: Option<Option<Usd>> = None;
    for job in trained_in {
        let mut run = run(pricer, &job.get("StoppingCondition.MaxRuntimeInSeconds"), TRAINING_SECONDS);
        run.times = times;
        run.assumption = format!("{times} training jobs, {}{}", run.assumption, spot(job));
        if several {
            run.assumption.push_str("; all with the dearest of its definitions");
        }
        let lines = trained(pricer, job, &run);
        let known: Option<_> = lines.iter().map(Line::most).sum();
        // A definition whose cost is not known may be the dearest.
        let is_more = match (known, most) {
            (_, None) | (None, _) => true,
            (_, Some(None)) => false,
            (Some(known), Some(Some(most))) => known > most,
        };
        if is_more {
            (dearest, most) = (lines, Some(known));
        }
    }
    dearest
}

/// A processing job: a ceiling.
pub(super) fn processing(pricer: &Pricer<'_>) -> Vec<Line> {
    let job = pricer.subject;
    let limit = job.get("StoppingCondition.MaxRuntimeInSeconds");
    let run = run(pricer, &limit, PROCESSING_SECONDS);
    processed(pricer, &job.get("ProcessingResources.ClusterConfig"), &run, job)
}

fn processed<'a>(pricer: &Pricer<'a>, cluster: &Attr<'a>, run: &Run, job: Subject<'a>) -> Vec<Line> {
    let fleet = Fleet {
        name: "instances".to_owned(),
        kind: cluster.get("InstanceType"),
        count: number(&cluster.get("InstanceCount")),
    };
    if fleet.kind.text().is_some_and(|name| name.starts_with("local")) {
        return Vec::new();
    }
    let fleets = [fleet];
    let mut lines = instances(pricer, &fleets, Use::Processing, run);
    let size = volume_size(job, &cluster.get("VolumeSizeInGB"));
    lines.extend(volumes(pricer, &fleets, size, Meter::ProcessingStorage, run));
    lines
}

/// A batch transform job. It ends when its data does, so that only the usage file tells how long it runs.
pub(super) fn transform(pricer: &Pricer<'_>) -> Vec<Line> {
    let resources = pricer.subject.get("TransformResources");
    let kind = resources.get("InstanceType");
    if kind.text().is_some_and(|name| name.starts_with("local")) {
        return Vec::new();
    }
    let fleet = Fleet { name: "instances".to_owned(), kind, count: number(&resources.get("InstanceCount")) };
    let hours = pricer.needed(usage::RUN_HOURS);
    let assumption = hours.as_ref().map_or_else(
        |_| "it runs until its data is done".to_owned(),
        |hours| format!("{hours} h a run, as the usage file says"),
    );
    let usual = hours.as_ref().ok().copied();
    instances(pricer, &[fleet], Use::Transform, &Run { hours, usual, times: Quantity::ONE, assumption })
}

/// A schedule of Model Monitor: a processing job by the clock.
pub(super) fn monitoring(pricer: &Pricer<'_>) -> Vec<Line> {
    let config = pricer.subject.get("MonitoringScheduleConfig");
    let own = config.get("MonitoringJobDefinition");
    let definition_name = config.get("MonitoringJobDefinitionName");
    let other = kind::MONITORING_JOBS
        .iter()
        .find_map(|kind| named(pricer.subject, &definition_name, kind, "JobDefinitionName"));
    let every = config.get("ScheduleConfig.ScheduleExpression").text().and_then(hours_between);
    let lines = match other {
        Some(job) => {
            let limit = job.get("StoppingCondition.MaxRuntimeInSeconds");
            let longest = longest(every, kind::MONITORING_JOBS[1..3].contains(&job.kind()));
            let run = run_of_schedule(pricer, &limit, longest);
            processed(pricer, &job.get("JobResources.ClusterConfig"), &run, job)
        }
        None if own.is_absent() => {
            let missing = Missing::Value("its job definition is not among what was read".to_owned());
            vec![Line::unknown("instances", "hours", Per::Run, &missing)]
        }
        None => {
            let limit = own.get("StoppingCondition.MaxRuntimeInSeconds");
            let run = run_of_schedule(pricer, &limit, longest(every, false));
            processed(pricer, &own.get("MonitoringResources.ClusterConfig"), &run, pricer.subject)
        }
    };
    let goes_on = !is_short_lived(pricer.subject);
    let runs = every.filter(|_| goes_on).and_then(|every| Quantity::fraction(MONTH, every));
    lines.into_iter().map(|line| line.runs(runs)).collect()
}

/// How long a run of a schedule may take that sets no limit: until the next one. Every hour, half of it where the answers
/// are looked at together with what turned out to be true. In seconds.
/// Source: API reference, `MonitoringStoppingCondition`, read 2026-11-26.
fn longest(every: Option<u64>, awaits_truth: bool) -> u64 {
    match every {
        Some(1) if awaits_truth => 1800,
        Some(hours) => hours * 3600,
        None => PROCESSING_SECONDS,
    }
}

fn run_of_schedule(pricer: &Pricer<'_>, limit: &Attr<'_>, longest: u64) -> Run {
    let mut run = run(pricer, limit, longest);
    if limit.is_absent()
        && let Ok(hours) = &run.hours
    {
        run.assumption = format!("at most {hours} h a run, the longest that its schedule allows");
    }
    run
}

/// How many hours lie between two runs of a schedule of Model Monitor: one, so many, or a day.
fn hours_between(expression: &str) -> Option<u64> {
    let fields: Vec<&str> = expression.strip_prefix("cron(")?.strip_suffix(')')?.split_whitespace().collect();
    let [_, hours, "?" | "*", "*", "?" | "*", "*"] = fields[..] else { return None };
    match hours {
        "*" => Some(1),
        _ => match hours.split_once('/') {
            Some((_, every)) => every.parse::<u64>().ok().filter(|every| (1..=24).contains(every)),
            None => hours.parse::<u64>().ok().filter(|hour| *hour < 24).map(|_| 24),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_come_round_so_often() {
        assert_eq!(hours_between("cron(0 * ? * * *)"), Some(1));
        assert_eq!(hours_between("cron(0 0/6 ? * * *)"), Some(6));
        assert_eq!(hours_between("cron(0 5 ? * * *)"), Some(24));
        for other in ["NOW", "rate(1 day)", "cron(0 5 ? * MON *)", "cron(0 25 ? * * *)", ""] {
            assert_eq!(hours_between(other), None, "{other}");
        }
    }

    #[test]
    fn a_run_ends_before_the_next_one() {
        assert_eq!(longest(Some(1), true), 1800);
        assert_eq!(longest(Some(1), false), 3600);
        assert_eq!(longest(Some(6), true), 21_600);
        assert_eq!(longest(None, false), PROCESSING_SECONDS);
    }
}
