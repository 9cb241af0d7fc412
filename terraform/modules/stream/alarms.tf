resource "aws_cloudwatch_log_metric_filter" "quarantine" {
  count = local.on

  name           = "${local.changes}-quarantined"
  log_group_name = aws_cloudwatch_log_group.changes[0].name
  pattern        = "{ $.message = \"Set apart\" }"

  metric_transformation {
    namespace = local.metrics
    name      = "ChangesQuarantined"
    value     = "1"
    unit      = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "quarantine" {
  count = local.on

  alarm_name        = "${local.changes}-quarantined"
  alarm_description = "Changes of ${var.name} that no table takes lie in s3://${var.raw_bucket}/quarantine/changes/, each with its reason; the changelog lacks them. docs/CHANGES.md says what to do about each reason. Ends when an hour has passed without another."

  namespace           = local.metrics
  metric_name         = "ChangesQuarantined"
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}

# Of Kafka, Lambda tells how many records wait, not how long: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
locals {
  lag       = try(var.settings.lag_minutes, 0)
  what_ails = "The log of ${local.changes} says what fails, or there is more than one shard or partition writes: have more of them."

  old_in_kinesis = "A change of ${var.name} has waited in the stream for more than ${local.lag} minutes. ${local.what_ails} After ${try(var.settings.retention_hours, 0)} hours the stream lets go of it. Ends when it is written."
  old_in_kafka   = "More than a batch of changes of ${var.name} has waited in the topic ${local.topic} for ${local.lag} minutes. ${local.what_ails} When the topic's retention has passed, they are lost. Ends when they are written."
}

resource "aws_cloudwatch_metric_alarm" "old_change" {
  count = local.on

  alarm_name        = "${local.changes}-old-change"
  alarm_description = local.kafka == null ? local.old_in_kinesis : local.old_in_kafka

  namespace           = "AWS/Lambda"
  metric_name         = local.kafka == null ? "IteratorAge" : "OffsetLag"
  dimensions          = { FunctionName = local.changes }
  statistic           = local.kafka == null ? "Maximum" : "Minimum"
  period              = 60
  evaluation_periods  = local.kafka == null ? 2 : min(var.settings.lag_minutes, 1440)
  comparison_operator = "GreaterThanThreshold"
  threshold           = local.kafka == null ? var.settings.lag_minutes * 60 * 1000 : var.settings.batch_size
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  count = local.on

  alarm_name        = "${local.changes}-errors"
  alarm_description = "The function ${local.changes} has failed for ten minutes: it is not configured, may not do what it does, or runs out of time or memory. Its log says which. Nothing is lost before the stream lets go of the changes${local.kafka == null ? ", ${var.settings.retention_hours} hours" : ", the topic's retention"}. Ends with a minute without a failure."

  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = local.changes }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}
