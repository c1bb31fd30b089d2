root_access = "Enabled"
subnets = [
