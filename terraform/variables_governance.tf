# An account that Lake Formation governs: docs/adr/0025-lake-formation.md

variable "lake_formation" {
  description = "Whether Lake Formation decides in this account who may use new databases and tables (no IAMAllowedPrincipals): then the function's role is granted what it needs there."
  type        = bool
  default     = false
  nullable    = false
}

variable "lake_formation_locations" {
  description = "Places in S3 that somebody has registered with Lake Formation and that the lake's tables lie in, such as arn:aws:s3:::acme-dev-processed. A place that is not registered takes no grant and needs none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.lake_formation_locations : can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^*?]*)?$", arn))])
    error_message = "lake_formation_locations: arn:aws:s3:::BUCKET or arn:aws:s3:::BUCKET/PREFIX, without a wildcard."
  }

  validation {
    condition     = var.lake_formation || length(var.lake_formation_locations) == 0
    error_message = "lake_formation_locations is about an account that Lake Formation governs: lake_formation = true."
  }
}
