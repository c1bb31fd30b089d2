root_access = "Disabled"
subnets = ["subnet-0"]
