resource "aws_s3_object" "script" {
  for_each = merge([for name, job in var.jobs : { for file in concat([job.script], job.modules) : "${name}/${basename(file)}" => file }]...)

  bucket      = var.artifacts_bucket
  key         = "${local.scripts}/${each.key}"
  source      = "${var.root}/${each.value}"
  source_hash = try(filemd5("${var.root}/${each.value}"), null)

  # An object takes ten tags, every other resource fifty: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists("${var.root}/${each.value}")
      error_message = "A job's file does not exist: ${each.value}. Its place is told from the checkout's root."
    }
  }
}

resource "aws_glue_job" "job" {
  # checkov:skip=CKV_AWS_195:A security configuration encrypts by a customer's key; buckets and log groups do that by themselves
  for_each = var.jobs

  name              = "${var.name}-dbt-${replace(each.key, "_", "-")}"
  description       = each.value.description
  role_arn          = aws_iam_role.jobs[0].arn
  glue_version      = "5.0"
  worker_type       = each.value.worker_type
  number_of_workers = each.value.workers
  timeout           = each.value.timeout
  max_retries       = each.value.retries
  execution_class   = "STANDARD"

  command {
    name            = "glueetl"
    script_location = "s3://${var.artifacts_bucket}/${aws_s3_object.script["${each.key}/${basename(each.value.script)}"].key}"
    python_version  = "3"
  }

  default_arguments = merge(
    {
      for name, value in each.value.arguments :
      "--${name}" => replace(replace(value, "{raw}", local.words.raw), "{curated}", local.words.curated)
    },
    {
      # https://docs.aws.amazon.com/glue/latest/dg/monitor-continuous-logging-enable.html
      "--custom-logGroup-prefix" = local.logs
      "--job-bookmark-option"    = "job-bookmark-disable"
    },
    length(each.value.modules) == 0 ? {} : {
      "--extra-py-files" = join(",", [
        for file in each.value.modules : "s3://${var.artifacts_bucket}/${aws_s3_object.script["${each.key}/${basename(file)}"].key}"
      ])
    },
  )

  execution_property {
    max_concurrent_runs = 1
  }

  # A job that may not yet do what it does fails at its first run.
  depends_on = [aws_iam_role_policy.jobs, aws_cloudwatch_log_group.jobs]
}

resource "aws_cloudwatch_log_group" "jobs" {
  # checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts at rest; kms_key_arn puts a customer's key in its place
  # checkov:skip=CKV_AWS_338:What is worth keeping (rows) lies in the buckets
  for_each = local.on == 1 ? toset(["output", "error"]) : toset([])

  name              = "${local.logs}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
