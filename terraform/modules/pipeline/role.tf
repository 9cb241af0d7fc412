resource "aws_iam_role" "pipeline" {
  name        = local.name
  description = "What the pipeline may do: invoke the runner, and nothing else"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "StepFunctionsRunsIt"
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html#prevent-cross-service-confused-deputy
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "pipeline" {
  # checkov:skip=CKV_AWS_290:The calls of LogDelivery name no resource: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
  # checkov:skip=CKV_AWS_355:The same
  # checkov:skip=CKV_AWS_289:The same
  name = "pipeline"
  role = aws_iam_role.pipeline.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # The state Invoke: by the number of the version that the alias named when the run began.
        Sid      = "Runner"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = ["${var.function_arn}:*"]
      },
      {
        # The state Find the version.
        Sid      = "LiveVersion"
        Effect   = "Allow"
        Action   = ["lambda:GetAlias"]
        Resource = [var.function_arn, "${var.function_arn}:${var.function_alias}"]
      },
      {
        # Step Functions sets up the delivery of its logs with the machine's role; these calls take no resource.
        Sid    = "LogDelivery"
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery",
          "logs:GetLogDelivery",
          "logs:UpdateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:DescribeResourcePolicies",
          "logs:DescribeLogGroups",
        ]
        Resource = ["*"]
      },
    ]
  })
}
