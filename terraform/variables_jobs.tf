variable "jobs" {
  description = "Spark jobs of Glue, by name: jobs = { curate_orders = { script = \"sample/spark/jobs/curate_orders.py\" } }; {}: there are none."
  type = map(object({
    # Files of the checkout, told from its root.
    script  = string
    modules = optional(list(string), [])
    # {raw} and {curated} stand for the raw bucket and for the folder that the jobs may write to.
    arguments   = optional(map(string), {})
    description = optional(string, "A job from raw files to curated ones")
    # https://docs.aws.amazon.com/glue/latest/dg/worker-types.html
    worker_type = optional(string, "G.1X")
    workers     = optional(number, 2)
    # Minutes: a run that takes longer ends TIMEOUT, and costs no more.
    timeout = optional(number, 60)
    retries = optional(number, 0)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.jobs) : can(regex("^[a-z][a-z0-9_]{0,54}$", name))])
    error_message = "A job's name consists of lower-case letters, digits and underscores."
  }

  validation {
    condition     = alltrue([for job in values(var.jobs) : job.workers >= 2 && job.timeout >= 1 && job.retries >= 0 && job.retries <= 10])
    error_message = "A job has two workers or more, a timeout of a minute or more, and 0 to 10 retries."
  }
}

variable "crawlers" {
  description = "Crawlers of the raw bucket, by name: crawlers = { raw = { path = \"shop/\", schedule = \"cron(0 4 * * ? *)\" } }; {}: there are none."
  type = map(object({
    # Folder of the raw bucket; empty for all of it.
    path       = optional(string, "")
    exclusions = optional(list(string), [])
    # By hand where there is none.
    schedule = optional(string)
    prefix   = optional(string, "")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.crawlers) : can(regex("^[a-z][a-z0-9_]{0,54}$", name))])
    error_message = "A crawler's name consists of lower-case letters, digits and underscores."
  }

  validation {
    condition = alltrue([
      for one in values(var.crawlers) : one.schedule == null ? true : can(regex("^cron\\(([^ ()]+ ){5}[^ ()]+\\)$", one.schedule))
    ])
    error_message = "A crawler's schedule is cron(minutes hours day-of-month month day-of-week year), where one of the two days is ?."
  }
}
