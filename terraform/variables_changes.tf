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
    # Kafka in Kinesis' place: any cluster that has the topic already. shards and retention_hours are the topic's own affair then.
    kafka = optional(object({
      # HOST:PORT each.
      bootstrap_servers = list(string)
      # null: PROJECT-ENVIRONMENT-dbt-changes.
      topic = optional(string)
      # scram-512, scram-256 and plain (SASL over TLS), or plaintext, without a password, within a VPC.
      security = optional(string, "scram-512")
      # ARN of a secret of Secrets Manager, {"username": ..., "password": ...}; of another, {"certificate": PEM}, for a private authority.
      secret    = optional(string)
      authority = optional(string)
      # Of a VPC, if brokers are reached within it alone: Lambda reads from there, and needs a way to itself, STS and Secrets Manager.
      subnets         = optional(list(string), [])
      security_groups = optional(list(string), [])
    }))
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

  # https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html
  validation {
    condition = try(var.changes.kafka, null) == null ? true : alltrue([
      length(var.changes.kafka.bootstrap_servers) >= 1, length(var.changes.kafka.bootstrap_servers) <= 10,
      alltrue([for server in var.changes.kafka.bootstrap_servers : can(regex("^[^\\s,:/]+:[0-9]{1,5}$", server))]),
    ])
    error_message = "changes.kafka.bootstrap_servers has one to ten of HOST:PORT."
  }

  validation {
    condition     = try(var.changes.kafka.topic, null) == null ? true : can(regex("^[A-Za-z0-9._-]{1,249}$", var.changes.kafka.topic))
    error_message = "changes.kafka.topic is a name of at most 249 letters, digits, ., _ and -."
  }

  validation {
    condition     = try(var.changes.kafka, null) == null ? true : contains(["plaintext", "plain", "scram-256", "scram-512"], var.changes.kafka.security)
    error_message = "changes.kafka.security is scram-512, scram-256, plain or plaintext."
  }

  validation {
    condition     = try(var.changes.kafka, null) == null ? true : (var.changes.kafka.security == "plaintext") == (var.changes.kafka.secret == null)
    error_message = "changes.kafka.secret is the ARN of a secret with the name and the password, for every security but plaintext, which has none."
  }

  validation {
    condition = try(var.changes.kafka, null) == null ? true : alltrue([
      for arn in compact([var.changes.kafka.secret, var.changes.kafka.authority]) : can(regex("^arn:[^:]+:secretsmanager:[^:]+:[0-9]+:secret:[^:]+$", arn))
    ])
    error_message = "changes.kafka.secret and changes.kafka.authority are ARNs of Secrets Manager, where Lambda reads them: arn:...:secretsmanager:...:secret:NAME."
  }

  # Roles within the boundary of `just bootstrap` read nothing of other names.
  validation {
    condition = try(var.changes.kafka, null) == null || var.permissions_boundary_arn == null ? true : alltrue([
      for arn in compact([var.changes.kafka.secret, var.changes.kafka.authority]) : strcontains(arn, ":secret:${var.project}/${var.environment}/")
    ])
    error_message = "changes.kafka.secret and changes.kafka.authority have to have names that begin with PROJECT/ENVIRONMENT/: the permissions boundary lets roles read no other."
  }

  validation {
    condition     = try(var.changes.kafka, null) == null ? true : var.changes.kafka.authority == null || var.changes.kafka.security != "plaintext"
    error_message = "changes.kafka.authority is for TLS, and plaintext has none."
  }

  validation {
    condition     = try(var.changes.kafka, null) == null ? true : (length(var.changes.kafka.subnets) == 0) == (length(var.changes.kafka.security_groups) == 0)
    error_message = "changes.kafka.subnets and changes.kafka.security_groups go together: both name some, or neither does."
  }

  validation {
    condition     = try(var.changes.kafka, null) == null ? true : var.changes.kafka.security != "plaintext" || length(var.changes.kafka.subnets) > 0
    error_message = "changes.kafka.security = \"plaintext\" wants subnets and security_groups: Lambda reads brokers without a password within a VPC alone."
  }
}

variable "cdc_apply_zip" {
  description = "The code of the function that writes changes; null takes ../.lakeloop/build/cdc_apply-ARCHITECTURE.zip."
  type        = string
  default     = null
}
