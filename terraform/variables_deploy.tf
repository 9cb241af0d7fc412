# Variables that `just deploy-*` sets and `.tfvars` do not.

variable "live_version" {
  description = "Version of the function that the alias `live` names; null is the newest. A deployment names the one that is live, and moves the alias itself after a smoke test."
  type        = string
  default     = null

  validation {
    condition     = var.live_version == null ? true : can(regex("^[1-9][0-9]*$", var.live_version))
    error_message = "live_version is the number of a published version, or null."
  }
}

variable "failed_version" {
  description = "The last version that Lambda could not make ready (a snapshot that failed): another is published in its place. Null if there is none."
  type        = string
  default     = null

  validation {
    condition     = var.failed_version == null ? true : can(regex("^[1-9][0-9]*$", var.failed_version))
    error_message = "failed_version is the number of a published version, or null."
  }
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds every role of the lake: with it, whoever may only make bounded roles can deploy (docs/adr/0017-deployments.md). Null sets none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn is the ARN of a policy (arn:aws:iam::ACCOUNT:policy/NAME), or null."
  }
}
