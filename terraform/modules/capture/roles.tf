resource "aws_iam_role" "execution" {
  count = local.on

  name                 = "${local.capture}-start"
  description          = "What ECS may do to start the capture: its image, its password, its log"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.tasks_run_it
}

resource "aws_iam_role" "capture" {
  count = local.on

  name                 = local.capture
  description          = "What the capture may do: put changes into the stream, and nothing else"
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = local.tasks_run_it
}

locals {
  tasks_run_it = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TasksRunIt"
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })

  # SSM's or Secrets Manager's, as the ARN says: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
  in_ssm = can(regex("^arn:[^:]+:ssm:", try(var.settings.password_parameter, "")))
  # Secrets Manager takes :KEY:STAGE:VERSION behind the secret's ARN.
  password_arn = try(join(":", slice(split(":", var.settings.password_parameter), 0, local.in_ssm ? 6 : 7)), "")

  start_key = var.kms_key_arn == null ? [] : [{
    Sid      = "PasswordKey"
    Effect   = "Allow"
    Action   = ["kms:Decrypt"]
    Resource = [var.kms_key_arn]
  }]

  start_brokers = length(local.secrets) == 0 ? [] : [{
    Sid      = "Brokers"
    Effect   = "Allow"
    Action   = ["secretsmanager:GetSecretValue"]
    Resource = values(local.secrets)
  }]

  # Kafka's own rights are its cluster's affair.
  send_stream = var.kafka != null ? [] : [{
    Sid      = "Changes"
    Effect   = "Allow"
    Action   = ["kinesis:DescribeStreamSummary", "kinesis:PutRecords"]
    Resource = [local.stream_arn]
  }]

  send_key = var.kms_key_arn == null ? [] : [{
    Sid      = "CustomerKey"
    Effect   = "Allow"
    Action   = ["kms:GenerateDataKey"]
    Resource = [var.kms_key_arn]
  }]
}

resource "aws_iam_role_policy" "execution" {
  count = local.on

  name = "start"
  role = aws_iam_role.execution[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.start_key, local.start_brokers, [
      {
        Sid      = "Password"
        Effect   = "Allow"
        Action   = [local.in_ssm ? "ssm:GetParameters" : "secretsmanager:GetSecretValue"]
        Resource = [local.password_arn]
      },
      {
        Sid      = "Image"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [var.settings.repository_arn]
      },
      {
        # A token is for the account's registry, and no resource can be named.
        Sid      = "Registry"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = ["*"]
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/ecs/${local.capture}:log-stream:*"]
      },
    ])
  })
}

resource "aws_iam_role_policy" "capture" {
  count = local.on

  name = "capture"
  role = aws_iam_role.capture[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.send_key, local.send_stream, [
      {
        Sid      = "LargeChanges"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${local.raw}/oversize/*"]
      },
      {
        # A metric is no resource: the namespace is all that can be named.
        Sid       = "Health"
        Effect    = "Allow"
        Action    = ["cloudwatch:PutMetricData"]
        Resource  = ["*"]
        Condition = { StringEquals = { "cloudwatch:namespace" = local.metrics } }
      },
    ])
  })
}
