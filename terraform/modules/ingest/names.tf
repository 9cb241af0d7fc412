locals {
  on   = var.settings == null ? 0 : 1
  name = "${var.name}-dbt-ingest"

  # Lambda's longest. A run that takes longer is killed, and the next begins where it began: bring such a table from a laptop once.
  timeout = 900

  region    = data.aws_region.current.name
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
