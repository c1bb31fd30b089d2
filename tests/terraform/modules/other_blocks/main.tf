terraform {
  required_version = ">= 1.5"
}
variable "size" {
  type    = string
  default = "ml.m5.large"
  validation {
    condition     = startswith(var.size, "ml.")
    error_message = "no instance type"
  }
}
moved {
  from = terraform_data.old
  to   = terraform_data.new
}
removed {
  from = terraform_data.gone
  lifecycle {
    destroy = false
  }
}
check "size" {
  assert {
    condition     = terraform_data.new.input == var.size
    error_message = "not passed on"
  }
}
resource "terraform_data" "new" {
  input = var.size
  lifecycle {
    create_before_destroy = true
    precondition {
      condition     = var.size != ""
      error_message = "empty"
    }
  }
  provisioner "local-exec" {
    command = "echo ${self.id}"
  }
  depends_on = [terraform_data.before]
}
resource "terraform_data" "before" {}
output "size" {
  value       = terraform_data.new.input
  description = "its size"
  depends_on  = [terraform_data.before]
}
