//! Functions, state machines, keys, logs, alarms, images.

use super::{Pricer, exactly, number, number_or};
use crate::{
    catalog::prices::Meter,
    cost::{
        amount::Quantity,
        bill::{Known, Line, Missing, Per, beyond},
        usage::REQUESTS,
    },
    graph::{
        attr::{Attr, Subject},
        hosting::named,
        kind,
    },
};

/// A Lambda function.
pub(super) fn function(pricer: &Pricer<'_>) -> Vec<Line> {
    let size = Size::of(pricer.subject);
    let requests = pricer.needed(REQUESTS);
    let seconds = size.seconds(pricer, requests.clone());
    let duration = if size.arm { Meter::LambdaArmDuration } else { Meter::LambdaDuration };
    let mut lines = pricer.metered("requests", "requests", Meter::LambdaRequests, requests);
    let all = pricer.metered("duration", "GB-seconds", duration, seconds);
    lines.extend(all.into_iter().map(|line| line.assume(size.about())));
    lines
}

/// An alias or a version of a function, or the setting by itself: what is kept ready of it, if anything is.
pub(super) fn ready(pricer: &Pricer<'_>) -> Vec<Line> {
    let own = pricer.subject.get("ProvisionedConcurrentExecutions");
    let of_alias = pricer.subject.get("ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions");
    let function = function_of(pricer.subject);
    let missing = || Missing::Value("its function is not among what was read".to_owned());
    kept_ready(pricer, if own.is_absent() { &of_alias } else { &own }, &function.map(Size::of).ok_or_else(missing))
}

