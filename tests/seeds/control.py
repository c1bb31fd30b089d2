import argparse
import os
from dataclasses import dataclass

import boto3
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.model import Model
from sagemaker.modules.configs import CheckpointConfig, Compute, Networking, StoppingCondition
from sagemaker.modules.train import ModelTrainer
from sagemaker.sklearn import SKLearn
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner

parser = argparse.ArgumentParser()
parser.add_argument("--instance-type", default="ml.m5.xlarge")
args = parser.parse_args()
session = sagemaker.Session()
client = session.sagemaker_client
role, bucket = "arn:aws:iam::111122223333:role/training", "team-data"
sizes = ["ml.m5.large", "ml.m5.xlarge"]
extra = {}
DEBUG = False

for size in sizes:
    SKLearn("fit.py", role=role, instance_type=size, instance_count=1, framework_version="1.2-1").fit("s3://team/x")

for access in ["Disabled"]:
    client.create_notebook_instance(
        NotebookInstanceName="looped", InstanceType="ml.t3.medium", RoleArn=role, RootAccess=access, SubnetId="subnet-1"
    )

if not DEBUG:
    extra["checkpoint_s3_uri"] = "s3://%s/checkpoints" % bucket
else:
    extra = {"checkpoint_s3_uri": "s3://team-data/debug"}

estimator = Estimator(
    "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1-gpu-py310",
    role,
    instance_count=1,
    instance_type="ml.g5.xlarge" if DEBUG else "ml.g5.2xlarge",
    use_spot_instances=bool(1),
    max_run=int("7200"),
    max_wait=2 * 60 * 60,
    checkpoint_local_path="/opt/ml/checkpoints",
    subnets=["subnet-0a1b"],
    security_group_ids=list(("sg-0a1b",)),
    **extra,
)
predictor = estimator.deploy(1, "ml.m5.large")
predictor.delete_endpoint()

tuner = HyperparameterTuner(
    estimator=estimator,
    objective_metric_name="loss",
    hyperparameter_ranges={"lr": ContinuousParameter(0.01, 0.1)},
    max_jobs=4,
)
tuner.fit()

trainer = ModelTrainer(
    training_image="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1-gpu-py310",
    role=role,
    compute=Compute(instance_type="ml.g5.xlarge", instance_count=1, enable_managed_spot_training=True),
    stopping_condition=StoppingCondition(max_runtime_in_seconds=7200, max_wait_time_in_seconds=7200),
    checkpoint_config=CheckpointConfig(s3_uri="s3://team-data/checkpoints"),
    networking=Networking(subnets=["subnet-0a1b"], security_group_ids=["sg-0a1b"]),
)

match os.environ.get("STAGE", "dev"):
    case "dev":
        options = {"RootAccess": "Disabled", "SubnetId": "subnet-1"}
    case _:
        options = {"RootAccess": "Disabled", "SubnetId": "subnet-2"}
client.create_notebook_instance(NotebookInstanceName="staged", InstanceType="ml.t3.medium", RoleArn=role, **options)

try:
    chosen = {"RootAccess": "Disabled", "SubnetId": "subnet-1"}
except KeyError:
    chosen = {"RootAccess": "Disabled", "SubnetId": "subnet-2"}
client.create_notebook_instance(NotebookInstanceName="tried", InstanceType="ml.t3.medium", RoleArn=role, **chosen)

settings = {"model": {"VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}, "stale": 1}
settings["model"]["EnableNetworkIsolation"] = True
del settings["stale"]
client.create_model(
    ModelName="-".join(["churn", "v1"]),
    ExecutionRoleArn=role,
    PrimaryContainer={"Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"},
    **settings["model"],
)

names = [{"Name": name, "RootAccess": "Disabled"} for name in ("a", "b")]
for item in names:
    client.create_notebook_instance(
        NotebookInstanceName=item["Name"],
        InstanceType="ml.t3.medium",
        RoleArn=role,
        RootAccess=item["RootAccess"],
        SubnetId="subnet-0a1b",
    )


class Trainer:
    def __init__(self, spot=True, **rest):
        self.spot = spot
        self.uri = "s3://team-data/checkpoints"
        self.image = "433757028032.dkr.ecr.us-west-2.amazonaws.com/image-classification:1"

    def train(self, kind="ml.g5.2xlarge", *more):
        Estimator(
            self.image,
            role,
            1,
            kind,
            use_spot_instances=self.spot,
            checkpoint_s3_uri=self.uri,
            max_run=7200,
            subnets=["subnet-0a1b"],
            security_group_ids=["sg-0a1b"],
        ).fit()


def serve(vpc=None):
    vpc = vpc or {"Subnets": ["subnet-0a1b"], "SecurityGroupIds": ["sg-0a1b"]}
    client.create_model(
        ModelName="served",
        ExecutionRoleArn=role,
        PrimaryContainer={"Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"},
        VpcConfig=vpc,
    )


def serverless(small=True):
    client.create_model(ModelName="tiny", ExecutionRoleArn=role, PrimaryContainer={"Image": "mine/churn:3"})
    client.create_endpoint_config(
        EndpointConfigName="tiny",
        ProductionVariants=[
            {"ModelName": "tiny", "VariantName": "all", "ServerlessConfig": {"MaxConcurrency": 1, "MemorySizeInMB": 1024}}
        ],
    )


@dataclass
class Plan:
    kind: str = "ml.g5.2xlarge"
    spot: bool = True
    subnets: tuple = ("subnet-0a1b",)

    def network(self, groups):
        return {"subnets": list(self.subnets), "security_group_ids": groups}


def follow(plan, uri, wait=7200):
    options = {"checkpoint_s3_uri": uri} if plan.spot else {}
    return make(plan.kind, use_spot_instances=plan.spot, max_wait=wait, **plan.network(["sg-0a1b"]), **options)


def make(kind, **more):
    image = "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1-gpu-py310"
    return Estimator(image, role, 1, kind, max_run=7200, **more)


for plan, prefix in zip([Plan(), Plan(kind="ml.g5.xlarge")], ("a", "b")):
    follow(plan, f"s3://team-data/{prefix}").fit("s3://team-data/train")
