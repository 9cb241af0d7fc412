locals {
  name = "${var.name}-dbt"

  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html: the
  # runner writes these (lambda/dbt_runner/cost/metrics.py).
  runner            = "Lakeloop"
  runner_dimensions = { environment = var.environment }
  # A metric filter has no dimension that its lines do not have: the environment is in the namespace.
  gate = "Lakeloop/${var.name}"

  queues       = { for key, one in var.queues : key => one.name if one.name != null }
  dead_letters = { for key, one in var.queues : key => one.dead_letters if one.dead_letters != null }
}

data "aws_region" "current" {}
