module "defaults" {
  source = "./child"
}
module "partly" {
  source = "./child"
  job = {
    name    = 7
    compute = { count = "3" }
    tags    = null
    channels = [
      { uri = "s3://a", mode = null },
      { uri = "s3://b", mode = "Pipe", extra = true },
    ]
  }
  limits = null
  pair   = ["1", 2]
  any    = ["a", 1, true]
}
module "whole" {
  source = "./child"
  job = {
    name     = "whole"
    compute  = null
    tags     = { a = 1, b = true }
    channels = []
    retries  = { most = 5 }
  }
  limits = { low = "0.25", high = 1e3 }
  ratio  = "0.1"
}
output "all" { value = [module.defaults.all, module.partly.all, module.whole.all] }