/// The function that an alias, a version or a setting is of. Terraform's settings name it by way of the alias.
fn function_of(qualifier: Subject<'_>) -> Option<Subject<'_>> {
    let name = qualifier.get("FunctionName");
    named(qualifier, &name, kind::FUNCTION, "FunctionName").or_else(|| match qualifier.targets(&name)[..] {
        [alias] if alias.id() != qualifier.id() && [kind::ALIAS, kind::VERSION].contains(&alias.kind()) => {
            named(alias, &alias.get("FunctionName"), kind::FUNCTION, "FunctionName")
        }
        _ => None,
    })
}

/// How much memory a function has, and on which processors it runs.
struct Size {
    memory: Known<Quantity>,
    arm: bool,
}

impl Size {
    fn of(function: Subject<'_>) -> Self {
        let memory = number_or(&function.get("MemorySize"), Quantity::whole(128));
        let arm = function.get("Architectures").items().0.iter().any(|one| one.text() == Some("arm64"));
        Self { memory, arm }
    }

    fn about(&self) -> String {
        self.memory.as_ref().map(|memory| format!("{memory} MB")).unwrap_or_default()
    }

    /// Its gigabytes so many times.
    fn times(&self, times: Quantity) -> Known<Quantity> {
        let gigabytes = self.memory.clone()?.per(Quantity::whole(1024)).ok_or_else(beyond)?;
        gigabytes.times(times).ok_or_else(beyond)
    }

    /// Gigabyte-seconds of so many requests.
    fn seconds(&self, pricer: &Pricer<'_>, requests: Known<Quantity>) -> Known<Quantity> {
        let busy = requests?.times(pricer.needed("request_duration_ms")?).ok_or_else(beyond)?;
        self.times(busy.per(Quantity::whole(1000)).ok_or_else(beyond)?)
    }
}

/// What is kept ready of a function, and the requests that this answers.
fn kept_ready(pricer: &Pricer<'_>, ready: &Attr<'_>, size: &Known<Size>) -> Vec<Line> {
    if ready.is_absent() || ready.number() == Some(0.0) {
        return Vec::new();
    }
    let arm = size.as_ref().is_ok_and(|size| size.arm);
    let (held, duration) = match arm {
        true => (Meter::LambdaArmProvisionedConcurrency, Meter::LambdaArmProvisionedDuration),
        false => (Meter::LambdaProvisionedConcurrency, Meter::LambdaProvisionedDuration),
    };
    let (hours, up) = pricer.hours();
    let about = size.as_ref().map(Size::about).unwrap_or_default();
    let seconds = |count: Quantity| count.times(hours)?.times(Quantity::whole(3600));
    let quantity = number(ready).and_then(|count| {
        let size = size.as_ref().map_err(Clone::clone)?;
        size.times(seconds(count).ok_or_else(beyond)?)
    });
    let mut lines = vec![
        Line::new("provisioned concurrency", "GB-seconds", Per::Month)
            .quantity(quantity)
            .rate(pricer.meter(held))
            .assume(if about.is_empty() { up } else { format!("{about}, {up}, used or not") }),
    ];
    let requests = pricer.needed(REQUESTS);
    let busy = size.as_ref().map_err(Clone::clone).and_then(|size| size.seconds(pricer, requests.clone()));
    lines.extend(pricer.metered("requests on provisioned concurrency", "requests", Meter::LambdaRequests, requests));
    let all = pricer.metered("duration on provisioned concurrency", "GB-seconds", duration, busy);
    lines.extend(all.into_iter().map(|line| line.assume(about.clone())));
    lines
}

/// A state machine.
pub(super) fn state_machine(pricer: &Pricer<'_>) -> Vec<Line> {
    let kind = pricer.subject.get("StateMachineType");
    let kind = if kind.is_absent() { pricer.subject.get("Type") } else { kind };
    if kind.text() == Some("EXPRESS") {
        let requests = pricer.needed("monthly_requests");
        let mut lines = pricer.metered("executions", "requests", Meter::StepFunctionsExpressRequests, requests);
        let hours = pricer.needed("monthly_gb_hours");
        lines.extend(pricer.metered("memory", "GB-hours", Meter::StepFunctionsExpressDuration, hours));
        return lines;
    }
    let transitions = pricer.needed("monthly_transitions");
    pricer.metered("state transitions", "transitions", Meter::StepFunctionsTransitions, transitions)
}

/// A key of KMS.
pub(super) fn key(pricer: &Pricer<'_>) -> Vec<Line> {
    let spec = pricer.subject.get("KeySpec");
    let asymmetric = spec.text().is_some_and(|spec| !spec.starts_with("SYMMETRIC") && !spec.starts_with("HMAC"));
    let meter = if asymmetric { Meter::KmsAsymmetricRequests } else { Meter::KmsRequests };
    let mut lines = vec![
        Line::new("key", "months", Per::Month)
            .quantity(Ok(Quantity::ONE))
            .rate(pricer.meter(Meter::KmsKey))
            .assume("each rotation adds the price of a key, twice at most"),
    ];
    lines.extend(pricer.metered("requests", "requests", meter, pricer.needed("monthly_requests")));
    lines
}

/// A log group.
pub(super) fn log_group(pricer: &Pricer<'_>) -> Vec<Line> {
    let parts = [
        ("data written", "GB", Meter::LogIngestion, "monthly_data_ingested_gb"),
        ("storage", "GB-months", Meter::LogStorage, "storage_gb"),
        ("data scanned", "GB", Meter::LogInsights, "monthly_data_scanned_gb"),
    ];
    let lines = parts.into_iter().map(|(name, unit, meter, key)| pricer.metered(name, unit, meter, pricer.needed(key)));
    lines.flatten().collect()
}

/// An alarm on one metric; more metrics are billed like more alarms.
pub(super) fn alarm(pricer: &Pricer<'_>) -> Vec<Line> {
    let (metrics, open) = pricer.subject.get("Metrics").items();
    let watched = metrics.iter().filter(|metric| metric.get("Expression").is_absent()).count();
    let count = if open {
        Err(super::unknown(&pricer.subject.get("Metrics")))
    } else {
        Ok(Quantity::whole(watched.max(1) as u64))
    };
    let rate = pricer.meter(Meter::Alarm);
    vec![Line::new("metrics watched", "months", Per::Month).range(exactly(count)).rate(rate)]
}

/// A repository of images.
pub(super) fn repository(pricer: &Pricer<'_>) -> Vec<Line> {
    pricer.metered("storage", "GB-months", Meter::EcrStorage, pricer.needed("storage_gb"))
}
