# What training reads.
resource "aws_s3_bucket" "training" {
  bucket = "churn-training-data"
}
