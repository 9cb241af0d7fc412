# Captured changes: the stream, the function that writes the changelog, and what it may do.

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
    defaults = { arn = "arn:aws:iam::000000000000:role/changes" }
  }

  mock_resource "aws_kinesis_stream" {
    defaults = { arn = "arn:aws:kinesis:eu-central-1:000000000000:stream/lakeloop-dev-dbt-changes" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:000000000000:function:lakeloop-dev-dbt-changes" }
  }
}

variables {
  name               = "lakeloop-dev"
  database           = "lakeloop_dev"
  raw_bucket         = "lakeloop-dev-raw"
  artifacts_bucket   = "lakeloop-dev-artifacts"
  function_zip       = "envs/dev.tfvars"
  architecture       = "arm64"
  python_runtime     = "python3.12"
  log_retention_days = 30
  topic_arns         = ["arn:aws:sns:eu-central-1:000000000000:lakeloop-dev-dbt-alerts"]
  settings = {
    shards = 1, retention_hours = 168, batch_size = 2000, batch_seconds = 5, lag_minutes = 15, memory_size = 1024, kafka = null
  }
}

run "nothing_is_lost_while_something_fails" {
  command = apply

  module {
    source = "./modules/stream"
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.changes[0].starting_position == "TRIM_HORIZON"
      && aws_lambda_event_source_mapping.changes[0].maximum_retry_attempts == -1
      && aws_lambda_event_source_mapping.changes[0].maximum_record_age_in_seconds == -1
      && tolist(aws_lambda_event_source_mapping.changes[0].function_response_types) == tolist(["ReportBatchItemFailures"])
    )
    error_message = "a batch comes again until it is written, from the record on that failed"
  }

  assert {
    condition     = aws_lambda_event_source_mapping.changes[0].parallelization_factor == 1
    error_message = "a table's position knows no gaps: a shard's batches come one after the other"
  }

  assert {
    condition     = aws_kinesis_stream.changes[0].retention_period == 168 && aws_kinesis_stream.changes[0].encryption_type == "KMS"
    error_message = "a week to mend what fails"
  }

  assert {
    condition     = aws_glue_catalog_database.changes[0].name == "lakeloop_dev_changes" && output.database == "lakeloop_dev_changes"
    error_message = "the changelog's database"
  }

  assert {
    condition     = aws_lambda_function.changes[0].environment[0].variables == tomap({ CHANGES_DATABASE = "lakeloop_dev_changes", RAW_BUCKET_NAME = "lakeloop-dev-raw" })
    error_message = "the function's places"
  }
}

run "people_hear_of_what_waits_what_fails_and_what_was_set_apart" {
  command = apply

  module {
    source = "./modules/stream"
  }

  assert {
    condition = alltrue([
      for alarm in [aws_cloudwatch_metric_alarm.quarantine[0], aws_cloudwatch_metric_alarm.old_change[0], aws_cloudwatch_metric_alarm.errors[0]] :
      alarm.alarm_actions == toset(var.topic_arns) && strcontains(alarm.alarm_description, "Ends ")
    ])
    error_message = "each alarm has a reader, and says when it ends"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.old_change[0].threshold == 15 * 60 * 1000
    error_message = "IteratorAge is in milliseconds"
  }

  assert {
    condition = (
      one(aws_cloudwatch_log_metric_filter.quarantine[0].metric_transformation).name == aws_cloudwatch_metric_alarm.quarantine[0].metric_name
      && one(aws_cloudwatch_log_metric_filter.quarantine[0].metric_transformation).namespace == aws_cloudwatch_metric_alarm.quarantine[0].namespace
    )
    error_message = "the alarm watches the metric that the filter counts"
  }
}

run "it_may_write_its_own_and_nothing_else" {
  command = apply

  module {
    source = "./modules/stream"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.changes[0].policy).Statement : !contains(statement.Resource, "*")
    ])
    error_message = "every resource is named"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.changes[0].policy).Statement :
      !contains(statement.Action, "s3:DeleteObject") || contains(["TableFiles arn:aws:s3:::lakeloop-dev-raw/changes/*", "Quarantine arn:aws:s3:::lakeloop-dev-raw/quarantine/changes/*"], "${statement.Sid} ${join(" ", statement.Resource)}")
    ])
    error_message = "it deletes files of the changelog and of its quarantine, and nothing else"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.changes[0].policy).Statement :
      alltrue([for action in statement.Action : !startswith(action, "kinesis:") || !startswith(action, "kinesis:Put")])
    ])
    error_message = "it reads the stream"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.changes[0].policy).Statement :
      alltrue([for resource in statement.Resource : !strcontains(resource, ":table/") || resource == "arn:aws:glue:eu-central-1:000000000000:table/lakeloop_dev_changes/*"])
    ])
    error_message = "the changelog's tables alone"
  }
}

run "on_demand" {
  command = apply

  module {
    source = "./modules/stream"
  }

  variables {
    settings = {
      shards = null, retention_hours = 24, batch_size = 1, batch_seconds = 0, lag_minutes = 1, memory_size = 512, kafka = null
    }
  }

  assert {
    condition     = one(aws_kinesis_stream.changes[0].stream_mode_details).stream_mode == "ON_DEMAND"
    error_message = "AWS decides how many shards"
  }
}

