# Files that arrive: queues, rules, two functions, and what they may do.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "000000000000" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::000000000000:role/gate" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-central-1:000000000000:queue"
      url = "https://sqs.eu-central-1.amazonaws.com/000000000000/queue"
    }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:000000000000:function:gate" }
  }
}

variables {
  name               = "lakeloop-dev"
  environment        = "dev"
  dbt_target         = "dev"
  raw_bucket         = "lakeloop-dev-raw"
  artifacts_bucket   = "lakeloop-dev-artifacts"
  state_machine_arn  = "arn:aws:states:eu-central-1:000000000000:stateMachine:lakeloop-dev-dbt-pipeline"
  function_zip       = "envs/dev.tfvars"
  architecture       = "arm64"
  python_runtime     = "python3.12"
  log_retention_days = 30
  settings           = { quiet_seconds = 120, longest_wait_seconds = 1800, max_file_mb = 500, memory_size = 1024 }
}

run "files_in_incoming_go_to_the_gate" {
  command = apply

  module {
    source = "./modules/arrivals"
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.arrived[0].event_pattern).detail == {
      bucket = { name = ["lakeloop-dev-raw"] }
      object = { key = [{ prefix = "incoming/" }] }
    }
    error_message = "what the gate writes must not wake it"
  }

  assert {
    condition = (
      jsondecode(aws_sqs_queue.arrivals[0].redrive_policy).maxReceiveCount == 5
      && aws_sqs_queue.arrivals[0].visibility_timeout_seconds > aws_lambda_function.gate[0].timeout
      && tolist(aws_lambda_event_source_mapping.gate[0].function_response_types) == tolist(["ReportBatchItemFailures"])
    )
    error_message = "one bad file of a batch keeps none of the others, and none is lost"
  }

  assert {
    condition     = aws_lambda_function.gate[0].ephemeral_storage[0].size == 756
    error_message = "the disk holds the largest file"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_sqs_queue.arrivals[0].policy).Statement :
      statement.Effect == "Deny" || try(statement.Condition.ArnEquals["aws:SourceArn"], "") == "arn:aws:events:eu-central-1:000000000000:rule/lakeloop-dev-dbt-arrived"
    ])
    error_message = "only the rule sends to the queue"
  }
}

run "each_function_may_do_its_own" {
  command = apply

  module {
    source = "./modules/arrivals"
  }

  variables {
    topic_arn = "arn:aws:sns:eu-central-1:000000000000:lakeloop-dev-dbt-alerts"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.gate[0].policy).Statement :
      !anytrue([for action in statement.Action : startswith(action, "states:") || startswith(action, "sns:")])
    ])
    error_message = "the gate starts nothing"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.gate[0].policy).Statement :
      !contains(statement.Action, "s3:DeleteObject") || statement.Resource == ["arn:aws:s3:::lakeloop-dev-raw/incoming/*"]
    ])
    error_message = "the gate deletes what has arrived, and nothing else"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.tick[0].policy).Statement :
      !anytrue([for resource in statement.Resource : startswith(resource, "arn:aws:s3:::lakeloop-dev-raw")])
      || statement.Action == ["s3:ListBucket"]
    ])
    error_message = "the tick has nothing to do with the files but to see that they are there"
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(aws_iam_role_policy.tick[0].policy).Statement :
      statement.Action == ["sns:Publish"] && statement.Resource == [var.topic_arn]
    ])
    error_message = "the tick tells of what lies in quarantine"
  }

  assert {
    condition     = aws_lambda_function.tick[0].environment[0].variables["ALERTS_TOPIC_ARN"] == var.topic_arn
    error_message = "the topic"
  }
}

run "off_is_nothing" {
  command = apply

  module {
    source = "./modules/arrivals"
  }

  variables {
    settings = null
  }

  assert {
    condition = (
      length(aws_sqs_queue.arrivals) + length(aws_sqs_queue.ticks) + length(aws_sqs_queue.dead) == 0
      && length(aws_lambda_function.gate) + length(aws_lambda_function.tick) == 0
      && length(aws_cloudwatch_event_rule.arrived) + length(aws_cloudwatch_event_rule.ended) == 0
      && length(aws_iam_role.gate) + length(aws_iam_role.tick) + length(aws_cloudwatch_log_group.gate) == 0
      && length(aws_s3_bucket_notification.raw) == 0
      && output.queue_url == ""
    )
    error_message = "nobody looks"
  }
}
