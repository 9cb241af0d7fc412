# Alarms, the dashboard and saved queries.

mock_provider "aws" {
  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = { arn = "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:lakeloop-dev-dbt-some" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
}

variables {
  name              = "lakeloop-dev"
  environment       = "dev"
  state_machine_arn = "arn:aws:states:eu-central-1:000000000000:stateMachine:lakeloop-dev-dbt-pipeline"
  log_groups        = ["/aws/lambda/lakeloop-dev-dbt-runner", "/aws/vendedlogs/states/lakeloop-dev-dbt-pipeline"]
  limits            = { run_dollars = 5, message_minutes = 60 }
}

run "without_schedules_and_queues_the_runs_alone_are_watched" {
  command = apply

  module {
    source = "./modules/monitoring"
  }

  assert {
    condition = (
      length(aws_cloudwatch_metric_alarm.no_success) + length(aws_cloudwatch_metric_alarm.lost_start)
      + length(aws_cloudwatch_metric_alarm.dead_letters) + length(aws_cloudwatch_metric_alarm.old_message)
      + length(aws_cloudwatch_log_metric_filter.quarantine)
    ) == 0
    error_message = "alarms that could not tell anything are paid for, too"
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.lake.dashboard_body).widgets[0].properties.alarms) == 3
    error_message = "the dashboard shows every alarm there is"
  }

  assert {
    condition     = !strcontains(aws_cloudwatch_dashboard.lake.dashboard_body, "ChangesLagSeconds")
    error_message = "no chart of what nobody captures"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.failed_run.alarm_actions) == 0
    error_message = "without a topic nobody is told"
  }
}

run "everything_is_watched" {
  command = apply

  module {
    source = "./modules/monitoring"
  }

  variables {
    schedule_group = "lakeloop-dev-dbt-schedules"
    queues         = { arrivals = { name = "lakeloop-dev-dbt-arrivals", dead_letters = "lakeloop-dev-dbt-arrivals-dead" }, alerts = { dead_letters = "lakeloop-dev-dbt-dead-letters" } }
    gate_log_group = "/aws/lambda/lakeloop-dev-dbt-gate"
    changes        = true
    topic_arns     = ["arn:aws:sns:eu-central-1:000000000000:lakeloop-dev-dbt-alerts", "arn:aws:sns:eu-central-1:000000000000:on-call"]

    failure_topic_arns = ["arn:aws:sns:eu-central-1:000000000000:on-call"]
    limits             = { run_dollars = 2, success_hours = 26, message_minutes = 10 }
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.no_success[0].evaluation_periods == 26
      && aws_cloudwatch_metric_alarm.dear_run.threshold == 2
      && aws_cloudwatch_metric_alarm.old_message["arrivals"].threshold == 600
      && toset(keys(aws_cloudwatch_metric_alarm.dead_letters)) == toset(["arrivals", "alerts"])
    )
    error_message = "alarms have the limits that are given"
  }

  assert {
    condition = alltrue([
      for one in concat(
        [aws_cloudwatch_metric_alarm.failed_run, aws_cloudwatch_metric_alarm.dear_run, aws_cloudwatch_metric_alarm.stale_source],
        aws_cloudwatch_metric_alarm.no_success, aws_cloudwatch_metric_alarm.lost_start,
        values(aws_cloudwatch_metric_alarm.dead_letters), values(aws_cloudwatch_metric_alarm.old_message),
        ) : (
        startswith(one.alarm_name, "lakeloop-dev-dbt-")
        && one.ok_actions == one.alarm_actions
        && one.alarm_actions == toset(endswith(one.alarm_name, "failed-run") ? var.failure_topic_arns : var.topic_arns)
        && can(regex("`just [a-z]+", one.alarm_description))
      )
    ])
    error_message = "every alarm tells its beginning and its end, a run that failed those alone who do not hear of it otherwise, and says what to do"
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.lake.dashboard_body).widgets[0].properties.alarms) == 8
    error_message = "the dashboard shows every alarm there is"
  }

  assert {
    condition = toset([
      for one in slice(jsondecode(aws_cloudwatch_dashboard.lake.dashboard_body).widgets, 1, 13) : one.properties.title
      ]) == toset([
      "Runs and their outcome", "Duration of a run (s)", "Cost a day (USD)", "Bytes scanned", "Rows written",
      "Models built, nodes that failed", "Age of the oldest source (s)", "Lag of captured changes (s)", "Messages that wait",
      "Age of the oldest message (s)", "Dead letters", "Files set apart",
    ])
    error_message = "a chart for each"
  }

  assert {
    condition     = aws_cloudwatch_query_definition.saved["runs"].log_group_names == tolist(["/aws/lambda/lakeloop-dev-dbt-runner"])
    error_message = "queries read the runner's log"
  }
}
