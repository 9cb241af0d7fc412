resource "aws_glue_catalog_database" "marts" {
  name        = var.database
  description = "Tables and views that dbt builds (${var.name})"
}

resource "aws_glue_catalog_database" "raw" {
  name        = "${var.database}_raw"
  description = "External tables over the raw files (${var.name})"
}

resource "aws_glue_catalog_database" "further" {
  # A custom schema may well be one of the two above.
  for_each = setsubtract(var.databases, [var.database, "${var.database}_raw"])

  name        = each.key
  description = "Tables and views of a schema of dbt's (${var.name})"
}
