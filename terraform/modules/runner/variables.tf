variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Name of the environment, and of dbt's target."
  type        = string
  nullable    = false
}

variable "buckets" {
  description = "Names of the buckets by purpose: raw, processed, athena-results, artifacts."
  type        = map(string)
  nullable    = false
}

variable "database" {
  description = "Glue database that dbt builds in."
  type        = string
  nullable    = false
}

variable "raw_database" {
  description = "Glue database of the external tables over the raw files."
  type        = string
  nullable    = false
}

variable "databases" {
  description = "Further Glue databases that dbt builds in."
  type        = list(string)
  nullable    = false
}

variable "changes_database" {
  description = "Glue database of the changelog, whose tables the upkeep keeps; null where no changes are captured."
  type        = string
  default     = null
}

variable "source_databases" {
  description = "Glue databases of others that dbt reads."
  type        = list(string)
  nullable    = false
}

variable "source_locations" {
  description = "Where the files of their tables lie: s3://BUCKET/PREFIX/."
  type        = list(string)
  nullable    = false
}

variable "workgroup" {
  description = "Athena workgroup of dbt's queries."
  type        = string
  nullable    = false
}

variable "dbt_environment" {
  description = "Variables that dbt's env_var finds."
  type        = map(string)
  nullable    = false
}

variable "dbt_target" {
  description = "dbt's target."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key of the buckets and the log group; null if there is none."
  type        = string
  default     = null
}

variable "architecture" {
  description = "Processor: arm64 or x86_64."
  type        = string
  nullable    = false
}

variable "python_runtime" {
  description = "Lambda runtime: python3.12 and the like."
  type        = string
  nullable    = false
}

variable "function_zip" {
  description = "File with the function's code."
  type        = string
  nullable    = false
}

variable "layer_zip" {
  description = "File with the layer, built for the architecture."
  type        = string
  nullable    = false
}

variable "memory_size" {
  description = "Memory in MB."
  type        = number
  nullable    = false
}

variable "timeout" {
  description = "Seconds that one invocation may take."
  type        = number
  nullable    = false
}

variable "ephemeral_storage" {
  description = "Size of /tmp in MB."
  type        = number
  nullable    = false
}

variable "reserved_concurrency" {
  description = "Invocations at one time; -1 sets no limit."
  type        = number
  nullable    = false
}

variable "snap_start" {
  description = "Whether published versions start from a snapshot."
  type        = bool
  nullable    = false
}

variable "athena_price_per_tb" {
  description = "Price of a terabyte that Athena scans, in US dollars."
  type        = number
  nullable    = false
}

variable "lambda_price_per_gb_second" {
  description = "Price of the function's GB-second, in US dollars."
  type        = number
  nullable    = false
}

variable "live_version" {
  description = "Version that the alias names; null is the newest."
  type        = string
  default     = null
}

variable "registered_locations" {
  description = "Whether tables lie in places that are registered with Lake Formation."
  type        = bool
  nullable    = false
}

variable "failed_version" {
  description = "The last version that Lambda could not make ready; null if there is none."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role; null if there is none."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  nullable    = false
}
