locals {
  users = ["ann", "bob"]
  yes   = true
}
resource "terraform_data" "rendered" {
  input = {
    file      = templatefile("${path.module}/policy.tftpl", { bucket = "raw", actions = ["s3:GetObject", "s3:PutObject"], public = false })
    heredoc   = <<-EOT
      #!/bin/bash
        echo "${join(" ", local.users)}"
      %{for user in local.users~}
      useradd ${user}
      %{endfor~}
      done
    EOT
    directive = "%{if local.yes}yes%{else}no%{endif} $${literal} %%{literal}"
    raw       = <<EOT
  kept "as" it is
EOT
    nested    = "a${"b${"c"}"}"
    single    = "${local.users}"
  }
}
output "json" { value = jsonencode({ users = local.users, nested = { a = 1, b = null }, text = "<&>" }) }
