variable "monthly_budget" {
  description = "US dollars that the account may cost in a month; beyond 80 % of them, and when more is to be expected, AWS writes to budget_email. 0 sets no budget."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.monthly_budget >= 0
    error_message = "monthly_budget is a sum of US dollars, or 0 for no budget."
  }

  validation {
    condition     = var.monthly_budget == 0 || var.budget_email != null
    error_message = "monthly_budget needs budget_email: nobody else is told."
  }
}

variable "budget_email" {
  description = "Address that AWS writes to about the budget; null if there is none."
  type        = string
  default     = null

  validation {
    condition     = var.budget_email == null ? true : can(regex("^[^@\\s]+@[^@\\s]+$", var.budget_email))
    error_message = "budget_email is an address such as lake@example.com, or null."
  }
}
