variable "max_rounds" {
  description = "Invocations of the runner after which a run that has not ended fails: 24 of 900 s are 6 hours."
  type        = number
  default     = 24
  nullable    = false

  validation {
    condition     = var.max_rounds >= 1 && floor(var.max_rounds) == var.max_rounds
    error_message = "max_rounds is a whole number from 1."
  }
}
