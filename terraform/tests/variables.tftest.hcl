# Every validation of the root module: the values at the edges that are taken, and what is refused. Each `refuses` run gives
# many variables a bad value and expects a complaint about every one of them.

mock_provider "aws" {}

variables {
  project     = "lakeloop"
  environment = "dev"
  region      = "eu-central-1"

  # Any files will do: their bytes matter to Lambda alone.
  function_zip = "envs/dev.tfvars"
  layer_zip    = "envs/prod.tfvars"
}

run "takes_the_smallest_values" {
  command = plan

  variables {
    project                    = "abc"
    environment                = "e2"
    bucket_prefix              = "abc"
    bytes_scanned_cutoff       = 10485760
    memory_size                = 512
    timeout                    = 30
    ephemeral_storage          = 512
    reserved_concurrency       = 0
    snap_start                 = true
    log_retention_days         = 1
    athena_price_per_tb        = 0
    lambda_price_per_gb_second = 0
  }
}

run "takes_the_largest_values" {
  command = plan

  variables {
    project              = "z2345678901-345-6789"
    environment          = "z23456789012"
    region               = "us-gov-west-1"
    profile              = "data-engineer"
    bucket_prefix        = "z23456789012345678901234567890-2345"
    kms_key_arn          = "arn:aws-us-gov:kms:us-gov-west-1:000000000000:key/mrk-1234"
    architecture         = "x86_64"
    python_runtime       = "python3.13"
    memory_size          = 10240
    timeout              = 900
    ephemeral_storage    = 10240
    reserved_concurrency = 1000
    log_retention_days   = 3653
    extra_tags           = merge({ "cost:centre" = "42", Team = "" }, { for number in range(45) : "Tag${number}" => "x" })
  }

  assert {
    condition     = output.athena_results_bucket == "z23456789012345678901234567890-2345-z23456789012-athena-results" && length(output.athena_results_bucket) <= 63
    error_message = "the longest prefix must give a bucket name that S3 takes"
  }
}

# Every name of an environment begins with PROJECT-ENVIRONMENT, so that two of them meet in none.
run "names_everything_after_project_and_environment" {
  command = plan

  variables {
    project     = "acme-shop"
    environment = "staging"
    databases   = ["acme_shop_staging_finance"]
  }

  assert {
    condition = alltrue([
      for name in [
        output.raw_bucket, output.processed_bucket, output.athena_results_bucket, output.artifacts_bucket, output.function_name
      ] : startswith(name, "acme-shop-staging-")
    ])
    error_message = "buckets and function"
  }

  assert {
    condition     = output.athena_workgroup == "acme-shop-staging" && output.log_group == "/aws/lambda/acme-shop-staging-dbt-runner"
    error_message = "workgroup and log group"
  }

  assert {
    condition     = output.glue_database == "acme_shop_staging" && output.raw_database == "acme_shop_staging_raw"
    error_message = "databases"
  }
}

run "refuses_what_is_too_small" {
  command = plan
  expect_failures = [
    var.project,
    var.environment,
    var.region,
    var.profile,
    var.bucket_prefix,
    var.extra_tags,
    var.kms_key_arn,
    var.bytes_scanned_cutoff,
    var.architecture,
    var.python_runtime,
    var.memory_size,
    var.timeout,
    var.ephemeral_storage,
    var.reserved_concurrency,
    var.log_retention_days,
    var.athena_price_per_tb,
    var.lambda_price_per_gb_second,
    var.source_databases,
    var.source_locations,
    var.dbt_environment,
    var.dbt_target,
    var.jobs,
    var.emr,
  ]

  variables {
    project                    = "ab"
    jobs                       = { one = { script = "x.py", workers = 1 } }
    emr                        = { cores = 0 }
    dbt_environment            = { A = "x" }
    dbt_target                 = ""
    environment                = "e"
    source_databases           = [""]
    source_locations           = ["s3://lake"]
    region                     = "eu"
    profile                    = ""
    bucket_prefix              = "ab"
    extra_tags                 = { "" = "data" }
    kms_key_arn                = ""
    bytes_scanned_cutoff       = 10485759
    architecture               = ""
    python_runtime             = "python3.11"
    memory_size                = 511
    timeout                    = 29
    ephemeral_storage          = 511
    reserved_concurrency       = -2
    log_retention_days         = 0
    athena_price_per_tb        = -1
    lambda_price_per_gb_second = -1
  }
}

