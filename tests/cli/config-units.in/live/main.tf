variable "root_access" {
  type = string
}

provider "aws" {}

resource "aws_sagemaker_notebook_instance" "dev" {
  name            = "dev"
  role_arn        = "arn:aws:iam::111122223333:role/notebook"
  instance_type   = "ml.t3.medium"
  root_access     = var.root_access
  subnet_id       = "subnet-0123456789abcdef0"
  security_groups = ["sg-0123456789abcdef0"]
}
