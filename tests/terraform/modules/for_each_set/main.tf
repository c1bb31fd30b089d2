locals {
  roles = ["reader", "writer", "reader"]
}
resource "terraform_data" "role" {
  for_each = toset(local.roles)
  input    = "${each.key}=${each.value}"
}
resource "terraform_data" "quoted" {
  for_each = toset(["with \"quotes\"", "back\\slash", "dollar $${x}", "ünïcode"])
  input    = each.value
}
resource "terraform_data" "none" {
  for_each = toset([])
  input    = each.value
}
resource "terraform_data" "numbers" {
  for_each = toset([for number in range(3) : tostring(number * 10)])
  input    = each.key
}
output "roles" { value = [for role in terraform_data.role : role.input] }
output "none" { value = length(terraform_data.none) }
