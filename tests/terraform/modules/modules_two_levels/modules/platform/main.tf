variable "environment" { type = string }
variable "settings" {
  type = object({
    instance_type = string
    replicas      = optional(number, 1)
    tags          = optional(map(string), {})
  })
}
module "endpoint" {
  source        = "../endpoint"
  name          = "churn-${var.environment}"
  instance_type = var.settings.instance_type
  tags          = merge(var.settings.tags, { Environment = var.environment })
}
resource "terraform_data" "platform" {
  input = [module.endpoint.name, path.module, path.root]
}
output "endpoint_name" { value = module.endpoint.name }
output "everything" { value = { tags = module.endpoint.tags, replicas = var.settings.replicas } }
output "path" { value = path.module }
