# The databases, and a workgroup that no query gets around.

mock_provider "aws" {}

variables {
  name                 = "lakeloop-prod"
  database             = "lakeloop_prod"
  databases            = []
  results_bucket       = "lake-prod-athena-results"
  force_destroy        = false
  bytes_scanned_cutoff = 20000000
}

run "limits_what_a_query_may_do" {
  command = plan

  module {
    source = "./modules/catalog"
  }

  assert {
    condition     = output.database == "lakeloop_prod" && output.raw_database == "lakeloop_prod_raw" && output.workgroup == "lakeloop-prod"
    error_message = "one database for the tables, one for the raw files, one workgroup per environment"
  }

  assert {
    condition = alltrue([
      for configuration in aws_athena_workgroup.this.configuration :
      configuration.enforce_workgroup_configuration
      && configuration.publish_cloudwatch_metrics_enabled
      && configuration.bytes_scanned_cutoff_per_query == 20000000
      && configuration.engine_version[0].selected_engine_version == "Athena engine version 3"
    ])
    error_message = "the workgroup enforces its settings, reports metrics, cuts queries off and runs engine version 3"
  }

  assert {
    condition = alltrue([
      for result in aws_athena_workgroup.this.configuration[0].result_configuration :
      result.output_location == "s3://lake-prod-athena-results/queries/"
      && result.encryption_configuration[0].encryption_option == "SSE_S3"
    ])
    error_message = "results go to the environment's own bucket, encrypted"
  }

  assert {
    condition     = !aws_athena_workgroup.this.force_destroy
    error_message = "the workgroup's history must survive a destroy unless asked otherwise"
  }
}

run "makes_a_database_for_each_schema_and_none_twice" {
  command = plan

  module {
    source = "./modules/catalog"
  }

  variables {
    databases = ["lakeloop_prod_staging", "lakeloop_prod_raw", "lakeloop_prod", "lakeloop_prod_finance", "lakeloop_prod_staging"]
  }

  assert {
    condition     = output.databases == tolist(["lakeloop_prod_finance", "lakeloop_prod_staging"])
    error_message = "the two that are there anyway are not made again"
  }
}

run "encrypts_results_with_a_customers_key" {
  command = plan

  module {
    source = "./modules/catalog"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:000000000000:key/lake"
  }

  assert {
    condition = alltrue([
      for encryption in aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration :
      encryption.encryption_option == "SSE_KMS" && encryption.kms_key_arn == var.kms_key_arn
    ])
    error_message = "results must be encrypted with the customer's key"
  }
}
