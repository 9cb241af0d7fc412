resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = local.dead_letters

  alarm_name        = "${local.name}-dead-letters-${each.key}"
  alarm_description = "Messages of ${each.key} of ${var.name} were given up and lie in ${each.value}. `just logs` says why; `just redrive` has them tried again. Ends when the queue is empty."

  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}

resource "aws_cloudwatch_metric_alarm" "old_message" {
  for_each = local.queues

  alarm_name        = "${local.name}-old-message-${each.key}"
  alarm_description = "A message of ${each.key} of ${var.name} has waited for more than ${var.limits.message_minutes} minutes in ${each.value}. A run that does not end holds it up (`just report`), or what reads the queue fails. Ends when it is read."

  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = each.value }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.limits.message_minutes * 60
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}
