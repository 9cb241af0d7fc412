# Permissions of the runner: every statement has a Sid, names its resources, and nothing is a wildcard that need not be.

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
  reserved_concurrency       = -1
  registered_locations       = false
  snap_start                 = false
  log_retention_days         = 14
  athena_price_per_tb        = 5
  lambda_price_per_gb_second = 0.0000133334
}

run "grants_what_dbt_calls" {
  command = plan

  module {
    source = "./modules/runner"
  }

  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Effect == "Allow" && can(regex("^[A-Za-z0-9]+$", s.Sid))])
    error_message = "every statement has a Sid"
  }

  assert {
    condition = length(distinct([for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Sid])) == length(
      jsondecode(aws_iam_role_policy.runner.policy).Statement
    )
    error_message = "every Sid is another one"
  }

  assert {
    condition = alltrue(flatten([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : [for action in s.Action : !strcontains(action, "*")]
    ]))
    error_message = "actions are named, not matched"
  }

  # A * stands at the end of an ARN only, after a name of this environment: objects of a bucket, tables of a database,
  # streams of a log group. No account, region, bucket, database or workgroup is a wildcard.
  assert {
    condition = alltrue(flatten([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : [
        for resource in s.Resource : anytrue([
          !strcontains(resource, "*"),
          can(regex("^arn:aws:s3:::lake-dev-[a-z-]+/([a-z/]+/)?\\*$", resource)),
          can(regex("^arn:aws:glue:eu-central-1:000000000000:table/lakeloop_dev(_raw)?/\\*$", resource)),
          resource == "arn:aws:logs:eu-central-1:000000000000:log-group:/aws/lambda/lakeloop-dev-dbt-runner:log-stream:*",
        ])
      ]
    ]))
    error_message = "a wildcard stands only where AWS gives the rest of the name later"
  }

  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Action
      if anytrue([for resource in s.Resource : startswith(resource, "arn:aws:s3:::lake-dev-raw")])
    ])) == toset(["s3:ListBucket", "s3:GetBucketLocation", "s3:GetObject"])
    error_message = "raw files are read and never written"
  }

  assert {
    condition = toset(flatten([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Resource if contains(s.Action, "s3:DeleteObject")
      ])) == toset([
      "arn:aws:s3:::lake-dev-processed/tables/*", "arn:aws:s3:::lake-dev-processed/exports/*", "arn:aws:s3:::lake-dev-athena-results/queries/tables/*"
    ])
    error_message = "only the files of tables are deleted"
  }

  assert {
    condition = alltrue(flatten([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : [
        for action in s.Action : contains(["athena", "glue", "s3", "logs"], split(":", action)[0])
      ]
    ]))
    error_message = "no service but Athena, Glue, S3 and Logs"
  }

  assert {
    condition     = jsondecode(aws_iam_role.runner.assume_role_policy).Statement[*].Principal == [{ Service = "lambda.amazonaws.com" }]
    error_message = "Lambda alone takes the role"
  }

  assert {
    condition     = jsondecode(aws_iam_role.runner.assume_role_policy).Statement[0].Condition == { StringEqualsIfExists = { "aws:SourceAccount" = "000000000000" } }
    error_message = "for no function of another account"
  }
}

run "grants_the_customers_key" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:000000000000:key/lake"
  }

  assert {
    condition = [
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Resource if contains(s.Action, "kms:Decrypt")
    ] == [[var.kms_key_arn]]
    error_message = "the customer's key, and no other, may be used"
  }
}

run "asks_lake_formation_for_files_of_registered_places_alone" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    registered_locations = true
  }

  assert {
    condition = [
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Action if contains(s.Resource, "*")
    ] == [["lakeformation:GetDataAccess"]]
    error_message = "the one action without a resource"
  }
}

run "treats_every_database_of_dbts_like_the_first" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    databases = ["lakeloop_dev_finance"]
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement :
      contains(s.Resource, "arn:aws:glue:eu-central-1:000000000000:database/lakeloop_dev_finance")
      == contains(s.Resource, "arn:aws:glue:eu-central-1:000000000000:database/lakeloop_dev")
      && contains(s.Resource, "arn:aws:glue:eu-central-1:000000000000:table/lakeloop_dev_finance/*")
      == contains(s.Resource, "arn:aws:glue:eu-central-1:000000000000:table/lakeloop_dev/*")
    ])
    error_message = "what is granted on the first is granted on the further one, and nothing else is"
  }

  assert {
    condition = length([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s
      if contains(s.Resource, "arn:aws:glue:eu-central-1:000000000000:table/lakeloop_dev_finance/*") && contains(s.Action, "glue:CreateTable")
    ]) == 1
    error_message = "tables are made there"
  }

  assert {
    condition     = length([for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s if startswith(s.Sid, "Source")]) == 0
    error_message = "no statement for sources where there are none"
  }
}

run "reads_what_others_have_and_no_more" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    source_databases = ["crm"]
    source_locations = ["s3://crm-files/exports/", "s3://crm-files/history/", "s3://events/"]
  }

  assert {
    condition = distinct(flatten([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Action
      if anytrue([for resource in s.Resource : strcontains(resource, "/crm")])
    ])) == tolist(["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"])
    error_message = "the catalog of others is read and never written"
  }

  assert {
    condition = {
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : s.Sid => [s.Action, s.Resource, try(s.Condition.StringLike["s3:prefix"], [])]
      if startswith(s.Sid, "Source") && s.Sid != "SourceTables"
      } == {
      SourceFiles    = [["s3:GetObject"], ["arn:aws:s3:::crm-files/exports/*", "arn:aws:s3:::crm-files/history/*", "arn:aws:s3:::events/*"], []]
      SourceBuckets  = [["s3:GetBucketLocation"], ["arn:aws:s3:::crm-files", "arn:aws:s3:::events"], []]
      SourceFolders0 = [["s3:ListBucket"], ["arn:aws:s3:::crm-files"], ["exports/*", "history/*"]]
      SourceFolders1 = [["s3:ListBucket"], ["arn:aws:s3:::events"], ["*"]]
    }
    error_message = "their files are read below the named folders"
  }
}

run "keeps_the_changelog_and_nothing_else_of_the_raw_bucket" {
  command = plan

  module {
    source = "./modules/runner"
  }

  variables {
    changes_database = "lakeloop_dev_changes"
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_role_policy.runner.policy).Statement : alltrue([
        for resource in s.Resource : !startswith(resource, "arn:aws:s3:::lake-dev-raw/") || s.Action == ["s3:GetObject"] || resource == "arn:aws:s3:::lake-dev-raw/changes/*"
      ])
    ])
    error_message = "raw files are read, the changelog's are put together and removed"
  }

  assert {
    condition     = aws_lambda_function.runner.environment[0].variables["CHANGES_DATABASE"] == "lakeloop_dev_changes"
    error_message = "the upkeep knows the database"
  }
}
