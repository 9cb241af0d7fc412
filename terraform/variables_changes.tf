variable "changes" {
  description = "Captured changes of an operational database become rows of a changelog by themselves; null: there is no stream. `changes = {}` takes what is usual."
  type = object({
    # Of the stream; null: as many as it takes, which AWS decides and bills by the gigabyte.
    shards = optional(number, 1)
    # So long changes stay in the stream: the time to mend what keeps them from being written.
    retention_hours = optional(number, 168)
    # A batch is written when it has so many records, or has waited so long.
    batch_size    = optional(number, 2000)
    batch_seconds = optional(number, 5)
    # Minutes that the oldest change may wait before people are told.
    lag_minutes = optional(number, 15)
    # Of the function that writes them, in MB.
    memory_size = optional(number, 1024)
  })
  default = null

  # https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
  validation {
    condition     = try(var.changes.shards, null) == null ? true : contains(range(1, 201), var.changes.shards)
    error_message = "changes.shards is a whole number from 1 to 200, or null for on-demand."
  }

  validation {
    condition     = var.changes == null ? true : var.changes.retention_hours >= 24 && var.changes.retention_hours <= 8760 && floor(var.changes.retention_hours) == var.changes.retention_hours
    error_message = "changes.retention_hours is a whole number of hours from 24 to 8760."
  }

  # https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
  validation {
    condition     = var.changes == null ? true : var.changes.batch_size >= 1 && var.changes.batch_size <= 10000 && floor(var.changes.batch_size) == var.changes.batch_size
    error_message = "changes.batch_size is a whole number of records from 1 to 10000."
  }

  validation {
    condition     = var.changes == null ? true : var.changes.batch_seconds >= 0 && var.changes.batch_seconds <= 300 && floor(var.changes.batch_seconds) == var.changes.batch_seconds
    error_message = "changes.batch_seconds is a whole number of seconds from 0 to 300."
  }

  validation {
    condition     = var.changes == null ? true : var.changes.lag_minutes >= 1 && var.changes.lag_minutes * 2 <= var.changes.retention_hours * 60
    error_message = "changes.lag_minutes is at least 1 and at most half of the retention: who hears of it needs time to mend it."
  }

  validation {
    condition     = var.changes == null ? true : var.changes.memory_size >= 512 && var.changes.memory_size <= 10240 && floor(var.changes.memory_size) == var.changes.memory_size
    error_message = "changes.memory_size is a whole number of MB from 512 to 10240."
  }
}

variable "cdc_apply_zip" {
  description = "The code of the function that writes changes; null takes ../.lakeloop/build/cdc_apply-ARCHITECTURE.zip."
  type        = string
  default     = null
}
