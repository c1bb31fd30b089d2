variable "buckets" {
  type = map(object({ versioned = bool, days = optional(number, 30) }))
  default = {
    raw     = { versioned = true }
    curated = { versioned = false, days = 90 }
    "a b"   = { versioned = true, days = 1 }
  }
}
resource "terraform_data" "bucket" {
  for_each = var.buckets
  input    = { name = "ml-${each.key}", versioned = each.value.versioned, days = each.value.days }
}
resource "terraform_data" "versioned" {
  for_each = { for name, bucket in var.buckets : name => bucket if bucket.versioned }
  input    = terraform_data.bucket[each.key].input.name
}
output "names" { value = { for key, bucket in terraform_data.bucket : key => bucket.input.name } }
output "one" { value = terraform_data.bucket["raw"].input.days }
output "values" { value = values(terraform_data.bucket)[*].input.versioned }
output "keys" { value = keys(terraform_data.versioned) }
