locals {
  on = var.settings == null ? 0 : 1

  # One of the two, by one setting.
  kafka   = try(var.settings.kafka, null)
  kinesis = local.on == 1 && local.kafka == null ? 1 : 0
  topic   = local.kafka == null ? "" : coalesce(local.kafka.topic, local.changes)
  # Of the stream, of the function that reads it, and of its role.
  changes = "${var.name}-dbt-changes"

  # A metric filter has no dimension that its lines do not have: the environment is in the namespace.
  metrics = "Lakeloop/${var.name}"

  # Seconds that a batch may take.
  timeout = 300

  region    = data.aws_region.current.name
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
