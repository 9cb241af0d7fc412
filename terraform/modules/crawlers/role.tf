resource "aws_iam_role" "crawlers" {
  count = local.on

  name                 = local.name
  description          = "What crawlers may do: read raw files, write tables into a database of their own"
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

resource "aws_iam_role_policy" "crawlers" {
  count = local.on

  name = "crawlers"
  role = aws_iam_role.crawlers[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        # Glue has one group for all crawlers of an account, and makes it at the first crawl.
        Sid    = "Logs"
        Effect = "Allow"
        Action = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [
          "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws-glue/crawlers",
          "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws-glue/crawlers:*",
        ]
      },
      {
        Sid      = "RawBucket"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.raw]
      },
      {
        Sid      = "RawFiles"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = [for one in values(var.crawlers) : "${local.raw}/${one.path}*"]
      },
      {
        Sid    = "Tables"
        Effect = "Allow"
        Action = [
          "glue:BatchCreatePartition",
          "glue:BatchDeletePartition",
          "glue:CreateTable",
          "glue:GetPartitions",
          "glue:GetTables",
          "glue:UpdatePartition",
          "glue:UpdateTable",
        ]
        Resource = ["${local.glue}:catalog", "${local.glue}:database/${local.database}", "${local.glue}:table/${local.database}/*"]
      },
      ], var.kms_key_arn == null ? [] : [{
        Sid      = "CustomerKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt"]
        Resource = [var.kms_key_arn]
    }])
  })
}
