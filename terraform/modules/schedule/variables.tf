variable "name" {
  description = "PROJECT-ENVIRONMENT, the beginning of the names."
  type        = string
  nullable    = false
}

variable "state_machine_arn" {
  description = "State machine that carries a run to its end."
  type        = string
  nullable    = false
}

variable "schedules" {
  description = "By name: when a dbt command runs, and which."
  type = map(object({
    expression   = string
    timezone     = string
    command      = list(string)
    cli_args     = list(string)
    wait_seconds = number
  }))
  nullable = false
}

variable "ingest" {
  description = "By pipeline of batch ingestion: when it runs."
  type = map(object({
    expression = string
    timezone   = string
  }))
  default  = {}
  nullable = false
}

variable "ingest_arn" {
  description = "Function that runs a pipeline of batch ingestion; null if none is scheduled."
  type        = string
  default     = null
}

variable "dead_letters_arn" {
  description = "Queue of schedules that could start no run; null if there is none."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role; null if there is none."
  type        = string
  default     = null
}
