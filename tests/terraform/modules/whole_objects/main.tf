resource "terraform_data" "bucket" {
  for_each = { raw = "eu-west-1", curated = "us-east-1" }
  input    = { name = each.key, region = each.value }
}
resource "terraform_data" "single" {
  input = { name = "single" }
}
module "reader" {
  source  = "./reader"
  bucket  = terraform_data.bucket["raw"]
  buckets = terraform_data.bucket
  single  = terraform_data.single
}
output "names" { value = module.reader.names }
