output "topic_arn" {
  description = "Topic of messages to people; there without recipients, too."
  value       = aws_sns_topic.alerts.arn
}

output "function_name" {
  description = "Function that tells people of a run's end; empty without recipients."
  value       = one(aws_lambda_function.alert[*].function_name) == null ? "" : aws_lambda_function.alert[0].function_name
}

output "dead_letters_arn" {
  description = "Queue of what could not be delivered; null without recipients."
  value       = one(aws_sqs_queue.dead[*].arn)
}

output "dead_letters_url" {
  description = "URL of that queue; empty without recipients."
  value       = one(aws_sqs_queue.dead[*].url) == null ? "" : aws_sqs_queue.dead[0].url
}

output "webhook_parameter" {
  description = "SSM parameter of the webhook's address; empty where there is no webhook."
  value       = try(var.recipients.webhook, false) ? local.webhook_parameter : ""
}
