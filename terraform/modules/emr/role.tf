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

# https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/security-iam-runtime-role.html
resource "aws_iam_role_policy" "emr" {
  count = local.on

  name = "emr"
  role = aws_iam_role.emr[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "Scripts"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.artifacts}/${local.scripts}/*"]
      },
      {
        # S3 says that an object is not there only to who may list the bucket.
        Sid      = "Buckets"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.raw, local.processed]
      },
      {
        Sid      = "RawFiles"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.raw}/*"]
      },
      {
        # As Glue's jobs (modules/jobs/role.tf); and EMR writes a run's logs with its role.
        Sid      = "CuratedFiles"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.processed}/${local.target}/*"]
      },
      ], var.kms_key_arn == null ? [] : [{
        # S3 asks KMS as the job's role.
        Sid      = "CustomerKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [var.kms_key_arn]
    }])
  })
}
