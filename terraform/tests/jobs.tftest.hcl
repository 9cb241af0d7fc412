# Spark jobs, EMR Serverless and crawlers: what they may do, what is uploaded, and nothing where there are none.

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
    defaults = { arn = "arn:aws:iam::000000000000:role/lakeloop-dev-dbt-jobs" }
  }
}

variables {
  name               = "lakeloop-dev"
  database           = "lakeloop_dev"
  root               = "."
  raw_bucket         = "lakeloop-dev-raw"
  processed_bucket   = "lakeloop-dev-processed"
  artifacts_bucket   = "lakeloop-dev-artifacts"
  log_retention_days = 30
  jobs = {
    curate_orders = {
      script      = "envs/dev.tfvars"
      modules     = ["versions.tf"]
      arguments   = { raw = "{raw}/", curated = "{curated}/" }
      description = "d"
      worker_type = "G.1X"
      workers     = 2
      timeout     = 60
      retries     = 0
    }
  }
  settings = { scripts = ["envs/dev.tfvars"], release = "emr-7.9.0", cores = 32, memory = 128, idle_minutes = 1 }
  crawlers = {
    shop = { path = "shop/", exclusions = ["**.tmp"], schedule = "cron(0 4 * * ? *)", prefix = "" }
  }
}

run "a_job_reads_raw_files_and_writes_its_own" {
  command = apply

  module {
    source = "./modules/jobs"
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.jobs[0].policy).Statement : statement.Sid => statement.Resource
      } == {
      Logs         = ["arn:aws:logs:eu-central-1:000000000000:log-group:/aws-glue/jobs/lakeloop-dev-dbt-jobs/*"]
      Scripts      = ["arn:aws:s3:::lakeloop-dev-artifacts/layers/jobs/*"]
      Buckets      = ["arn:aws:s3:::lakeloop-dev-raw", "arn:aws:s3:::lakeloop-dev-processed"]
      RawFiles     = ["arn:aws:s3:::lakeloop-dev-raw/*"]
      CuratedFiles = ["arn:aws:s3:::lakeloop-dev-processed/tables/jobs/*"]
    }
    error_message = "raw files to read, a folder of their own to write, their scripts and logs"
  }

  assert {
    condition = (
      aws_glue_job.job["curate_orders"].name == "lakeloop-dev-dbt-curate-orders"
      && aws_glue_job.job["curate_orders"].default_arguments == tomap({
        "--raw"                    = "s3://lakeloop-dev-raw/"
        "--curated"                = "s3://lakeloop-dev-processed/tables/jobs/"
        "--custom-logGroup-prefix" = "/aws-glue/jobs/lakeloop-dev-dbt-jobs"
        "--job-bookmark-option"    = "job-bookmark-disable"
        "--extra-py-files"         = "s3://lakeloop-dev-artifacts/layers/jobs/curate_orders/versions.tf"
      })
      && toset(keys(aws_cloudwatch_log_group.jobs)) == toset(["output", "error"])
    )
    error_message = "buckets in the place of words, its own log groups, its modules"
  }
}

run "an_application_of_emr_reads_raw_files_and_writes_the_jobs_folder" {
  command = apply

  module {
    source = "./modules/emr"
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.emr[0].policy).Statement : statement.Sid => statement.Resource
      } == {
      Scripts      = ["arn:aws:s3:::lakeloop-dev-artifacts/layers/jobs/emr/*"]
      Buckets      = ["arn:aws:s3:::lakeloop-dev-raw", "arn:aws:s3:::lakeloop-dev-processed"]
      RawFiles     = ["arn:aws:s3:::lakeloop-dev-raw/*"]
      CuratedFiles = ["arn:aws:s3:::lakeloop-dev-processed/tables/jobs/*"]
    }
    error_message = "raw files to read, the jobs' folder to write, its scripts"
  }

  assert {
    condition = (
      jsondecode(aws_iam_role.emr[0].assume_role_policy).Statement[0].Principal.Service == "emr-serverless.amazonaws.com"
      && aws_emrserverless_application.spark[0].name == "lakeloop-dev-dbt-emr"
      && length(aws_emrserverless_application.spark[0].initial_capacity) == 0
      && aws_emrserverless_application.spark[0].maximum_capacity[0].cpu == "32 vCPU"
      && aws_emrserverless_application.spark[0].auto_stop_configuration[0].idle_timeout_minutes == 1
      && aws_s3_object.script["dev.tfvars"].key == "layers/jobs/emr/dev.tfvars"
    )
    error_message = "nothing is paid between runs, and no more than so much in them"
  }
}

run "a_crawler_reads_its_folder_and_writes_a_database_of_its_own" {
  command = apply

  module {
    source = "./modules/crawlers"
  }

  assert {
    condition = (
      one([for one in jsondecode(aws_iam_role_policy.crawlers[0].policy).Statement : one.Resource if one.Sid == "RawFiles"])
      == ["arn:aws:s3:::lakeloop-dev-raw/shop/*"]
      && one([for one in jsondecode(aws_iam_role_policy.crawlers[0].policy).Statement : one.Resource if one.Sid == "Tables"])
      == [
        "arn:aws:glue:eu-central-1:000000000000:catalog",
        "arn:aws:glue:eu-central-1:000000000000:database/lakeloop_dev_crawled",
        "arn:aws:glue:eu-central-1:000000000000:table/lakeloop_dev_crawled/*",
      ]
    )
    error_message = "nothing of the lake's other databases"
  }

  assert {
    condition = (
      aws_glue_crawler.crawler["shop"].s3_target[0].path == "s3://lakeloop-dev-raw/shop/"
      && aws_glue_crawler.crawler["shop"].schedule == "cron(0 4 * * ? *)"
    )
    error_message = "its folder, its time"
  }
}

run "no_job_is_nothing" {
  command = apply

  module {
    source = "./modules/jobs"
  }

  variables {
    jobs = {}
  }

  assert {
    condition     = length(aws_iam_role.jobs) + length(aws_cloudwatch_log_group.jobs) + length(aws_glue_job.job) + length(aws_s3_object.script) == 0
    error_message = "nothing is there"
  }
}

run "no_crawler_is_nothing" {
  command = apply

  module {
    source = "./modules/crawlers"
  }

  variables {
    crawlers = {}
  }

  assert {
    condition     = length(aws_iam_role.crawlers) + length(aws_glue_catalog_database.crawled) + length(aws_glue_crawler.crawler) == 0
    error_message = "nothing is there"
  }
}

run "no_application_is_nothing" {
  command = apply

  module {
    source = "./modules/emr"
  }

  variables {
    settings = null
  }

  assert {
    condition = (
      length(aws_iam_role.emr) + length(aws_emrserverless_application.spark) + length(aws_s3_object.script) == 0
      && output.application == "" && output.role_arn == ""
    )
    error_message = "nothing is there"
  }
}
