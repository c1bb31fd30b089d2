variable "environment" { default = "prod" }
module "platform" {
  source      = "./modules/platform"
  environment = var.environment
  settings    = { instance_type = "ml.m5.large", tags = { Team = "vision" } }
}
resource "terraform_data" "root" {
  input = { endpoint = module.platform.endpoint_name, all = module.platform.everything }
}
output "path" { value = module.platform.path }
output "whole" { value = module.platform }
