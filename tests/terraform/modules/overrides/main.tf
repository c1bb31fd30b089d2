variable "size" {
  type    = string
  default = "small"
}
locals {
  name = "original"
  kept = "kept"
}
resource "terraform_data" "this" {
  input            = { name = local.name, kept = local.kept, size = var.size }
  triggers_replace = "original"
}
module "child" {
  source = "./child"
  text   = "original"
}
output "text" { value = "original ${module.child.text}" }
