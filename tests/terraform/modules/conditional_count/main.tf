variable "create" { default = true }
variable "environment" { default = "dev" }
locals {
  is_prod = var.environment == "prod"
}
resource "terraform_data" "on" {
  count = var.create ? 1 : 0
  input = "on"
}
resource "terraform_data" "off" {
  count = var.create && local.is_prod ? 1 : 0
  input = "off"
}
resource "terraform_data" "text" {
  count = var.create ? "1" : "0"
  input = "text"
}
output "on" { value = one(terraform_data.on[*].input) }
output "off" { value = one(terraform_data.off[*].input) }
output "tried" { value = try(terraform_data.off[0].input, "absent") }
output "joined" { value = join(",", concat(terraform_data.on[*].input, terraform_data.off[*].input)) }
