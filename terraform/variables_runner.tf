variable "architecture" {
  description = "Processor of the function and its layer: arm64 costs a fifth less, x86_64 serves an emulator on such a machine."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is arm64 or x86_64."
  }
}

variable "python_runtime" {
  description = "Lambda runtime of the function; the layer is built for the same Python."
  type        = string
  default     = "python3.12"
  nullable    = false

  validation {
    condition     = can(regex("^python3\\.(12|13)$", var.python_runtime))
    error_message = "python_runtime is python3.12 or python3.13."
  }
}

variable "function_zip" {
  description = "The function's code, built by `just function`; a relative path begins at terraform/."
  type        = string
  default     = "../.lakeloop/build/function.zip"
  nullable    = false
}

variable "layer_zip" {
  description = "The layer with dbt, built by `just layer`; null takes ../.lakeloop/build/layer-ARCHITECTURE.zip."
  type        = string
  default     = null
}

variable "memory_size" {
  description = "Memory of the function in MB; its share of processors grows with it."
  type        = number
  default     = 3008
  nullable    = false

  validation {
    condition     = var.memory_size >= 512 && var.memory_size <= 10240 && floor(var.memory_size) == var.memory_size
    error_message = "memory_size is a whole number of MB from 512 (dbt needs about 350) to 10240."
  }
}

variable "timeout" {
  description = "Seconds that one invocation may take; Lambda's limit is 900."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.timeout >= 30 && var.timeout <= 900 && floor(var.timeout) == var.timeout
    error_message = "timeout is a whole number of seconds from 30 to 900 (Lambda's limit)."
  }
}

variable "ephemeral_storage" {
  description = "Size of the function's /tmp in MB."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.ephemeral_storage >= 512 && var.ephemeral_storage <= 10240 && floor(var.ephemeral_storage) == var.ephemeral_storage
    error_message = "ephemeral_storage is a whole number of MB from 512 to 10240."
  }
}

variable "reserved_concurrency" {
  description = "Invocations at one time; -1 sets no limit of its own, 0 stops the function."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.reserved_concurrency >= -1 && floor(var.reserved_concurrency) == var.reserved_concurrency
    error_message = "reserved_concurrency is -1 (no limit of its own) or a whole number from 0."
  }
}

variable "snap_start" {
  description = "Whether a published version starts from a snapshot of its initialised process."
  type        = bool
  default     = false
  nullable    = false

  # https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
  validation {
    condition     = !var.snap_start || var.ephemeral_storage == 512
    error_message = "snap_start works with an ephemeral_storage of 512 MB only."
  }
}

variable "log_retention_days" {
  description = "Days that the function's logs are kept."
  type        = number
  default     = 14
  nullable    = false

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one of the periods that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

variable "dbt_environment" {
  description = "Variables that dbt's env_var finds in the function. Recipes pass [dbt.env] of lakeloop.toml; who may describe the function may read them: no secrets."
  type        = map(string)
  default     = {}
  nullable    = false

  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
  validation {
    condition     = alltrue([for name in keys(var.dbt_environment) : can(regex("^[A-Za-z][A-Za-z0-9_]+$", name))])
    error_message = "dbt_environment: a name has letters, digits and underscores, a letter first, and at least two characters."
  }

  # Lambda's limit for all variables of a function is 4 KB; the others need less than 1. The names are in one of their own, too.
  validation {
    condition     = length(jsonencode(var.dbt_environment)) + length(join(",", keys(var.dbt_environment))) <= 3000
    error_message = "dbt_environment has more than 3,000 characters, names counted twice, and Lambda takes 4 KB with the function's own."
  }
}

variable "dbt_target" {
  description = "dbt's target, target.name in macros; null is the environment's name. Recipes pass [dbt.targets] of lakeloop.toml."
  type        = string
  default     = null

  validation {
    condition     = var.dbt_target == null ? true : can(regex("^[A-Za-z0-9_-]+$", var.dbt_target))
    error_message = "dbt_target is the name of a target in dbt's profile, or null."
  }
}
