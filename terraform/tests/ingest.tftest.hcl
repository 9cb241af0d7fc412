# Batch ingestion that is scheduled: a function, and what it may do.

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
    defaults = { arn = "arn:aws:iam::000000000000:role/ingest" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:000000000000:function:lakeloop-dev-dbt-ingest" }
  }
}

variables {
  name               = "lakeloop-dev"
  project            = "lakeloop"
  environment        = "dev"
  raw_bucket         = "lakeloop-dev-raw"
  artifacts_bucket   = "lakeloop-dev-artifacts"
  function_zip       = "envs/dev.tfvars"
  architecture       = "arm64"
  python_runtime     = "python3.12"
  log_retention_days = 30
  settings           = { dynamodb_tables = ["shop_products"], memory_size = 2048, ephemeral_storage = 2048 }
}

run "it_reads_its_sources_and_writes_raw_files" {
  command = apply

  module {
    source = "./modules/ingest"
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.ingest[0].policy).Statement : statement.Sid => statement.Resource
      } == {
      Logs      = ["arn:aws:logs:eu-central-1:000000000000:log-group:/aws/lambda/lakeloop-dev-dbt-ingest:log-stream:*"]
      RawBucket = ["arn:aws:s3:::lakeloop-dev-raw"]
      State     = ["arn:aws:s3:::lakeloop-dev-raw/_ingest/*"]
      Loads     = ["arn:aws:s3:::lakeloop-dev-raw/*/dt=*/*.parquet"]
      Secrets   = ["arn:aws:ssm:eu-central-1:000000000000:parameter/lakeloop/dev/ingest/*"]
      Tables    = ["arn:aws:dynamodb:eu-central-1:000000000000:table/shop_products"]
    }
    error_message = "its own folder, files of loads, its environment's parameters, the tables that are named"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.ingest[0].policy).Statement :
      statement.Resource == ["arn:aws:s3:::lakeloop-dev-raw/_ingest/*"] if contains(statement.Action, "s3:DeleteObject")
    ])
    error_message = "it deletes what it staged and its old commits, and nothing else"
  }

  assert {
    condition = (
      aws_lambda_function.ingest[0].s3_bucket == "lakeloop-dev-artifacts"
      && aws_lambda_function.ingest[0].environment[0].variables == tomap({ ENVIRONMENT = "dev", RAW_BUCKET_NAME = "lakeloop-dev-raw" })
      && length(aws_lambda_function.ingest[0].dead_letter_config) == 0
    )
    error_message = "the zip is too large for a direct upload, and no secret is in the environment"
  }
}

run "calls_that_failed_are_kept_where_people_are_told" {
  command = apply

  module {
    source = "./modules/ingest"
  }

  variables {
    settings         = { dynamodb_tables = [], memory_size = 1024, ephemeral_storage = 512 }
    dead_letters_arn = "arn:aws:sqs:eu-central-1:000000000000:lakeloop-dev-dbt-dead-letters"
  }

  assert {
    condition = (
      aws_lambda_function.ingest[0].dead_letter_config[0].target_arn == var.dead_letters_arn
      && anytrue([
        for statement in jsondecode(aws_iam_role_policy.ingest[0].policy).Statement :
        statement.Action == ["sqs:SendMessage"] && statement.Resource == [var.dead_letters_arn]
      ])
    )
    error_message = "the queue of alerts"
  }

  assert {
    condition = !anytrue([
      for statement in jsondecode(aws_iam_role_policy.ingest[0].policy).Statement : contains(statement.Action, "dynamodb:Scan")
    ])
    error_message = "no table is named, none is read"
  }
}

run "off_is_nothing" {
  command = apply

  module {
    source = "./modules/ingest"
  }

  variables {
    settings = null
  }

  assert {
    condition = (
      length(aws_lambda_function.ingest) + length(aws_iam_role.ingest) + length(aws_iam_role_policy.ingest) == 0
      && length(aws_cloudwatch_log_group.ingest) + length(aws_s3_object.ingest) == 0
      && output.function_arn == null && output.function_name == ""
    )
    error_message = "nothing is there"
  }
}
