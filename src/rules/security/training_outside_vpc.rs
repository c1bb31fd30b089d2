//! A training job without a VPC configuration: its containers run in a network that SageMaker owns.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{
        Input, Resource,
        attr::Subject,
        kind,
        value::{Data, Value},
    },
    rules::{Category, Check, Context, Findings, Fixes, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "training-outside-vpc",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/training-outside-vpc.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

/// Jobs that a finding about a project's code shows.
const SHOWN: usize = 3;

fn check(cx: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let vpc = job.get("VpcConfig");
    if !vpc.is_absent() || training::runs_elsewhere(job) {
        return;
    }
    let input = job.resource().input;
    let name = if input == Input::Terraform { "vpc_config" } else { "VpcConfig" };
    let label = format!("no `{name}`: its containers run in a network that SageMaker owns");
    if !is_code(job.resource()) {
        out.add(Finding::on(&vpc, "training job runs outside your VPC").label(label).help(help(input)));
        return;
    }
    // Code of a project tells the same of nearly every job: the first one speaks for all.
    let all = || cx.of_kind(kind::TRAINING_JOB).map(|other| other.resource()).filter(|other| is_outside(other));
    if all().next().is_none_or(|first| first.key != job.resource().key || first.place != job.place()) {
        return;
    }
    let jobs: Vec<&Resource> = all().collect();
    let message = match jobs.len() {
        1 => "training job runs outside your VPC".to_owned(),
        count => format!("{count} training jobs of this project's code run outside your VPC"),
    };
    let mut finding = Finding::on(&vpc, message).label(label).help(help(input)).at_most(Confidence::Medium);
    for other in jobs.iter().skip(1).take(SHOWN - 1) {
        finding = finding.related(other.place, "and so does this one");
    }
    finding.also = jobs.iter().skip(1).map(|other| other.key.clone()).collect();
    finding.property.clear();
    out.add(finding);
}

fn is_code(job: &Resource) -> bool {
    matches!(job.input, Input::Sdk | Input::Api)
}

/// Whether a job of code has no VPC under any condition: who is the first must not hang on one.
fn is_outside(job: &Resource) -> bool {
    let instance = job.properties.entry("ResourceConfig").and_then(|config| config.value.entry("InstanceType"));
    // What cannot be known may be local mode.
    let is_in_aws = |name: &Value| match &name.data {
        Data::Text(text) => !text.starts_with("local"),
        data => matches!(data, Data::Template(_)),
    };
    is_code(job)
        && instance.is_none_or(|instance| is_in_aws(&instance.value))
        && lacks(&job.properties, "VpcConfig")
        && lacks(&job.properties, "ServerlessJobConfig")
}

fn lacks(properties: &Value, name: &str) -> bool {
    match &properties.data {
        Data::Object(object) => match object.entry(name) {
            Some(entry) => matches!(entry.value.data, Data::Absent),
            None => object.open.is_none(),
        },
        Data::Guarded(guarded) => lacks(&guarded.then, name) && lacks(&guarded.otherwise, name),
        _ => false,
    }
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Sdk => "pass `subnets=[…], security_group_ids=[…]`, or set them once in the SDK's `config.yaml`",
        Input::Api => "add `VpcConfig={\"Subnets\": […], \"SecurityGroupIds\": […]}`",
        Input::Terraform => "add a `vpc_config` block with `subnets` and `security_group_ids`",
        Input::CloudFormation | Input::Request | Input::StateMachine => {
            "add `VpcConfig` with `Subnets` and `SecurityGroupIds`"
        }
    };
    format!("{setting}\nthe job then reaches only what the VPC lets it: S3 needs an endpoint or a NAT route")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::{Confidence, Finding},
        graph::{Input, kind::TRAINING_JOB},
        rules::testing::Built,
    };

    fn found(input: Input, jobs: &[Value]) -> Vec<Finding> {
        let mut built = Built::default();
        built.input(input);
        for (at, job) in jobs.iter().enumerate() {
            built.resource(TRAINING_JOB, &format!("job{at}"), job);
        }
        built.check(&RULE)
    }

    #[test]
    fn each_job_that_is_described_is_found() {
        assert_eq!(found(Input::Terraform, &[json!({}), json!({})]).len(), 2);
        assert_eq!(found(Input::Request, &[json!({})])[0].confidence, Confidence::High);
        assert!(found(Input::Request, &[json!({"VpcConfig": {"?": "vpc"}})]).is_empty());
        assert!(found(Input::Request, &[json!({"?": "more", "RoleArn": "arn"})]).is_empty());
        assert!(found(Input::Request, &[json!({"ServerlessJobConfig": {"JobType": "FineTuning"}})]).is_empty());
    }

    #[test]
    fn code_is_told_once() {
        let inside = json!({"VpcConfig": {"Subnets": ["subnet-0a1b"]}});
        let local = json!({"ResourceConfig": {"InstanceType": "local"}});
        let unknown = json!({"VpcConfig": {"?": "vpc"}});
        let plain = json!({"RoleArn": "arn"});
        let some = [inside, unknown, plain.clone(), plain.clone(), plain.clone(), plain];
        let told = found(Input::Sdk, &some);
        let [finding] = &told[..] else { panic!("{} findings", told.len()) };
        assert_eq!(finding.message, "4 training jobs of this project's code run outside your VPC");
        assert_eq!((finding.related.len(), finding.also.len()), (2, 3));
        assert_eq!(finding.confidence, Confidence::Medium);
        assert_eq!(found(Input::Api, &[local.clone(), json!({"RoleArn": "arn"})]).len(), 1, "local mode is left out");
        assert!(found(Input::Api, &[local]).is_empty());
    }
}
