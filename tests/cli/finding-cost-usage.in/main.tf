provider "aws" {
  region = "us-east-1"
}

resource "aws_sagemaker_notebook_instance" "dev" {
  name          = "dev"
  role_arn      = "arn:aws:iam::111122223333:role/notebook"
  instance_type = "ml.g5.xlarge"
}

resource "aws_sagemaker_endpoint_configuration" "churn" {
  name = "churn-prod"

  production_variants {
    variant_name           = "main"
    model_name             = "churn"
    instance_type          = "ml.m4.xlarge"
    initial_instance_count = 1
  }
}

resource "aws_sagemaker_endpoint" "churn" {
  name                 = "churn-prod"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.churn.name
}
