output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.runner.function_name
}

output "function_alias" {
  description = "Alias of the version to invoke."
  value       = aws_lambda_alias.live.name
}

output "function_arn" {
  description = "ARN of the function, without version or alias."
  value       = aws_lambda_function.runner.arn
}

output "function_version" {
  description = "The version that was published last, whether the alias names it or not."
  value       = aws_lambda_function.runner.version
}

output "log_group" {
  description = "CloudWatch log group of the function."
  value       = aws_cloudwatch_log_group.runner.name
}

output "role_arn" {
  description = "ARN of the function's role."
  value       = aws_iam_role.runner.arn
}
