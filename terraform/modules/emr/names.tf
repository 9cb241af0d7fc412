locals {
  on   = var.settings == null ? 0 : 1
  name = "${var.name}-dbt-emr"

  # Under layers/, which deployments may write to.
  scripts = "layers/jobs/emr"

  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
