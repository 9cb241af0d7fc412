# Without jobs there is no role either, and nothing that a proof of permissions would call idle.
resource "aws_iam_role" "jobs" {
  count = local.on

  name                 = local.name
  description          = "What Spark jobs may do: read raw files, write curated ones into a folder of their own"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "GlueRunsThem"
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # As the runner's (modules/runner/role.tf).
      Condition = { StringEqualsIfExists = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "jobs" {
  count = local.on

  name = "jobs"
  role = aws_iam_role.jobs[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        # Glue writes logs as the job's role. The groups themselves are Terraform's.
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.logs}/*"]
      },
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
        # Spark writes aside, then moves: it deletes what it wrote aside and what it overwrites. Parts of an upload that was
        # cut go by the bucket's rule (modules/storage).
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