run "refuses_what_is_too_large" {
  command = plan
  expect_failures = [
    var.project,
    var.environment,
    var.region,
    var.bucket_prefix,
    var.extra_tags,
    var.python_runtime,
    var.memory_size,
    var.timeout,
    var.ephemeral_storage,
    var.log_retention_days,
  ]

  variables {
    project            = "z23456789012345678901"
    environment        = "thirteenchars"
    region             = "eu-central-1a"
    bucket_prefix      = "z23456789012345678901234567890123456"
    extra_tags         = { for number in range(48) : "Tag${number}" => "x" }
    python_runtime     = "python3.140"
    memory_size        = 10241
    timeout            = 901
    ephemeral_storage  = 10241
    log_retention_days = 3654
  }
}

run "refuses_names_of_something_else" {
  command = plan
  expect_failures = [
    var.project,
    var.environment,
    var.source_databases,
    var.source_locations,
    var.region,
    var.profile,
    var.bucket_prefix,
    var.extra_tags,
    var.kms_key_arn,
    var.architecture,
    var.python_runtime,
    var.log_retention_days,
  ]

  variables {
    project            = "sthree-lake"
    environment        = "local"
    source_databases   = ["*"]
    source_locations   = ["s3://lake/*/"]
    region             = "Frankfurt"
    profile            = "my profile"
    bucket_prefix      = "xn--lake"
    extra_tags         = { "AWS:team" = "data" }
    kms_key_arn        = "arn:aws:kms:eu-central-1:000000000000:alias/lake"
    architecture       = "amd64"
    python_runtime     = "nodejs22.x"
    log_retention_days = 15
  }
}

run "refuses_fractions_and_ids" {
  command = plan
  expect_failures = [
    var.kms_key_arn,
    var.bytes_scanned_cutoff,
    var.memory_size,
    var.timeout,
    var.ephemeral_storage,
    var.reserved_concurrency,
    var.bucket_prefix,
    var.extra_tags,
  ]

  variables {
    kms_key_arn          = "1234abcd-12ab-34cd-56ef-1234567890ab"
    bytes_scanned_cutoff = 10485760.5
    memory_size          = 1024.5
    timeout              = 60.5
    ephemeral_storage    = 512.5
    reserved_concurrency = 1.5
    bucket_prefix        = "MyLake"
    extra_tags           = { environment = "test", Team = join("", [for each in range(257) : "x"]) }
  }
}

run "refuses_characters_that_aws_refuses" {
  command = plan
  expect_failures = [
    var.project,
    var.environment,
    var.bucket_prefix,
    var.extra_tags,
    var.profile,
    var.source_locations,
    var.jobs,
    var.crawlers,
    var.emr,
  ]

  variables {
    project          = "my_lake"
    jobs             = { Curate-Orders = { script = "x.py" } }
    crawlers         = { shop = { schedule = "every day" } }
    emr              = { release = "emr-6.15.0" }
    environment      = "dev-2"
    source_locations = ["s3://lake/folder"]
    bucket_prefix    = "my_lake"
    extra_tags       = { Team = "data & co" }
    profile          = "line\nbreak"
  }
}

run "refuses_a_hyphen_at_the_end_and_a_snapshot_of_a_large_tmp" {
  command = plan
  expect_failures = [
    var.project,
    var.bucket_prefix,
    var.snap_start,
  ]

  variables {
    project           = "lake-"
    bucket_prefix     = "lake-"
    snap_start        = true
    ephemeral_storage = 1024
  }
}

run "refuses_what_is_no_version_and_no_policy" {
  command = plan
  expect_failures = [
    var.live_version,
    var.permissions_boundary_arn,
  ]

  variables {
    live_version             = "$LATEST"
    permissions_boundary_arn = "arn:aws:iam::000000000000:role/lake-dev-boundary"
  }
}

run "refuses_a_database_that_glue_refuses" {
  command         = plan
  expect_failures = [var.databases]

  variables {
    databases = ["lakeloop_dev_Finance"]
  }
}

run "refuses_a_schedule_of_another_name" {
  command = plan

  variables {
    schedules = { Nightly = { expression = "rate(1 day)" } }
  }

  expect_failures = [var.schedules]
}

run "refuses_a_schedule_that_is_no_expression" {
  command = plan

  variables {
    schedules = { nightly = { expression = "every day" } }
  }

  expect_failures = [var.schedules]
}

run "refuses_a_schedule_that_waits_for_half_a_second" {
  command = plan

  variables {
    schedules = { nightly = { expression = "cron(0 4 * * ? *)", wait_seconds = 0.5 } }
  }

  expect_failures = [var.schedules]
}

run "refuses_arrivals_that_nobody_waits_for" {
  command = plan

  variables {
    arrivals = { quiet_seconds = 901, max_file_mb = 9901, memory_size = 511 }
  }

  expect_failures = [var.arrivals]
}

