variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "function_arn" {
  description = "ARN of the runner, without version or alias."
  type        = string
  nullable    = false
}

variable "function_alias" {
  description = "Alias of the runner's version to invoke."
  type        = string
  nullable    = false
}

variable "max_rounds" {
  description = "Invocations after which a run that has not ended fails."
  type        = number
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role; null if there is none."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "KMS key of the log group; null if there is none."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that the pipeline's logs are kept."
  type        = number
  nullable    = false
}
