//! Calls of the AWS API in code.

use mllint::graph::{Input, fact::Fact, kind};

use crate::{
    harness,
    view::{ask, formula, properties, resource, targets},
};

const CODE: &str = r#"import boto3

client = boto3.Session(profile_name="ml").client("sagemaker")
base = {"ExecutionRoleArn": role(), "EnableNetworkIsolation": False}
model = {**base, "EnableNetworkIsolation": True}
model["PrimaryContainer"] = {"Image": "mine:1"}
model["PrimaryContainer"]["Environment"] = {"LOG": "1"}
model.setdefault("VpcConfig", {"Subnets": ["subnet-1"], "SecurityGroupIds": groups()})
del model["ExecutionRoleArn"]
client.create_model(ModelName="churn", **model)


class Deployer:
    def __init__(self, client, size):
        self.client = client
        self.size = size

    def deploy(self, data_capture, **extra):
        variants = [{"ModelName": "churn", "InstanceType": self.size}]
        variants.append({"ModelName": extra["shadow"], "InstanceType": "ml.m5.large"})
        request = dict(EndpointConfigName="churn", ProductionVariants=variants)
        if data_capture:
            request["DataCaptureConfig"] = {"EnableCapture": True}
        else:
            request["Tags"] = []
        request.update(extra)
        self.client.create_endpoint_config(**request)


def notebook(name, access="Enabled"):
    for subnet in ["subnet-1", "subnet-2"]:
        client.create_notebook_instance(
            NotebookInstanceName=f"{name}-{subnet}", InstanceType="ml.t3.medium", RoleArn="r", SubnetId=subnet, RootAccess=access
        )
"#;

#[test]
fn requests_in_code() {
    let run = harness::run(&[("deploy.py", CODE)], &harness::first());
    let graph = &run.outcome.graph;
    assert_eq!(resource(graph, "create_model").input, Input::Api);
    properties(
        &run,
        "create_model",
        &[
            ("ModelName", r#""churn""#, r#"10: "churn""#),
            ("ExecutionRoleArn", "not written", ""),
            ("EnableNetworkIsolation", "true", "5: True"),
            ("PrimaryContainer.Image", r#""mine:1""#, r#"6: "mine:1""#),
            ("PrimaryContainer.Environment.LOG", r#""1""#, r#"7: "1""#),
            ("VpcConfig.Subnets", r#"["subnet-1"]"#, r#"8: ["subnet-1"]"#),
            ("VpcConfig.SecurityGroupIds", "?RunTime `groups()`", "8: groups()"),
        ],
    );
    assert!(ask(graph, "create_model", "Containers", |attr| attr.is_absent()), "all of the request is written");
    properties(
        &run,
        "notebook.create_notebook_instance",
        &[
            ("NotebookInstanceName", r#""{?RunTime argument `name`}-subnet-1""#, r#"33: f"{name}-{subnet}""#),
            ("SubnetId", r#""subnet-1""#, r#"31: "subnet-1" ← Variable subnet@31"#),
            ("RootAccess", r#""Enabled""#, r#"30: "Enabled" ← Variable access@30 ← OptionDefault access@30"#),
        ],
    );
    assert_eq!(formula(&resource(graph, "notebook.create_notebook_instance").guard), "always");
    properties(
        &run,
        "notebook.create_notebook_instance#2",
        &[("SubnetId", r#""subnet-2""#, r#"31: "subnet-2" ← Variable subnet@31"#)],
    );
}

#[test]
fn what_is_handed_in_covers_what_was_set() {
    let run = harness::run(&[("deploy.py", CODE)], &harness::first());
    let graph = &run.outcome.graph;
    let id = "Deployer.deploy.create_endpoint_config";
    assert_eq!(&*resource(graph, id).kind, kind::ENDPOINT_CONFIG);
    for property in ["EndpointConfigName", "ProductionVariants", "DataCaptureConfig", "Tags", "KmsKeyId"] {
        assert!(ask(graph, id, property, |attr| attr.is_unknown()), "{property}");
    }
    let calls: Vec<(&str, bool)> = graph
        .facts()
        .iter()
        .filter_map(|fact| match fact {
            Fact::Call(call) => Some((&*call.callee, call.open)),
            _ => None,
        })
        .collect();
    assert_eq!(
        calls,
        [
            ("boto3.sagemaker.create_model", false),
            ("boto3.sagemaker.create_endpoint_config", true),
            ("boto3.sagemaker.create_notebook_instance", false),
            ("boto3.sagemaker.create_notebook_instance", false),
        ]
    );
}

#[test]
fn names_lead_from_one_request_to_another_by_response_only() {
    let code = r#"import boto3
client = boto3.client("sagemaker")
made = client.create_model(ModelName="churn", ExecutionRoleArn="r", PrimaryContainer={})
client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[{"ModelName": made}])
client.create_transform_job(TransformJobName="t", ModelName="churn")
"#;
    let run = harness::run(&[("deploy.py", code)], &harness::first());
    let graph = &run.outcome.graph;
    assert_eq!(targets(graph, "create_transform_job", "ModelName"), [""; 0], "a name is a text");
    properties(
        &run,
        "create_endpoint_config",
        &[(
            "ProductionVariants.0.ModelName",
            "&create_model",
            "3: client.create_model(ModelName=\"churn\", ExecutionRoleArn=\"r\", PrimaryContainer={})",
        )],
    );
}
