resource "aws_sagemaker_notebook_instance" "this" {
  name          = "inner"
  role_arn      = "arn:aws:iam::123456789012:role/x"
  instance_type = "ml.t3.medium"
}
