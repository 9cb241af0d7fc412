# Grants in an account that Lake Formation governs: what dbt does there, to the function's role and nobody else.

mock_provider "aws" {}

variables {
  role_arn  = "arn:aws:iam::000000000000:role/lakeloop-dev-dbt-runner"
  databases = ["lakeloop_dev", "lakeloop_dev_raw"]
  locations = ["arn:aws:s3:::lake-dev-processed"]
}

run "grants_on_each_database_its_tables_and_the_registered_places" {
  command = plan

  module {
    source = "./modules/lakeformation"
  }

  assert {
    condition = { for name, grant in aws_lakeformation_permissions.database : name => [grant.principal, tolist(grant.permissions)] } == {
      for name in var.databases : name => [var.role_arn, tolist(["CREATE_TABLE", "DESCRIBE"])]
    }
    error_message = "tables are made in each database"
  }

  assert {
    condition = { for name, grant in aws_lakeformation_permissions.tables : name => [grant.principal, tolist(grant.permissions), grant.table[0].wildcard] } == {
      for name in var.databases : name => [var.role_arn, tolist(["ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"]), true]
    }
    error_message = "tables of whoever made them are read and replaced"
  }

  assert {
    condition     = [for grant in aws_lakeformation_permissions.location : [grant.data_location[0].arn, tolist(grant.permissions)]] == [[var.locations[0], tolist(["DATA_LOCATION_ACCESS"])]]
    error_message = "tables are made in the registered places"
  }
}

run "the_writer_of_the_changelog_gets_no_more_than_it_takes" {
  command = apply

  module {
    source = "./modules/lakeformation"
  }

  variables {
    on_tables = ["ALTER", "DESCRIBE"]
  }

  assert {
    condition     = alltrue([for grant in aws_lakeformation_permissions.tables : tolist(grant.permissions) == tolist(["ALTER", "DESCRIBE"])])
    error_message = "files are IAM's affair"
  }
}
