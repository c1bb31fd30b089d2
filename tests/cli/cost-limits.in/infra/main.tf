provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = { team = "churn" }
  }
}

resource "aws_sagemaker_endpoint_configuration" "churn" {
  production_variants {
    variant_name           = "main"
    model_name             = "churn"
    instance_type          = "ml.m5.xlarge"
    initial_instance_count = 2
    volume_size_in_gb      = 20
  }
}

resource "aws_sagemaker_endpoint" "churn" {
  name                 = "churn"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.churn.name
}

resource "aws_appautoscaling_target" "churn" {
  service_namespace  = "sagemaker"
  resource_id        = "endpoint/churn/variant/main"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  min_capacity       = 2
  max_capacity       = 6
}

resource "aws_nat_gateway" "main" {
  subnet_id = "subnet-0123"
}

resource "aws_s3_bucket" "data" {
  bucket = "churn-data"
}

resource "aws_db_instance" "features" {
  instance_class = "db.t3.medium"
}
