module "defaults" {
  source = "./child"
}
module "nulls" {
  source   = "./child"
  nullable = null
  strict   = null
  nested   = { name = null }
}
module "given" {
  source   = "./child"
  nullable = "given"
  strict   = "given"
  nested   = { name = "given", inner = { list = ["a"], extra = 1 } }
}
output "all" { value = [module.defaults.all, module.nulls.all, module.given.all] }
