# Scheduler, not a rule of EventBridge: it knows time zones, and an execution's name is one that it makes, so that no two runs share
# an id.
#
# Group and role are there without schedules, too: who deploys may delete no role, and both cost nothing.
resource "aws_scheduler_schedule_group" "runs" {
  name = local.name
}

resource "aws_scheduler_schedule" "run" {
  # checkov:skip=CKV_AWS_297:The input says which dbt command runs, nothing of the data; Scheduler encrypts it with a key of its own
  for_each = var.schedules

  name        = each.key
  group_name  = aws_scheduler_schedule_group.runs.name
  description = "dbt ${join(" ", concat(each.value.command, each.value.cli_args))}"

  schedule_expression          = each.value.expression
  schedule_expression_timezone = each.value.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.state_machine_arn
    role_arn = aws_iam_role.schedule.arn
    input = jsonencode({
      command      = each.value.command
      cli_args     = each.value.cli_args
      wait_seconds = each.value.wait_seconds
    })

    # A run that begins hours late would meet the next one.
    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 10
    }

    dynamic "dead_letter_config" {
      for_each = var.dead_letters_arn[*]

      content {
        arn = dead_letter_config.value
      }
    }
  }

  # `just schedule pause` sets it, and a deployment in the meantime must not start runs again.
  lifecycle {
    ignore_changes = [state]
  }
}

resource "aws_scheduler_schedule" "ingest" {
  # checkov:skip=CKV_AWS_297:The input names a pipeline, nothing of the data; Scheduler encrypts it with a key of its own
  for_each = var.ingest

  name        = "ingest-${each.key}"
  group_name  = aws_scheduler_schedule_group.runs.name
  description = "batch ingestion of ${each.key}"

  schedule_expression          = each.value.expression
  schedule_expression_timezone = each.value.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.ingest_arn
    role_arn = aws_iam_role.schedule.arn
    input    = jsonencode({ pipeline = each.key })

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 10
    }

    dynamic "dead_letter_config" {
      for_each = var.dead_letters_arn[*]

      content {
        arn = dead_letter_config.value
      }
    }
  }

  # As the runs'.
  lifecycle {
    ignore_changes = [state]
  }
}

locals {
  name = "${var.name}-dbt-schedules"
}
