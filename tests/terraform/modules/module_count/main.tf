module "worker" {
  source = "./worker"
  count  = 2
  number = count.index
}
module "never" {
  source = "./worker"
  count  = 0
  number = 99
}
output "names" { value = module.worker[*].name }
output "second" { value = module.worker[1].name }
output "never" { value = length(module.never) }
