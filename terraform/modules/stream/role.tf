# Without changes there is no role either, and nothing that a proof of permissions would call idle.
resource "aws_iam_role" "changes" {
  count = local.on

  name                 = local.changes
  description          = "What the writer of the changelog may do: read the stream, write its own tables, and nothing else"
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

locals {
  raw  = "arn:${local.partition}:s3:::${var.raw_bucket}"
  glue = "arn:${local.partition}:glue:${local.region}:${local.account}"
}

locals {
  # Lambda polls as the function's role: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
  reads_kinesis = [for stream in aws_kinesis_stream.changes : {
    Sid    = "Stream"
    Effect = "Allow"
    Action = [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ]
    Resource = [stream.arn]
  }]

  # https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-permissions.html
  secrets       = local.kafka == null ? [] : compact([local.kafka.secret, local.kafka.authority])
  reads_secrets = length(local.secrets) == 0 ? [] : [{ Sid = "Brokers", Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = local.secrets }]

  ec2        = "arn:${local.partition}:ec2:${local.region}:${local.account}"
  subnets    = try(local.kafka.subnets, [])
  in_network = [for statement in local.of_networks : statement if length(local.subnets) > 0]
  of_networks = [
    {
      Sid    = "NetworkInterfaces"
      Effect = "Allow"
      Action = ["ec2:CreateNetworkInterface"]
      Resource = concat(
        ["${local.ec2}:network-interface/*"],
        [for subnet in local.subnets : "${local.ec2}:subnet/${subnet}"],
        [for group in try(local.kafka.security_groups, []) : "${local.ec2}:security-group/${group}"],
      )
    },
    {
      Sid       = "OwnNetworkInterfaces"
      Effect    = "Allow"
      Action    = ["ec2:DeleteNetworkInterface"]
      Resource  = ["${local.ec2}:network-interface/*"]
      Condition = { ArnEquals = { "ec2:Subnet" = [for subnet in local.subnets : "${local.ec2}:subnet/${subnet}"] } }
    },
    {
      # None of them names a resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
      Sid      = "Networks"
      Effect   = "Allow"
      Action   = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"]
      Resource = ["*"]
    },
  ]
}

resource "aws_iam_role_policy" "changes" {
  count = local.on

  name = "changes"
  role = aws_iam_role.changes[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.reads_kinesis, local.reads_secrets, local.in_network, [
      {
        # Lambda writes the function's logs as the function's role. The group itself is Terraform's.
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${local.changes}:log-stream:*"]
      },
      {
        # PyIceberg asks for the database before each commit.
        Sid    = "Tables"
        Effect = "Allow"
        Action = ["glue:CreateTable", "glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"]
        Resource = [
          "${local.glue}:catalog",
          "${local.glue}:database/${aws_glue_catalog_database.changes[0].name}",
          "${local.glue}:table/${aws_glue_catalog_database.changes[0].name}/*",
        ]
      },
      {
        # Deleting: metadata that is twenty commits old, and manifests of a commit that another came before.
        Sid      = "TableFiles"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.raw}/changes/*"]
      },
      {
        # S3 says that an object is not there only to who may list the bucket.
        Sid      = "Bucket"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.raw]
      },
      {
        # Reading and deleting: what is tried again.
        Sid      = "Quarantine"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.raw}/quarantine/changes/*"]
      },
      {
        Sid      = "LargeChanges"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.raw}/oversize/*"]
      },
      ], var.kms_key_arn == null ? [] : [{
        # S3, Kinesis and Lambda ask KMS as the function's role.
        Sid      = "CustomerKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [var.kms_key_arn]
    }])
  })
}
