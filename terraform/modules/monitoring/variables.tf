variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "Environment, the dimension of the runner's metrics."
  type        = string
  nullable    = false
}

variable "state_machine_arn" {
  description = "State machine that carries a run to its end."
  type        = string
  nullable    = false
}

variable "log_groups" {
  description = "Log groups that the saved queries read, the runner's first."
  type        = list(string)
  nullable    = false
}

variable "schedule_group" {
  description = "Group of the schedules; null if nothing begins by itself."
  type        = string
  default     = null
}

variable "queues" {
  description = "Queues by what waits in them: { arrivals = { name = \"...\", dead_letters = \"...\" } }."
  type = map(object({
    name         = optional(string)
    dead_letters = optional(string)
  }))
  default  = {}
  nullable = false
}

variable "gate_log_group" {
  description = "Log group of the function that checks files; null if no files arrive."
  type        = string
  default     = null
}

variable "topic_arns" {
  description = "SNS topics that hear of alarms and of their end."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "failure_topic_arns" {
  description = "SNS topics that hear of a run that failed, and of its end: not those that a message about each one goes to."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "changes" {
  description = "Whether changes of a database are captured."
  type        = bool
  default     = false
  nullable    = false
}

variable "limits" {
  description = "Limits of the alarms."
  type = object({
    run_dollars     = number
    success_hours   = optional(number)
    message_minutes = number
  })
  nullable = false
}
