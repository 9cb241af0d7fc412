variable "schedules" {
  description = "Runs that begin by themselves, by name: nightly = { expression = \"cron(0 4 * * ? *)\", timezone = \"Europe/Berlin\" }."
  type = map(object({
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    expression = string
    timezone   = optional(string, "UTC")
    command    = optional(list(string), ["build"])
    cli_args   = optional(list(string), [])
    # Seconds that a run waits for one that has the environment.
    wait_seconds = optional(number, 7200)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.schedules) : can(regex("^[a-z][a-z0-9-]{0,31}$", name))])
    error_message = "A schedule's name is 1 to 32 lower-case letters, digits and hyphens, and begins with a letter."
  }

  validation {
    condition = alltrue([
      for one in values(var.schedules) : can(regex("^(cron\\(([^ ()]+ ){5}[^ ()]+\\)|rate\\([1-9][0-9]* (minute|hour|day)s?\\))$", one.expression))
    ])
    error_message = "A schedule's expression is cron(minutes hours day-of-month month day-of-week year), where one of the two days is ?, or rate(NUMBER minutes|hours|days)."
  }

  validation {
    condition     = alltrue([for one in values(var.schedules) : one.wait_seconds >= 0 && floor(one.wait_seconds) == one.wait_seconds])
    error_message = "wait_seconds is a whole number of seconds from 0."
  }

  validation {
    condition     = !contains(keys(var.schedules), "upkeep")
    error_message = "The schedule `upkeep` is the variable upkeep's: upkeep = { expression = \"cron(0 2 * * ? *)\" }."
  }

  validation {
    condition     = alltrue([for one in values(var.schedules) : length(one.command) > 0])
    error_message = "A schedule's command is dbt's: [\"build\"]."
  }
}
