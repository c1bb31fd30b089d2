//! A training job without a VPC configuration: its containers run in a network that SageMaker owns.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "training-outside-vpc",
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
    page: include_str!("../../../rules/training-outside-vpc.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let vpc = job.get("VpcConfig");
    if !vpc.is_absent() || training::runs_elsewhere(job) || training::may_be_local(job) {
        return;
    }
    let input = job.resource().input;
    let name = if matches!(input, Input::Terraform | Input::Core) { "vpc_config" } else { "VpcConfig" };
    let finding = Finding::on(&vpc, "training job runs outside your VPC")
        .label(format!("no `{name}`: its containers run in a network that SageMaker owns"))
        .help(help(job));
    // A configuration of the SDK outside of the project may set more than the code does.
    let is_code = input.is_code();
    out.add(if is_code { finding.at_most(Confidence::Medium) } else { finding });
}

fn help(job: Subject<'_>) -> String {
    let setting = match job.resource().input {
        Input::Sdk if training::is_trainer(job) => "pass `networking=Networking(subnets=[…], security_group_ids=[…])`",
        Input::Sdk => "pass `subnets=[…], security_group_ids=[…]`, or set them once in the SDK's `config.yaml`",
        Input::Core => "pass `vpc_config=VpcConfig(subnets=[…], security_group_ids=[…])`",
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
    fn jobs_of_code_are_one_story_of_several_findings() {
        let inside = json!({"VpcConfig": {"Subnets": ["subnet-0a1b"]}});
        let local = json!({"ResourceConfig": {"InstanceType": "local"}});
        let unknown = json!({"VpcConfig": {"?": "vpc"}});
        let plain = json!({"RoleArn": "arn"});
        let told = found(Input::Sdk, &[inside, unknown, plain.clone(), plain.clone(), plain]);
        assert_eq!(told.len(), 3);
        assert!(told.iter().all(|one| one.confidence == Confidence::Medium && one.group == told[0].group));
        assert_eq!(found(Input::Api, &[local.clone(), json!({"RoleArn": "arn"})]).len(), 1, "local mode is left out");
        assert!(found(Input::Api, &[local]).is_empty());
        let anywhere = json!({"ResourceConfig": {"InstanceType": {"?": "instance"}}});
        assert!(found(Input::Sdk, std::slice::from_ref(&anywhere)).is_empty(), "it may be local mode");
        assert_eq!(found(Input::Request, &[anywhere]).len(), 1, "a request runs in AWS");
    }
}
