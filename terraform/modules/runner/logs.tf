resource "aws_cloudwatch_log_group" "runner" {
  # checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts at rest; kms_key_arn puts a customer's key in its place
  # checkov:skip=CKV_AWS_338:What is worth keeping (run_results.json and the like) lies in the artifacts bucket
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
