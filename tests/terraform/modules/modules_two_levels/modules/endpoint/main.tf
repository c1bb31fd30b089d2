variable "name" {}
variable "instance_type" {}
variable "tags" {
  type    = map(string)
  default = {}
}
variable "variants" { default = ["blue", "green"] }
resource "terraform_data" "variant" {
  for_each = toset(var.variants)
  input    = { name = "${var.name}-${each.key}", instance_type = var.instance_type, tags = var.tags, at = path.module }
}
output "name" { value = var.name }
output "tags" { value = var.tags }
