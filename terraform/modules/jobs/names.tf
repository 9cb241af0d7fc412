locals {
  on   = length(var.jobs) > 0 ? 1 : 0
  name = "${var.name}-dbt-jobs"

  # Under layers/, which deployments may write to.
  scripts = "layers/jobs"
  logs    = "/aws-glue/jobs/${local.name}"

  region    = data.aws_region.current.name
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  # Words in arguments for what Terraform alone knows.
  words = {
    raw     = "s3://${var.raw_bucket}"
    curated = "s3://${var.processed_bucket}/${module.spark.target}"
  }
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
