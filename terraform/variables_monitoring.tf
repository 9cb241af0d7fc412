variable "monitoring" {
  description = "A dashboard, alarms and saved queries of the logs (docs/COSTS.md says what they cost); null: where runs begin by themselves, as nobody looks at those."
  type        = bool
  default     = null
}

variable "alarm_limits" {
  description = "Limits of the alarms: `run_dollars` that a run may cost, `success_hours` within which one succeeds (null: no alarm), `message_minutes` that a message may wait."
  type = object({
    run_dollars     = optional(number, 5)
    success_hours   = optional(number)
    message_minutes = optional(number, 60)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.alarm_limits.run_dollars > 0 && var.alarm_limits.message_minutes > 0
    error_message = "alarm_limits.run_dollars and alarm_limits.message_minutes are more than 0."
  }

  # CloudWatch looks back a week at most: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  validation {
    condition     = var.alarm_limits.success_hours == null ? true : contains(range(1, 169), var.alarm_limits.success_hours)
    error_message = "alarm_limits.success_hours is a whole number from 1 to 168, which are a week."
  }
}

variable "alarm_topic_arns" {
  description = "SNS topics that hear of alarms and of their end."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.alarm_topic_arns : can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+$", arn))])
    error_message = "alarm_topic_arns are ARNs of SNS topics: arn:aws:sns:REGION:ACCOUNT:TOPIC."
  }
}

locals {
  monitored = coalesce(var.monitoring, length(var.schedules) > 0)
}
