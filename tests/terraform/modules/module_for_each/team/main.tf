variable "name" { type = string }
variable "members" { type = list(string) }
variable "use_gpu" {
  type    = bool
  default = false
}
resource "terraform_data" "member" {
  for_each = toset(var.members)
  input    = "${var.name}/${each.value}"
}
resource "terraform_data" "gpu" {
  count = var.use_gpu ? 1 : 0
  input = "ml.g5.xlarge"
}
output "label" { value = format("%s (%d)", var.name, length(var.members)) }
output "members" { value = [for name in var.members : terraform_data.member[name].input] }
