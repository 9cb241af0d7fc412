variable "name" {
  description = "PREFIX-ENVIRONMENT, the beginning of the buckets' names."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key of the buckets; null encrypts with S3's own keys (AES256)."
  type        = string
  default     = null
}

variable "force_destroy" {
  description = "Whether a bucket that holds objects may be destroyed."
  type        = bool
  nullable    = false
}
