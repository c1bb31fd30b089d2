resource "terraform_data" "source" {
  input = "known"
}
resource "terraform_data" "sink" {
  input            = terraform_data.source.id
  triggers_replace = ["known", terraform_data.source.output]
}
resource "terraform_data" "mixed" {
  input = {
    known   = "a"
    through = terraform_data.source.input
    partly  = "id-${terraform_data.source.id}"
    list    = ["b", terraform_data.source.id]
  }
}
module "child" {
  source = "./child"
  given  = terraform_data.source.id
}
output "id" { value = terraform_data.source.id }
output "known" { value = terraform_data.source.input }
output "part" { value = terraform_data.mixed.input.known }
output "child" { value = module.child.both }
