resource "aws_glue_catalog_database" "marts" {
  name        = "lakeloop_${var.environment}"
  description = "Tables and views that dbt builds (${var.environment})"
}

resource "aws_glue_catalog_database" "raw" {
  name        = "lakeloop_${var.environment}_raw"
  description = "External tables over the raw files (${var.environment})"
}
