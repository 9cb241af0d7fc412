output "service_name" {
  description = "Service of ECS that captures; empty where nothing is captured."
  value       = local.on == 1 ? aws_ecs_service.capture[0].name : ""
}

output "log_group" {
  description = "Log group of the capture; null where nothing is captured."
  value       = one(aws_cloudwatch_log_group.capture[*].name)
}
