locals {
  on = var.settings == null ? 0 : 1

  capture = "${var.name}-dbt-capture"
  # As the capture names them (ingestion/capture, health.py).
  metrics    = "Lakeloop"
  dimensions = { Environment = var.environment, Source = try(var.settings.source, "") }

  raw        = "arn:${local.partition}:s3:::${var.raw_bucket}"
  stream_arn = "arn:${local.partition}:kinesis:${local.region}:${local.account}:stream/${var.stream_name}"

  # As the capture reads them (ingestion/capture, settings.py).
  brokers = var.kafka == null ? {} : {
    CAPTURE_KAFKA_SERVERS  = join(",", var.kafka.bootstrap_servers)
    CAPTURE_KAFKA_SECURITY = var.kafka.security
  }
  secrets = { for name, arn in {
    CAPTURE_KAFKA_SECRET    = try(var.kafka.secret, null)
    CAPTURE_KAFKA_AUTHORITY = try(var.kafka.authority, null)
  } : name => arn if arn != null }

  region    = data.aws_region.current.name
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
