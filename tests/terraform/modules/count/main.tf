variable "subnets" {
  type    = list(string)
  default = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
}
resource "terraform_data" "subnet" {
  count = length(var.subnets)
  input = { cidr = var.subnets[count.index], name = "subnet-${count.index + 1}", last = count.index == length(var.subnets) - 1 }
}
resource "terraform_data" "first" {
  input = terraform_data.subnet[0].input.cidr
}
resource "terraform_data" "beside" {
  count = 2
  input = terraform_data.subnet[count.index].input.name
}
output "cidrs" { value = terraform_data.subnet[*].input.cidr }
output "old_splat" { value = terraform_data.subnet.*.input.name }
output "how_many" { value = length(terraform_data.subnet) }
output "by_for" { value = { for index, one in terraform_data.subnet : index => one.input.last } }
