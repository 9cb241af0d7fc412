# `just dashboard` reads it, and draws the same figures on a page that opens without a network: a widget is a title, metrics, a
# period and a statistic; what is stacked, it draws as bars.
resource "aws_cloudwatch_dashboard" "lake" {
  dashboard_name = local.name
  dashboard_body = jsonencode({
    start = "-P7D"
    # Widgets that have no place are laid out by CloudWatch, one beside the other.
    widgets = concat(
      [{
        type       = "alarm"
        width      = 24
        height     = 3
        properties = { title = "What is wrong", alarms = local.alarms }
      }],
      [for one in local.charts : {
        type   = "metric"
        width  = 8
        height = 6
        properties = {
          title   = one.title
          view    = "timeSeries"
          stacked = one.stacked
          region  = data.aws_region.current.name
          period  = one.period
          stat    = one.stat
          metrics = one.metrics
          yAxis   = { left = { min = 0 } }
        }
      }],
    )
  })
}

locals {
  alarms = concat(
    [for one in [aws_cloudwatch_metric_alarm.failed_run, aws_cloudwatch_metric_alarm.dear_run, aws_cloudwatch_metric_alarm.stale_source] : one.arn],
    aws_cloudwatch_metric_alarm.no_success[*].arn,
    aws_cloudwatch_metric_alarm.lost_start[*].arn,
    [for one in values(aws_cloudwatch_metric_alarm.dead_letters) : one.arn],
    [for one in values(aws_cloudwatch_metric_alarm.old_message) : one.arn],
  )

  hour = 3600
  day  = 86400

  # A metric as a dashboard has it: namespace, name, dimensions one after the other, and how it is drawn.
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
  charts = concat(
    [
      {
        title = "Runs and their outcome", stacked = true, period = local.hour, stat = "Sum"
        metrics = [for one in [["Succeeded", "#2ca02c"], ["Failed", "#d62728"], ["TimedOut", "#ff7f0e"], ["Aborted", "#7f7f7f"]] :
          ["AWS/States", "Executions${one[0]}", "StateMachineArn", var.state_machine_arn, { label = one[0], color = one[1] }]
        ]
      },
      {
        title   = "Duration of a run (s)", stacked = false, period = local.hour, stat = "Maximum"
        metrics = [[local.runner, "RunSeconds", "environment", var.environment, { label = "Longest" }]]
      },
      {
        title   = "Cost a day (USD)", stacked = true, period = local.day, stat = "Sum"
        metrics = [[local.runner, "Dollars", "environment", var.environment, { label = "Dollars" }]]
      },
      {
        title   = "Bytes scanned", stacked = false, period = local.hour, stat = "Sum"
        metrics = [[local.runner, "BytesScanned", "environment", var.environment, { label = "Bytes" }]]
      },
      {
        title   = "Rows written", stacked = false, period = local.hour, stat = "Sum"
        metrics = [[local.runner, "Rows", "environment", var.environment, { label = "Rows" }]]
      },
      {
        title = "Models built, nodes that failed", stacked = false, period = local.hour, stat = "Sum"
        metrics = [
          [local.runner, "ModelsBuilt", "environment", var.environment, { label = "Models built" }],
          [local.runner, "Errors", "environment", var.environment, { label = "Failed", color = "#d62728" }],
        ]
      },
      {
        title   = "Age of the oldest source (s)", stacked = false, period = local.hour, stat = "Maximum"
        metrics = [[local.runner, "OldestSourceSeconds", "environment", var.environment, { label = "Oldest" }]]
      },
    ],
    [for one in [{
      title   = "Lag of captured changes (s)", stacked = false, period = local.hour, stat = "Maximum"
      metrics = [[local.runner, "ChangesLagSeconds", "environment", var.environment, { label = "From commit to changelog" }]]
    }] : one if var.changes],
    [for one in [
      {
        title   = "Messages that wait", stacked = false, period = 300, stat = "Maximum"
        metrics = [for key, queue in local.queues : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { label = key }]]
      },
      {
        title   = "Age of the oldest message (s)", stacked = false, period = 300, stat = "Maximum"
        metrics = [for key, queue in local.queues : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue, { label = key }]]
      },
    ] : one if length(local.queues) > 0],
    [for one in [{
      title   = "Dead letters", stacked = false, period = 300, stat = "Maximum"
      metrics = [for key, queue in local.dead_letters : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { label = key }]]
    }] : one if length(local.dead_letters) > 0],
    [for one in [{
      title   = "Files set apart", stacked = true, period = local.hour, stat = "Sum"
      metrics = [[local.gate, "FilesQuarantined", { label = "Files" }]]
    }] : one if var.gate_log_group != null],
  )
}
