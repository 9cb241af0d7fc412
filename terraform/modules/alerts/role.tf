# Role and log group are there without recipients, too: who deploys may delete neither, and both cost nothing.
resource "aws_iam_role" "alerts" {
  name        = local.name
  description = "What the function that alerts may do, and nothing else"

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

resource "aws_iam_role_policy" "alerts" {
  name   = "alerts"
  role   = aws_iam_role.alerts.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

locals {
  artifacts = "arn:${local.partition}:s3:::${var.artifacts_bucket}"

  # All that is there without recipients is the log, which nobody writes then.
  statements = concat([
    {
      # Lambda writes the function's logs as the function's role. The group itself is Terraform's.
      Sid      = "Logs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${local.name}:log-stream:*"]
    },
    ], local.on == 0 ? [] : [
    {
      # The message to everybody who is subscribed.
      Sid      = "Topic"
      Effect   = "Allow"
      Action   = ["sns:Publish"]
      Resource = [aws_sns_topic.alerts.arn]
    },
    {
      # Files that a run left, which the message tells of; who opens a link reads with this permission.
      Sid      = "Runs"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.artifacts}/runs/*", "arn:${local.partition}:s3:::${var.exports_bucket}/exports/*"]
    },
    {
      # The record of what was sent, and the page that the message links to.
      Sid      = "Sent"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = ["${local.artifacts}/alerts/*"]
    },
    {
      # S3 says that an object is not there only to who may list the bucket.
      Sid      = "ArtifactsBucket"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [local.artifacts]
    },
    {
      # Lambda sends to the dead letters as the function's role.
      Sid      = "DeadLetters"
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = [aws_sqs_queue.dead[0].arn]
    },
    ], !try(var.recipients.webhook, false) ? [] : [
    {
      # The webhook's address. Under AWS's own key of Systems Manager, who may read the parameter may decrypt it.
      Sid      = "Webhook"
      Effect   = "Allow"
      Action   = ["ssm:GetParameter"]
      Resource = [local.webhook_arn]
    },
    ], var.kms_key_arn == null || local.on == 0 ? [] : [
    {
      # S3, SNS and Lambda ask KMS as the function's role; a parameter may be under the key, too.
      Sid      = "CustomerKey"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [var.kms_key_arn]
    },
  ])
}
