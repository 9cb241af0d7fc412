output "database" {
  description = "Glue database of the tables that dbt builds."
  value       = aws_glue_catalog_database.marts.name
}

output "raw_database" {
  description = "Glue database of the external tables over the raw files."
  value       = aws_glue_catalog_database.raw.name
}

output "databases" {
  description = "The further databases that dbt builds in."
  value       = sort([for database in aws_glue_catalog_database.further : database.name])
}

output "workgroup" {
  description = "Athena workgroup of the environment."
  value       = aws_athena_workgroup.this.name
}
