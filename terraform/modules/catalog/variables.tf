variable "name" {
  description = "PROJECT-ENVIRONMENT, the workgroup's name."
  type        = string
  nullable    = false
}

variable "database" {
  description = "PROJECT_ENVIRONMENT, the name of the database that dbt builds in, and the beginning of the others'."
  type        = string
  nullable    = false
}

variable "databases" {
  description = "Further databases that dbt builds in."
  type        = list(string)
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
