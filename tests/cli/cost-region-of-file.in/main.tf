provider "aws" {
  region = "us-esat-1"
}

resource "aws_sagemaker_notebook_instance" "this" {
  name          = "n"
  role_arn      = "arn:aws:iam::111122223333:role/r"
  instance_type = "ml.t3.medium"
}
