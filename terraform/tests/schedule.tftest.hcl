# Schedules that start the pipeline, and what they may do.

mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::000000000000:role/schedules" }
  }

  mock_resource "aws_scheduler_schedule_group" {
    defaults = { arn = "arn:aws:scheduler:eu-central-1:000000000000:schedule-group/lakeloop-dev-dbt-schedules" }
  }
}

variables {
  name              = "lakeloop-dev"
  state_machine_arn = "arn:aws:states:eu-central-1:000000000000:stateMachine:lakeloop-dev-dbt-pipeline"
}

run "starts_the_pipeline_with_a_fixed_input" {
  command = apply

  module {
    source = "./modules/schedule"
  }

  variables {
    schedules = {
      nightly = {
        expression   = "cron(0 4 * * ? *)"
        timezone     = "Europe/Berlin"
        command      = ["build"]
        cli_args     = ["--exclude", "tag:weekly"]
        wait_seconds = 600
      }
    }
  }

  assert {
    condition = jsondecode(aws_scheduler_schedule.run["nightly"].target[0].input) == {
      command      = ["build"]
      cli_args     = ["--exclude", "tag:weekly"]
      wait_seconds = 600
    }
    error_message = "the runner's event, without a run id"
  }

  assert {
    condition     = aws_scheduler_schedule.run["nightly"].schedule_expression_timezone == "Europe/Berlin"
    error_message = "the time zone"
  }

  assert {
    condition = (
      jsondecode(aws_iam_role_policy.schedule.policy).Statement[0].Action == ["states:StartExecution"]
      && jsondecode(aws_iam_role_policy.schedule.policy).Statement[0].Resource == [var.state_machine_arn]
      && length(jsondecode(aws_iam_role_policy.schedule.policy).Statement) == 1
    )
    error_message = "the role starts this pipeline, and nothing else"
  }

  assert {
    condition = (
      jsondecode(aws_iam_role.schedule.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceArn"]
      == aws_scheduler_schedule_group.runs.arn
    )
    error_message = "only this group's schedules take the role"
  }
}

run "none_starts_nothing" {
  command = apply

  module {
    source = "./modules/schedule"
  }

  variables {
    schedules = {}
  }

  assert {
    condition     = length(aws_scheduler_schedule.run) == 0 && output.group == "lakeloop-dev-dbt-schedules"
    error_message = "without schedules nothing begins by itself"
  }
}

run "what_could_not_begin_is_kept" {
  command = apply

  module {
    source = "./modules/schedule"
  }

  variables {
    dead_letters_arn = "arn:aws:sqs:eu-central-1:000000000000:lakeloop-dev-dbt-dead-letters"
    schedules = {
      nightly = { expression = "rate(1 day)", timezone = "UTC", command = ["build"], cli_args = [], wait_seconds = 0 }
    }
  }

  assert {
    condition = (
      aws_scheduler_schedule.run["nightly"].target[0].dead_letter_config[0].arn == var.dead_letters_arn
      && jsondecode(aws_iam_role_policy.schedule.policy).Statement[1].Action == ["sqs:SendMessage"]
      && jsondecode(aws_iam_role_policy.schedule.policy).Statement[1].Resource == [var.dead_letters_arn]
    )
    error_message = "a schedule that could not start a run is seen"
  }
}

run "pipelines_of_batch_ingestion_call_their_function" {
  command = apply

  module {
    source = "./modules/schedule"
  }

  variables {
    schedules  = {}
    ingest     = { shop_api = { expression = "rate(1 hour)", timezone = "UTC" } }
    ingest_arn = "arn:aws:lambda:eu-central-1:000000000000:function:lakeloop-dev-dbt-ingest"
  }

  assert {
    condition = (
      aws_scheduler_schedule.ingest["shop_api"].target[0].arn == var.ingest_arn
      && jsondecode(aws_scheduler_schedule.ingest["shop_api"].target[0].input) == { pipeline = "shop_api" }
    )
    error_message = "the function, with the pipeline's name"
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.schedule.policy).Statement : statement.Resource
      if contains(statement.Action, "lambda:InvokeFunction")
    ] == [[var.ingest_arn]]
    error_message = "the role calls that function, and no other"
  }
}
