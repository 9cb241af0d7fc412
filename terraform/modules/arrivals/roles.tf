resource "aws_iam_role" "gate" {
  name                 = local.gate
  description          = "What the gate may do: bring files that arrived where they belong, and nothing else"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.lambda_runs_it
}

resource "aws_iam_role" "tick" {
  name                 = local.tick
  description          = "What the tick may do: start the pipeline for what has arrived, and nothing else"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.lambda_runs_it
}

locals {
  lambda_runs_it = jsonencode({
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

  raw       = "arn:${local.partition}:s3:::${var.raw_bucket}"
  artifacts = "arn:${local.partition}:s3:::${var.artifacts_bucket}"

  # Lambda writes a function's logs as the function's role. The groups themselves are Terraform's.
  logs = { for name in [local.gate, local.tick] : name => [{
    Sid      = "Logs"
    Effect   = "Allow"
    Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    Resource = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${name}:log-stream:*"]
  }] }

  customer_key = var.kms_key_arn == null || local.on == 0 ? [] : [{
    # S3 and Lambda ask KMS as the function's role.
    Sid      = "CustomerKey"
    Effect   = "Allow"
    Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
    Resource = [var.kms_key_arn]
  }]
}

resource "aws_iam_role_policy" "gate" {
  name = "gate"
  role = aws_iam_role.gate.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.logs[local.gate], local.customer_key, local.on == 0 ? [] : [
      {
        # Lambda polls the queue as the function's role.
        Sid      = "Arrivals"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        Resource = [local.queue_arns["arrivals"]]
      },
      {
        Sid      = "Ticks"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [local.queue_arns["ticks"]]
      },
      {
        # S3 says that an object is not there only to who may list the bucket.
        Sid      = "Buckets"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.raw, local.artifacts]
      },
      {
        # The version that arrived is looked at and copied. Deleting leaves a mark over it: it can be had back for 90 days.
        Sid      = "Incoming"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObjectVersion"]
        Resource = ["${local.raw}/incoming/*"]
      },
      {
        # To the tables' folders, whatever tables the project declares, and to quarantine; parts, for files of more than 1 GB.
        Sid      = "Places"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.raw}/*"]
      },
      {
        Sid      = "Known"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["${local.artifacts}/arrivals/*"]
      },
    ])
  })
}

resource "aws_iam_role_policy" "tick" {
  name = "tick"
  role = aws_iam_role.tick.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.logs[local.tick], local.customer_key, local.on == 0 ? [] : [
      {
        Sid      = "Ticks"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
        Resource = [local.queue_arns["ticks"]]
      },
      {
        Sid      = "ArtifactsBucket"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.artifacts]
      },
      {
        # Whether all of it was built once.
        Sid      = "Built"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.artifacts}/latest/state.json"]
      },
      {
        # Markers go when their run has succeeded.
        Sid      = "Known"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.artifacts}/arrivals/*"]
      },
      {
        Sid      = "Pipeline"
        Effect   = "Allow"
        Action   = ["states:ListExecutions", "states:StartExecution"]
        Resource = [var.state_machine_arn]
      },
      {
        Sid      = "Runs"
        Effect   = "Allow"
        Action   = ["states:DescribeExecution"]
        Resource = ["${replace(var.state_machine_arn, ":stateMachine:", ":execution:")}:*"]
      },
      ], var.topic_arn == null || local.on == 0 ? [] : [{
        # One message about what lies in quarantine.
        Sid      = "Topic"
        Effect   = "Allow"
        Action   = ["sns:Publish"]
        Resource = [var.topic_arn]
    }])
  })
}
