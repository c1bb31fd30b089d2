variable "job" {
  type = object({
    name = string
    compute = optional(object({
      count = optional(number, 1)
      type  = optional(string, "ml.m5.large")
      spot  = optional(bool, false)
    }), {})
    tags     = optional(map(string), { team = "ml" })
    channels = optional(list(object({ uri = string, mode = optional(string, "File") })), [{ uri = "s3://default" }])
    retries  = optional(object({ most = number, wait = optional(number) }))
  })
  default = { name = "default" }
}
variable "limits" {
  type     = map(number)
  default  = { low = 1 }
  nullable = false
}
variable "pair" {
  type    = tuple([number, string])
  default = [1, "b"]
}
variable "any" {
  type    = list(any)
  default = [1, 2]
}
variable "ratio" {
  type    = number
  default = 0.7
  validation {
    condition     = var.ratio > 0 && var.ratio < 1
    error_message = "A ratio lies between 0 and 1."
  }
}
output "all" {
  value = {
    job    = var.job
    limits = var.limits
    pair   = var.pair
    any    = var.any
    ratio  = tostring(var.ratio - 0.1)
    set    = toset([for channel in var.job.channels : channel.mode])
  }
}
