variable "ingest" {
  description = "Pipelines of batch ingestion that run by themselves, by name: ingest = { schedules = { shop_api = { expression = \"rate(1 hour)\" } } }; null: none does."
  type = object({
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    schedules = map(object({
      expression = string
      timezone   = optional(string, "UTC")
    }))
    # Tables of DynamoDB that the pipelines read, in the environment's account and region.
    dynamodb_tables = optional(list(string), [])
    # Of the function, in MB. A load lies on its disk twice.
    memory_size       = optional(number, 2048)
    ephemeral_storage = optional(number, 2048)
  })
  default = null

  validation {
    condition     = var.ingest == null ? true : length(var.ingest.schedules) > 0 && alltrue([for name in keys(var.ingest.schedules) : can(regex("^[a-z][a-z0-9_]{0,54}$", name))])
    error_message = "ingest.schedules names pipelines, which are files of ingest/: lower-case letters, digits and underscores."
  }

  validation {
    condition = var.ingest == null ? true : alltrue([
      for one in values(var.ingest.schedules) : can(regex("^(cron\\(([^ ()]+ ){5}[^ ()]+\\)|rate\\([1-9][0-9]* (minute|hour|day)s?\\))$", one.expression))
    ])
    error_message = "An expression of ingest.schedules is cron(minutes hours day-of-month month day-of-week year), where one of the two days is ?, or rate(NUMBER minutes|hours|days)."
  }

  validation {
    condition     = var.ingest == null ? true : alltrue([for table in var.ingest.dynamodb_tables : can(regex("^[A-Za-z0-9_.-]{3,255}$", table))])
    error_message = "ingest.dynamodb_tables are names of tables, without * and without an ARN."
  }

  validation {
    condition     = var.ingest == null ? true : alltrue([for size in [var.ingest.memory_size, var.ingest.ephemeral_storage] : size >= 512 && size <= 10240 && floor(size) == size])
    error_message = "ingest.memory_size and ingest.ephemeral_storage are whole numbers of MB from 512 to 10240."
  }
}

variable "ingest_zip" {
  description = "Code of batch ingestion; null takes ../.lakeloop/build/ingest-ARCHITECTURE.zip."
  type        = string
  default     = null
}
