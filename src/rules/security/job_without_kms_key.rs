//! A job whose results or disks are encrypted with a key that is not its owner's.

use crate::{
    catalog::instance::instance,
    finding::{Confidence, Finding, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, instances, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "job-without-kms-key",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Code,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/job-without-kms-key.md"),
    check: Check::Any(KINDS, check),
};

const KINDS: &[&str] = &[
    kind::TRAINING_JOB,
    kind::PROCESSING_JOB,
    kind::TRANSFORM_JOB,
    kind::MONITORING_JOBS[0],
    kind::MONITORING_JOBS[1],
    kind::MONITORING_JOBS[2],
    kind::MONITORING_JOBS[3],
    kind::MONITORING_SCHEDULE,
];
/// The job that a schedule describes itself, rather than by the name of a definition.
const OWN_JOB: &str = "MonitoringScheduleConfig.MonitoringJobDefinition";

const MONITORS_ON: &str = "JobResources.ClusterConfig";

/// Where a kind of job says what becomes of its results, and what it runs on.
fn parts(kind: &str) -> (&'static str, &'static str) {
    match kind {
        kind::TRAINING_JOB => ("OutputDataConfig", "ResourceConfig"),
        kind::TRANSFORM_JOB => ("TransformOutput", "TransformResources"),
        "AWS::SageMaker::DataQualityJobDefinition" => ("DataQualityJobOutputConfig", MONITORS_ON),
        "AWS::SageMaker::ModelQualityJobDefinition" => ("ModelQualityJobOutputConfig", MONITORS_ON),
        "AWS::SageMaker::ModelBiasJobDefinition" => ("ModelBiasJobOutputConfig", MONITORS_ON),
        "AWS::SageMaker::ModelExplainabilityJobDefinition" => ("ModelExplainabilityJobOutputConfig", MONITORS_ON),
        kind::MONITORING_SCHEDULE => (
            "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringOutputConfig",
            "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig",
        ),
        _ => ("ProcessingOutputConfig", "ProcessingResources.ClusterConfig"),
    }
}

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let (results, machines) = parts(job.kind());
    let (results, machines) = (job.get(results), job.get(machines));
    if runs_elsewhere(job, &machines) || (job.kind() == kind::MONITORING_SCHEDULE && job.get(OWN_JOB).known().is_none())
    {
        return;
    }
    // Where the key of the results cannot be known, the volumes are left alone too: most jobs have one key or none.
    if results.get("KmsKeyId").is_unknown() {
        return;
    }
    let output = Some(results.get("KmsKeyId")).filter(|key| key.is_absent() && has_results(job, &results));
    let volume = Some(machines.get("VolumeKmsKeyId")).filter(|key| key.is_absent() && has_volume(job));
    let names = Names::of(job);
    let (key, label) = match (&output, &volume) {
        (Some(output), None) => (output, format!("no `{}` for its results", names.output)),
        (None, Some(volume)) => (volume, format!("no `{}` for the volumes of its instances", names.volume)),
        (Some(output), Some(_)) => {
            (output, format!("no `{}` for its results, no `{}` for its volumes", names.output, names.volume))
        }
        (None, None) => return,
    };
    let mut finding = Finding::on(key, "job has no customer-managed key").label(label).help(help(
        &names,
        output.is_some(),
        volume.is_some(),
    ));
    if let (Some(_), Some(volume)) = (&output, &volume)
        && machines.is_written()
        && volume.place() != key.place()
    {
        finding = finding.related(volume.place(), "its volumes");
    }
    if job.resource().input.is_code() {
        // One story for all kinds of jobs. A configuration of the SDK outside of the project may set more than the code does.
        finding.group = "job-without-kms-key:advice:jobs".to_owned();
        finding = finding.at_most(Confidence::Medium);
    }
    out.add(finding);
}

/// Local mode and serverless jobs, and what the SDK may run in local mode.
fn runs_elsewhere(job: Subject<'_>, machines: &Attr<'_>) -> bool {
    let kind = machines.get("InstanceType");
    training::runs_elsewhere(job)
        || kind.text().is_some_and(|name| name.starts_with("local"))
        || (job.resource().input == Input::Sdk && kind.is_unknown())
}

/// Whether a job certainly writes results. A processing job does where it names outputs.
fn has_results(job: Subject<'_>, results: &Attr<'_>) -> bool {
    job.kind() != kind::PROCESSING_JOB || !results.get("Outputs").items().0.is_empty()
}

/// Whether the instances of a job certainly have volumes: those of types with NVMe storage take no key.
fn has_volume(job: Subject<'_>) -> bool {
    let types = instances::fields(job);
    !types.is_empty() && types.iter().all(|field| instance(field.text).is_some_and(|known| known.nvme == Some(false)))
}

/// What the two keys are called.
struct Names {
    output: &'static str,
    volume: &'static str,
}

