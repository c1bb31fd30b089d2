import boto3
from sagemaker.estimator import Estimator
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

estimator = Estimator(
    "111122223333.dkr.ecr.us-east-1.amazonaws.com/churn:7",
    "arn:aws:iam::111122223333:role/training",
    instance_count=2,
    instance_type="ml.m5.xlarge",
    max_run=2 * 3600,
)
estimator.fit("s3://churn/train")
tuner = HyperparameterTuner(estimator, "auc", {"eta": ContinuousParameter(0, 1)}, max_jobs=10)
tuner.fit("s3://churn/train")

name = input()
boto3.client("sagemaker").create_training_job(
    TrainingJobName=f"nightly-{name}",
    AlgorithmSpecification={
        "TrainingImage": "111122223333.dkr.ecr.us-east-1.amazonaws.com/nightly:1",
        "TrainingInputMode": "File",
    },
    RoleArn="arn:aws:iam::111122223333:role/training",
    OutputDataConfig={"S3OutputPath": "s3://churn/output"},
    ResourceConfig={"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
    StoppingCondition={"MaxRuntimeInSeconds": 36000},
)
