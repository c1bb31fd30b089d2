variable "bucket" {}
variable "buckets" {}
variable "single" {}
resource "terraform_data" "this" {
  input = [var.bucket.input.region, var.single.input.name]
}
resource "terraform_data" "each" {
  for_each = var.buckets
  input    = "${each.key}: ${each.value.input.region}"
}
output "names" { value = [for bucket in var.buckets : bucket.input.name] }
