variable "number" { type = number }
resource "terraform_data" "this" {
  count = var.number + 1
  input = "worker-${var.number}-${count.index}"
}
output "name" { value = "worker-${var.number}" }
output "inputs" { value = terraform_data.this[*].input }
