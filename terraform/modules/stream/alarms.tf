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

resource "aws_cloudwatch_metric_alarm" "old_change" {
  count = local.on

  alarm_name        = "${local.changes}-old-change"
  alarm_description = "A change of ${var.name} has waited in the stream for more than ${var.settings.lag_minutes} minutes. The log of ${local.changes} says what fails, or there is more than one shard writes: raise changes.shards. After ${var.settings.retention_hours} hours the stream lets go of it. Ends when it is written."

  namespace           = "AWS/Lambda"
  metric_name         = "IteratorAge"
  dimensions          = { FunctionName = local.changes }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.settings.lag_minutes * 60 * 1000
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  count = local.on

  alarm_name        = "${local.changes}-errors"
  alarm_description = "The function ${local.changes} has failed for ten minutes: it is not configured, may not do what it does, or runs out of time or memory. Its log says which. Nothing is lost: the stream keeps the changes for ${var.settings.retention_hours} hours. Ends with a minute without a failure."

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
