from_auto      = "a"
from_auto_json = "a"
