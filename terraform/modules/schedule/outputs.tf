output "group" {
  description = "Group of the schedules."
  value       = aws_scheduler_schedule_group.runs.name
}
