# One queue for all that could not be delivered: messages that nobody took, events that found no function, schedules that could
# start no run. Its attributes say which (ERROR_CODE, RULE_ARN, SCHEDULE_ARN).
resource "aws_sqs_queue" "dead" {
  count = local.on

  name                      = local.dead
  message_retention_seconds = 1209600 # 14 days, the longest
  sqs_managed_sse_enabled   = true

  # Here, not in a resource of its own, for whose arrival Terraform would wait half a minute more.
  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-perms; Lambda and Scheduler send by their roles.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DeadLettersOfTheRule"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = local.dead_arn
        Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.ended[0].arn } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = local.dead_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "dead" {
  count = local.on

  alarm_name        = local.dead
  alarm_description = "Something could not be delivered: a message about a run, or the start of a scheduled one. `just alerts env=${var.environment}` shows it and why; `just alerts resend env=${var.environment}` tries again when that is mended."

  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = local.dead }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
}
