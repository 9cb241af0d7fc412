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
