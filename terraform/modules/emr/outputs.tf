output "application" {
  description = "Id of the application, which StartJobRun asks for; empty if there is none."
  value       = one(aws_emrserverless_application.spark[*].id) == null ? "" : aws_emrserverless_application.spark[0].id
}

output "role_arn" {
  description = "Role of job runs; empty if there is no application."
  value       = one(aws_iam_role.emr[*].arn) == null ? "" : aws_iam_role.emr[0].arn
}
