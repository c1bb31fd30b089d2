variable "given" { type = string }
variable "other" { default = "known" }
resource "terraform_data" "this" {
  input = "${var.other}-${var.given}"
}
output "both" { value = [var.other, var.given] }
