# The upkeep of the tables: a schedule of the pipeline's among the team's own, by default, until it is switched off.

mock_provider "aws" {}

variables {
  project     = "lakeloop"
  environment = "prod"
  region      = "eu-central-1"

  # Any files will do: their bytes matter to Lambda alone.
  function_zip = "envs/dev.tfvars"
  layer_zip    = "envs/prod.tfvars"

  schedules = { nightly = { expression = "cron(0 4 * * ? *)", timezone = "Europe/Berlin" } }
}

run "every_night_by_default" {
  command = plan

  assert {
    condition     = keys(local.schedules) == ["nightly", "upkeep"]
    error_message = "the upkeep is a schedule beside the team's own"
  }

  assert {
    condition = local.schedules["upkeep"] == {
      expression   = "cron(0 2 * * ? *)"
      timezone     = "UTC"
      command      = ["upkeep"]
      cli_args     = []
      wait_seconds = 7200
    }
    error_message = "it sends the runner's command, and waits for a run that has the environment"
  }
}

run "when_it_is_told" {
  command = plan

  variables {
    upkeep = { expression = "cron(30 3 ? * SUN *)", timezone = "Europe/Berlin", wait_seconds = 600 }
  }

  assert {
    condition     = local.schedules["upkeep"].expression == "cron(30 3 ? * SUN *)" && local.schedules["upkeep"].timezone == "Europe/Berlin"
    error_message = "expression and time zone"
  }

  assert {
    condition     = local.schedules["upkeep"].wait_seconds == 600
    error_message = "the wait"
  }
}

run "never_where_it_is_switched_off" {
  command = plan

  variables {
    upkeep = null
  }

  assert {
    condition     = keys(local.schedules) == ["nightly"]
    error_message = "null is never"
  }
}

run "refuses_what_is_no_expression" {
  command = plan

  variables {
    upkeep = { expression = "nightly" }
  }

  expect_failures = [var.upkeep]
}

run "refuses_a_wait_that_is_no_number_of_seconds" {
  command = plan

  variables {
    upkeep = { expression = "rate(1 day)", wait_seconds = -1 }
  }

  expect_failures = [var.upkeep]
}

run "refuses_a_schedule_of_its_name" {
  command = plan

  variables {
    schedules = { upkeep = { expression = "rate(1 day)" } }
  }

  expect_failures = [var.schedules]
}
