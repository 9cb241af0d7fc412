# The capture as a service: one task, an image by digest, and roles that may do no more.

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
    defaults = { arn = "arn:aws:iam::000000000000:role/capture" }
  }

  mock_resource "aws_ecs_cluster" {
    defaults = { id = "arn:aws:ecs:eu-central-1:000000000000:cluster/lakeloop-dev-capture" }
  }

  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:eu-central-1:000000000000:task-definition/lakeloop-dev-capture:1" }
  }
}

variables {
  name               = "lakeloop-dev"
  environment        = "dev"
  stream_name        = "lakeloop-dev-dbt-changes"
  raw_bucket         = "lakeloop-dev-raw"
  architecture       = "arm64"
  log_retention_days = 30
  topic_arns         = ["arn:aws:sns:eu-central-1:000000000000:alerts"]
  settings = {
    image              = "000000000000.dkr.ecr.eu-central-1.amazonaws.com/capture@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    repository_arn     = "arn:aws:ecr:eu-central-1:000000000000:repository/capture"
    subnets            = ["subnet-1"]
    security_groups    = ["sg-1"]
    source             = "shop"
    host               = "db.example.org"
    port               = 5432
    database           = "shop"
    user               = "shop_capture"
    password_parameter = "arn:aws:ssm:eu-central-1:000000000000:parameter/shop/capture" # pragma: allowlist secret
    publication        = "shop_changes"
    cpu                = 512
    memory             = 2048
    slot_lag_mb        = 500
    silence_minutes    = 10
  }
}

run "one_task_and_never_two" {
  command = apply

  module {
    source = "./modules/capture"
  }

  assert {
    condition     = aws_ecs_service.capture[0].desired_count == 1 && aws_ecs_service.capture[0].deployment_maximum_percent == 100
    error_message = "a slot has one reader"
  }

  assert {
    condition     = !aws_ecs_service.capture[0].network_configuration[0].assign_public_ip
    error_message = "nobody calls the capture"
  }

  assert {
    condition = {
      for one in jsondecode(aws_ecs_task_definition.capture[0].container_definitions)[0].environment : one.name => one.value
      } == {
      CAPTURE_SOURCE      = "shop"
      CAPTURE_HOST        = "db.example.org"
      CAPTURE_PORT        = "5432"
      CAPTURE_DATABASE    = "shop"
      CAPTURE_USER        = "shop_capture"
      CAPTURE_SSLMODE     = "require"
      CAPTURE_PUBLICATION = "shop_changes"
      CAPTURE_TRANSPORT   = "kinesis:lakeloop-dev-dbt-changes"
      CAPTURE_BODIES      = "s3://lakeloop-dev-raw/oversize/"
      CAPTURE_METRICS     = "dev"
      AWS_DEFAULT_REGION  = "eu-central-1"
    }
    error_message = "the capture's settings"
  }

  assert {
    condition = jsondecode(aws_ecs_task_definition.capture[0].container_definitions)[0].secrets == [
      { name = "CAPTURE_PASSWORD", valueFrom = "arn:aws:ssm:eu-central-1:000000000000:parameter/shop/capture" }
    ]
    error_message = "the password is in no setting"
  }

  assert {
    condition = toset(flatten([for one in jsondecode(aws_iam_role_policy.capture[0].policy).Statement : one.Action])) == toset(
      ["cloudwatch:PutMetricData", "kinesis:DescribeStreamSummary", "kinesis:PutRecords", "s3:PutObject"]
    )
    error_message = "the capture may do what it does"
  }

  assert {
    condition = [for one in jsondecode(aws_iam_role_policy.capture[0].policy).Statement : one.Resource if one.Sid == "Changes"] == [
      ["arn:aws:kinesis:eu-central-1:000000000000:stream/lakeloop-dev-dbt-changes"]
    ]
    error_message = "into its stream alone"
  }

  assert {
    condition = [for one in jsondecode(aws_iam_role_policy.execution[0].policy).Statement : [one.Action, one.Resource] if one.Sid == "Password"] == [
      [["ssm:GetParameters"], ["arn:aws:ssm:eu-central-1:000000000000:parameter/shop/capture"]]
    ]
    error_message = "ECS may read the password, and no other"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.silence[0].treat_missing_data == "breaching" && length(aws_cloudwatch_metric_alarm.silence[0].alarm_actions) == 1
    error_message = "a capture that does not run says nothing, and people hear of it"
  }
}

