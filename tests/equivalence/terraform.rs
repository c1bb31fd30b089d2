//! The faults in Terraform: through variables, locals, `for_each`, dynamic blocks, and as JSON.

use crate::cases::Case;

pub(crate) const GPU_ALGORITHM_ON_CPU: &[Case] = &[Case {
    file: "main.tf",
    bad: r#"
locals {
  sizes = { small = "ml.m5.xlarge", large = "ml.g5.4xlarge" } ◁
}

resource "aws_sagemaker_training_job" "classify" {
  training_job_name = "classify"
  role_arn          = "arn:aws:iam::111122223333:role/training"

  algorithm_specification {
    training_image      = "685385470294.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1" ◁
    training_input_mode = "File"
  }

  resource_config {
    instance_type  = local.sizes["small"] ◀
    instance_count = 1
  }
}"#,
    good: ("ml.m5.xlarge", "ml.g5.xlarge"),
    unknown: (r#""ml.m5.xlarge""#, "timestamp()"),
}];

pub(crate) const SPOT_WITHOUT_CHECKPOINT: &[Case] = &[Case {
    file: "main.tf",
    bad: r#"
variable "checkpoints" { type = list(string) }

locals {
  spot = true
}

resource "aws_sagemaker_training_job" "long" { ◀
  training_job_name            = "long"
  role_arn                     = "arn:aws:iam::111122223333:role/training"
  enable_managed_spot_training = local.spot ◁

  algorithm_specification {
    training_image      = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vision:7"
    training_input_mode = "File"
  }

  dynamic "checkpoint_config" {
    for_each = []
    content { s3_uri = checkpoint_config.value }
  }

  stopping_condition {
    max_runtime_in_seconds = 12 * 60 * 60 ◁
  }
}"#,
    good: ("for_each = []", r#"for_each = ["s3://runs/checkpoints"]"#),
    unknown: ("for_each = []", "for_each = var.checkpoints"),
}];

pub(crate) const MODEL_OUTSIDE_VPC: &[Case] = &[
    Case {
        file: "main.tf",
        bad: r#"
variable "subnets" {
  type    = list(string)
  default = []
}

resource "aws_sagemaker_model" "churn" { ◀
  execution_role_arn = "arn:aws:iam::111122223333:role/model"

  primary_container {
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"
  }

  dynamic "vpc_config" {
    for_each = length(var.subnets) > 0 ? [1] : []
    content {
      subnets            = var.subnets
      security_group_ids = ["sg-1"]
    }
  }
}"#,
        good: ("default = []", r#"default = ["subnet-1"]"#),
        unknown: ("length(var.subnets) > 0 ? [1] : []", "data.aws_subnets.all.ids"),
    },
    Case {
        file: "main.tf.json",
        bad: r#"
{
  "resource": {
    "aws_sagemaker_model": {
      "churn": { ◀
        "execution_role_arn": "arn:aws:iam::111122223333:role/model",
        "primary_container": {"image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"}
      }
    }
  }
}"#,
        good: (
            r#""execution_role_arn""#,
            r#""vpc_config": {"subnets": ["subnet-1"], "security_group_ids": ["sg-1"]}, "execution_role_arn""#,
        ),
        unknown: (
            r#""execution_role_arn""#,
            r#""dynamic": {"vpc_config": {"for_each": "${data.aws_subnets.all.ids}", "content": {}}},
        "execution_role_arn""#,
        ),
    },
];

pub(crate) const NOTEBOOK_OUTSIDE_VPC: &[Case] = &[Case {
    file: "main.tf",
    bad: r#"
variable "settings" { type = any }

locals {
  defaults = { subnet_id = null, instance_type = "ml.t3.medium" } ◁
  settings = merge(local.defaults, { role_arn = "arn:aws:iam::111122223333:role/notebook" })
}

resource "aws_sagemaker_notebook_instance" "explore" {
  for_each      = { explore = local.settings }
  name          = each.key
  instance_type = each.value.instance_type
  role_arn      = each.value.role_arn
  subnet_id     = each.value.subnet_id ◀
}"#,
    good: ("subnet_id = null", r#"subnet_id = "subnet-0a1b""#),
    unknown: ("merge(local.defaults, {", "merge(local.defaults, var.settings, {"),
}];

pub(crate) const NOTEBOOK_ROOT_ACCESS: &[Case] = &[Case {
    file: "main.tf",
    bad: r#"
variable "root_access" {
  default = "Enabled" ◁
}

resource "aws_sagemaker_notebook_instance" "explore" {
  count         = 1
  name          = "explore-${count.index}"
  instance_type = "ml.t3.medium"
  role_arn      = "arn:aws:iam::111122223333:role/notebook"
  root_access   = title(lower(var.root_access)) ◀
}"#,
    good: ("Enabled", "DISABLED"),
    unknown: ("default = ", "description = "),
}];

pub(crate) const BUCKET_WITHOUT_ENCRYPTION: &[Case] = &[Case {
    file: "main.tf",
    bad: r#"
variable "bucket" {}

locals {
  encrypted = toset(["models"])
}

resource "aws_s3_bucket" "data" { ◀
  for_each = toset(["models", "training"])
  bucket   = "team-${each.key}"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "data" {
  for_each = local.encrypted
  bucket   = aws_s3_bucket.data[each.key].id

  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "aws:kms" }
  }
}"#,
    good: (r#"toset(["models"])"#, r#"toset(["models", "training"])"#),
    unknown: ("aws_s3_bucket.data[each.key].id", "var.bucket"),
}];

/// As in the other languages: what a condition decides that is open.
pub(crate) const SERVERLESS_OR_PROVISIONED: &[(&str, &str, &str)] = &[
    (
        "main.tf",
        "`var.serverless` is false",
        r#"
variable "serverless" { type = bool }

resource "aws_sagemaker_model" "churn" { ◀
  execution_role_arn = "arn:aws:iam::111122223333:role/model"
  primary_container {
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"
  }
}

resource "aws_sagemaker_endpoint_configuration" "churn" {
  production_variants {
    variant_name  = "all"
    model_name    = aws_sagemaker_model.churn.name
    instance_type = var.serverless ? null : "ml.m5.large"

    dynamic "serverless_config" {
      for_each = var.serverless ? [1] : []
      content {
        max_concurrency   = 5
        memory_size_in_mb = 2048
      }
    }
  }
}"#,
    ),
    (
        "two-resources.tf",
        "`var.serverless` is false",
        r#"
variable "serverless" { type = bool }

resource "aws_sagemaker_model" "churn" { ◀
  execution_role_arn = "arn:aws:iam::111122223333:role/model"
  primary_container {
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"
  }
}

resource "aws_sagemaker_endpoint_configuration" "serverless" {
  count = var.serverless ? 1 : 0
  production_variants {
    model_name = aws_sagemaker_model.churn.name
    serverless_config { max_concurrency = 5 }
  }
}

resource "aws_sagemaker_endpoint_configuration" "provisioned" {
  count = var.serverless ? 0 : 1
  production_variants {
    model_name    = aws_sagemaker_model.churn.name
    instance_type = "ml.m5.large"
  }
}"#,
    ),
];
