variable "kms_key_arn" {
  description = "KMS key that encrypts the buckets, the query results and the log group; null encrypts with S3's own keys (AES256)."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID), not of an alias."
  }
}

variable "force_destroy" {
  description = "Whether a destroy also deletes what the buckets and the workgroup hold. False makes it fail while they hold anything."
  type        = bool
  default     = false
  nullable    = false
}

variable "bytes_scanned_cutoff" {
  description = "Bytes that one query may scan before Athena cancels it (10,485,760 is the least that Athena takes)."
  type        = number
  default     = 10737418240
  nullable    = false

  # https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
  validation {
    condition     = var.bytes_scanned_cutoff >= 10485760 && floor(var.bytes_scanned_cutoff) == var.bytes_scanned_cutoff
    error_message = "bytes_scanned_cutoff is a whole number of bytes, at least 10485760 (10 MB)."
  }
}
