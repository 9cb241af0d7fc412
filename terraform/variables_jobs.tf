variable "checkout" {
  description = "Folder that `script` and `modules` of jobs, and `scripts` of emr, are told from. `just tf-apply` sets it: Terraform works in a copy there."
  type        = string
  default     = ".."
  nullable    = false
}

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

variable "emr" {
  description = "An application of EMR Serverless for Spark jobs that are too large for Glue: emr = {}, or with scripts of the checkout's: emr = { scripts = [\"jobs/large.py\"] }; null: there is none."
  type = object({
    scripts = optional(list(string), [])
    # https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/release-versions.html
    release = optional(string, "emr-7.9.0")
    # The most that all runs together take, in cores and GB.
    cores  = optional(number, 32)
    memory = optional(number, 128)
    # Minutes without a run after which the application stops.
    idle_minutes = optional(number, 1)
  })
  default = null

  validation {
    condition     = var.emr == null ? true : can(regex("^emr-7\\.[0-9]+\\.[0-9]+$", var.emr.release))
    error_message = "emr.release is a release with Spark 3.5, as emr-7.9.0."
  }

  validation {
    condition     = var.emr == null ? true : var.emr.cores >= 1 && var.emr.memory >= 2 && var.emr.idle_minutes >= 1 && var.emr.idle_minutes <= 10080
    error_message = "emr has a core or more, 2 GB or more, and idle_minutes from 1 to 10080."
  }

  validation {
    condition     = var.emr == null ? true : length(distinct([for file in var.emr.scripts : basename(file)])) == length(var.emr.scripts)
    error_message = "Scripts of emr lie in one folder of the bucket: their names differ."
  }
}
