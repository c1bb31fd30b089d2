//! Requests as files, and the SDK's configuration.

use mllint::{
    finding::Confidence,
    graph::{Input, kind},
};

use crate::{
    harness,
    view::{ask, findings, properties, resource},
};

const REQUEST: &str = r#"{
  "HyperParameterTuningJobName": "tune",
  "HyperParameterTuningJobConfig": {"Strategy": "Bayesian"},
  "TrainingJobDefinition": {
    "AlgorithmSpecification": {"TrainingImage": "${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/churn:3"},
    "StaticHyperParameters": {"epochs": "3"},
    "ResourceConfig": {"InstanceType": "${TYPE}", "InstanceCount": 1},
    "EnableManagedSpotTraining": true,
    "VpcConfig": null
  }
}
"#;

#[test]
fn a_request_file() {
    let run = harness::run(&[("tune.json", REQUEST)], &harness::first());
    let graph = &run.outcome.graph;
    let job = resource(graph, "tune/TrainingJobDefinition");
    assert_eq!((&*job.kind, job.input), (kind::TRAINING_JOB, Input::Request));
    assert_eq!(&*resource(graph, "tune").kind, kind::TUNING_JOB);
    properties(
        &run,
        "tune/TrainingJobDefinition",
        &[
            (
                "AlgorithmSpecification.TrainingImage",
                r#""{?External ${ACCOUNT}}.dkr.ecr.eu-west-1.amazonaws.com/churn:3""#,
                r#"5: "${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/churn:3""#,
            ),
            ("HyperParameters", r#"{epochs: "3", …}"#, r#"6: {"epochs": "3"}"#),
            ("ResourceConfig.InstanceType", "?External ${TYPE}", r#"7: "${TYPE}""#),
            ("EnableManagedSpotTraining", "true", "8: true"),
            ("VpcConfig", "-", "9: null"),
            ("CheckpointConfig", "not written", ""),
        ],
    );
    assert!(ask(graph, "tune/TrainingJobDefinition", "CheckpointConfig.S3Uri", |attr| attr.is_absent()));
}

const CONFIG: &str = r#"SchemaVersion: "1.0"
SageMaker:
  Model:
    VpcConfig:
      Subnets: [subnet-1]
      SecurityGroupIds: [sg-1]
  TrainingJob:
    EnableInterContainerTrafficEncryption: true
"#;

const SCRIPT: &str = r#"from sagemaker.model import Model
from sagemaker.pytorch import PyTorch
model = Model(image_uri="mine:1", role="r")
estimator = PyTorch("fit.py", role="r", encrypt_inter_container_traffic=False)
"#;

#[test]
fn the_configuration_of_the_sdk() {
    let run = harness::run(&[("ml/config.yaml", CONFIG), ("ml/train.py", SCRIPT)], &harness::first());
    let way = "5: [subnet-1] ← SdkConfig SageMaker.Model.VpcConfig.Subnets@5";
    properties(&run, "model", &[("VpcConfig.Subnets", r#"["subnet-1"]"#, way)]);
    properties(&run, "estimator", &[("EnableInterContainerTrafficEncryption", "false", "4: False")]);
    let graph = &run.outcome.graph;
    assert_eq!(ask(graph, "model", "VpcConfig.Subnets", |attr| attr.confidence()), Confidence::Medium);
    let config = ask(graph, "model", "VpcConfig.Subnets", |attr| attr.source());
    assert_eq!(config.map(|(place, ..)| run.files.get(place.file).path.to_string()).as_deref(), Some("ml/config.yaml"));
    assert_eq!(findings(&run), [""; 0]);
}

#[test]
fn a_configuration_that_may_be_another_ones_makes_it_unknown() {
    let run = harness::run(&[("other/config.yaml", CONFIG), ("ml/train.py", SCRIPT)], &harness::first());
    let path = "?External the SDK's configuration in `other/config.yaml`";
    properties(&run, "model", &[("VpcConfig", path, "5: Subnets: [subnet-1]")]);
    assert_eq!(findings(&run), [""; 0]);
    let alone = harness::run(&[("ml/train.py", SCRIPT)], &harness::first());
    assert_eq!(findings(&alone), ["model-outside-vpc model 3 medium"]);
}
