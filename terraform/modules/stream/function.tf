# A direct upload ends at 50 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html): the code goes through a
# bucket, as the layer does.
resource "aws_s3_object" "code" {
  count = local.on

  bucket      = var.artifacts_bucket
  key         = "layers/cdc-apply-${var.architecture}.zip"
  source      = var.function_zip
  source_hash = try(filebase64sha256(var.function_zip), null)

  # An object takes ten tags, every other resource fifty: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(var.function_zip)
      error_message = "The function's zip does not exist: ${var.function_zip}. `just tf-apply` and `just deploy` build it."
    }
  }
}

resource "aws_lambda_function" "changes" {
  # checkov:skip=CKV_AWS_50:No tracing: X-Ray's permissions name no resource, and the logs tell what took how long
  # checkov:skip=CKV_AWS_115:The stream's mapping bounds how many run at once, one a shard; a limit would fail in new accounts, which have 10 to share
  # checkov:skip=CKV_AWS_116:A stream calls it, which keeps what failed; a dead-letter queue serves asynchronous calls
  # checkov:skip=CKV_AWS_117:It reaches AWS's APIs only and takes no connections; a VPC would add endpoints to pay for
  # checkov:skip=CKV_AWS_173:Its environment holds names, no secrets; Lambda encrypts it at rest, with kms_key_arn if there is one
  # checkov:skip=CKV_AWS_272:Code signing needs a signing profile of the account; the zip's hash is pinned by source_code_hash
  count = local.on

  function_name = local.changes
  description   = "Appends captured changes to the changelog, each once"
  role          = aws_iam_role.changes[0].arn

  s3_bucket         = aws_s3_object.code[0].bucket
  s3_key            = aws_s3_object.code[0].key
  s3_object_version = aws_s3_object.code[0].version_id
  source_code_hash  = try(filebase64sha256(var.function_zip), null)
  handler           = "cdc_apply.handler.handle"
  runtime           = var.python_runtime
  architectures     = [var.architecture]

  memory_size = var.settings.memory_size
  timeout     = local.timeout
  kms_key_arn = var.kms_key_arn

  environment {
    variables = {
      CHANGES_DATABASE = aws_glue_catalog_database.changes[0].name
      RAW_BUCKET_NAME  = var.raw_bucket
    }
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO"
    log_group             = aws_cloudwatch_log_group.changes[0].name
  }

  # A function that may not yet do what it does fails at its first invocation.
  depends_on = [aws_iam_role_policy.changes]
}

resource "aws_lambda_event_source_mapping" "changes" {
  count = local.kinesis

  event_source_arn                   = aws_kinesis_stream.changes[0].arn
  function_name                      = aws_lambda_function.changes[0].arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = var.settings.batch_size
  maximum_batching_window_in_seconds = var.settings.batch_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  # A record that no table takes goes to quarantine. What else fails is Glue's or S3's and comes again until it is written, or until
  # the stream lets go of it: the alarm of its age comes long before.
  bisect_batch_on_function_error = true
  maximum_retry_attempts         = -1
  maximum_record_age_in_seconds  = -1

  # One batch of a shard at a time: a table's position tells how far it is in a shard, and knows no gaps.
  parallelization_factor = 1
}

# A batch that fails comes again until it is written, whole: https://docs.aws.amazon.com/lambda/latest/dg/kafka-retain-records.html
resource "aws_lambda_event_source_mapping" "kafka" {
  count = local.kafka == null ? 0 : 1

  function_name                      = aws_lambda_function.changes[0].arn
  topics                             = [local.topic]
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = var.settings.batch_size
  maximum_batching_window_in_seconds = var.settings.batch_seconds

  self_managed_event_source {
    endpoints = { KAFKA_BOOTSTRAP_SERVERS = join(",", local.kafka.bootstrap_servers) }
  }

  # Offsets are the group's, and the group's name outlives the mapping: one that is made anew goes on where this one was.
  self_managed_kafka_event_source_config {
    consumer_group_id = local.changes
  }

  dynamic "source_access_configuration" {
    for_each = local.accesses

    content {
      type = source_access_configuration.value.type
      uri  = source_access_configuration.value.uri
    }
  }

  # Lambda looks whether the role may reach the brokers when the mapping is made.
  depends_on = [aws_iam_role_policy.changes]
}

locals {
  # https://docs.aws.amazon.com/lambda/latest/api/API_SourceAccessConfiguration.html
  authentications = { plain = "BASIC_AUTH", "scram-256" = "SASL_SCRAM_256_AUTH", "scram-512" = "SASL_SCRAM_512_AUTH" }

  accesses = local.kafka == null ? [] : concat(
    [for subnet in local.kafka.subnets : { type = "VPC_SUBNET", uri = "subnet:${subnet}" }],
    [for group in local.kafka.security_groups : { type = "VPC_SECURITY_GROUP", uri = "security_group:${group}" }],
    [for secret in compact([local.kafka.secret]) : { type = local.authentications[local.kafka.security], uri = secret }],
    [for secret in compact([local.kafka.authority]) : { type = "SERVER_ROOT_CA_CERTIFICATE", uri = secret }],
  )
}

resource "aws_cloudwatch_log_group" "changes" {
  # checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts at rest; kms_key_arn puts a customer's key in its place
  # checkov:skip=CKV_AWS_338:What is worth keeping (changes, records that were set apart) lies in the bucket
  count = local.on

  name              = "/aws/lambda/${local.changes}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
