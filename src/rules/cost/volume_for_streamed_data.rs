//! A training job that streams its data has a large volume all the same, which stays empty.

use crate::{
    catalog::billing::SDK_JOB_VOLUME_GB,
    finding::{Finding, Safety, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "volume-for-streamed-data",
    aliases: &[],
    category: Category::Cost,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/volume-for-streamed-data.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

/// Gigabytes up to which a volume may be for what a job writes.
const MODEST: f64 = 100.0;
/// Ways to read data without a copy of it.
const STREAMED: &[&str] = &["Pipe", "FastFile"];

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let size = job.get("ResourceConfig.VolumeSizeInGB");
    let Some(gigabytes) = size.number().filter(|gigabytes| *gigabytes > MODEST) else { return };
    // Checkpoints are written to the volume, and types with disks of their own have none.
    let checkpoints = !job.get("CheckpointConfig").is_absent();
    let Some(instances) = training::instances(job) else { return };
    let no_volume = instances.iter().any(|(_, instance)| instance.nvme != Some(false));
    let Some(mode) = streams(job) else { return };
    if checkpoints || no_volume || training::runs_elsewhere(job) {
        return;
    }
    let finding = Finding::on(&size, "volume is large for a job that streams its data")
        .label(format!("{gigabytes} GB for each instance, and no copy of the data on it"))
        .because(&mode, "read from S3 as the job goes on")
        .help(help(job.resource().input));
    out.add(finding.fix_set(&size, SDK_JOB_VOLUME_GB, Safety::Unsafe));
}

/// The mode by which a job certainly streams all its channels.
fn streams(job: Subject<'_>) -> Option<Attr<'_>> {
    let default = job.get("AlgorithmSpecification.TrainingInputMode");
    let (channels, open) = job.get("InputDataConfig").items();
    if open || channels.is_empty() {
        return None;
    }
    let of = |channel: &Attr<'_>| {
        let own = channel.get("InputMode");
        let mode = if own.is_absent() { default.text() } else { own.text() };
        mode.is_some_and(|mode| STREAMED.contains(&mode))
    };
    if !channels.iter().all(of) {
        return None;
    }
    if default.text().is_some_and(|mode| STREAMED.contains(&mode)) {
        return Some(default);
    }
    channels.first().map(|channel| channel.get("InputMode"))
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Sdk => format!("pass `volume_size={SDK_JOB_VOLUME_GB}`"),
        Input::Terraform => format!("set `volume_size_in_gb = {SDK_JOB_VOLUME_GB}`"),
        _ => format!("set `VolumeSizeInGB` to {SDK_JOB_VOLUME_GB}"),
    };
    format!("{setting}: room for the model and what the job writes on its way")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::TRAINING_JOB, rules::testing::Built};

    fn count(changes: &Value) -> usize {
        let mut job = json!({
            "AlgorithmSpecification": {"TrainingImage": "mine:1", "TrainingInputMode": "Pipe"},
            "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 500},
            "InputDataConfig": [{"ChannelName": "train", "DataSource": {}}],
        });
        for (name, value) in changes.as_object().expect("changes") {
            job[name] = value.clone();
        }
        let mut built = Built::default();
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).len()
    }

    #[test]
    fn a_large_volume_without_data_is_found() {
        assert_eq!(count(&json!({})), 1);
        let own = json!({
            "AlgorithmSpecification": {"TrainingImage": "mine:1", "TrainingInputMode": "File"},
            "InputDataConfig": [{"ChannelName": "train", "InputMode": "FastFile"}],
        });
        assert_eq!(count(&own), 1);
    }

    #[test]
    fn a_volume_that_may_be_filled_is_fine() {
        for changes in [
            json!({"ResourceConfig": {"InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 100}}),
            json!({"ResourceConfig": {"InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": {"?": "args.size"}}}),
            json!({"ResourceConfig": {"InstanceType": "ml.g5.xlarge", "VolumeSizeInGB": 500}}),
            json!({"ResourceConfig": {"InstanceType": {"?": "args.type"}, "VolumeSizeInGB": 500}}),
            json!({"CheckpointConfig": {"S3Uri": "s3://models/checkpoints"}}),
            json!({"InputDataConfig": [{"ChannelName": "train"}, {"ChannelName": "test", "InputMode": "File"}]}),
            json!({"InputDataConfig": [{"ChannelName": "train", "InputMode": {"?": "args.mode"}}]}),
            json!({"InputDataConfig": null}),
            json!({"AlgorithmSpecification": {"TrainingImage": "mine:1"}}),
        ] {
            assert_eq!(count(&changes), 0, "{changes}");
        }
    }
}