run "refuses_a_longest_wait_below_the_quiet_window" {
  command = plan

  variables {
    arrivals = { quiet_seconds = 60, longest_wait_seconds = 59 }
  }

  expect_failures = [var.arrivals]
}

run "refuses_ingestion_that_nothing_schedules" {
  command = plan

  variables {
    ingest = { schedules = {}, dynamodb_tables = ["*"], memory_size = 511 }
  }

  expect_failures = [var.ingest]
}

run "refuses_ingestion_at_no_time" {
  command = plan

  variables {
    ingest = { schedules = { shop_api = { expression = "hourly" } } }
  }

  expect_failures = [var.ingest]
}

run "ingestion_of_the_root_module_calls_its_function" {
  command = plan

  variables {
    ingest     = { schedules = { shop_api = { expression = "rate(1 hour)" } } }
    ingest_zip = "envs/dev.tfvars"
  }

  assert {
    condition     = module.ingest.function_name == "lakeloop-dev-dbt-ingest"
    error_message = "the names begin with the environment's"
  }
}

run "refuses_limits_of_alarms_that_cloudwatch_would" {
  command = plan

  variables {
    alarm_limits     = { run_dollars = 0, success_hours = 169 }
    alarm_topic_arns = ["alerts"]
  }

  expect_failures = [var.alarm_limits, var.alarm_topic_arns]
}

run "takes_a_week_without_success" {
  command = plan

  variables {
    schedules        = { nightly = { expression = "cron(0 4 * * ? *)" } }
    alarm_limits     = { success_hours = 168, message_minutes = 0.5 }
    alarm_topic_arns = ["arn:aws-us-gov:sns:us-gov-west-1:000000000000:alerts"]
  }

  assert {
    condition     = output.dashboard == "lakeloop-dev-dbt"
    error_message = "what begins by itself is watched"
  }
}

run "takes_no_monitoring_of_what_a_person_starts" {
  command = plan

  assert {
    condition     = output.dashboard == ""
    error_message = "nothing is watched"
  }
}

run "takes_no_monitoring_where_none_is_wanted" {
  command = plan

  variables {
    monitoring = false
    schedules  = { nightly = { expression = "cron(0 4 * * ? *)" } }
  }

  assert {
    condition     = output.dashboard == ""
    error_message = "nothing is watched"
  }
}

run "refuses_a_stream_that_no_service_makes" {
  command = plan

  variables {
    changes = { shards = 201, retention_hours = 23, batch_size = 10001, batch_seconds = 301, memory_size = 511 }
  }

  expect_failures = [var.changes]
}

run "refuses_to_hear_of_late_changes_when_it_is_too_late" {
  command = plan

  variables {
    changes = { retention_hours = 24, lag_minutes = 721 }
  }

  expect_failures = [var.changes]
}

run "kafka_with_a_password_that_is_in_no_secret" {
  command = plan

  variables {
    changes = { kafka = { bootstrap_servers = ["a.example.org:9096"] } }
  }

  expect_failures = [var.changes]
}

run "kafka_s_secret_that_no_role_within_the_boundary_may_read" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::000000000000:policy/boundary"
    changes = { kafka = {
      bootstrap_servers = ["a.example.org:9096"]
      secret            = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:brokers-AbCdEf" # pragma: allowlist secret
    } }
  }

  expect_failures = [var.changes]
}

run "kafka_s_servers_without_a_port" {
  command = plan

  variables {
    changes = { kafka = { bootstrap_servers = ["https://a.example.org"], security = "plaintext", subnets = ["subnet-1"], security_groups = ["sg-1"] } }
  }

  expect_failures = [var.changes]
}

run "refuses_a_capture_that_has_no_stream" {
  command = plan

  variables {
    capture = {
      image              = "000000000000.dkr.ecr.eu-central-1.amazonaws.com/capture@sha256:0000000000000000000000000000000000000000000000000000000000000000"
      repository_arn     = "arn:aws:ecr:eu-central-1:000000000000:repository/capture"
      source             = "shop"
      host               = "db.example.internal"
      database           = "shop"
      publication        = "shop_changes"
      password_parameter = "arn:aws:ssm:eu-central-1:000000000000:parameter/shop/capture" # pragma: allowlist secret
      subnets            = ["subnet-0"]
      security_groups    = ["sg-0"]
    }
  }

  expect_failures = [var.capture]
}

run "lake_formation_grants_the_writer_of_the_changelog_its_database" {
  command = plan

  variables {
    lake_formation = true
    changes        = {}
    cdc_apply_zip  = "envs/dev.tfvars"
  }

  assert {
    condition     = length(module.lakeformation_changes) == 1
    error_message = "where Lake Formation governs, IAM's rights alone do not suffice"
  }
}