run "a_secret_of_secrets_manager" {
  command = apply

  module {
    source = "./modules/capture"
  }

  variables {
    settings = {
      image              = "capture@sha256:0000000000000000000000000000000000000000000000000000000000000000"
      repository_arn     = "arn:aws:ecr:eu-central-1:000000000000:repository/capture"
      subnets            = ["subnet-1"]
      security_groups    = ["sg-1"]
      source             = "shop"
      host               = "db.example.org"
      port               = 5432
      database           = "shop"
      user               = "shop_capture"
      password_parameter = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:shop-AbCdEf:password::" # pragma: allowlist secret
      publication        = "shop_changes"
      cpu                = 512
      memory             = 2048
      slot_lag_mb        = 500
      silence_minutes    = 10
    }
  }

  assert {
    condition = [for one in jsondecode(aws_iam_role_policy.execution[0].policy).Statement : [one.Action, one.Resource] if one.Sid == "Password"] == [
      [["secretsmanager:GetSecretValue"], ["arn:aws:secretsmanager:eu-central-1:000000000000:secret:shop-AbCdEf"]] # pragma: allowlist secret
    ]
    error_message = "the whole secret's ARN, without the key in it"
  }
}

run "by_kafka" {
  command = apply

  module {
    source = "./modules/capture"
  }

  variables {
    stream_name = ""
    kafka = {
      bootstrap_servers = ["a.example.org:9096", "b.example.org:9096"]
      topic             = "shop"
      security          = "scram-512"
      secret            = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:brokers-AbCdEf" # pragma: allowlist secret
      authority         = null
    }
  }

  assert {
    condition = {
      for one in jsondecode(aws_ecs_task_definition.capture[0].container_definitions)[0].environment : one.name => one.value
      if startswith(one.name, "CAPTURE_KAFKA_") || one.name == "CAPTURE_TRANSPORT"
      } == {
      CAPTURE_TRANSPORT      = "kafka:shop"
      CAPTURE_KAFKA_SERVERS  = "a.example.org:9096,b.example.org:9096"
      CAPTURE_KAFKA_SECURITY = "scram-512"
    }
    error_message = "the topic and its brokers"
  }

  assert {
    condition = [for one in jsondecode(aws_ecs_task_definition.capture[0].container_definitions)[0].secrets : one.name] == [
      "CAPTURE_PASSWORD", "CAPTURE_KAFKA_SECRET"
    ]
    error_message = "the brokers' password is in no setting"
  }

  assert {
    condition = [for one in jsondecode(aws_iam_role_policy.execution[0].policy).Statement : one.Resource if one.Sid == "Brokers"] == [
      ["arn:aws:secretsmanager:eu-central-1:000000000000:secret:brokers-AbCdEf"]
    ]
    error_message = "ECS may read it"
  }

  assert {
    condition = toset(flatten([for one in jsondecode(aws_iam_role_policy.capture[0].policy).Statement : one.Action])) == toset(
      ["cloudwatch:PutMetricData", "s3:PutObject"]
    )
    error_message = "nothing of Kinesis"
  }
}

run "nothing_without_settings" {
  command = apply

  module {
    source = "./modules/capture"
  }

  variables {
    settings = null
  }

  assert {
    condition     = length(aws_ecs_service.capture) == 0 && length(aws_iam_role.capture) == 0 && output.service_name == ""
    error_message = "no capture, no roles"
  }
}
