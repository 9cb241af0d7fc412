locals {
  name = "${var.name}-dbt-alerts"
  dead = "${var.name}-dbt-dead-letters"
  on   = var.recipients == null ? 0 : 1

  webhook_parameter = "/${var.project}/${var.environment}/alerts/webhook"

  region    = data.aws_region.current.name
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  dead_arn    = "arn:${local.partition}:sqs:${local.region}:${local.account}:${local.dead}"
  webhook_arn = "arn:${local.partition}:ssm:${local.region}:${local.account}:parameter${local.webhook_parameter}"
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
