# Messages about failures, by the switch `alerts`: to whom, what the function may do, where undeliverable ones go.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "000000000000" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::000000000000:role/acme-dev-dbt-alerts" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:000000000000:acme-dev-dbt-alerts" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-central-1:000000000000:acme-dev-dbt-dead-letters" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:000000000000:function:acme-dev-dbt-alerts" }
  }

  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-central-1:000000000000:rule/acme-dev-dbt-alerts" }
  }
}

variables {
  name               = "acme-dev"
  project            = "acme"
  environment        = "dev"
  state_machine_arn  = "arn:aws:states:eu-central-1:000000000000:stateMachine:acme-dev-dbt-pipeline"
  artifacts_bucket   = "acme-dev-artifacts"
  exports_bucket     = "acme-dev-processed"
  function_zip       = "envs/dev.tfvars"
  architecture       = "arm64"
  python_runtime     = "python3.12"
  log_retention_days = 14
}

run "without_recipients_nobody_is_called_and_nothing_costs" {
  command = apply

  module {
    source = "./modules/alerts"
  }

  variables {
    recipients = null
  }

  assert {
    condition = (
      length(aws_lambda_function.alert) == 0 && length(aws_cloudwatch_event_rule.ended) == 0 && length(aws_sqs_queue.dead) == 0
      && length(aws_cloudwatch_metric_alarm.dead) == 0 && length(aws_sns_topic_subscription.email) == 0
    )
    error_message = "only what costs nothing, and what a deployment may not delete"
  }

  assert {
    condition     = output.topic_arn == aws_sns_topic.alerts.arn && output.dead_letters_arn == null && output.function_name == ""
    error_message = "alarms may name the topic"
  }

  assert {
    condition     = [for one in jsondecode(aws_iam_role_policy.alerts.policy).Statement : one.Sid] == ["Logs"]
    error_message = "a role that nothing uses may nothing"
  }
}

run "tells_everybody_and_loses_nothing" {
  command = apply

  module {
    source = "./modules/alerts"
  }

  variables {
    recipients = {
      emails  = ["data@acme.example", "on-call@acme.example"]
      https   = ["https://acme.example/hook"]
      webhook = true
    }
  }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 2 && length(aws_sns_topic_subscription.https) == 1
    error_message = "a subscription for each address"
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.ended[0].event_pattern) == {
      source      = ["aws.states"]
      detail-type = ["Step Functions Execution Status Change"]
      detail = {
        stateMachineArn = ["arn:aws:states:eu-central-1:000000000000:stateMachine:acme-dev-dbt-pipeline"]
        status          = ["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"]
      }
    }
    error_message = "every end of this pipeline's executions, and of no other's"
  }

  assert {
    condition = (
      aws_cloudwatch_event_target.alert[0].dead_letter_config[0].arn == aws_sqs_queue.dead[0].arn
      && aws_lambda_function.alert[0].dead_letter_config[0].target_arn == aws_sqs_queue.dead[0].arn
      && output.dead_letters_arn == aws_sqs_queue.dead[0].arn
      && aws_sqs_queue.dead[0].message_retention_seconds == 1209600
      && aws_sqs_queue.dead[0].sqs_managed_sse_enabled
    )
    error_message = "what could not be delivered is kept for as long as SQS keeps it"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.dead[0].alarm_actions == toset([aws_sns_topic.alerts.arn])
    error_message = "dead letters are told of"
  }

  assert {
    condition = (
      jsondecode(aws_sqs_queue.dead[0].policy).Statement[0].Principal == { Service = "events.amazonaws.com" }
      && jsondecode(aws_sqs_queue.dead[0].policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == aws_cloudwatch_event_rule.ended[0].arn
    )
    error_message = "the rule alone is let in without a role"
  }

  assert {
    condition = (
      aws_lambda_function.alert[0].environment[0].variables["WEBHOOK_PARAMETER"] == "/acme/dev/alerts/webhook"
      && [for one in jsondecode(aws_iam_role_policy.alerts.policy).Statement : one.Resource if one.Sid == "Webhook"][0]
      == ["arn:aws:ssm:eu-central-1:000000000000:parameter/acme/dev/alerts/webhook"]
    )
    error_message = "the webhook's address is a parameter, which the function reads by name"
  }

  assert {
    condition = alltrue(flatten([
      for one in jsondecode(aws_iam_role_policy.alerts.policy).Statement : [for resource in one.Resource : resource != "*"]
    ]))
    error_message = "every permission names what it is about"
  }
}

run "a_webhook_and_a_key_that_are_not_there_are_in_no_policy" {
  command = apply

  module {
    source = "./modules/alerts"
  }

  variables {
    recipients = { emails = [], https = [], webhook = false }
  }

  assert {
    condition = (
      !contains([for one in jsondecode(aws_iam_role_policy.alerts.policy).Statement : one.Sid], "Webhook")
      && !contains([for one in jsondecode(aws_iam_role_policy.alerts.policy).Statement : one.Sid], "CustomerKey")
      && !contains(keys(aws_lambda_function.alert[0].environment[0].variables), "WEBHOOK_PARAMETER")
      && output.webhook_parameter == ""
    )
    error_message = "no permission that nothing uses"
  }
}

run "a_customer_s_key_is_everywhere_but_in_the_queue" {
  command = apply

  module {
    source = "./modules/alerts"
  }

  variables {
    recipients  = { emails = [], https = [], webhook = false }
    kms_key_arn = "arn:aws:kms:eu-central-1:000000000000:key/one"
  }

  assert {
    condition = (
      aws_sns_topic.alerts.kms_master_key_id == "arn:aws:kms:eu-central-1:000000000000:key/one"
      && aws_lambda_function.alert[0].kms_key_arn == "arn:aws:kms:eu-central-1:000000000000:key/one"
      && contains([for one in jsondecode(aws_iam_role_policy.alerts.policy).Statement : one.Sid], "CustomerKey")
    )
    error_message = "the key of the environment"
  }
}

run "a_zip_that_is_not_there_is_named" {
  command = plan

  module {
    source = "./modules/alerts"
  }

  variables {
    recipients   = { emails = [], https = [], webhook = false }
    function_zip = "nowhere.zip"
  }

  expect_failures = [aws_lambda_function.alert]
}

run "refuses_a_mail_address_that_is_none" {
  command = plan

  variables {
    region       = "eu-central-1"
    function_zip = "envs/dev.tfvars"
    layer_zip    = "envs/prod.tfvars"
    alert_zip    = "envs/prod.tfvars"
    alerts       = { emails = ["somebody"] }
  }

  expect_failures = [var.alerts]
}

run "refuses_an_address_in_clear" {
  command = plan

  variables {
    region       = "eu-central-1"
    function_zip = "envs/dev.tfvars"
    layer_zip    = "envs/prod.tfvars"
    alert_zip    = "envs/prod.tfvars"
    alerts       = { https = ["http://acme.example/hook"] }
  }

  expect_failures = [var.alerts]
}

run "refuses_an_address_twice" {
  command = plan

  variables {
    region       = "eu-central-1"
    function_zip = "envs/dev.tfvars"
    layer_zip    = "envs/prod.tfvars"
    alert_zip    = "envs/prod.tfvars"
    alerts       = { emails = ["a@acme.example", "a@acme.example"] }
  }

  expect_failures = [var.alerts]
}
