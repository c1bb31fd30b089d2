//! The faults in all their languages: data for the tests.

/// One fault in one input.
pub(crate) struct Case {
    pub(crate) file: &'static str,
    pub(crate) bad: &'static str,
    /// What to replace by what, so that it is right.
    pub(crate) good: (&'static str, &'static str),
    /// What to replace by what, so that it cannot be known.
    pub(crate) unknown: (&'static str, &'static str),
}

pub(crate) const GPU_ALGORITHM_ON_CPU: &[Case] = &[
    Case {
        file: "through_a_variable.py",
        bad: r#"
import os
import sagemaker
from sagemaker.estimator import Estimator

image = sagemaker.image_uris.retrieve("image-classification", "eu-west-1")
instance_type = "ml.m5.xlarge" ◁
estimator = Estimator(
    image, ◁
    "arn:aws:iam::111122223333:role/training",
    instance_count=1,
    instance_type=instance_type, ◀
)"#,
        good: ("ml.m5.xlarge", "ml.g5.xlarge"),
        unknown: (r#""ml.m5.xlarge""#, r#"os.environ["INSTANCE_TYPE"]"#),
    },
    Case {
        file: "by_a_dict.py",
        bad: r#"
import sagemaker

settings = {
    "role": "arn:aws:iam::111122223333:role/training",
    "instance_count": 1,
    "instance_type": "ml.m5.xlarge", ◀
}
sagemaker.estimator.Estimator(
    image_uri=sagemaker.image_uris.retrieve("image-classification", "eu-west-1"), ◁
    **settings,
)"#,
        good: ("ml.m5.xlarge", "ml.p3.2xlarge"),
        unknown: (r#""ml.m5.xlarge""#, "chosen()"),
    },
    Case {
        file: "across_cells.ipynb",
        bad: r#"
import sagemaker
from sagemaker.estimator import Estimator
# %%
instance_type = "ml.m5.xlarge" ◁
# %%
image = sagemaker.image_uris.retrieve("image-classification", "eu-west-1")
# %%
estimator = Estimator(
    image_uri=image, ◁
    role="arn:aws:iam::111122223333:role/training",
    instance_count=1,
    instance_type=instance_type, ◀
)"#,
        good: ("ml.m5.xlarge", "ml.g4dn.xlarge"),
        unknown: (r#"instance_type = "ml.m5.xlarge""#, "instance_type = input()"),
    },
    Case {
        file: "in_several_statements.py",
        bad: r#"
import boto3

request = {"TrainingJobName": "classify", "RoleArn": "arn:aws:iam::111122223333:role/training"}
request["AlgorithmSpecification"] = {
    "TrainingImage": "685385470294.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1", ◁
    "TrainingInputMode": "File",
}
request["ResourceConfig"] = {"InstanceCount": 1, "VolumeSizeInGB": 30}
request["ResourceConfig"]["InstanceType"] = "ml.m5.xlarge" ◀
request.update(StoppingCondition={"MaxRuntimeInSeconds": 3600}, OutputDataConfig={"S3OutputPath": "s3://a/b"})
boto3.client("sagemaker").create_training_job(**request)"#,
        good: ("ml.m5.xlarge", "ml.g5.xlarge"),
        unknown: (r#""ml.m5.xlarge""#, "chosen()"),
    },
    Case {
        file: "request.json",
        bad: r#"
{
  "TrainingJobName": "classify",
  "AlgorithmSpecification": {
    "TrainingImage": "685385470294.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1", ◁
    "TrainingInputMode": "File"
  },
  "RoleArn": "arn:aws:iam::111122223333:role/training",
  "OutputDataConfig": {"S3OutputPath": "s3://a/b"},
  "ResourceConfig": {
    "InstanceCount": 1,
    "InstanceType": "ml.m5.xlarge", ◀
    "VolumeSizeInGB": 30
  },
  "StoppingCondition": {"MaxRuntimeInSeconds": 3600}
}"#,
        good: ("ml.m5.xlarge", "ml.g5.xlarge"),
        unknown: ("ml.m5.xlarge", "${INSTANCE_TYPE}"),
    },
];

pub(crate) const SPOT_WITHOUT_CHECKPOINT: &[Case] = &[
    Case {
        file: "through_a_variable.py",
        bad: r#"
from sagemaker.pytorch import PyTorch

use_spot = True
estimator = PyTorch( ◀
    entry_point="train.py",
    role="arn:aws:iam::111122223333:role/training",
    framework_version="2.1",
    py_version="py310",
    instance_count=1,
    instance_type="ml.g5.xlarge",
    use_spot_instances=use_spot, ◁
    max_run=7200, ◁
    max_wait=7200,
)"#,
        good: ("max_wait=7200", "max_wait=7200, checkpoint_s3_uri='s3://a/b'"),
        unknown: ("use_spot = True", "use_spot = is_cheap()"),
    },
    Case {
        file: "by_a_dict.py",
        bad: r#"
import sagemaker
from sagemaker.estimator import Estimator

spot = {
    "use_spot_instances": True, ◁
    "max_wait": 9000,
}
settings = dict(
    role="arn:aws:iam::111122223333:role/training",
    instance_count=1,
    instance_type="ml.g5.xlarge",
    max_run=9000, ◁
)
image = sagemaker.image_uris.retrieve(
    "pytorch", "eu-west-1", version="2.1", instance_type="ml.g5.xlarge", image_scope="training"
)
Estimator(image, **settings, **spot) ◀"#,
        good: (r#""max_wait": 9000"#, r#""checkpoint_s3_uri": "s3://a/b""#),
        unknown: (r#"**settings, **spot"#, r#"**settings, **spot, **saved()"#),
    },
    Case {
        file: "across_cells.ipynb",
        bad: r#"
from sagemaker.pytorch import PyTorch
hours = 2
# %%
estimator = PyTorch( ◀
    entry_point="train.py",
    role="arn:aws:iam::111122223333:role/training",
    framework_version="2.1",
    py_version="py310",
    instance_count=1,
    instance_type="ml.g5.xlarge",
    use_spot_instances=True, ◁
    max_run=hours * 3600, ◁
    max_wait=hours * 3600,
)"#,
        good: ("hours = 2", "hours = 0.5"),
        unknown: ("hours = 2", "hours = int(input())"),
    },
    Case {
        file: "in_several_statements.py",
        bad: r#"
import boto3

image = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-training:2.1-gpu-py310"
request = {"TrainingJobName": "fit", "RoleArn": "arn:aws:iam::111122223333:role/training"} ◁
request["AlgorithmSpecification"] = {"TrainingImage": image, "TrainingInputMode": "File"}
request["ResourceConfig"] = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
request["OutputDataConfig"] = {"S3OutputPath": "s3://a/b"}
request["EnableManagedSpotTraining"] = True ◁
request["StoppingCondition"] = {"MaxRuntimeInSeconds": 7200, "MaxWaitTimeInSeconds": 7200} ◁
boto3.client("sagemaker").create_training_job(**request) ◀"#,
        good: (
            r#"["OutputDataConfig"]"#,
            r#"["CheckpointConfig"] = {"S3Uri": "s3://a/c"}; request["OutputDataConfig"]"#,
        ),
        unknown: ("= True", "= is_cheap()"),
    },
    Case {
        file: "request.json",
        bad: r#"
{
  "TrainingJobName": "fit", ◀
  "AlgorithmSpecification": {
    "TrainingImage": "763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-training:2.1-gpu-py310",
    "TrainingInputMode": "File"
  },
  "RoleArn": "arn:aws:iam::111122223333:role/training",
  "OutputDataConfig": {"S3OutputPath": "s3://a/b"},
  "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
  "EnableManagedSpotTraining": true, ◁
  "StoppingCondition": {"MaxRuntimeInSeconds": 7200, "MaxWaitTimeInSeconds": 7200} ◁
}"#,
        good: (r#""EnableManagedSpotTraining": true"#, r#""EnableManagedSpotTraining": false"#),
        unknown: (r#""EnableManagedSpotTraining": true"#, r#""EnableManagedSpotTraining": "${SPOT}""#),
    },
];

pub(crate) const MODEL_OUTSIDE_VPC: &[Case] = &[
    Case {
        file: "template.yaml",
        bad: "
Resources:
  Model: ◀
    Type: AWS::SageMaker::Model
    Properties:
      ExecutionRoleArn: arn:aws:iam::111122223333:role/model
      PrimaryContainer: {Image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3'}",
        good: (
            "      ExecutionRoleArn",
            "      VpcConfig: {Subnets: [subnet-1], SecurityGroupIds: [sg-1]}\n      ExecutionRoleArn",
        ),
        unknown: ("      ExecutionRoleArn", "      VpcConfig: !ImportValue vpc\n      ExecutionRoleArn"),
    },
    Case {
        file: "template.json",
        bad: r#"
{
  "Resources": {
    "Model": { ◀
      "Type": "AWS::SageMaker::Model",
      "Properties": {
        "ExecutionRoleArn": "arn:aws:iam::111122223333:role/model",
        "PrimaryContainer": {"Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"}
      }
    }
  }
}"#,
        good: (
            r#""ExecutionRoleArn""#,
            r#""VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}, "ExecutionRoleArn""#,
        ),
        unknown: (r#""ExecutionRoleArn""#, r#""VpcConfig": {"Fn::ImportValue": "vpc"}, "ExecutionRoleArn""#),
    },
    Case {
        file: "through_a_variable.py",
        bad: r#"
from sagemaker.model import Model

vpc = None ◁
model = Model(
    image_uri="111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3",
    role="arn:aws:iam::111122223333:role/model",
    vpc_config=vpc, ◀
)"#,
        good: ("vpc = None", r#"vpc = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}"#),
        unknown: ("vpc = None", "vpc = network()"),
    },
    Case {
        file: "by_a_dict.py",
        bad: r#"
from sagemaker.model import Model

settings = {"role": "arn:aws:iam::111122223333:role/model"}
Model(image_uri="111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3", **settings) ◀"#,
        good: ("**settings)", r#"**settings, vpc_config={"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]})"#),
        unknown: (r#"= {"role""#, r#"= {**network(), "role""#),
    },
    Case {
        file: "across_cells.ipynb",
        bad: r#"
from sagemaker.model import Model
settings = {"role": "arn:aws:iam::111122223333:role/model"} ◁
# %%
settings["image_uri"] = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"
# %%
model = Model(**settings) ◀"#,
        good: (r#"settings["image"#, r#"settings["vpc_config"] = {"Subnets": ["subnet-1"]}; settings["image"#),
        unknown: (r#"settings["image"#, r#"complete(settings); settings["image"#),
    },
    Case {
        file: "in_several_statements.py",
        bad: r#"
import boto3

request = {"ModelName": "churn"} ◁
request["ExecutionRoleArn"] = "arn:aws:iam::111122223333:role/model"
request["PrimaryContainer"] = {"Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"}
boto3.client("sagemaker").create_model(**request) ◀"#,
        good: (r#"{"ModelName""#, r#"{"VpcConfig": {"Subnets": ["subnet-1"]}, "ModelName""#),
        unknown: (r#"request["PrimaryContainer"]"#, r#"request[key()] = 1; request["PrimaryContainer"]"#),
    },
    Case {
        file: "request.json",
        bad: r#"
{
  "ModelName": "churn", ◀
  "ExecutionRoleArn": "arn:aws:iam::111122223333:role/model",
  "PrimaryContainer": {"Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"}
}"#,
        good: (
            r#""ModelName""#,
            r#""VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}, "ModelName""#,
        ),
        unknown: (r#""ModelName""#, r#""VpcConfig": "${VPC_CONFIG}", "ModelName""#),
    },
];

pub(crate) const NOTEBOOK_OUTSIDE_VPC: &[Case] = &[
    Case {
        file: "template.yaml",
        bad: "
Parameters:
  Subnet: {Type: String}
Resources:
  Notebook: ◀
    Type: AWS::SageMaker::NotebookInstance
    Properties: {InstanceType: ml.t3.medium, RoleArn: 'arn:aws:iam::111122223333:role/notebook'}",
        good: ("{InstanceType", "{SubnetId: subnet-0a1b, InstanceType"),
        unknown: ("{InstanceType", "{SubnetId: !Ref Subnet, InstanceType"),
    },
    Case {
        file: "template.json",
        bad: r#"
{
  "Parameters": {"Subnet": {"Type": "String"}},
  "Resources": {
    "Notebook": { ◀
      "Type": "AWS::SageMaker::NotebookInstance",
      "Properties": {"InstanceType": "ml.t3.medium", "RoleArn": "arn:aws:iam::111122223333:role/notebook"}
    }
  }
}"#,
        good: (r#"{"InstanceType"#, r#"{"SubnetId": "subnet-0a1b", "InstanceType"#),
        unknown: (r#"{"InstanceType"#, r#"{"SubnetId": {"Ref": "Subnet"}, "InstanceType"#),
    },
    Case {
        file: "in_several_statements.py",
        bad: r#"
import boto3

settings = dict(NotebookInstanceName="explore", InstanceType="ml.t3.medium") ◁
settings["RoleArn"] = "arn:aws:iam::111122223333:role/notebook"
boto3.client("sagemaker").create_notebook_instance(**settings) ◀"#,
        good: (r#"settings["RoleArn"]"#, r#"settings["SubnetId"] = "subnet-0a1b"; settings["RoleArn"]"#),
        unknown: (r#"settings["RoleArn"]"#, r#"settings["SubnetId"] = find(); settings["RoleArn"]"#),
    },
    Case {
        file: "across_cells.ipynb",
        bad: r#"
import boto3
client = boto3.client("sagemaker")
# %%
settings = {"InstanceType": "ml.t3.medium", "RoleArn": "arn:aws:iam::111122223333:role/notebook"}
# %%
client.create_notebook_instance( ◀
    NotebookInstanceName="explore",
    **settings,
)"#,
        good: (r#"{"InstanceType"#, r#"{"SubnetId": "subnet-0a1b", "InstanceType"#),
        unknown: (r#"{"InstanceType"#, r#"{**find(), "InstanceType"#),
    },
    Case {
        file: "request.json",
        bad: r#"
{
  "NotebookInstanceName": "explore", ◀
  "InstanceType": "ml.t3.medium",
  "RoleArn": "arn:aws:iam::111122223333:role/notebook"
}"#,
        good: (r#""InstanceType"#, r#""SubnetId": "subnet-0a1b", "InstanceType"#),
        unknown: (r#""InstanceType"#, r#""SubnetId": "${SUBNET}", "InstanceType"#),
    },
];

pub(crate) const NOTEBOOK_ROOT_ACCESS: &[Case] = &[
    Case {
        file: "template.yaml",
        bad: "
Parameters:
  Access:
    Type: String
    Default: Enabled ◁
Resources:
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
      RoleArn: arn:aws:iam::111122223333:role/notebook
      RootAccess: !Ref Access ◀",
        good: ("Default: Enabled", "Default: Disabled"),
        unknown: ("    Default: Enabled", ""),
    },
    Case {
        file: "template.json",
        bad: r#"
{
  "Parameters": {
    "Access": {
      "Type": "String",
      "Default": "Enabled" ◁
    }
  },
  "Resources": {
    "Notebook": {
      "Type": "AWS::SageMaker::NotebookInstance",
      "Properties": {
        "InstanceType": "ml.t3.medium",
        "RoleArn": "arn:aws:iam::111122223333:role/notebook",
        "RootAccess": {"Ref": "Access"} ◀
      }
    }
  }
}"#,
        good: ("Enabled", "Disabled"),
        unknown: (r#""Default""#, r#""Description""#),
    },
    Case {
        file: "through_a_variable.py",
        bad: r#"
import boto3

ACCESS = "Enabled" ◁
boto3.client("sagemaker").create_notebook_instance(
    NotebookInstanceName="explore",
    InstanceType="ml.t3.medium",
    RoleArn="arn:aws:iam::111122223333:role/notebook",
    RootAccess=ACCESS, ◀
)"#,
        good: ("Enabled", "Disabled"),
        unknown: (r#""Enabled""#, "chosen()"),
    },
    Case {
        file: "in_several_statements.py",
        bad: r#"
import boto3

settings = {"NotebookInstanceName": "explore", "InstanceType": "ml.t3.medium"}
settings.update(RoleArn="arn:aws:iam::111122223333:role/notebook")
settings["RootAccess"] = "Enabled" ◀
boto3.client("sagemaker").create_notebook_instance(**settings)"#,
        good: ("Enabled", "Disabled"),
        unknown: (r#"= "Enabled""#, r#"= "Enabled"; settings.update(chosen())"#),
    },
    Case {
        file: "across_cells.ipynb",
        bad: r#"
import boto3
access = "Enabled" ◁
# %%
client = boto3.client("sagemaker")
client.create_notebook_instance(
    NotebookInstanceName="explore",
    InstanceType="ml.t3.medium",
    RoleArn="arn:aws:iam::111122223333:role/notebook",
    RootAccess=access, ◀
)"#,
        good: ("Enabled", "Disabled"),
        unknown: (r#""Enabled""#, "input()"),
    },
    Case {
        file: "request.json",
        bad: r#"
{
  "NotebookInstanceName": "explore",
  "InstanceType": "ml.t3.medium",
  "RoleArn": "arn:aws:iam::111122223333:role/notebook",
  "RootAccess": "Enabled" ◀
}"#,
        good: ("Enabled", "Disabled"),
        unknown: ("Enabled", "${ROOT_ACCESS}"),
    },
];

pub(crate) const BUCKET_WITHOUT_ENCRYPTION: &[Case] = &[
    Case {
        file: "template.yaml",
        bad: "
Resources:
  Data: ◀
    Type: AWS::S3::Bucket
    Properties: {BucketName: team-data}",
        good: ("{BucketName", "{BucketEncryption: {ServerSideEncryptionConfiguration: []}, BucketName"),
        unknown: ("{BucketName", "{BucketEncryption: !ImportValue encryption, BucketName"),
    },
    Case {
        file: "template.json",
        bad: r#"
{
  "Resources": {
    "Data": { ◀
      "Type": "AWS::S3::Bucket",
      "Properties": {"BucketName": "team-data"}
    }
  }
}"#,
        good: (r#"{"BucketName"#, r#"{"BucketEncryption": {"ServerSideEncryptionConfiguration": []}, "BucketName"#),
        unknown: (r#"{"BucketName"#, r#"{"BucketEncryption": {"Fn::ImportValue": "encryption"}, "BucketName"#),
    },
];

/// File, branch and text: an endpoint that is serverless or has instances, as a condition decides that is open. With instances its model runs
/// outside of a VPC, which is a fault; serverless it cannot be in one.
pub(crate) const SERVERLESS_OR_PROVISIONED: &[(&str, &str, &str)] = &[
    (
        "template.yaml",
        "`Serverless = yes` is false",
        "
Parameters:
  Serverless: {Type: String, AllowedValues: ['yes', 'no']}
Conditions:
  IsServerless: !Equals [!Ref Serverless, 'yes']
Resources:
  Model: ◀
    Type: AWS::SageMaker::Model
    Properties:
      PrimaryContainer: {Image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3'}
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - ModelName: !GetAtt Model.ModelName
          VariantName: all
          InstanceType: !If [IsServerless, !Ref AWS::NoValue, ml.m5.large]
          ServerlessConfig: !If [IsServerless, {MaxConcurrency: 5, MemorySizeInMB: 2048}, !Ref AWS::NoValue]",
    ),
    (
        "two-resources.json",
        "`Serverless = yes` is false",
        r#"
{
  "Parameters": {"Serverless": {"Type": "String", "AllowedValues": ["yes", "no"]}},
  "Conditions": {
    "IsServerless": {"Fn::Equals": [{"Ref": "Serverless"}, "yes"]},
    "IsProvisioned": {"Fn::Not": [{"Condition": "IsServerless"}]}
  },
  "Resources": {
    "Model": { ◀
      "Type": "AWS::SageMaker::Model",
      "Properties": {"PrimaryContainer": {"Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"}}
    },
    "Serverless": {
      "Type": "AWS::SageMaker::EndpointConfig",
      "Condition": "IsServerless",
      "Properties": {"ProductionVariants": [{
        "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]}, "ServerlessConfig": {"MaxConcurrency": 5}
      }]}
    },
    "Provisioned": {
      "Type": "AWS::SageMaker::EndpointConfig",
      "Condition": "IsProvisioned",
      "Properties": {"ProductionVariants": [{
        "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]}, "InstanceType": "ml.m5.large"
      }]}
    }
  }
}"#,
    ),
    (
        "sdk.py",
        "`argument serverless` is false",
        r#"
from sagemaker.model import Model
from sagemaker.serverless import ServerlessInferenceConfig


def deploy(serverless):
    model = Model( ◀
        image_uri="111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3",
        role="arn:aws:iam::111122223333:role/model",
    )
    if serverless:
        model.deploy(serverless_inference_config=ServerlessInferenceConfig(memory_size_in_mb=2048))
    else:
        model.deploy(1, "ml.m5.large")"#,
    ),
    (
        "boto3.py",
        "`argument serverless` is false",
        r#"
import boto3

client = boto3.client("sagemaker")


def deploy(serverless):
    client.create_model( ◀
        ModelName="churn",
        ExecutionRoleArn="arn:aws:iam::111122223333:role/model",
        PrimaryContainer={"Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"},
    )
    variant = {"ModelName": "churn", "VariantName": "all"}
    if serverless:
        variant["ServerlessConfig"] = {"MaxConcurrency": 5, "MemorySizeInMB": 2048}
    else:
        variant.update(InstanceType="ml.m5.large", InitialInstanceCount=1)
    client.create_endpoint_config(EndpointConfigName="churn", ProductionVariants=[variant])"#,
    ),
];
