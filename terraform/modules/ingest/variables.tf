variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "project" {
  description = "Project, the first part of the names of its parameters."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Environment, whose parameters and tables the pipelines read."
  type        = string
  nullable    = false
}

variable "settings" {
  description = "Memory and disk of the function in MB, and the DynamoDB tables that it reads; null: there is no function."
  type = object({
    dynamodb_tables   = list(string)
    memory_size       = number
    ephemeral_storage = number
  })
  default = null
}

variable "raw_bucket" {
  description = "Bucket that the rows go to."
  type        = string
  nullable    = false
}

variable "artifacts_bucket" {
  description = "Bucket that the function's code is uploaded through."
  type        = string
  nullable    = false
}

variable "function_zip" {
  description = "Code of the function."
  type        = string
  nullable    = false
}

variable "architecture" {
  description = "Processor of the function: arm64 or x86_64."
  type        = string
  nullable    = false
}

variable "python_runtime" {
  description = "Lambda's runtime."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "Customer's key; null for AWS's own."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  nullable    = false
}

variable "dead_letters_arn" {
  description = "Queue for calls that failed three times; null if there is none."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role; null if there is none."
  type        = string
  default     = null
}