impl Names {
    fn of(job: Subject<'_>) -> Self {
        match job.resource().input {
            Input::Sdk if training::is_trainer(job) => {
                Self { output: "output_data_config.kms_key_id", volume: "compute.volume_kms_key_id" }
            }
            Input::Sdk if training::is_remote(job) || training::is_notebook(job) => {
                Self { output: "s3_kms_key", volume: "volume_kms_key" }
            }
            Input::Sdk => Self { output: "output_kms_key", volume: "volume_kms_key" },
            Input::Terraform | Input::Core => Self { output: "kms_key_id", volume: "volume_kms_key_id" },
            _ => Self { output: "KmsKeyId", volume: "VolumeKmsKeyId" },
        }
    }
}

fn help(names: &Names, output: bool, volume: bool) -> String {
    let both = match (output, volume) {
        (true, true) => format!("`{}` and `{}`", names.output, names.volume),
        (true, false) => format!("`{}`", names.output),
        _ => format!("`{}`", names.volume),
    };
    let grants = match (output, volume) {
        (true, true) => "`kms:GenerateDataKey` and `kms:CreateGrant`",
        (true, false) => "`kms:GenerateDataKey`",
        _ => "`kms:CreateGrant`",
    };
    format!(
        "set {both} to a key of your own where an audit asks for one: AWS's key can neither be audited nor revoked\nthe job's role needs {grants} on the key, which costs a monthly fee"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::Finding,
        graph::{Input, kind::*},
        rules::testing::Built,
    };

    fn found(input: Input, kind: &str, properties: &Value) -> Vec<Finding> {
        let mut built = Built::default();
        built.input(input);
        built.resource(kind, "job", properties);
        built.check(&RULE)
    }

    fn label(instance: &Value, output: &Value, volume: &Value) -> Option<String> {
        let job = json!({
            "OutputDataConfig": {"S3OutputPath": "s3://models", "KmsKeyId": output},
            "ResourceConfig": {"InstanceType": instance, "VolumeKmsKeyId": volume},
        });
        let found = found(Input::Request, TRAINING_JOB, &job);
        found.first().map(|finding| finding.label.clone())
    }

    #[test]
    fn each_key_is_asked_for_where_there_is_something_to_encrypt() {
        let (none, key, unknown) = (json!(null), json!("alias/churn"), json!({"?": "Key"}));
        let (disk, nvme) = (json!("ml.m5.xlarge"), json!("ml.g5.xlarge"));
        let both = "no `KmsKeyId` for its results, no `VolumeKmsKeyId` for its volumes";
        assert_eq!(label(&disk, &none, &none).as_deref(), Some(both));
        assert_eq!(label(&nvme, &none, &none).as_deref(), Some("no `KmsKeyId` for its results"));
        assert_eq!(label(&disk, &key, &none).as_deref(), Some("no `VolumeKmsKeyId` for the volumes of its instances"));
        assert_eq!(label(&nvme, &key, &none), None, "NVMe storage takes no key");
        assert_eq!(label(&json!({"?": "Type"}), &key, &none), None);
        assert_eq!(label(&disk, &unknown, &unknown), None);
    }

    #[test]
    fn monitoring_jobs_are_asked_too() {
        let definition = json!({
            "DataQualityJobOutputConfig": {"MonitoringOutputs": []},
            "JobResources": {"ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}},
        });
        assert_eq!(found(Input::CloudFormation, MONITORING_JOBS[0], &definition).len(), 1);
        let named = json!({"MonitoringScheduleConfig": {"MonitoringJobDefinitionName": "d"}});
        assert!(found(Input::CloudFormation, MONITORING_SCHEDULE, &named).is_empty(), "its definition is asked");
        let own = json!({"MonitoringScheduleConfig": {"MonitoringJobDefinition": {
            "MonitoringOutputConfig": {"KmsKeyId": "k"},
            "MonitoringResources": {"ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}},
        }}});
        assert_eq!(found(Input::CloudFormation, MONITORING_SCHEDULE, &own).len(), 1);
    }

    #[test]
    fn local_mode_has_nothing_of_the_kind() {
        let job = |kind: &Value| json!({"ResourceConfig": {"InstanceType": kind}});
        assert!(found(Input::Sdk, TRAINING_JOB, &job(&json!("local_gpu"))).is_empty());
        assert!(found(Input::Sdk, TRAINING_JOB, &job(&json!({"?": "type"}))).is_empty(), "it may be local mode");
        assert_eq!(found(Input::Sdk, TRAINING_JOB, &job(&json!("ml.m5.large"))).len(), 1);
        assert!(found(Input::Request, TRAINING_JOB, &json!({"ServerlessJobConfig": {"JobType": "x"}})).is_empty());
    }

    #[test]
    fn a_processing_job_has_results_where_it_names_them() {
        let job = |outputs: Value| {
            json!({
                "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.xlarge", "VolumeKmsKeyId": "k"}},
                "ProcessingOutputConfig": {"Outputs": outputs},
            })
        };
        assert_eq!(found(Input::Request, PROCESSING_JOB, &job(json!([{"OutputName": "train"}]))).len(), 1);
        assert!(found(Input::Request, PROCESSING_JOB, &job(json!({"?": "outputs"}))).is_empty());
        assert!(found(Input::Request, PROCESSING_JOB, &job(json!(null))).is_empty());
        let transform = json!({"TransformOutput": {"S3OutputPath": "s3://x"}, "ModelName": "m"});
        assert_eq!(found(Input::StateMachine, TRANSFORM_JOB, &transform).len(), 1);
    }
}
