locals {
  environment = "prod"
  name        = "${local.prefix}-${local.environment}"
  tags        = merge(local.common, { Name = local.name })
}
locals {
  prefix = upper("ml")
  common = {
    Environment = local.environment
    Team        = "vision"
  }
  sizes     = { dev = "ml.t3.medium", prod = "ml.m5.xlarge" }
  size      = lookup(local.sizes, local.environment, "ml.t3.large")
  late      = [for key, value in local.tags : "${key}=${value}"]
  hours     = local.environment == "prod" ? 24 : 8
  thousands = 0.1 + 0.2
}
resource "terraform_data" "notebook" {
  input            = { name = local.name, tags = local.tags, size = local.size, late = local.late }
  triggers_replace = [local.hours * 7, local.thousands]
}
output "late" { value = local.late }
