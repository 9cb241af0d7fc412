variable "role_arn" {
  description = "Role that the grants are given to."
  type        = string
  nullable    = false
}

variable "databases" {
  description = "Glue databases that dbt builds in, and that of the raw tables."
  type        = list(string)
  nullable    = false
}

variable "locations" {
  description = "Registered places in S3 that the tables lie in, as ARNs."
  type        = list(string)
  nullable    = false
}

variable "on_tables" {
  description = "Rights on the tables of those databases."
  type        = list(string)
  default     = ["ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"]
  nullable    = false
}
