variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "database" {
  description = "Glue database of the environment; the crawled tables' is DATABASE_crawled."
  type        = string
  nullable    = false
}

variable "crawlers" {
  description = "Crawlers by name; none: there is no database and no role either."
  type = map(object({
    path       = string
    exclusions = list(string)
    schedule   = string
    prefix     = string
  }))
  nullable = false
}

variable "raw_bucket" {
  description = "Bucket that crawlers read."
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
