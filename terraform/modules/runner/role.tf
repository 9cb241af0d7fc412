resource "aws_iam_role" "runner" {
  name        = local.function_name
  description = "What the dbt runner may do, and nothing else"

  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaRunsIt"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # Lambda's pages do not say that it tells for whose function it asks, so: another account's never, where it does.
      # https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
      Condition = { StringEqualsIfExists = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "runner" {
  name   = "runner"
  role   = aws_iam_role.runner.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}
