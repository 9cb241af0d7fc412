variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "database" {
  description = "Glue database of the marts; the changelog's is DATABASE_changes."
  type        = string
  nullable    = false
}

variable "settings" {
  description = "Size of the stream, of batches and of the function, how long a change may wait, and Kafka if the changes go by it; null: there is no stream."
  type = object({
    shards          = number
    retention_hours = number
    batch_size      = number
    batch_seconds   = number
    lag_minutes     = number
    memory_size     = number
    kafka = object({
      bootstrap_servers = list(string)
      topic             = string
      security          = string
      secret            = string
      authority         = string
      subnets           = list(string)
      security_groups   = list(string)
    })
  })
}

variable "raw_bucket" {
  description = "Bucket of the changelog's files (changes/), of what is set apart (quarantine/changes/) and of changes too large for the stream (oversize/)."
  type        = string
  nullable    = false
}

variable "artifacts_bucket" {
  description = "Bucket through which the function's code goes (layers/)."
  type        = string
  nullable    = false
}

variable "topic_arns" {
  description = "SNS topics that hear of alarms and of their end."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "function_zip" {
  description = "The function's code."
  type        = string
  nullable    = false
}

variable "architecture" {
  description = "Processor of the function: arm64 or x86_64."
  type        = string
  nullable    = false
}

variable "python_runtime" {
  description = "Lambda runtime of the function."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key of the stream, the buckets, the function's variables and the logs; null takes AWS's own."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role; null if there is none."
  type        = string
  default     = null
}
