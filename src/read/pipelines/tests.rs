//! Tests of the reader as a whole.

use crate::{
    finding::Confidence,
    graph::{kind, value::Data},
    read::testing::{ids, outcome},
};

const DEFINITION: &str = r#"{"Version": "2020-12-01",
  "Parameters": [{"Name": "Type", "Type": "String", "DefaultValue": "ml.m5.xlarge"}, {"Name": "Limit", "Type": "Integer"}],
  "Steps": [
    {"Name": "Train", "Type": "Training", "Arguments": {
      "ResourceConfig": {"InstanceType": {"Get": "Parameters.Type"}, "InstanceCount": 1},
      "StoppingCondition": {"MaxRuntimeInSeconds": {"Get": "Parameters.Limit"}},
      "OutputDataConfig": {"S3OutputPath": {"Std:Join": {"On": "/", "Values": ["s3://bucket", {"Get": "Execution.PipelineExecutionId"}]}}}}},
    {"Name": "Good", "Type": "Condition", "Arguments": {"Conditions": [],
      "IfSteps": [{"Name": "Model", "Type": "Model", "Arguments": {"PrimaryContainer": {"ModelDataUrl": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}}}}],
      "ElseSteps": [{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "low"}}]}},
    {"Name": "Tune", "Type": "Tuning", "Arguments": {"HyperParameterTuningJobConfig": {}, "TrainingJobDefinition": {}}}]}"#;

#[test]
fn the_steps_of_a_file_are_jobs_with_their_parameters_defaults() {
    let (files, outcome) = outcome(&[("ml/pipeline.json", DEFINITION)]);
    let expected = [
        ("pipeline".to_owned(), kind::PIPELINE),
        ("pipeline.Train".to_owned(), kind::TRAINING_JOB),
        ("pipeline.Model".to_owned(), kind::MODEL),
        ("pipeline.Tune".to_owned(), kind::TUNING_JOB),
        ("pipeline.Tune/TrainingJobDefinition".to_owned(), kind::TRAINING_JOB),
    ];
    assert_eq!(ids(&outcome.graph), expected);
    let job = &outcome.graph.resources()[1];
    assert_eq!(files.get(job.place.file).slice(job.place.span), "\"Train\"");
    let config = &job.properties.entry("ResourceConfig").expect("it is written").value;
    let kind = &config.entry("InstanceType").expect("it is written").value;
    assert_eq!(kind.plain_text().as_deref(), Some("ml.m5.xlarge"));
    assert_eq!(kind.origin.confidence(), Confidence::Medium, "an execution may be started with another");
    assert_eq!(files.get(job.place.file).slice(kind.origin.place.span), "\"ml.m5.xlarge\"");
    let limit = &job.properties.entry("StoppingCondition").expect("it is written").value;
    assert!(limit.entry("MaxRuntimeInSeconds").is_some_and(|entry| entry.value.is_unknown()));
    let output = &job.properties.entry("OutputDataConfig").expect("it is written").value;
    assert!(matches!(output.entry("S3OutputPath").map(|entry| &entry.value.data), Some(Data::Template(_))));
}

#[test]
fn a_definition_in_a_template_is_read_at_its_places() {
    let template = "Parameters:\n  Bucket: {Type: String}\nResources:\n  Nightly:\n    Type: AWS::SageMaker::Pipeline\n    Properties:\n      PipelineDefinition:\n        PipelineDefinitionBody: !Sub |\n          {\"Version\": \"2020-12-01\", \"Steps\": [{\"Name\": \"Train\", \"Type\": \"Training\", \"Arguments\":\n            {\"OutputDataConfig\": {\"S3OutputPath\": \"s3://${Bucket}/out\"}, \"EnableManagedSpotTraining\": true}}]}\n";
    let (files, outcome) = outcome(&[("app/template.yaml", template)]);
    assert_eq!(ids(&outcome.graph)[1], ("Nightly.Train".to_owned(), kind::TRAINING_JOB));
    let job = &outcome.graph.resources()[1];
    assert_eq!(&*job.key.unit, "app/template.yaml");
    let spot = job.properties.entry("EnableManagedSpotTraining").expect("it is written");
    let source = files.get(spot.value.origin.place.file);
    assert_eq!(source.slice(spot.value.origin.place.span), "true");
}

#[test]
fn a_definition_that_becomes_its_text_is_read_where_it_is_written() {
    let template = "Transform: AWS::LanguageExtensions\nResources:\n  Nightly:\n    Type: AWS::SageMaker::Pipeline\n    Properties:\n      PipelineDefinition:\n        PipelineDefinitionBody:\n          Fn::ToJsonString:\n            Version: '2020-12-01'\n            Steps:\n              - Name: Train\n                Type: Training\n                Arguments: {RoleArn: !GetAtt Role.Arn}\n  Role: {Type: AWS::IAM::Role}\n";
    let (files, outcome) = outcome(&[("template.yaml", template)]);
    let job = &outcome.graph.resources()[1];
    assert_eq!(files.get(job.place.file).slice(job.place.span), "Train");
    let role = &job.properties.entry("RoleArn").expect("it is written").value;
    assert!(matches!(&role.data, Data::Reference(reference) if &*reference.id == "Role"));
}

