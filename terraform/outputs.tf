output "region" {
  description = "Region of every resource."
  value       = var.region
}

output "raw_bucket" {
  description = "Bucket of the raw files: TABLE/dt=YYYY-MM-DD/FILE."
  value       = module.storage.buckets["raw"]
}

output "processed_bucket" {
  description = "Bucket of the tables that dbt builds."
  value       = module.storage.buckets["processed"]
}

output "athena_results_bucket" {
  description = "Bucket of Athena's query results, which expire."
  value       = module.storage.buckets["athena-results"]
}

output "artifacts_bucket" {
  description = "Bucket of the layer's zip and of what each dbt run leaves (runs/RUN_ID/)."
  value       = module.storage.buckets["artifacts"]
}

output "glue_database" {
  description = "Glue database of the tables that dbt builds."
  value       = module.catalog.database
}

output "raw_database" {
  description = "Glue database of the external tables over the raw files."
  value       = module.catalog.raw_database
}

output "athena_workgroup" {
  description = "Athena workgroup that every query of this environment runs in."
  value       = module.catalog.workgroup
}

output "function_name" {
  description = "Name of the function that runs dbt."
  value       = module.runner.function_name
}

output "function_alias" {
  description = "Alias of the published version to invoke."
  value       = module.runner.function_alias
}

output "function_arn" {
  description = "ARN of the function, without version or alias."
  value       = module.runner.function_arn
}

output "function_version" {
  description = "Version of the function that was published last, whether the alias names it or not."
  value       = module.runner.function_version
}

output "log_group" {
  description = "CloudWatch log group of the function."
  value       = module.runner.log_group
}

output "state_machine_arn" {
  description = "ARN of the state machine that runs dbt in as many invocations as it takes."
  value       = module.pipeline.state_machine_arn
}

output "schedule_group" {
  description = "Group of the schedules that start runs."
  value       = module.schedule.group
}

output "alerts_topic_arn" {
  description = "Topic of messages to people."
  value       = module.alerts.topic_arn
}

output "alerts_function" {
  description = "Function that tells people of a run's end; empty where nobody is told."
  value       = module.alerts.function_name
}

output "dead_letters_url" {
  description = "Queue of what could not be delivered; empty where nobody is told."
  value       = module.alerts.dead_letters_url
}

output "webhook_parameter" {
  description = "SSM parameter of the webhook's address; empty where there is no webhook."
  value       = module.alerts.webhook_parameter
}

output "arrivals_queue_url" {
  description = "Queue of files that have arrived; empty where none are awaited."
  value       = module.arrivals.queue_url
}

output "ticks_queue_url" {
  description = "Queue of the ticks that start runs; empty where no files are awaited."
  value       = module.arrivals.ticks_url
}

output "arrivals_dead_url" {
  description = "Queue of arrivals and ticks that failed; empty where no files are awaited."
  value       = module.arrivals.dead_url
}

output "changes_database" {
  description = "Glue database of the changelog; empty where no changes are captured."
  value       = module.stream.database
}

output "changes_stream" {
  description = "Stream of captured changes; empty where none are captured, or where they go by Kafka."
  value       = module.stream.stream_name
}

output "changes_topic" {
  description = "Kafka's topic of captured changes; empty where they do not go by it."
  value       = try(module.stream.kafka.topic, "")
}

output "changes_brokers" {
  description = "Addresses of that topic's brokers, between commas."
  value       = join(",", try(module.stream.kafka.bootstrap_servers, []))
}

output "changes_function" {
  description = "Function that writes the changelog; empty where no changes are captured."
  value       = module.stream.function_name
}

output "emr_application" {
  description = "Id of EMR Serverless's application; empty where there is none."
  value       = module.emr.application
}

output "emr_role_arn" {
  description = "Role of its job runs; empty where there is none."
  value       = module.emr.role_arn
}

output "dashboard" {
  description = "Dashboard of the environment; empty without monitoring."
  value       = local.monitored ? module.monitoring[0].dashboard : ""
}
