locals {
  teams = {
    vision = { gpus = 4, members = ["ann", "bob"] }
    speech = { gpus = 0, members = [] }
  }
}
module "team" {
  source   = "./team"
  for_each = local.teams
  name     = each.key
  members  = each.value.members
  use_gpu  = each.value.gpus > 0
}
resource "terraform_data" "summary" {
  input = { for name, team in module.team : name => team.label }
}
output "labels" { value = [for team in module.team : team.label] }
output "members" { value = flatten(values(module.team)[*].members) }
output "vision" { value = module.team["vision"].label }
