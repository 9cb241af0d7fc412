resource "aws_cloudwatch_metric_alarm" "slot_lag" {
  count = local.on

  alarm_name        = "${local.capture}-slot-lag"
  alarm_description = "The database of ${var.name} keeps more than ${var.settings.slot_lag_mb} MB of its log for the capture. The log group /ecs/${local.capture} says what holds it up; beyond max_slot_wal_keep_size the database gives the slot up, and a new snapshot is due (docs/CHANGES.md). Ends when the capture has caught up."

  namespace           = local.metrics
  metric_name         = "CaptureSlotLag"
  dimensions          = local.dimensions
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.settings.slot_lag_mb * 1000000
  treat_missing_data  = "ignore"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}

resource "aws_cloudwatch_metric_alarm" "silence" {
  count = local.on

  alarm_name        = "${local.capture}-silence"
  alarm_description = "The capture of ${var.name} has sent nothing for ${var.settings.silence_minutes} minutes, not even its own heartbeat, or does not run. The last line of the log group /ecs/${local.capture} says why: `refused` waits for somebody (docs/CHANGES.md, bad input). Ends when changes go again."

  namespace           = local.metrics
  metric_name         = "CaptureSilence"
  dimensions          = local.dimensions
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = var.settings.silence_minutes
  datapoints_to_alarm = var.settings.silence_minutes
  comparison_operator = "GreaterThanThreshold"
  threshold           = 60
  treat_missing_data  = "breaching"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}
