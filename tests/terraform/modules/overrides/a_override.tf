locals {
  name = "first override"
}
resource "terraform_data" "this" {
  triggers_replace = "overridden"
}
module "child" {
  text = "overridden"
}
