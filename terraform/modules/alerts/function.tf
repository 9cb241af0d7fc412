resource "aws_lambda_function" "alert" {
  # checkov:skip=CKV_AWS_50:No tracing: X-Ray's permissions name no resource, and the logs tell what took how long
  # checkov:skip=CKV_AWS_115:It runs once for each run that ends; a limit would fail in new accounts, which have 10 to share
  # checkov:skip=CKV_AWS_117:It reaches AWS's APIs and a webhook and takes no connections; a VPC would add endpoints to pay for
  # checkov:skip=CKV_AWS_173:Its environment holds names, no secrets; Lambda encrypts it at rest, with kms_key_arn if there is one
  # checkov:skip=CKV_AWS_272:Code signing needs a signing profile of the account; the zip's hash is pinned by source_code_hash
  count = local.on

  function_name = local.name
  description   = "Tells people of runs that failed"
  role          = aws_iam_role.alerts.arn

  filename         = var.function_zip
  source_code_hash = try(filebase64sha256(var.function_zip), null)
  handler          = "alert.handler.handle"
  runtime          = var.python_runtime
  architectures    = [var.architecture]

  memory_size = 256
  timeout     = 60
  kms_key_arn = var.kms_key_arn

  environment {
    variables = merge({
      ALERTS_TOPIC_ARN = aws_sns_topic.alerts.arn
      ARTIFACTS_BUCKET = var.artifacts_bucket
      ENVIRONMENT      = var.environment
      PROJECT          = var.project
      }, var.recipients.webhook ? {
      WEBHOOK_PARAMETER = local.webhook_parameter
    } : {})
  }

  # Lambda calls it again twice, within some minutes; what still fails is kept.
  dead_letter_config {
    target_arn = aws_sqs_queue.dead[0].arn
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO"
    log_group             = aws_cloudwatch_log_group.alerts.name
  }

  # Lambda tries whether the role may send to the queue when the function is made.
  depends_on = [aws_iam_role_policy.alerts]

  lifecycle {
    precondition {
      condition     = fileexists(var.function_zip)
      error_message = "The zip of the function that alerts does not exist: ${var.function_zip}. `just tf-apply` and `just deploy` build it."
    }
  }
}

resource "aws_cloudwatch_log_group" "alerts" {
  # checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts at rest; kms_key_arn puts a customer's key in its place
  # checkov:skip=CKV_AWS_338:The record of what was sent lies in the artifacts bucket
  name              = "/aws/lambda/${local.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
