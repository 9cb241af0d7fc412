output "database" {
  description = "Glue database of the changelog; empty where no changes are captured."
  value       = local.on == 1 ? aws_glue_catalog_database.changes[0].name : ""
}

output "stream_name" {
  description = "Stream of captured changes; empty where none are captured, or where they go by Kafka."
  value       = local.kinesis == 1 ? aws_kinesis_stream.changes[0].name : ""
}

output "stream_arn" {
  description = "ARN of the stream; null where there is none."
  value       = one(aws_kinesis_stream.changes[*].arn)
}

output "function_name" {
  description = "Function that writes the changelog; empty where no changes are captured."
  value       = local.on == 1 ? aws_lambda_function.changes[0].function_name : ""
}

output "log_group" {
  description = "Log group of that function; null where no changes are captured."
  value       = one(aws_cloudwatch_log_group.changes[*].name)
}

output "kafka" {
  description = "Kafka's topic and the way to it, for the capture; null where changes do not go by it."
  value = one([for kafka in [local.kafka] : {
    bootstrap_servers = kafka.bootstrap_servers
    topic             = local.topic
    security          = kafka.security
    secret            = kafka.secret
    authority         = kafka.authority
  } if kafka != null])
}

output "role_arn" {
  description = "Role of that function; null where no changes are captured."
  value       = one(aws_iam_role.changes[*].arn)
}
