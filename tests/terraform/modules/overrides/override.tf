variable "size" {
  default = "large"
}
locals {
  name = "last override"
}
output "text" { value = "overridden ${module.child.text}" }
