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
      }
    ], module.spark.statements)
  })
}
