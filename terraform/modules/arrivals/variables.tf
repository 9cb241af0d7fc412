variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Environment, as messages name it."
  type        = string
  nullable    = false
}

variable "dbt_target" {
  description = "dbt's target of the environment, whose declared tables files are checked against."
  type        = string
  nullable    = false
}

variable "settings" {
  description = "How long is waited before a run, and the largest file; null: no files are awaited."
  type = object({
    quiet_seconds        = number
    longest_wait_seconds = number
    max_file_mb          = number
    memory_size          = number
  })
}

variable "raw_bucket" {
  description = "Bucket in which files arrive (incoming/), and in which they end."
  type        = string
  nullable    = false
}

variable "artifacts_bucket" {
  description = "Bucket of what is known of them (arrivals/)."
  type        = string
  nullable    = false
}

variable "state_machine_arn" {
  description = "State machine that carries a run to its end."
  type        = string
  nullable    = false
}

variable "topic_arn" {
  description = "Topic of messages to people, told of what lies in quarantine; null tells nobody."
  type        = string
  default     = null
}

variable "function_zip" {
  description = "The gate's code."
  type        = string
  nullable    = false
}

variable "architecture" {
  description = "Processor of the functions: arm64 or x86_64."
  type        = string
  nullable    = false
}

variable "python_runtime" {
  description = "Lambda runtime of the functions."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key of the buckets, the functions' variables and the logs; null takes AWS's own."
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
