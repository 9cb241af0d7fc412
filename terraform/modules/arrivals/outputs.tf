output "queue_url" {
  description = "Queue of files that have arrived; empty where none are awaited."
  value       = one(aws_sqs_queue.arrivals[*].url) == null ? "" : aws_sqs_queue.arrivals[0].url
}

output "ticks_url" {
  description = "Queue of the ticks that start runs; empty where no files are awaited."
  value       = one(aws_sqs_queue.ticks[*].url) == null ? "" : aws_sqs_queue.ticks[0].url
}

output "dead_url" {
  description = "Queue of arrivals and ticks that failed; empty where no files are awaited."
  value       = one(aws_sqs_queue.dead[*].url) == null ? "" : aws_sqs_queue.dead[0].url
}

output "queues" {
  description = "Names of the queues, by what they hold; there is none where no files are awaited."
  value       = { for queue, name in local.queues : queue => name if local.on == 1 }
}

output "gate_log_group" {
  description = "Log group of the gate; null where no files are awaited."
  value       = one(aws_cloudwatch_log_group.gate[*].name)
}
