import os

import boto3
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.pytorch import PyTorch
from sagemaker.serverless import ServerlessInferenceConfig
from sagemaker.xgboost import XGBoost

ROLE = "arn:aws:iam::111122223333:role/training"
BUCKET = "team-data"
USE_SPOT = True
KEEP = 1
SIZES = {"small": "ml.m5.xlarge", "large": "ml.g5.xlarge"}
NETWORK = {"subnets": ["subnet-0a1b"], "security_group_ids": ["sg-0a1b"]}
SPOT = {"use_spot_instances": USE_SPOT, "max_run": 7200, "max_wait": 10800}
SAVED = dict(checkpoint_s3_uri=f"s3://{BUCKET}/checkpoints")
DEFAULTS = {"RootAccess": "Enabled", "InstanceType": "ml.t3.medium", "RoleArn": ROLE}
SAFE = {**DEFAULTS, **{"RootAccess": "Disabled", "SubnetId": "subnet-0a1b"}}
SAFER = DEFAULTS | {"RootAccess": "Disabled", "SubnetId": "subnet-0a1b"}

session = sagemaker.Session()
region = "eu-west-1"
client = boto3.client("sagemaker")

pytorch = PyTorch(
    entry_point="train.py",
    role=ROLE,
    framework_version="2.1",
    py_version="py310",
    instance_count=1,
    instance_type=SIZES["large"],
    hyperparameters={"epochs": 10},
    **SPOT,
    **SAVED,
    **NETWORK,
)
pytorch.fit({"train": TrainingInput("s3://team-data/train", content_type="text/csv")})

quick = PyTorch(
    entry_point="train.py",
    role=ROLE,
    framework_version="2.1",
    py_version="py310",
    instance_count=1,
    instance_type="ml.g5.xlarge",
    use_spot_instances=True,
    max_run=min(1800, 3000) if KEEP > 2 else 1800,
    max_wait=3600,
)

image = sagemaker.image_uris.retrieve("image-classification", region)
classifier = Estimator(image, ROLE, 1, "ml.g5.2xlarge", output_path="s3://" + BUCKET + "/out")
classifier.set_hyperparameters(num_classes=10)

counter = Estimator(
    image_uri=sagemaker.image_uris.retrieve(framework="xgboost", region=region, version="1.0-1"),
    role=ROLE,
    instance_count=1,
    instance_type=SIZES["small"],
    use_spot_instances=not KEEP,
)

boosted = XGBoost(
    entry_point="boost.py",
    role=ROLE,
    framework_version="1.7-1",
    instance_count=1,
    instance_type="ml.g5.xlarge",
)

own = Estimator(
    image_uri="111122223333.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1",
    role=ROLE,
    instance_count=1,
    instance_type="ml.m5.xlarge",
)

model = Model(
    image_uri="111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:{}".format(3),
    model_data="s3://team-data/model.tar.gz",
    role=ROLE,
    vpc_config={"Subnets": ["subnet-0a1b"], "SecurityGroupIds": ["sg-0a1b"]},
)
predictor = model.deploy(initial_instance_count=1, instance_type="ml.m5.large")
predictor.delete_endpoint()

small = Model(image_uri="111122223333.dkr.ecr.eu-west-1.amazonaws.com/small:1", role=ROLE)
small.deploy(serverless_inference_config=ServerlessInferenceConfig(memory_size_in_mb=2048, max_concurrency=5))

client.create_notebook_instance(NotebookInstanceName="safe", **SAFE)
client.create_notebook_instance(NotebookInstanceName="safer", **SAFER)

notebook = {"NotebookInstanceName": "explore", "InstanceType": "ml.t3.medium", "RoleArn": ROLE}
notebook["RootAccess"] = "Enabled"
notebook.update({"RootAccess": "Disabled"}, SubnetId="subnet-0a1b")
client.create_notebook_instance(**notebook)

request = {
    "TrainingJobName": "count",
    "AlgorithmSpecification": {
        "TrainingImage": "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1-gpu-py310",
        "TrainingInputMode": "File",
    },
    "RoleArn": ROLE,
    "OutputDataConfig": {"S3OutputPath": os.environ.get("OUTPUT", "s3://team-data/out")},
    "ResourceConfig": {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
    "StoppingCondition": {"MaxRuntimeInSeconds": 2 * 3600},
}
request["EnableManagedSpotTraining"] = True
request.setdefault("CheckpointConfig", {"S3Uri": "s3://team-data/checkpoints"})
if KEEP == 2:
    request.pop("CheckpointConfig")
client.create_training_job(**request)

client.create_model(
    ModelName="churn",
    ExecutionRoleArn=ROLE,
    PrimaryContainer={"Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"},
    VpcConfig={"Subnets": NETWORK["subnets"], "SecurityGroupIds": NETWORK.get("security_group_ids", [])},
)


def tune(access="Disabled", subnet="subnet-0a1b"):
    settings = {"NotebookInstanceName": "tuned", "InstanceType": "ml.t3.medium", "RoleArn": ROLE}
    settings["RootAccess"] = access
    settings["SubnetId"] = subnet
    client.create_notebook_instance(**settings)
