# The function as Lambda gets it.

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
}

variables {
  name        = "lakeloop-dev"
  environment = "dev"
  buckets = {
    raw            = "lake-dev-raw"
    processed      = "lake-dev-processed"
    athena-results = "lake-dev-athena-results"
    artifacts      = "lake-dev-artifacts"
  }
  database                   = "lakeloop_dev"
  raw_database               = "lakeloop_dev_raw"
  databases                  = []
  source_databases           = []
  source_locations           = []
  workgroup                  = "lakeloop-dev"
  dbt_environment            = {}
  dbt_target                 = "dev"
  architecture               = "arm64"
  python_runtime             = "python3.12"
  function_zip               = "envs/dev.tfvars"
  layer_zip                  = "envs/prod.tfvars"
  memory_size                = 3008
  timeout                    = 900
  ephemeral_storage          = 512
  reserved_concurrency       = 2
  registered_locations       = false
  snap_start                 = true
  log_retention_days         = 14
  athena_price_per_tb        = 5
  lambda_price_per_gb_second = 0.0000133334
}

run "describes_the_function" {
  command = plan

  module {
    source = "./modules/runner"
  }

  assert {
    condition = (
      output.function_name == "lakeloop-dev-dbt-runner"
      && aws_lambda_function.runner.handler == "dbt_runner.handler.handle"
      && aws_lambda_function.runner.runtime == "python3.12"
      && aws_lambda_function.runner.architectures == tolist(["arm64"])
      && aws_lambda_function.runner.memory_size == 3008
      && aws_lambda_function.runner.timeout == 900
      && aws_lambda_function.runner.ephemeral_storage[0].size == 512
      && aws_lambda_function.runner.reserved_concurrent_executions == 2
    )
    error_message = "the function's name, handler, runtime and sizes"
  }

  assert {
    condition = aws_lambda_function.runner.environment[0].variables == tomap({
      ENVIRONMENT                = "dev"
      RAW_BUCKET_NAME            = "lake-dev-raw"
      PROCESSED_BUCKET_NAME      = "lake-dev-processed"
      ATHENA_RESULTS_BUCKET      = "lake-dev-athena-results"
      ARTIFACTS_BUCKET           = "lake-dev-artifacts"
      ATHENA_WORKGROUP           = "lakeloop-dev"
      GLUE_DATABASE_NAME         = "lakeloop_dev"
      DBT_RAW_SCHEMA             = "lakeloop_dev_raw"
      DBT_CHANGES_SCHEMA         = "lakeloop_dev_changes"
      DBT_TARGET                 = "dev"
      ATHENA_PRICE_PER_TB        = "5"
      LAMBDA_PRICE_PER_GB_SECOND = "0.0000133334"
    })
    error_message = "what the runner and dbt/profiles.yml read from the environment"
  }

  assert {
    condition = (
      aws_lambda_function.runner.publish
      && aws_lambda_function.runner.snap_start[0].apply_on == "PublishedVersions"
      && aws_lambda_alias.live.name == "live"
    )
    error_message = "a version is published, starts from a snapshot, and is what the alias points to"
  }

  assert {
    condition = (
      aws_lambda_function.runner.source_code_hash == filebase64sha256(var.function_zip)
      && aws_lambda_layer_version.dbt.source_code_hash == filebase64sha256(var.layer_zip)
      && aws_s3_object.layer.source_hash == filebase64sha256(var.layer_zip)
    )
    error_message = "changed bytes of a zip, and nothing else, make a new version"
  }

  assert {
    condition = (
      aws_s3_object.layer.bucket == "lake-dev-artifacts"
      && aws_s3_object.layer.key == "layers/dbt-arm64.zip"
      && aws_lambda_layer_version.dbt.compatible_architectures == toset(["arm64"])
    )
    error_message = "the layer goes through the artifacts bucket, built for the function's processor"
  }

  assert {
    condition     = length(aws_s3_object.layer.override_provider[0].default_tags[0].tags) == 0
    error_message = "an object takes ten tags, and extra_tags may be more"
  }

  assert {
    condition = (
      aws_lambda_function.runner.logging_config[0].log_format == "JSON"
      && aws_lambda_function.runner.logging_config[0].log_group == "/aws/lambda/lakeloop-dev-dbt-runner"
      && aws_cloudwatch_log_group.runner.retention_in_days == 14
    )
    error_message = "JSON logs in a group that forgets"
  }
}

run "names_the_databases_that_dbt_builds_in_besides" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    databases = ["lakeloop_dev_staging", "marketing"]
  }

  assert {
    condition     = aws_lambda_function.runner.environment[0].variables["GLUE_FURTHER_DATABASES"] == "lakeloop_dev_staging marketing"
    error_message = "the upkeep looks at their tables, too"
  }
}

run "publishes_again_after_a_version_that_failed" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    failed_version = "3"
  }

  assert {
    condition     = endswith(aws_lambda_function.runner.description, " (after version 3)")
    error_message = "Lambda publishes what differs from the last version"
  }
}

run "starts_without_a_snapshot" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    snap_start = false
  }

  assert {
    condition     = length(aws_lambda_function.runner.snap_start) == 0
    error_message = "no snapshot unless asked for"
  }
}

run "refuses_a_missing_function_zip" {
  command         = plan
  expect_failures = [aws_lambda_function.runner]

  module {
    source = "./modules/runner"
  }

  variables {
    function_zip = "nowhere/function.zip"
  }
}

run "refuses_a_missing_layer_zip" {
  command         = plan
  expect_failures = [aws_s3_object.layer]

  module {
    source = "./modules/runner"
  }

  variables {
    layer_zip = "nowhere/layer.zip"
  }
}

run "lets_another_version_live_and_bounds_the_role" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    live_version             = "7"
    permissions_boundary_arn = "arn:aws:iam::000000000000:policy/lake-dev-boundary"
  }

  assert {
    condition     = aws_lambda_alias.live.function_version == "7"
    error_message = "a new version is published beside the one that a deployment says is live"
  }

  assert {
    condition     = aws_iam_role.runner.permissions_boundary == "arn:aws:iam::000000000000:policy/lake-dev-boundary"
    error_message = "the role is bounded"
  }
}

run "gives_dbt_a_teams_variables_and_none_in_the_place_of_its_own" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    dbt_environment = { HEAD_REF = "main", RAW_BUCKET_NAME = "another" }
    dbt_target      = "development"
  }

  assert {
    condition = (
      one(aws_lambda_function.runner.environment).variables["HEAD_REF"] == "main"
      && one(aws_lambda_function.runner.environment).variables["RAW_BUCKET_NAME"] == "lake-dev-raw"
      && one(aws_lambda_function.runner.environment).variables["DBT_ENVIRONMENT_NAMES"] == "HEAD_REF,RAW_BUCKET_NAME"
      && one(aws_lambda_function.runner.environment).variables["DBT_TARGET"] == "development"
      && one(aws_lambda_function.runner.environment).variables["ENVIRONMENT"] == "dev"
    )
    error_message = "the team's variables are there, and the function's own are as they were"
  }
}
