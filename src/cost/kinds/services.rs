//! Functions, state machines, keys, logs, alarms, images.

use super::{Pricer, exactly, number, number_or};
use crate::{
    catalog::prices::Meter,
    cost::{
        amount::Quantity,
        bill::{Line, Missing, Per, beyond},
    },
    graph::attr::Subject,
};

/// A Lambda function.
pub(super) fn function(pricer: &Pricer<'_>) -> Vec<Line> {
    let function = pricer.subject;
    let memory = number_or(&function.get("MemorySize"), Quantity::whole(128));
    let arm = is_arm(function);
    let seconds = (|| {
        let requests = pricer.needed("monthly_requests")?;
        let busy = requests.times(pricer.needed("request_duration_ms")?).ok_or_else(beyond)?;
        let gigabytes = memory.clone()?.per(Quantity::whole(1024)).ok_or_else(beyond)?;
        busy.per(Quantity::whole(1000)).and_then(|busy| busy.times(gigabytes)).ok_or_else(beyond)
    })();
    let about = memory.as_ref().map(|memory| format!("{memory} MB")).unwrap_or_default();
    let duration = if arm { Meter::LambdaArmDuration } else { Meter::LambdaDuration };
    let mut lines = pricer.metered("requests", "requests", Meter::LambdaRequests, pricer.needed("monthly_requests"));
    let all = pricer.metered("duration", "GB-seconds", duration, seconds);
    lines.extend(all.into_iter().map(|line| line.assume(about.clone())));
    lines
}

/// An alias of a Lambda function, which may be held ready.
pub(super) fn alias(pricer: &Pricer<'_>) -> Vec<Line> {
    let ready = pricer.subject.get("ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions");
    if ready.is_absent() {
        return Vec::new();
    }
    let functions = pricer.subject.targets(&pricer.subject.get("FunctionName"));
    let [function] = functions[..] else {
        let missing = || Missing::Value("the function of the alias is not known".to_owned());
        let line = Line::new("provisioned concurrency", "GB-seconds", Per::Month).quantity(Err(missing()));
        return vec![line.rate(pricer.meter(Meter::LambdaProvisionedConcurrency))];
    };
    let memory = number_or(&function.get("MemorySize"), Quantity::whole(128));
    let about = memory.as_ref().map(|memory| format!("{memory} MB")).unwrap_or_default();
    let meter = match is_arm(function) {
        true => Meter::LambdaArmProvisionedConcurrency,
        false => Meter::LambdaProvisionedConcurrency,
    };
    let (hours, up) = pricer.hours();
    let held = (|| {
        let gigabytes = memory?.per(Quantity::whole(1024)).ok_or_else(beyond)?;
        let seconds = hours.times(Quantity::whole(3600)).ok_or_else(beyond)?;
        number(&ready)?.times(gigabytes).and_then(|held| held.times(seconds)).ok_or_else(beyond)
    })();
    vec![
        Line::new("provisioned concurrency", "GB-seconds", Per::Month)
            .quantity(held)
            .rate(pricer.meter(meter))
            .assume(format!("{about}, {up}")),
    ]
}

fn is_arm(function: Subject<'_>) -> bool {
    function.get("Architectures").items().0.iter().any(|one| one.text() == Some("arm64"))
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
