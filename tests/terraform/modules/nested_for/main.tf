variable "networks" {
  default = {
    training = { cidr = "10.1.0.0/16", subnets = { a = 1, b = 2 } }
    serving  = { cidr = "10.2.0.0/16", subnets = { a = 1 } }
  }
}
locals {
  subnets = flatten([
    for name, network in var.networks : [
      for zone, number in network.subnets : {
        key  = "${name}.${zone}"
        cidr = cidrsubnet(network.cidr, 8, number)
      }
    ]
  ])
  grouped = { for subnet in local.subnets : split(".", subnet.key)[1] => subnet.cidr... }
}
resource "terraform_data" "network" {
  for_each = var.networks
  input    = each.value.cidr
}
resource "terraform_data" "subnet" {
  for_each = { for subnet in local.subnets : subnet.key => subnet }
  input    = { cidr = each.value.cidr, network = terraform_data.network[split(".", each.key)[0]].input }
}
output "grouped" { value = local.grouped }
output "filtered" { value = [for subnet in local.subnets : subnet.key if startswith(subnet.key, "training")] }
