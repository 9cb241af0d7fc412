variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "root" {
  description = "Folder that the scripts are told from."
  type        = string
  nullable    = false
}

variable "settings" {
  description = "The application; null: there is none, and no role either."
  type = object({
    scripts      = list(string)
    release      = string
    cores        = number
    memory       = number
    idle_minutes = number
  })
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

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role; null if there is none."
  type        = string
  default     = null
}