#[test]
fn a_definition_of_terraform_is_read_as_a_value_and_as_a_file() {
    let configuration = |definition: &str| {
        format!(
            "resource \"aws_sagemaker_pipeline\" \"p\" {{\n  pipeline_name = \"p\"\n  pipeline_definition = {definition}\n}}\n"
        )
    };
    let written = "jsonencode({ Version = \"2020-12-01\", Steps = [{ Name = \"Train\", Type = \"Training\", Arguments = { EnableManagedSpotTraining = true } }] })";
    let (_, read) = outcome(&[("main.tf", &configuration(written))]);
    assert_eq!(ids(&read.graph)[1], ("aws_sagemaker_pipeline.p.Train".to_owned(), kind::TRAINING_JOB));
    let texts = [("main.tf", &*configuration("file(\"pipeline.json\")")), ("pipeline.json", DEFINITION)];
    let (_, outcome) = outcome(&texts);
    let units: Vec<&str> = outcome.graph.units().iter().map(|unit| &*unit.path).collect();
    assert_eq!(units, ["."], "the definition is no unit of its own");
    assert_eq!(ids(&outcome.graph)[1].0, "aws_sagemaker_pipeline.p.Train");
    assert_eq!(outcome.files[1].importer.as_deref(), Some("main.tf"));
}

#[test]
fn what_only_looks_like_a_definition_is_none() {
    for text in [
        r#"{"Version": "2012-10-17", "Steps": []}"#,
        r#"{"Version": "1.0", "Steps": [{"Name": "a", "Type": "Training", "Arguments": {}}]}"#,
        r#"{"Version": "2020-12-01", "Steps": [{"Arguments": 1}]}"#,
    ] {
        let (_, outcome) = outcome(&[("a.json", text)]);
        assert_eq!(ids(&outcome.graph), [], "{text}");
    }
}

#[test]
fn a_definition_that_is_none_is_named() {
    let template = "Resources:\n  P:\n    Type: AWS::SageMaker::Pipeline\n    Properties:\n      PipelineDefinition: {PipelineDefinitionBody: '{}'}\n";
    let (_, outcome) = outcome(&[("t.yaml", template)]);
    let [missed] = outcome.graph.not_evaluated() else { panic!("{:?}", outcome.graph.not_evaluated()) };
    assert_eq!(missed.why, "its definition has no `Version` and `Steps`");
    let in_s3 = template.replace("PipelineDefinitionBody: '{}'", "PipelineDefinitionS3Location: {Bucket: b, Key: k}");
    let outcome = crate::read::testing::outcome(&[("t.yaml", &in_s3)]).1;
    let [missed] = outcome.graph.not_evaluated() else { panic!("{:?}", outcome.graph.not_evaluated()) };
    assert_eq!(missed.why, "its definition lies in S3");
}

#[test]
fn each_of_two_definitions_that_a_condition_decides_between_is_read() {
    let body = |spot: bool| {
        format!(
            r#"'{{"Version": "2020-12-01", "Steps": [{{"Name": "Train{spot}", "Type": "Training", "Arguments": {{"EnableManagedSpotTraining": {spot}}}}}]}}'"#
        )
    };
    let template = format!(
        "Parameters:\n  Env: {{Type: String}}\nConditions:\n  IsProd: !Equals [!Ref Env, prod]\nResources:\n  Nightly:\n    Type: AWS::SageMaker::Pipeline\n    Properties:\n      PipelineDefinition:\n        PipelineDefinitionBody: !If\n          - IsProd\n          - {}\n          - {}\n",
        body(false),
        body(true)
    );
    let (_, read) = outcome(&[("t.yaml", &template)]);
    assert_eq!(ids(&read.graph).len(), 3);
    let [_, prod, dev] = read.graph.resources() else { panic!("a pipeline and a job for each branch") };
    assert_eq!((&*prod.key.id, &*dev.key.id), ("Trainfalse", "Traintrue"));
    assert_eq!(dev.guard, prod.guard.negated(), "only one of them is deployed");
    let half = template.replace(&body(true), "!Ref Env");
    let (_, read) = outcome(&[("t.yaml", &half)]);
    assert_eq!(ids(&read.graph).len(), 2, "{:?}", ids(&read.graph));
    let [missed] = read.graph.not_evaluated() else { panic!("{:?}", read.graph.not_evaluated()) };
    assert_eq!(missed.why, "its definition is not known");
}
