locals {
  on   = var.settings == null ? 0 : 1
  gate = "${var.name}-dbt-gate"
  tick = "${var.name}-dbt-tick"

  # Of queues, by what they hold. Their ARNs are written out: a queue's policy names a rule that sends to it.
  queues     = { for queue in ["arrivals", "ticks", "arrivals-dead"] : queue => "${var.name}-dbt-${queue}" }
  queue_arns = { for key, name in local.queues : key => "arn:${local.partition}:sqs:${local.region}:${local.account}:${name}" }
  rules      = { arrived = "${var.name}-dbt-arrived", ended = "${var.name}-dbt-ended" }
  rule_arns  = { for key, name in local.rules : key => "arn:${local.partition}:events:${local.region}:${local.account}:rule/${name}" }

  # Seconds that a batch of files may take, and that a message is hidden while it is worked on: a killed function's come again then.
  timeout    = 300
  visibility = 900

  region    = data.aws_region.current.name
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
