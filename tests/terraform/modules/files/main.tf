locals {
  settings = jsondecode(file("${path.module}/settings.json"))
  jobs     = yamldecode(file("${path.module}/jobs.yaml"))
  configs  = fileset(path.module, "configs/*.json")
}
resource "terraform_data" "job" {
  for_each = local.jobs
  input    = { instance = each.value.instance, hours = try(each.value.hours, local.settings.hours) }
}
resource "terraform_data" "config" {
  for_each = local.configs
  input    = { name = trimsuffix(basename(each.value), ".json"), size = jsondecode(file("${path.module}/${each.value}")).size }
}
module "child" {
  source = "./child"
}
output "exists" { value = fileexists("${path.module}/settings.json") }
output "hash" { value = [filesha256("${path.module}/settings.json"), filemd5("${path.module}/settings.json")] }
output "base64" { value = filebase64("${path.module}/configs/a.json") }
output "child" { value = module.child.text }
