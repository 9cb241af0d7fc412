variable "environment" {
  description = "Name of the environment, part of the databases' and the workgroup's names."
  type        = string
  nullable    = false
}

variable "results_bucket" {
  description = "Bucket that query results are written to."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key of the query results; null encrypts with S3's own keys."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Whether the workgroup is destroyed together with its saved queries and its history."
  type        = bool
  nullable    = false
}

variable "bytes_scanned_cutoff" {
  description = "Bytes that one query may scan before Athena cancels it."
  type        = number
  nullable    = false
}
