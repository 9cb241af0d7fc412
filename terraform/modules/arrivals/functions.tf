resource "aws_lambda_function" "gate" {
  # checkov:skip=CKV_AWS_50:No tracing: X-Ray's permissions name no resource, and the logs tell what took how long
  # checkov:skip=CKV_AWS_115:The queue's mapping bounds how many run at once; a limit would fail in new accounts, which have 10 to share
  # checkov:skip=CKV_AWS_116:A queue calls it, and has a dead-letter queue; one of the function's serves asynchronous calls
  # checkov:skip=CKV_AWS_117:It reaches AWS's APIs only and takes no connections; a VPC would add endpoints to pay for
  # checkov:skip=CKV_AWS_173:Its environment holds names, no secrets; Lambda encrypts it at rest, with kms_key_arn if there is one
  # checkov:skip=CKV_AWS_272:Code signing needs a signing profile of the account; the zip's hash is pinned by source_code_hash
  count = local.on

  function_name = local.gate
  description   = "Checks files that arrive: good ones go to their tables, others to quarantine"
  role          = aws_iam_role.gate[0].arn

  filename         = var.function_zip
  source_code_hash = try(filebase64sha256(var.function_zip), null)
  handler          = "gate.handler.handle"
  runtime          = var.python_runtime
  architectures    = [var.architecture]

  memory_size = var.settings.memory_size
  timeout     = local.timeout
  kms_key_arn = var.kms_key_arn

  # One file at a time lies on the disk.
  ephemeral_storage {
    size = min(10240, max(512, var.settings.max_file_mb + 256))
  }

  environment {
    variables = local.variables
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO"
    log_group             = aws_cloudwatch_log_group.gate[0].name
  }

  # A function that may not yet do what it does fails at its first invocation.
  depends_on = [aws_iam_role_policy.gate]

  lifecycle {
    precondition {
      condition     = fileexists(var.function_zip)
      error_message = "The gate's zip does not exist: ${var.function_zip}. `just tf-apply` and `just deploy` build it."
    }
  }
}

resource "aws_lambda_function" "tick" {
  # checkov:skip=CKV_AWS_50:As the gate's
  # checkov:skip=CKV_AWS_115:As the gate's
  # checkov:skip=CKV_AWS_116:As the gate's
  # checkov:skip=CKV_AWS_117:As the gate's
  # checkov:skip=CKV_AWS_173:As the gate's
  # checkov:skip=CKV_AWS_272:As the gate's
  count = local.on

  function_name = local.tick
  description   = "Starts a run of what has arrived when it has been quiet for a while"
  role          = aws_iam_role.tick[0].arn

  filename         = var.function_zip
  source_code_hash = try(filebase64sha256(var.function_zip), null)
  handler          = "gate.tick.handle"
  runtime          = var.python_runtime
  architectures    = [var.architecture]

  memory_size = 256
  timeout     = 60
  kms_key_arn = var.kms_key_arn

  environment {
    variables = local.variables
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO"
    log_group             = aws_cloudwatch_log_group.tick[0].name
  }

  depends_on = [aws_iam_role_policy.tick]
}

locals {
  variables = local.on == 0 ? {} : {
    ALERTS_TOPIC_ARN     = var.topic_arn == null ? "" : var.topic_arn
    ARTIFACTS_BUCKET     = var.artifacts_bucket
    DBT_TARGET           = var.dbt_target
    ENVIRONMENT          = var.environment
    LONGEST_WAIT_SECONDS = var.settings.longest_wait_seconds
    MAX_FILE_BYTES       = var.settings.max_file_mb * 1000000
    QUIET_SECONDS        = var.settings.quiet_seconds
    RAW_BUCKET_NAME      = var.raw_bucket
    STATE_MACHINE_ARN    = var.state_machine_arn
    TICKS_QUEUE_URL      = aws_sqs_queue.ticks[0].url
  }
}

resource "aws_lambda_event_source_mapping" "gate" {
  count = local.on

  event_source_arn        = aws_sqs_queue.arrivals[0].arn
  function_name           = aws_lambda_function.gate[0].arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  # A thousand files at once leave the account's other functions their share.
  scaling_config {
    maximum_concurrency = 5
  }
}

resource "aws_lambda_event_source_mapping" "tick" {
  count = local.on

  event_source_arn = aws_sqs_queue.ticks[0].arn
  function_name    = aws_lambda_function.tick[0].arn
  batch_size       = 10

  scaling_config {
    maximum_concurrency = 2 # the least
  }
}

resource "aws_cloudwatch_log_group" "gate" {
  # checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts at rest; kms_key_arn puts a customer's key in its place
  # checkov:skip=CKV_AWS_338:What is worth keeping (files, runs, reasons) lies in the buckets
  count = local.on

  name              = "/aws/lambda/${local.gate}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_cloudwatch_log_group" "tick" {
  # checkov:skip=CKV_AWS_158:As the gate's
  # checkov:skip=CKV_AWS_338:As the gate's
  count = local.on

  name              = "/aws/lambda/${local.tick}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
