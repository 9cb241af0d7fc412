variable "upkeep" {
  description = "When OPTIMIZE and VACUUM of the tables that need it begin by themselves; null for never. A night on which no table needs it costs some seconds of the function."
  type = object({
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    expression = string
    timezone   = optional(string, "UTC")
    # Seconds that the upkeep waits for a run that has the environment.
    wait_seconds = optional(number, 7200)
  })
  default = { expression = "cron(0 2 * * ? *)" }

  validation {
    condition = var.upkeep == null ? true : can(
      regex("^(cron\\(([^ ()]+ ){5}[^ ()]+\\)|rate\\([1-9][0-9]* (minute|hour|day)s?\\))$", var.upkeep.expression)
    )
    error_message = "upkeep's expression is cron(minutes hours day-of-month month day-of-week year), where one of the two days is ?, or rate(NUMBER minutes|hours|days)."
  }

  validation {
    condition     = var.upkeep == null ? true : var.upkeep.wait_seconds >= 0 && floor(var.upkeep.wait_seconds) == var.upkeep.wait_seconds
    error_message = "upkeep's wait_seconds is a whole number of seconds from 0."
  }
}
