from_default = "not read"
