resource "aws_kinesis_stream" "changes" {
  count = local.kinesis

  name             = local.changes
  shard_count      = var.settings.shards
  retention_period = var.settings.retention_hours
  encryption_type  = "KMS"
  kms_key_id       = coalesce(var.kms_key_arn, "alias/aws/kinesis")

  stream_mode_details {
    stream_mode = var.settings.shards == null ? "ON_DEMAND" : "PROVISIONED"
  }
}

resource "aws_glue_catalog_database" "changes" {
  count = local.on

  name        = "${var.database}_changes"
  description = "Changelog of an operational database, a table for each of its tables (${var.name})"
}
