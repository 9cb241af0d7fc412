# Without ingestion there is no role either, and nothing that a proof of permissions would call idle.
resource "aws_iam_role" "ingest" {
  count = local.on

  name                 = local.name
  description          = "What batch ingestion may do: read the sources, write raw files, and nothing else"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaRunsIt"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # As the runner's (modules/runner/role.tf).
      Condition = { StringEqualsIfExists = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "ingest" {
  count = local.on

  name = "ingest"
  role = aws_iam_role.ingest[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        # Lambda writes a function's logs as the function's role. The group itself is Terraform's.
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${local.name}:log-stream:*"]
      },
      {
        # S3 says that an object is not there only to who may list the bucket.
        Sid      = "RawBucket"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.raw]
      },
      {
        # Its own folder: commits and what is staged.
        Sid      = "State"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.raw}/_ingest/*"]
      },
      {
        # Files of loads, whatever tables the pipelines name: nothing is read there, and nothing deleted.
        Sid      = "Loads"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.raw}/*/dt=*/*.parquet"]
      },
      {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = ["ssm:GetParameter"]
        Resource = ["arn:${local.partition}:ssm:${local.region}:${local.account}:parameter/${var.project}/${var.environment}/ingest/*"]
      },
      ], local.on == 0 || length(try(var.settings.dynamodb_tables, [])) == 0 ? [] : [{
        Sid      = "Tables"
        Effect   = "Allow"
        Action   = ["dynamodb:Scan"]
        Resource = [for table in var.settings.dynamodb_tables : "arn:${local.partition}:dynamodb:${local.region}:${local.account}:table/${table}"]
        }], [for queue in var.dead_letters_arn[*] : {
        Sid      = "DeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [queue]
        }], var.kms_key_arn == null ? [] : [{
        # S3, SSM and Lambda ask KMS as the function's role.
        Sid      = "CustomerKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [var.kms_key_arn]
    }])
  })
}

locals {
  raw = "arn:${local.partition}:s3:::${var.raw_bucket}"
}
