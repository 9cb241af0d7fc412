variable "alerts" {
  description = "Who hears of a run that failed; null: nobody. `{ emails = [\"data@acme.example\"], webhook = true }`; a webhook's address lies in the SSM parameter /PROJECT/ENVIRONMENT/alerts/webhook."
  type = object({
    emails = optional(list(string), [])
    # Addresses that SNS posts its notifications to.
    https = optional(list(string), [])
    # A Slack-compatible webhook, whose address is a secret: `just alerts webhook` keeps it. # pragma: allowlist secret
    webhook = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.alerts == null ? true : alltrue([for one in var.alerts.emails : can(regex("^[^@ ]+@[^@ ]+[.][^@ ]+$", one))])
    error_message = "An address in alerts.emails is NAME@DOMAIN."
  }

  validation {
    condition     = var.alerts == null ? true : alltrue([for one in var.alerts.https : can(regex("^https://[^ ]+$", one))])
    error_message = "An address in alerts.https begins with https://."
  }

  validation {
    condition     = var.alerts == null ? true : alltrue([for list in [var.alerts.emails, var.alerts.https] : length(list) == length(distinct(list))])
    error_message = "An address stands twice in alerts."
  }
}

variable "alert_zip" {
  description = "The code of the function that alerts; null takes ../.lakeloop/build/alert-ARCHITECTURE.zip."
  type        = string
  default     = null
}
