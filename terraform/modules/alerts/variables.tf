variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "project" {
  description = "Name of the project, which messages begin with."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Name of the environment, which messages begin with."
  type        = string
  nullable    = false
}

variable "recipients" {
  description = "Who hears of failures; null: nobody, and only the topic and the role are made."
  type = object({
    emails  = list(string)
    https   = list(string)
    webhook = bool
  })
  default = null
}

variable "state_machine_arn" {
  description = "State machine whose executions are told of."
  type        = string
  nullable    = false
}

variable "artifacts_bucket" {
  description = "Bucket of what runs leave, and of the record of messages."
  type        = string
  nullable    = false
}

variable "exports_bucket" {
  description = "Bucket of the exports that messages link to."
  type        = string
  nullable    = false
}

variable "function_zip" {
  description = "The function's code."
  type        = string
  nullable    = false
}

variable "architecture" {
  description = "Processor of the function."
  type        = string
  nullable    = false
}

variable "python_runtime" {
  description = "Lambda runtime of the function."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key of the topic, the log group and the function's environment; null if there is none."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that the function's logs are kept."
  type        = number
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role; null if there is none."
  type        = string
  default     = null
}
