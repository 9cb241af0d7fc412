output "jobs" {
  description = "Names of the jobs in Glue, by their names here."
  value       = { for name, job in aws_glue_job.job : name => job.name }
}
