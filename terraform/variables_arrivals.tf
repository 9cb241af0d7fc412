variable "arrivals" {
  description = "Files that arrive in incoming/ of the raw bucket become rows by themselves; null: nobody looks there. `arrivals = {}` takes what is usual."
  type = object({
    # A run begins when nothing has arrived for so long, or when the first file has waited so long.
    quiet_seconds        = optional(number, 120)
    longest_wait_seconds = optional(number, 1800)
    # Larger files go to quarantine.
    max_file_mb = optional(number, 500)
    # Of the function that looks at them, in MB.
    memory_size = optional(number, 1024)
  })
  default = null

  # SQS delays a message by at most 900 s.
  validation {
    condition     = var.arrivals == null ? true : var.arrivals.quiet_seconds >= 1 && var.arrivals.quiet_seconds <= 900 && floor(var.arrivals.quiet_seconds) == var.arrivals.quiet_seconds
    error_message = "arrivals.quiet_seconds is a whole number of seconds from 1 to 900."
  }

  validation {
    condition     = var.arrivals == null ? true : var.arrivals.longest_wait_seconds >= var.arrivals.quiet_seconds && floor(var.arrivals.longest_wait_seconds) == var.arrivals.longest_wait_seconds
    error_message = "arrivals.longest_wait_seconds is a whole number of seconds, not below quiet_seconds."
  }

  validation {
    condition     = var.arrivals == null ? true : var.arrivals.max_file_mb >= 1 && var.arrivals.max_file_mb <= 9900 && floor(var.arrivals.max_file_mb) == var.arrivals.max_file_mb
    error_message = "arrivals.max_file_mb is a whole number of MB from 1 to 9900: a function's disk has 10 GB."
  }

  validation {
    condition     = var.arrivals == null ? true : var.arrivals.memory_size >= 512 && var.arrivals.memory_size <= 10240 && floor(var.arrivals.memory_size) == var.arrivals.memory_size
    error_message = "arrivals.memory_size is a whole number of MB from 512 to 10240."
  }
}

variable "gate_zip" {
  description = "The code of the functions that await files; null takes ../.lakeloop/build/gate-ARCHITECTURE.zip."
  type        = string
  default     = null
}
