# The budget: none unless it is asked for.

mock_provider "aws" {}

variables {
  project      = "lakeloop"
  environment  = "dev"
  region       = "eu-central-1"
  function_zip = "envs/dev.tfvars"
  layer_zip    = "envs/prod.tfvars"
}

run "is_off_by_default" {
  command = plan

  assert {
    condition     = length(aws_budgets_budget.account) == 0
    error_message = "nobody asked for a budget"
  }
}

run "tells_somebody_in_time" {
  command = plan

  variables {
    monthly_budget = 100
    budget_email   = "lake@example.com"
  }

  assert {
    condition     = aws_budgets_budget.account[0].limit_amount == "100" && aws_budgets_budget.account[0].time_unit == "MONTHLY"
    error_message = "the sum is a month's"
  }

  assert {
    condition = (
      { for told in aws_budgets_budget.account[0].notification : told.notification_type => told.threshold } == { ACTUAL = 80, FORECASTED = 100 }
      && alltrue([for told in aws_budgets_budget.account[0].notification : told.subscriber_email_addresses == toset(["lake@example.com"])])
    )
    error_message = "before the sum is spent, by what is spent and by what is to be expected"
  }
}

run "refuses_a_budget_that_nobody_hears_of" {
  command         = plan
  expect_failures = [var.monthly_budget]

  variables {
    monthly_budget = 100
  }
}

run "refuses_what_is_no_budget" {
  command         = plan
  expect_failures = [var.monthly_budget]

  variables {
    monthly_budget = -1
    budget_email   = "lake@example.com"
  }
}

run "refuses_what_is_no_address" {
  command         = plan
  expect_failures = [var.budget_email]

  variables {
    budget_email = "lake"
  }
}
