//! Templates, in YAML and JSON.

use mllint::graph::{Input, guard::Tri};

use crate::{
    harness,
    view::{ask, formula, number, properties, resource, targets},
};

const YAML: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Stage: {Type: String}
  Type: {Type: String, Default: ml.m5.xlarge}
  Subnets: {Type: "List<AWS::EC2::Subnet::Id>"}
  Groups: {Type: CommaDelimitedList, Default: "sg-1, sg-2"}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Mappings:
  Sizes:
    small: {Type: ml.t3.medium, Volume: 50}
Resources:
  Role: {Type: AWS::IAM::Role}
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Condition: IsProd
    Properties:
      InstanceType: !Ref Type
      VolumeSizeInGB: !FindInMap [Sizes, small, Volume]
      RoleArn: !GetAtt Role.Arn
      SubnetId: !Select [0, !Ref Subnets]
      SecurityGroupIds: !Ref Groups
      LifecycleConfigName: !Ref AWS::NoValue
      KmsKeyId: "{{resolve:ssm:/key}}"
      PlatformIdentifier: notebook-al2-v3
      RootAccess: !If [IsProd, Disabled, Enabled]
      DefaultCodeRepository: !Sub https://git.${AWS::Region}.amazonaws.com/${Stage}/v1
      AdditionalCodeRepositories: !Split [",", !ImportValue repositories]
      Tags:
        - {Key: stage, Value: !Ref Stage}
      InstanceMetadataServiceConfiguration:
        Fn::Transform: {Name: AWS::Include}
        MinimumInstanceMetadataServiceVersion: 2
"#;

