locals {
  on   = var.settings == null ? 0 : 1
  name = "${var.name}-dbt-emr"

  # Under layers/, which deployments may write to.
  scripts = "layers/jobs/emr"
  # The folder that all jobs write to, Glue's (modules/jobs) as well.
  target = "tables/jobs"

  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  raw       = "arn:${local.partition}:s3:::${var.raw_bucket}"
  processed = "arn:${local.partition}:s3:::${var.processed_bucket}"
  artifacts = "arn:${local.partition}:s3:::${var.artifacts_bucket}"
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
