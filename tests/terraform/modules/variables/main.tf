variable "count_text" {
  type    = number
  default = "3"
}
variable "port" {
  type    = string
  default = 8080
}
variable "enabled" {
  type    = bool
  default = "true"
}
variable "names" {
  type    = list(string)
  default = ["b", 1, true]
}
variable "zones" {
  type    = set(string)
  default = ["c", "a", "b", "a"]
}
variable "sizes" {
  type    = map(number)
  default = { small = "1", large = 16 }
}
variable "service" {
  type = object({
    name     = string
    replicas = optional(number, 2)
    owner    = optional(string)
    limits = optional(object({
      cpu    = optional(string, "500m")
      memory = optional(string, "1Gi")
    }), {})
  })
  default = { name = "web", ignored = "x", limits = { cpu = 2 } }
}
variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}
variable "anything" {
  default = { a = [1, "x"], b = null }
}
variable "nothing" {
  type    = string
  default = null
}
resource "terraform_data" "all" {
  input = {
    count_text = var.count_text + 1
    port       = var.port
    enabled    = var.enabled ? "on" : "off"
    names      = var.names
    zones      = var.zones
    sizes      = var.sizes
    service    = var.service
    pair       = var.pair
    anything   = var.anything
    nothing    = var.nothing
    fallback   = coalesce(var.nothing, "none")
  }
}
output "service" { value = var.service }
