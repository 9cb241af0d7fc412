variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "root" {
  description = "Folder that the jobs' files are told from."
  type        = string
  nullable    = false
}

variable "jobs" {
  description = "Spark jobs by name; none: there is no role either."
  type = map(object({
    script      = string
    modules     = list(string)
    arguments   = map(string)
    description = string
    worker_type = string
    workers     = number
    timeout     = number
    retries     = number
  }))
  nullable = false
}

variable "raw_bucket" {
  description = "Bucket that jobs read."
  type        = string
  nullable    = false
}

variable "processed_bucket" {
  description = "Bucket that jobs write to, below tables/jobs/."
  type        = string
  nullable    = false
}

variable "artifacts_bucket" {
  description = "Bucket of the scripts."
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

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role; null if there is none."
  type        = string
  default     = null
}
