variable "capture" {
  description = "Service of ECS on Fargate that captures a database's changes into the stream of `changes`; null: there is none. On a laptop, `just cdc-up` does its work."
  type = object({
    # ingestion/capture/Dockerfile, by digest, and the repository of ECR that holds it.
    image          = string
    repository_arn = string
    # From there the database, Kinesis, S3, CloudWatch and ECR can be reached.
    subnets         = list(string)
    security_groups = list(string)
    # Name of the database in every change.
    source   = string
    host     = string
    port     = optional(number, 5432)
    database = string
    user     = optional(string, "shop_capture")
    # ARN of an SSM parameter (SecureString) or a secret of Secrets Manager.
    password_parameter = string
    publication        = optional(string, "shop_changes")
    # Of Fargate, in units and MB: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
    cpu    = optional(number, 512)
    memory = optional(number, 2048)
    # Log that the database may keep for the capture, and minutes without a change, before people are told.
    slot_lag_mb     = optional(number, 500)
    silence_minutes = optional(number, 10)
  })
  default = null

  validation {
    condition     = var.capture == null ? true : var.changes != null
    error_message = "capture sends changes into the stream of `changes`, which is null: `changes = {}` takes what is usual."
  }

  validation {
    condition     = var.capture == null ? true : can(regex("@sha256:[0-9a-f]{64}$", var.capture.image))
    error_message = "capture.image names the image by its digest: REPOSITORY@sha256:..., for a tag can be moved."
  }

  validation {
    condition     = var.capture == null ? true : can(regex("^arn:[^:]+:(ssm:[^:]+:[0-9]+:parameter/|secretsmanager:[^:]+:[0-9]+:secret:)", var.capture.password_parameter))
    error_message = "capture.password_parameter is the ARN of an SSM parameter or of a secret, not the password."
  }

  # Roles within the boundary of `just bootstrap` read nothing of other names, and ECS would say so at the start alone.
  validation {
    condition     = var.capture == null || var.permissions_boundary_arn == null ? true : can(regex(":(parameter/|secret:)${var.project}/${var.environment}/", var.capture.password_parameter))
    error_message = "capture.password_parameter has to have a name that begins with PROJECT/ENVIRONMENT/: the permissions boundary lets roles read no other."
  }

  validation {
    condition     = var.capture == null ? true : length(var.capture.subnets) > 0 && length(var.capture.security_groups) > 0
    error_message = "capture.subnets and capture.security_groups name at least one each."
  }

  validation {
    condition     = var.capture == null ? true : can(regex("^[A-Za-z][A-Za-z0-9_-]{0,62}$", var.capture.source))
    error_message = "capture.source is a name of letters, digits, - and _."
  }

  validation {
    condition     = var.capture == null ? true : var.capture.silence_minutes >= 2 && var.capture.silence_minutes <= 1440 && floor(var.capture.silence_minutes) == var.capture.silence_minutes && var.capture.slot_lag_mb > 0
    error_message = "capture.silence_minutes is a whole number from 2 to 1440, capture.slot_lag_mb above 0."
  }
}
