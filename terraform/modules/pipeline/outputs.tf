output "state_machine_arn" {
  description = "ARN of the state machine that carries a run to its end."
  value       = aws_sfn_state_machine.pipeline.arn
}

output "log_group" {
  description = "CloudWatch log group of the state machine."
  value       = aws_cloudwatch_log_group.pipeline.name
}