run "kafka_in_the_place_of_kinesis" {
  command = apply

  module {
    source = "./modules/stream"
  }

  variables {
    settings = {
      shards = 1, retention_hours = 168, batch_size = 500, batch_seconds = 5, lag_minutes = 15, memory_size = 1024
      kafka = {
        bootstrap_servers = ["a.example.org:9096", "b.example.org:9096"]
        topic             = "shop"
        security          = "scram-512"
        secret            = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:brokers-AbCdEf"   # pragma: allowlist secret
        authority         = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:authority-AbCdEf" # pragma: allowlist secret
        subnets           = ["subnet-1", "subnet-2"]
        security_groups   = ["sg-1"]
      }
    }
  }

  assert {
    condition     = length(aws_kinesis_stream.changes) + length(aws_lambda_event_source_mapping.changes) == 0 && output.stream_name == ""
    error_message = "no stream beside it"
  }

  assert {
    condition = (
      tolist(aws_lambda_event_source_mapping.kafka[0].topics) == tolist(["shop"])
      && aws_lambda_event_source_mapping.kafka[0].starting_position == "TRIM_HORIZON"
      && aws_lambda_event_source_mapping.kafka[0].self_managed_event_source[0].endpoints["KAFKA_BOOTSTRAP_SERVERS"] == "a.example.org:9096,b.example.org:9096"
      && aws_lambda_event_source_mapping.kafka[0].self_managed_kafka_event_source_config[0].consumer_group_id == "lakeloop-dev-dbt-changes"
    )
    error_message = "the topic is read from its beginning, by a group that outlives the mapping"
  }

  assert {
    condition = toset([for one in aws_lambda_event_source_mapping.kafka[0].source_access_configuration : "${one.type} ${one.uri}"]) == toset([
      "VPC_SUBNET subnet:subnet-1", "VPC_SUBNET subnet:subnet-2", "VPC_SECURITY_GROUP security_group:sg-1",
      "SASL_SCRAM_512_AUTH arn:aws:secretsmanager:eu-central-1:000000000000:secret:brokers-AbCdEf",
      "SERVER_ROOT_CA_CERTIFICATE arn:aws:secretsmanager:eu-central-1:000000000000:secret:authority-AbCdEf",
    ])
    error_message = "the way to the brokers"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.changes[0].policy).Statement : alltrue([
        for action in statement.Action :
        !startswith(action, "kinesis:") && (!startswith(action, "ec2:") || startswith(action, "ec2:Describe") || !contains(statement.Resource, "*"))
      ])
    ])
    error_message = "nothing of Kinesis, and network interfaces in the named subnets alone"
  }

  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.changes[0].policy).Statement : statement.Resource if statement.Sid == "Brokers"] == [[
      "arn:aws:secretsmanager:eu-central-1:000000000000:secret:brokers-AbCdEf", "arn:aws:secretsmanager:eu-central-1:000000000000:secret:authority-AbCdEf",
    ]]
    error_message = "the brokers' secrets, and no other"
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.old_change[0].metric_name == "OffsetLag" && aws_cloudwatch_metric_alarm.old_change[0].threshold == 500
      && aws_cloudwatch_metric_alarm.old_change[0].evaluation_periods == 15 && strcontains(aws_cloudwatch_metric_alarm.old_change[0].alarm_description, "Ends ")
    )
    error_message = "more than a batch waits for so long"
  }
}

run "kafka_of_a_network_of_ones_own" {
  command = apply

  module {
    source = "./modules/stream"
  }

  variables {
    settings = {
      shards = 1, retention_hours = 168, batch_size = 500, batch_seconds = 5, lag_minutes = 15, memory_size = 1024
      kafka = {
        bootstrap_servers = ["127.0.0.1:9092"], topic = null, security = "plaintext", secret = null, authority = null, subnets = ["subnet-local"], security_groups = ["sg-local"]
      }
    }
  }

  assert {
    condition     = output.kafka.topic == "lakeloop-dev-dbt-changes" && length(aws_lambda_event_source_mapping.kafka[0].source_access_configuration) == 2
    error_message = "the environment's own topic, without a password"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.changes[0].policy).Statement : statement.Sid != "Brokers"
    ])
    error_message = "no secret"
  }
}

run "off_is_nothing" {
  command = apply

  module {
    source = "./modules/stream"
  }

  variables {
    settings = null
  }

  assert {
    condition = (
      length(aws_lambda_event_source_mapping.kafka) + length(aws_kinesis_stream.changes) + length(aws_lambda_function.changes) + length(aws_lambda_event_source_mapping.changes) == 0
      && length(aws_iam_role.changes) + length(aws_cloudwatch_log_group.changes) + length(aws_s3_object.code) == 0
      && length(aws_glue_catalog_database.changes) + length(aws_cloudwatch_log_metric_filter.quarantine) == 0
      && length(aws_cloudwatch_metric_alarm.quarantine) + length(aws_cloudwatch_metric_alarm.errors) + length(aws_cloudwatch_metric_alarm.old_change) == 0
      && output.database == "" && output.stream_name == "" && output.stream_arn == null && output.kafka == null
    )
    error_message = "there is no stream"
  }
}
