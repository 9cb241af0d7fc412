output "function_arn" {
  description = "Function that runs a pipeline; null where none is scheduled."
  value       = one(aws_lambda_function.ingest[*].arn)
}

output "function_name" {
  description = "Name of that function; empty where none is scheduled."
  value       = local.on == 0 ? "" : local.name
}
