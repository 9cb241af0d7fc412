output "state_machine_arn" {
  description = "ARN of the state machine that carries a run to its end."
  value       = aws_sfn_state_machine.pipeline.arn
}
