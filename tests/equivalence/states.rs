//! The faults in the tasks of state machines: data for the tests.

use super::cases::Case;

pub(crate) const GPU_ALGORITHM_ON_CPU: &[Case] = &[
    Case {
        file: "train.asl.json",
        bad: r#"
{
  "StartAt": "Train",
  "States": {
    "Train": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
      "Parameters": {
        "TrainingJobName.$": "$.job",
        "RoleArn": "arn:aws:iam::111122223333:role/training",
        "AlgorithmSpecification": {
          "TrainingImage": "685385470294.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1", ◁
          "TrainingInputMode": "File"
        },
        "ResourceConfig": {
          "InstanceCount": 1,
          "InstanceType": "ml.m5.xlarge", ◀
          "VolumeSizeInGB": 30
        },
        "OutputDataConfig": {"S3OutputPath": "s3://churn/models"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600}
      },
      "End": true
    }
  }
}"#,
        good: ("ml.m5.xlarge", "ml.g5.xlarge"),
        unknown: (r#""InstanceType": "ml.m5.xlarge""#, r#""InstanceType.$": "$.type""#),
    },
    Case {
        file: "template.yaml",
        bad: r#"
Resources:
  Training:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/states
      DefinitionString: !Sub |
        {
          "StartAt": "Train",
          "States": {
            "Train": {
              "Type": "Task",
              "Resource": "arn:${AWS::Partition}:states:::sagemaker:createTrainingJob.sync",
              "Parameters": {
                "TrainingJobName.$": "$.job",
                "RoleArn": "arn:aws:iam::111122223333:role/training",
                "AlgorithmSpecification": {
                  "TrainingImage": "685385470294.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1", ◁
                  "TrainingInputMode": "File"
                },
                "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}, ◀
                "OutputDataConfig": {"S3OutputPath": "s3://churn/models"},
                "StoppingCondition": {"MaxRuntimeInSeconds": 3600}
              },
              "End": true
            }
          }
        }"#,
        good: ("ml.m5.xlarge", "ml.g5.xlarge"),
        unknown: ("ml.m5.xlarge", "${!Type}"),
    },
];

pub(crate) const SPOT_WITHOUT_CHECKPOINT: &[Case] = &[Case {
    file: "train.asl.yaml",
    bad: r#"
QueryLanguage: JSONata
StartAt: Train
States:
  Train: ◀
    Type: Task
    Resource: arn:aws:states:::sagemaker:createTrainingJob.sync
    Arguments:
      TrainingJobName: "{% $states.input.job %}"
      RoleArn: arn:aws:iam::111122223333:role/training
      AlgorithmSpecification:
        TrainingImage: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3
        TrainingInputMode: File
      ResourceConfig: {InstanceCount: 1, InstanceType: ml.m5.xlarge, VolumeSizeInGB: 30}
      OutputDataConfig: {S3OutputPath: 's3://churn/models'}
      EnableManagedSpotTraining: true ◁
      StoppingCondition: {MaxRuntimeInSeconds: 14400, MaxWaitTimeInSeconds: 28800} ◁
    End: true"#,
    good: (
        "      EnableManagedSpotTraining",
        "      CheckpointConfig: {S3Uri: 's3://churn/checkpoints'}\n      EnableManagedSpotTraining",
    ),
    unknown: ("EnableManagedSpotTraining: true", r#"EnableManagedSpotTraining: "{% $states.input.spot %}""#),
}];

pub(crate) const MODEL_OUTSIDE_VPC: &[Case] = &[
    Case {
        file: "deploy.asl.json",
        bad: r#"
{
  "StartAt": "Model",
  "States": {
    "Model": { ◀
      "Type": "Task",
      "Resource": "arn:aws:states:::sagemaker:createModel",
      "Parameters": {
        "ModelName.$": "$.model",
        "ExecutionRoleArn": "arn:aws:iam::111122223333:role/model",
        "PrimaryContainer": {"Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"}
      },
      "End": true
    }
  }
}"#,
        good: (
            r#""ExecutionRoleArn""#,
            r#""VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}, "ExecutionRoleArn""#,
        ),
        unknown: (r#""ExecutionRoleArn""#, r#""VpcConfig.$": "$.network", "ExecutionRoleArn""#),
    },
    Case {
        file: "template.yaml",
        bad: r#"
Transform: AWS::Serverless-2016-10-31
Resources:
  Deployment:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: Model
        States:
          Model: ◀
            Type: Task
            Resource: arn:aws:states:::aws-sdk:sagemaker:createModel
            Parameters:
              ModelName.$: $.model
              ExecutionRoleArn: arn:aws:iam::111122223333:role/model
              PrimaryContainer: {Image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3'}
            End: true"#,
        good: (
            "              ExecutionRoleArn",
            "              VpcConfig: {Subnets: [subnet-1], SecurityGroupIds: [sg-1]}\n              ExecutionRoleArn",
        ),
        unknown: (
            "              ExecutionRoleArn",
            "              VpcConfig.$: $.network\n              ExecutionRoleArn",
        ),
    },
    Case {
        file: "main.tf",
        bad: r#"
resource "aws_sfn_state_machine" "deployment" {
  name     = "deployment"
  role_arn = "arn:aws:iam::111122223333:role/states"
  definition = jsonencode({
    StartAt = "Model"
    States = {
      Model = { ◀
        Type     = "Task"
        Resource = "arn:aws:states:::sagemaker:createModel"
        Parameters = {
          "ModelName.$"    = "$.model"
          ExecutionRoleArn = "arn:aws:iam::111122223333:role/model"
          PrimaryContainer = { Image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3" }
        }
        End = true
      }
    }
  })
}

variable "network" {}"#,
        good: (
            "          ExecutionRoleArn",
            "          VpcConfig = { Subnets = [\"subnet-1\"], SecurityGroupIds = [\"sg-1\"] }\n          ExecutionRoleArn",
        ),
        unknown: ("          ExecutionRoleArn", "          VpcConfig = var.network\n          ExecutionRoleArn"),
    },
    // A condition chooses between two definitions: the fault is in the second.
    Case {
        file: "conditional.yaml",
        bad: r#"
Parameters:
  Network:
    Type: String
Conditions:
  Isolated: !Equals [!Ref Network, private]
Resources:
  Deployment:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/states
      Definition: !If
        - Isolated
        - StartAt: Model
          States:
            Model:
              Type: Task
              Resource: arn:aws:states:::sagemaker:createModel
              Parameters:
                ModelName: churn
                ExecutionRoleArn: arn:aws:iam::111122223333:role/model
                VpcConfig: {Subnets: [subnet-1], SecurityGroupIds: [sg-1]}
              End: true
        - StartAt: Model
          States:
            Model: ◀
              Type: Task
              Resource: arn:aws:states:::sagemaker:createModel
              Parameters:
                ModelName: open
                ExecutionRoleArn: arn:aws:iam::111122223333:role/model
              End: true"#,
        good: (
            "ModelName: open",
            "ModelName: open\n                VpcConfig: {Subnets: [subnet-1], SecurityGroupIds: [sg-1]}",
        ),
        unknown: ("ModelName: open", "ModelName: open\n                VpcConfig.$: $.network"),
    },
];
