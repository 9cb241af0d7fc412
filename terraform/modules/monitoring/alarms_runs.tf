# A missing value leaves these in the state that the last run gave them: an alarm lasts until a run is well.

resource "aws_cloudwatch_metric_alarm" "failed_run" {
  alarm_name        = "${local.name}-failed-run"
  alarm_description = "The last run of ${var.name} failed. `just run retry RUN_ID` carries it on from where it failed; `just report` and `just logs` say why. Ends with the next run that is well."

  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "ignore"
  alarm_actions       = var.failure_topic_arns
  ok_actions          = var.failure_topic_arns

  # The runner counts nodes that failed, and none for a run that is well; a run that ended otherwise is Step Functions' to tell.
  metric_query {
    id          = "failed"
    expression  = "SUM([errors, broken, late])"
    label       = "Failures"
    return_data = true
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = local.runner
      metric_name = "Errors"
      dimensions  = local.runner_dimensions
      period      = 60
      stat        = "Maximum"
    }
  }

  metric_query {
    id = "broken"

    metric {
      namespace   = "AWS/States"
      metric_name = "ExecutionsFailed"
      dimensions  = { StateMachineArn = var.state_machine_arn }
      period      = 60
      stat        = "Sum"
    }
  }

  metric_query {
    id = "late"

    metric {
      namespace   = "AWS/States"
      metric_name = "ExecutionsTimedOut"
      dimensions  = { StateMachineArn = var.state_machine_arn }
      period      = 60
      stat        = "Sum"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "no_success" {
  count = var.limits.success_hours == null ? 0 : 1

  alarm_name        = "${local.name}-no-success"
  alarm_description = "No run of ${var.name} has built anything without an error for ${var.limits.success_hours} hours. `just schedule` shows whether one should have begun, `just report` the last one. Ends with a build that is well."

  evaluation_periods  = var.limits.success_hours
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns

  # By what the runner tells, as executions of the pipeline are not all builds. Filled, since an hour without a value would be
  # made up for by an older one that has one, from before these hours:
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
  metric_query {
    id          = "built_well"
    expression  = "IF(FILL(errors, 1) < 1 AND FILL(models, 0) > 0, 1, 0)"
    label       = "Builds without an error"
    return_data = true
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = local.runner
      metric_name = "Errors"
      dimensions  = local.runner_dimensions
      period      = 3600
      stat        = "Minimum"
    }
  }

  metric_query {
    id = "models"

    metric {
      namespace   = local.runner
      metric_name = "ModelsBuilt"
      dimensions  = local.runner_dimensions
      period      = 3600
      stat        = "Maximum"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "dear_run" {
  alarm_name        = "${local.name}-dear-run"
  alarm_description = "A run of ${var.name} cost more than ${var.limits.run_dollars} USD. `just report` names its dearest models: look for a full refresh, or for a filter on the partition that is gone. Ends with the next run that costs less."

  namespace           = local.runner
  metric_name         = "Dollars"
  dimensions          = local.runner_dimensions
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.limits.run_dollars
  treat_missing_data  = "ignore"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}

resource "aws_cloudwatch_metric_alarm" "stale_source" {
  alarm_name        = "${local.name}-stale-source"
  alarm_description = "`dbt source freshness` found sources of ${var.name} older than they may be. `just invoke source freshness` says which: ask who sends them. Ends when it finds none."

  namespace           = local.runner
  metric_name         = "SourcesStale"
  dimensions          = local.runner_dimensions
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "ignore"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}

resource "aws_cloudwatch_metric_alarm" "lost_start" {
  count = var.schedule_group == null ? 0 : 1

  alarm_name        = "${local.name}-lost-start"
  alarm_description = "A scheduled run of ${var.name} could not begin. `just schedule` shows which one should have; `just run` begins it now. Look at the role ${var.name}-dbt-schedules if it happens again."

  namespace           = "AWS/Scheduler"
  metric_name         = "InvocationDroppedCount"
  dimensions          = { ScheduleGroup = var.schedule_group }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.topic_arns
  ok_actions          = var.topic_arns
}
