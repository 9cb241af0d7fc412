# Databases beside the environment's own two, and files beside its own buckets. Recipes pass the databases, as dbt's project
# names them; the locations are the environment's to say.

variable "databases" {
  description = "Further Glue databases that dbt's models, seeds, snapshots and raw tables are built in, such as lakeloop_dev_staging. Made here: one that is there already makes the apply fail."
  type        = list(string)
  default     = []
  nullable    = false

  # https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
  validation {
    condition     = alltrue([for name in var.databases : can(regex("^[a-z0-9_]{1,255}$", name))])
    error_message = "databases: a name has at most 255 lower-case letters, digits and underscores."
  }
}

variable "source_databases" {
  description = "Glue databases of others that dbt reads sources from. They exist; nothing here changes them."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.source_databases : can(regex("^[A-Za-z0-9_-]{1,255}$", name))])
    error_message = "source_databases: a name has at most 255 letters, digits, underscores and hyphens."
  }
}

variable "source_locations" {
  description = "Where the files of those databases' tables lie, as s3://BUCKET/PREFIX/: the function reads what lies below, and nothing beside it."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for place in var.source_locations : can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^*?$\"\\\\/]+/)*$", place))])
    error_message = "source_locations: s3://BUCKET/PREFIX/ with a slash at the end and no wildcard."
  }
}
