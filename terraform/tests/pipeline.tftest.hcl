# The state machine and what it may do.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "000000000000" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:000000000000:log-group:pipeline" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::000000000000:role/pipeline" }
  }

  mock_resource "aws_sfn_state_machine" {
    defaults = { arn = "arn:aws:states:eu-central-1:000000000000:stateMachine:lakeloop-dev-dbt-pipeline" }
  }
}

variables {
  name               = "lakeloop-dev"
  function_arn       = "arn:aws:lambda:eu-central-1:000000000000:function:lakeloop-dev-dbt-runner"
  function_alias     = "live"
  max_rounds         = 7
  log_retention_days = 14
}

run "loops_until_the_run_has_ended" {
  command = apply

  module {
    source = "./modules/pipeline"
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.pipeline.definition).States["Find the version"].Parameters
      == { FunctionName = "arn:aws:lambda:eu-central-1:000000000000:function:lakeloop-dev-dbt-runner", Name = "live" }
      && jsondecode(aws_sfn_state_machine.pipeline.definition).States["Invoke"].Parameters["Qualifier.$"] == "$.version.number"
    )
    error_message = "one published version is invoked in all rounds"
  }

  assert {
    condition     = jsondecode(aws_iam_role.pipeline.assume_role_policy).Statement[0].Condition == { StringEquals = { "aws:SourceAccount" = "000000000000" } }
    error_message = "Step Functions takes the role for this account alone"
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.pipeline.definition).States["More rounds"].Choices[0].NumericLessThan == 7
    error_message = "the cap on rounds"
  }

  assert {
    condition = (
      contains(jsondecode(aws_sfn_state_machine.pipeline.definition).States["Invoke"].Retry[0].ErrorEquals, "TransientError")
      && !strcontains(aws_sfn_state_machine.pipeline.definition, "TerminalError")
      && !contains(jsondecode(aws_sfn_state_machine.pipeline.definition).States["Invoke"].Retry[0].ErrorEquals, "LeaseHeld")
      && !strcontains(aws_sfn_state_machine.pipeline.definition, "States.ALL")
    )
    error_message = "only what may pass is tried again"
  }

  assert {
    condition = (
      jsondecode(aws_sfn_state_machine.pipeline.definition).States["Held"].Default == "In use"
      && jsondecode(aws_sfn_state_machine.pipeline.definition).States["Held"].Choices[0].And[0].Variable == "$.event.wait_seconds"
    )
    error_message = "an environment in use is waited for only if that is asked for"
  }

  assert {
    condition = (
      contains(jsondecode(aws_sfn_state_machine.pipeline.definition).States["Invoke"].Retry[0].ErrorEquals, "Lambda.SdkClientException")
      && !contains(jsondecode(aws_sfn_state_machine.pipeline.definition).States["Invoke"].Retry[0].ErrorEquals, "InvocationAtWork")
      && [
        for catch in jsondecode(aws_sfn_state_machine.pipeline.definition).States["Invoke"].Catch : catch.Next
        if contains(catch.ErrorEquals, "InvocationAtWork")
      ] == ["Let it work"]
      && jsondecode(aws_sfn_state_machine.pipeline.definition).States["Let it work"].Next == "Invoke"
    )
    error_message = "an invocation whose connection was lost is waited for, and not counted among six tries"
  }

  assert {
    condition = alltrue([
      for error in ["SnapStartException", "SnapStartNotReadyException", "SnapStartTimeoutException"] :
      contains(jsondecode(aws_sfn_state_machine.pipeline.definition).States["Invoke"].Retry[1].ErrorEquals, "Lambda.${error}")
    ])
    error_message = "a snapshot that is not there yet, or no longer, is waited for"
  }

  assert {
    condition     = jsondecode(aws_sfn_state_machine.pipeline.definition).TimeoutSeconds == 6 * 3600 + 7 * 1800
    error_message = "an execution ends"
  }

  assert {
    condition = alltrue([
      for error in ["Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError"] :
      contains(jsondecode(aws_sfn_state_machine.pipeline.definition).States["Invoke"].Catch[0].ErrorEquals, error)
    ])
    error_message = "a crash is carried on from"
  }
}

run "may_invoke_the_runner_and_nothing_else" {
  command = apply

  module {
    source = "./modules/pipeline"
  }

  assert {
    condition = (
      [for statement in jsondecode(aws_iam_role_policy.pipeline.policy).Statement : statement.Resource if statement.Sid == "Runner"]
      == [["arn:aws:lambda:eu-central-1:000000000000:function:lakeloop-dev-dbt-runner:*"]]
    )
    error_message = "versions of the runner"
  }

  assert {
    condition = alltrue([
      for action in flatten([for statement in jsondecode(aws_iam_role_policy.pipeline.policy).Statement : statement.Action if !contains(["Runner", "LiveVersion"], statement.Sid)]) :
      strcontains(action, "Log") || action == "logs:PutResourcePolicy" || action == "logs:DescribeResourcePolicies"
    ])
    error_message = "besides, only the delivery of its logs"
  }
}