#[test]
fn yaml() {
    let run = harness::run(&[("template.yaml", YAML)], &harness::first());
    let graph = &run.outcome.graph;
    let notebook = resource(graph, "Notebook");
    assert_eq!((notebook.input, formula(&notebook.guard)), (Input::CloudFormation, "[Stage = prod]".to_owned()));
    properties(
        &run,
        "Notebook",
        &[
            ("InstanceType", r#""ml.m5.xlarge""#, "4: ml.m5.xlarge ← ParameterDefault Type@4"),
            ("VolumeSizeInGB", "50", "11: 50 ← Entry Sizes@11"),
            ("RoleArn", "&Role.Arn", "20: Role.Arn"),
            ("SubnetId", "?NoDefault item 0 of parameter Subnets", "21: [0, !Ref Subnets]"),
            ("SecurityGroupIds", r#"["sg-1", "sg-2"]"#, r#"6: "sg-1, sg-2" ← ParameterDefault Groups@6"#),
            ("LifecycleConfigName", "-", "23: AWS::NoValue"),
            ("KmsKeyId", "?External resolve:ssm:/key", r#"24: "{{resolve:ssm:/key}}""#),
            ("PlatformIdentifier", r#""notebook-al2-v3""#, "25: notebook-al2-v3"),
            ("RootAccess", r#"if [Stage = prod] "Disabled" else "Enabled""#, "26: Disabled"),
            (
                "DefaultCodeRepository",
                r#""https://git.{?RunTime AWS::Region}.amazonaws.com/{?NoDefault parameter Stage}/v1""#,
                "27: https://git.${AWS::Region}.amazonaws.com/${Stage}/v1",
            ),
            ("AdditionalCodeRepositories", "[…]", r#"28: [",", !ImportValue repositories]"#),
            ("Tags", r#"[{Key: "stage", Value: ?NoDefault parameter Stage}]"#, "30: - {Key: stage, Value: !Ref Stage}"),
            ("InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion", "2", "33: 2"),
            ("Missing", "not written", ""),
        ],
    );
    assert_eq!(targets(graph, "Notebook", "RoleArn"), ["Role"]);
    assert!(ask(graph, "Notebook", "InstanceMetadataServiceConfiguration.Other", |attr| attr.is_unknown()), "open");
    assert!(ask(graph, "Notebook", "VpcConfig.Subnets", |attr| attr.is_absent()), "closed");
    assert!(ask(graph, "Notebook", "AdditionalCodeRepositories", |attr| attr.items().1), "an open list");
    assert!(ask(graph, "Notebook", "RoleArn.Deep", |attr| attr.is_unknown()), "the inside of a reference");
}

#[test]
fn a_template_answers_as_far_as_it_is_written() {
    let run = harness::run(&[("template.yaml", YAML)], &harness::first());
    let graph = &run.outcome.graph;
    let begins = |prefix: &str| ask(graph, "Notebook", "DefaultCodeRepository", |attr| attr.starts_with(prefix));
    assert_eq!(begins("https://git."), Tri::Yes);
    assert_eq!(begins("https://git.eu-west-1."), Tri::Unknown);
    assert_eq!(begins("http://"), Tri::No);
    let ends = |suffix: &str| ask(graph, "Notebook", "DefaultCodeRepository", |attr| attr.ends_with(suffix));
    assert_eq!(ends("/v1"), Tri::Yes);
    assert_eq!(ends("/prod/v1"), Tri::Unknown);
    assert_eq!(ends("/v2"), Tri::No);
    let holds = |part: &str| ask(graph, "Notebook", "DefaultCodeRepository", |attr| attr.contains(part));
    assert_eq!(holds(".amazonaws.com/"), Tri::Yes);
    assert_eq!(holds("codecommit"), Tri::Unknown);
    let whole = |part: &str| ask(graph, "Notebook", "PlatformIdentifier", |attr| attr.contains(part));
    assert_eq!((whole("al2"), whole("al3")), (Tri::Yes, Tri::No));
    let nothing = |id: &str| ask(graph, "Notebook", id, |attr| attr.contains("x"));
    assert_eq!(
        (nothing("LifecycleConfigName"), nothing("KmsKeyId"), nothing("RoleArn")),
        (Tri::No, Tri::Unknown, Tri::Unknown)
    );
}

const JSON: &str = r#"{
  "Parameters": {
    "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
    "Name": {"Type": "String", "Default": "churn"},
    "Image": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/images/churn"}
  },
  "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
  "Resources": {
    "Model": {
      "Type": "AWS::SageMaker::Model",
      "Properties": {
        "ModelName": {"Fn::Join": ["-", [{"Ref": "Name"}, {"Ref": "Stage"}, "v1"]]},
        "ExecutionRoleArn": {"Fn::ImportValue": "role"},
        "PrimaryContainer": {"Image": {"Ref": "Image"}, "Environment": {"LOG": true}},
        "VpcConfig": {"Fn::If": ["IsProd", {"Subnets": ["subnet-1"]}, {"Ref": "AWS::NoValue"}]}
      }
    },
    "Config": {
      "Type": "AWS::SageMaker::EndpointConfig",
      "Condition": "IsProd",
      "Properties": {
        "ProductionVariants": [
          {"ModelName": {"Fn::GetAtt": ["Model", "ModelName"]}, "InitialVariantWeight": 0.5},
          {"Fn::If": ["IsProd", {"ModelName": {"Ref": "Model"}}, {"Ref": "AWS::NoValue"}]}
        ]
      }
    }
  }
}
"#;

#[test]
fn json() {
    let run = harness::run(&[("template.json", JSON)], &harness::first());
    let graph = &run.outcome.graph;
    properties(
        &run,
        "Model",
        &[
            ("ModelName", r#""churn-{?NoDefault parameter Stage}-v1""#, r#"4: "churn" ← ParameterDefault Name@4"#),
            ("ExecutionRoleArn", "?External import role", r#"13: {"Fn::ImportValue": "role"}"#),
            ("PrimaryContainer.Image", "?External parameter Image", r#"14: {"Ref": "Image"}"#),
            ("PrimaryContainer.Environment", "{LOG: true}", r#"14: {"LOG": true}"#),
            ("VpcConfig", r#"if [Stage = prod] {Subnets: ["subnet-1"]} else -"#, r#"15: {"Subnets": ["subnet-1"]}"#),
        ],
    );
    properties(
        &run,
        "Config",
        &[
            ("ProductionVariants.0.ModelName", "&Model.ModelName", r#"23: {"Fn::GetAtt": ["Model", "ModelName"]}"#),
            ("ProductionVariants.0.InitialVariantWeight", "0.5", "23: 0.5"),
            (
                "ProductionVariants.1",
                "if [Stage = prod] {ModelName: &Model} else -",
                r#"24: {"ModelName": {"Ref": "Model"}}"#,
            ),
        ],
    );
    let users: Vec<&str> =
        graph.referrers(number(graph, "Model")).iter().map(|&id| &*graph.resource(id).key.id).collect();
    assert_eq!(users, ["Config"]);
}
