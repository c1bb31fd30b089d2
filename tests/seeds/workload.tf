# A workload without a fault: a seed for the tests that change one value at a time.

variable "stage" {
  default = "dev"
}

variable "root_access" {
  default = "Disabled"
}

locals {
  prefix   = "shop-${var.stage}"
  subnets  = ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]
  groups   = concat(["sg-0a1b2c3d"], [])
  size     = lookup({ dev = "ml.g5.xlarge", prod = "ml.g5.4xlarge" }, var.stage, "ml.g5.2xlarge")
  networks = [{ subnets = local.subnets, groups = local.groups }]
  settings = merge({ type = "ml.t3.medium" }, { root = var.root_access })
}

resource "aws_kms_key" "data" {
  enable_key_rotation = true
}

resource "aws_s3_bucket" "data" {
  for_each = toset(["training", "models"])
  bucket   = "${local.prefix}-${each.key}"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
  for_each = aws_s3_bucket.data
  bucket   = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

resource "aws_s3_bucket" "old" {
  bucket = format("%s-old", local.prefix)

  dynamic "server_side_encryption_configuration" {
    for_each = var.stage == "prod" ? ["aws:kms"] : ["AES256"]

    content {
      rule {
        apply_server_side_encryption_by_default {
          sse_algorithm = server_side_encryption_configuration.value
        }
      }
    }
  }
}

resource "aws_s3_bucket" "named" {
  bucket = "${local.prefix}-named"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "named" {
  bucket = "${local.prefix}-named"

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_iam_role" "ml" {
  name = "${local.prefix}-ml"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "sagemaker.amazonaws.com" } }]
  })
}

resource "aws_sagemaker_model" "this" {
  for_each           = { churn = "churn:3", fraud = "fraud:9" }
  name               = "${local.prefix}-${each.key}"
  execution_role_arn = aws_iam_role.ml.arn

  primary_container {
    image          = join("/", ["111122223333.dkr.ecr.eu-west-1.amazonaws.com", each.value])
    model_data_url = "s3://${aws_s3_bucket.data["models"].bucket}/${each.key}.tar.gz"
  }

  dynamic "vpc_config" {
    for_each = [for network in local.networks : network if length(network.subnets) > 0]

    content {
      subnets            = vpc_config.value.subnets
      security_group_ids = vpc_config.value["groups"]
    }
  }
}

resource "aws_sagemaker_model" "serverless" {
  execution_role_arn = aws_iam_role.ml.arn

  primary_container {
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/small:1"
  }
}

resource "aws_sagemaker_endpoint_configuration" "this" {
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1111-2222-3333-444455556666"

  production_variants {
    variant_name           = "churn"
    model_name             = aws_sagemaker_model.this["churn"].name
    instance_type          = "ml.m5.large"
    initial_instance_count = 2
  }
}

resource "aws_sagemaker_endpoint_configuration" "serverless" {
  production_variants {
    variant_name = "small"
    model_name   = aws_sagemaker_model.serverless.name

    serverless_config {
      max_concurrency   = 5
      memory_size_in_mb = 2048
    }
  }
}

resource "aws_sagemaker_notebook_instance" "workbench" {
  count           = var.stage == "prod" ? 0 : 2
  name            = "workbench-${count.index}"
  instance_type   = local.settings.type
  role_arn        = aws_iam_role.ml.arn
  subnet_id       = element(local.subnets, count.index)
  security_groups = local.groups
  root_access     = try(local.settings["root"], "Disabled")
}

resource "aws_sagemaker_training_job" "classify" {
  training_job_name            = "classify"
  role_arn                     = aws_iam_role.ml.arn
  enable_managed_spot_training = true

  algorithm_specification {
    training_image      = "685385470294.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1"
    training_input_mode = "File"
  }

  output_data_config {
    s3_output_path = "s3://${aws_s3_bucket.data["models"].id}/"
  }

  resource_config {
    instance_type     = local.size
    instance_count    = 1
    volume_size_in_gb = 50
  }

  stopping_condition {
    max_runtime_in_seconds   = 24 * 60 * 60
    max_wait_time_in_seconds = 172800
  }

  checkpoint_config {
    s3_uri = "s3://${aws_s3_bucket.data["training"].id}/checkpoints/"
  }
}
