variable "from_default" { default = "default" }
variable "from_tfvars" { default = "default" }
variable "from_json" { default = "default" }
variable "from_auto" { default = "default" }
variable "from_auto_json" { default = "default" }
variable "typed" {
  type    = number
  default = 1
}
variable "kept" {
  type     = string
  nullable = false
  default  = "kept"
}
resource "terraform_data" "all" {
  input = [var.from_default, var.from_tfvars, var.from_json, var.from_auto, var.from_auto_json, var.typed, var.kept]
}
