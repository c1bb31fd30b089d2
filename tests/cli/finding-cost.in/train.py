from sagemaker import KMeans
from sagemaker.pytorch import PyTorch

topics = KMeans(
    role="arn:aws:iam::111122223333:role/training",
    instance_count=1,
    instance_type="ml.g5.12xlarge",
    k=10,
    max_run=4 * 3600,
)
topics.fit(topics.record_set([]))
pictures = PyTorch(
    entry_point="fit.py",
    role="arn:aws:iam::111122223333:role/training",
    framework_version="2.1",
    py_version="py310",
    instance_count=1,
    instance_type="ml.g5.2xlarge",
    max_run=12 * 3600,
    checkpoint_s3_uri="s3://models/checkpoints",
)
pictures.fit({"train": "s3://pictures/train"})
