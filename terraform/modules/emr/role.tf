# Without an application there is no role either, and nothing that a proof of permissions would call idle.
resource "aws_iam_role" "emr" {
  count = local.on

  name                 = local.name
  description          = "What Spark jobs of EMR Serverless may do: read raw files, write curated ones into a folder of their own"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EmrRunsThem"
      Effect    = "Allow"
      Principal = { Service = "emr-serverless.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # As the runner's (modules/runner/role.tf).
      Condition = { StringEqualsIfExists = { "aws:SourceAccount" = local.account } }
    }]
  })
}

module "spark" {
  source = "../spark"

  partition   = local.partition
  scripts     = local.scripts
  kms_key_arn = var.kms_key_arn

  buckets = {
    raw       = var.raw_bucket
    processed = var.processed_bucket
    artifacts = var.artifacts_bucket
  }
}

# https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/security-iam-runtime-role.html
resource "aws_iam_role_policy" "emr" {
  count = local.on

  name = "emr"
  role = aws_iam_role.emr[0].id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = module.spark.statements
  })
}
