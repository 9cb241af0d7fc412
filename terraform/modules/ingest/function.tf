# A direct upload ends at 50 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html): as the layer, the zip goes
# through a bucket.
resource "aws_s3_object" "ingest" {
  count = local.on

  bucket      = var.artifacts_bucket
  key         = "layers/ingest-${var.architecture}.zip"
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
      error_message = "The zip of batch ingestion does not exist: ${var.function_zip}. `just tf-apply` and `just deploy` build it."
    }
  }
}

resource "aws_lambda_function" "ingest" {
  # checkov:skip=CKV_AWS_50:No tracing: X-Ray's permissions name no resource, and the logs tell what took how long
  # checkov:skip=CKV_AWS_115:One schedule calls one pipeline at a time, and of two runs at once one counts; a limit would fail in new accounts
  # checkov:skip=CKV_AWS_116:With alerts, their queue takes calls that failed; without, nobody would look there
  # checkov:skip=CKV_AWS_117:It reaches AWS's APIs and public ones and takes no connections; a VPC would add endpoints to pay for
  # checkov:skip=CKV_AWS_173:Its environment holds names, no secrets; Lambda encrypts it at rest, with kms_key_arn if there is one
  # checkov:skip=CKV_AWS_272:Code signing needs a signing profile of the account; the zip's hash is pinned by source_code_hash
  count = local.on

  function_name = local.name
  description   = "Brings what is new in a source into the raw bucket"
  role          = aws_iam_role.ingest[0].arn

  s3_bucket         = aws_s3_object.ingest[0].bucket
  s3_key            = aws_s3_object.ingest[0].key
  s3_object_version = aws_s3_object.ingest[0].version_id
  source_code_hash  = try(filebase64sha256(var.function_zip), null)
  handler           = "lakeloop_ingest.handler.handle"
  runtime           = var.python_runtime
  architectures     = [var.architecture]

  memory_size = var.settings.memory_size
  timeout     = local.timeout
  kms_key_arn = var.kms_key_arn

  # A load lies there twice before it is staged: as dlt writes it, and as it is sent.
  ephemeral_storage {
    size = var.settings.ephemeral_storage
  }

  environment {
    variables = {
      ENVIRONMENT     = var.environment
      RAW_BUCKET_NAME = var.raw_bucket
    }
  }

  dynamic "dead_letter_config" {
    for_each = var.dead_letters_arn[*]

    content {
      target_arn = dead_letter_config.value
    }
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    system_log_level      = "INFO"
    log_group             = aws_cloudwatch_log_group.ingest[0].name
  }

  # A function that may not yet do what it does fails at its first invocation.
  depends_on = [aws_iam_role_policy.ingest]
}

resource "aws_cloudwatch_log_group" "ingest" {
  # checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts at rest; kms_key_arn puts a customer's key in its place
  # checkov:skip=CKV_AWS_338:What is worth keeping (rows, state) lies in the raw bucket
  count = local.on

  name              = "/aws/lambda/${local.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
