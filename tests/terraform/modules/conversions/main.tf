variable "flags" {
  type    = map(bool)
  default = { a = "true", b = false }
}
variable "matrix" {
  type    = list(list(number))
  default = [["1", 2], [3]]
}
variable "keyed" {
  type = map(object({ id = number, labels = optional(set(string), ["z", "a"]) }))
  default = {
    two = { id = "2" }
    one = { id = 1, labels = ["q", "q", "b"] }
  }
}
resource "terraform_data" "flag" {
  for_each = { for name, on in var.flags : name => on if on }
  input    = each.value
}
resource "terraform_data" "matrix" {
  count = length(var.matrix)
  input = sum(var.matrix[count.index])
}
resource "terraform_data" "keyed" {
  for_each = var.keyed
  input    = { id = each.value.id * 10, labels = each.value.labels, text = tostring(each.value.id), set = toset([3, 1, 2]) }
}
output "texts" { value = [tostring(true), tonumber("1.50"), tobool("false"), tolist(toset(["b", "a"])), tomap({ a = 1, b = "c" })] }
output "comparisons" { value = ["1" == 1, 1 == 1.0, null == null, [1] == [1], "a" != "b", !true || 2 >= 2] }
