locals {
  cidr    = "10.0.0.0/16"
  azs     = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  private = [for index, az in local.azs : cidrsubnet(local.cidr, 8, index)]
  public  = [for index, az in local.azs : cidrsubnet(local.cidr, 8, index + 100)]
  by_az   = zipmap(local.azs, local.private)
  merged  = merge({ a = 1, b = 2 }, { b = 3, c = 4 }, null)
}
resource "terraform_data" "subnet" {
  for_each = local.by_az
  input    = { cidr = each.value, name = replace(each.key, "/^.*-/", ""), host = cidrhost(each.value, 5) }
}
resource "terraform_data" "all" {
  input = {
    public   = slice(local.public, 0, 2)
    merged   = local.merged
    distinct = distinct(concat(local.azs, [local.azs[0]]))
    chunks   = chunklist(local.azs, 2)
    product  = setproduct(["a", "b"], [1, 2])
    flat     = flatten([["x"], [["y"], "z"]])
    compact  = compact(["a", "", null, "b"])
    element  = element(local.azs, 4)
    sorted   = sort(["c", "a", "b"])
    contains = contains(local.azs, "eu-west-1b")
    matched  = regex("^(\\w+)-(\\w+)-(\\d)", local.azs[0])
    title    = title(join(" ", split("-", "hello-world")))
    hash     = sha256("mllint")
    encoded  = base64encode(jsonencode({ a = 1 }))
    maths    = [max(1, 5, 3), ceil(1.2), floor(-1.2), abs(-3), pow(2, 10), parseint("ff", 16), 7 % 3]
    trimmed  = [trimspace("  a "), trimprefix("s3://x", "s3://"), substr("abcdef", 2, 3), format("%03d|%-5s|%.2f", 7, "a", 1.5)]
    lookups  = [lookup({ a = "b" }, "a", "c"), lookup({ a = "b" }, "z", "c")]
    can      = [can(local.merged.z), can(local.merged.a)]
  }
}
