# Grants of a role in an account that Lake Formation governs, where IAM's permissions alone do not suffice
# (docs/adr/0025-lake-formation.md). Who makes a table there has every right on it; who makes a database may grant on it.

resource "aws_lakeformation_permissions" "database" {
  for_each = toset(var.databases)

  principal   = var.role_arn
  permissions = ["CREATE_TABLE", "DESCRIBE"]

  database {
    name = each.key
  }
}

resource "aws_lakeformation_permissions" "tables" {
  for_each = toset(var.databases)

  principal   = var.role_arn
  permissions = var.on_tables

  table {
    database_name = each.key
    wildcard      = true
  }
}

resource "aws_lakeformation_permissions" "location" {
  for_each = toset(var.locations)

  principal   = var.role_arn
  permissions = ["DATA_LOCATION_ACCESS"]

  data_location {
    arn = each.key
  }
}
