variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Environment that the metrics are told for."
  type        = string
  nullable    = false
}

variable "settings" {
  description = "Database, image and network of the capture; null: there is none. The root's `capture` describes each."
  type = object({
    image              = string
    repository_arn     = string
    subnets            = list(string)
    security_groups    = list(string)
    source             = string
    host               = string
    port               = number
    database           = string
    user               = string
    password_parameter = string
    publication        = string
    cpu                = number
    memory             = number
    slot_lag_mb        = number
    silence_minutes    = number
  })
}

variable "stream_name" {
  description = "Stream that the changes go to; empty where they go by Kafka."
  type        = string
  nullable    = false
}

variable "kafka" {
  description = "Topic that they go to, its brokers, and ARNs of the secrets for them; null where they go by Kinesis."
  type = object({
    bootstrap_servers = list(string)
    topic             = string
    security          = string
    secret            = string
    authority         = string
  })
  default = null
}

variable "raw_bucket" {
  description = "Bucket of changes too large for the stream (oversize/)."
  type        = string
  nullable    = false
}

variable "topic_arns" {
  description = "SNS topics that hear of alarms and of their end."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "architecture" {
  description = "Processor of the image: arm64 or x86_64."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key of the stream, the bucket, the password and the logs; null takes AWS's own."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the roles; null if there is none."
  type        = string
  default     = null
}
