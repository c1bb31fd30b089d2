variable "nullable" {
  type    = string
  default = "default"
}
variable "strict" {
  type     = string
  default  = "default"
  nullable = false
}
variable "nested" {
  type = object({
    name = optional(string, "named")
    inner = optional(object({
      list = optional(list(string), ["x", "y"])
      map  = optional(map(number))
    }))
  })
  default = {}
}
resource "terraform_data" "this" {
  input = {
    nullable = var.nullable
    strict   = var.strict
    nested   = var.nested
    has_map  = try(var.nested.inner.map != null, false)
  }
}
output "all" { value = terraform_data.this.input }
