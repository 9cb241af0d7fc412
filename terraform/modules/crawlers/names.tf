locals {
  on       = length(var.crawlers) > 0 ? 1 : 0
  name     = "${var.name}-dbt-crawlers"
  database = "${var.database}_crawled"

  region    = data.aws_region.current.name
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  raw       = "arn:${local.partition}:s3:::${var.raw_bucket}"
  glue      = "arn:${local.partition}:glue:${local.region}:${local.account}"
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
