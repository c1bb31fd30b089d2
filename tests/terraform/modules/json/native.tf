resource "terraform_data" "native" {
  input = "${local.name} and ${terraform_data.one.input.number}"
}
