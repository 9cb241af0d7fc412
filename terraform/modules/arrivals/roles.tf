# Without arrivals there are no roles either, and nothing that a proof of permissions would call idle.
resource "aws_iam_role" "gate" {
  count = local.on

  name                 = local.gate
  description          = "What the gate may do: bring files that arrived where they belong, and nothing else"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.lambda_runs_it
}

resource "aws_iam_role" "tick" {
  count = local.on

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

  customer_key = var.kms_key_arn == null ? [] : [{
    # S3 and Lambda ask KMS as the function's role.
    Sid      = "CustomerKey"
    Effect   = "Allow"
    Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
    Resource = [var.kms_key_arn]
  }]
}

resource "aws_iam_role_policy" "gate" {
  count = local.on

  name = "gate"
  role = aws_iam_role.gate[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.logs[local.gate], local.customer_key, [
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
        # To the tables' folders, whatever tables the project declares, and to quarantine. Parts of a large copy that fails are
        # removed by the bucket's own rule, in seven days.
        Sid      = "Places"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
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
  count = local.on

  name = "tick"
  role = aws_iam_role.tick[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.logs[local.tick], local.customer_key, [
      {
        Sid      = "Ticks"
        Effect   = "Allow"
        Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
        Resource = [local.queue_arns["ticks"]]
      },
      {
        # Markers, and whether files still lie in incoming/.
        Sid      = "Buckets"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.raw, local.artifacts]
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
      ], var.topic_arn == null ? [] : [{
        # One message about what lies in quarantine.
        Sid      = "Topic"
        Effect   = "Allow"
        Action   = ["sns:Publish"]
        Resource = [var.topic_arn]
    }])
  })
}
