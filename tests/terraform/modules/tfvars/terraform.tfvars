from_tfvars    = "tfvars"
from_json      = "tfvars"
from_auto      = "tfvars"
from_auto_json = "tfvars"
typed          = "7"
kept           = null
