from sagemaker.estimator import Estimator

estimator = Estimator(
    "111122223333.dkr.ecr.us-east-1.amazonaws.com/churn:1",
    "arn:aws:iam::111122223333:role/train",
    instance_count=2,
    instance_type="ml.g5.2xlarge",
    max_run=7200,
)
estimator.fit("s3://churn-data/train")
