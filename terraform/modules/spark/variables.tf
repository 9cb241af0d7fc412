variable "partition" {
  description = "AWS's partition."
  type        = string
  nullable    = false
}

variable "buckets" {
  description = "Buckets that jobs read (raw), write to below tables/jobs/ (processed), and take their scripts from (artifacts)."
  type = object({
    raw       = string
    processed = string
    artifacts = string
  })
  nullable = false
}

variable "scripts" {
  description = "Folder of the scripts in the bucket of artifacts."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "Customer's key; null for AWS's own."
  type        = string
  default     = null
}
