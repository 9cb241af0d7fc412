resource "aws_lambda_function" "runner" {
  # checkov:skip=CKV_AWS_50:No tracing: X-Ray's permissions name no resource, and the answer and the logs tell what took how long
  # checkov:skip=CKV_AWS_115:reserved_concurrency sets it; a limit by default would fail in new accounts, which have 10 to share
  # checkov:skip=CKV_AWS_116:Invoked synchronously, so its errors reach the caller; a dead-letter queue serves asynchronous calls
  # checkov:skip=CKV_AWS_117:It reaches AWS's APIs only and takes no connections; a VPC would add endpoints to pay for
  # checkov:skip=CKV_AWS_173:Its environment holds names, no secrets; Lambda encrypts it at rest, with kms_key_arn if there is one
  # checkov:skip=CKV_AWS_272:Code signing needs a signing profile of the account; the zip's hash is pinned by source_code_hash
  function_name = local.function_name

  # Lambda publishes no version that is the same as the last one, which one that failed would be.
  description = join("", [
    "Runs dbt: {\"command\": [\"build\"], \"cli_args\": [\"--select\", \"+model\"]}",
    var.failed_version == null ? "" : " (after version ${var.failed_version})",
  ])
  role = aws_iam_role.runner.arn

  filename         = var.function_zip
  source_code_hash = try(filebase64sha256(var.function_zip), null)
  handler          = "dbt_runner.handler.handle"
  runtime          = var.python_runtime
  architectures    = [var.architecture]
  layers           = [aws_lambda_layer_version.dbt.arn]

  memory_size                    = var.memory_size
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = var.kms_key_arn
  publish                        = true

  ephemeral_storage {
    size = var.ephemeral_storage
  }

  dynamic "snap_start" {
    for_each = var.snap_start ? ["PublishedVersions"] : []

    content {
      apply_on = snap_start.value
    }
  }

  environment {
    # A team's variables come first: none of the others can be set by them.
    # The runner shows dbt those that it knows by name, and no other: the keys of the role are variables, too.
    variables = merge(var.dbt_environment, length(var.dbt_environment) == 0 ? {} : {
      DBT_ENVIRONMENT_NAMES = join(",", keys(var.dbt_environment))
      }, length(var.databases) == 0 ? {} : {
      GLUE_FURTHER_DATABASES = join(" ", var.databases)
      }, var.changes_database == null ? {} : {
      CHANGES_DATABASE = var.changes_database
      }, {
      ENVIRONMENT                = var.environment
      RAW_BUCKET_NAME            = var.buckets["raw"]
      PROCESSED_BUCKET_NAME      = var.buckets["processed"]
      ATHENA_RESULTS_BUCKET      = var.buckets["athena-results"]
      ARTIFACTS_BUCKET           = var.buckets["artifacts"]
      ATHENA_WORKGROUP           = var.workgroup
      GLUE_DATABASE_NAME         = var.database
      DBT_RAW_SCHEMA             = var.raw_database
      DBT_CHANGES_SCHEMA         = "${var.database}_changes"
      DBT_TARGET                 = var.dbt_target
      ATHENA_PRICE_PER_TB        = var.athena_price_per_tb
      LAMBDA_PRICE_PER_GB_SECOND = var.lambda_price_per_gb_second
    })
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO" # the REPORT records: duration, memory
    log_group             = aws_cloudwatch_log_group.runner.name
  }

  # A function that may not yet do what it does fails at its first invocation.
  depends_on = [aws_iam_role_policy.runner]

  lifecycle {
    precondition {
      condition     = fileexists(var.function_zip)
      error_message = "The function's zip does not exist: ${var.function_zip}. `just function` builds it."
    }
  }
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that is invoked"
  function_name    = aws_lambda_function.runner.function_name
  function_version = coalesce(var.live_version, aws_lambda_function.runner.version)

  lifecycle {
    # `just deploy-*` and `just rollback` write the versions that were live before into it.
    ignore_changes = [description]
  }
}
