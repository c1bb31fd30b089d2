variable "text" {}
resource "terraform_data" "text" {
  input = var.text
}
output "text" { value = upper(var.text) }
