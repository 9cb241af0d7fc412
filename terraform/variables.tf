# PROJECT-ENVIRONMENT-dbt-pipeline is a role's name (64 characters), PROJECT-ENVIRONMENT-athena-results a bucket's (63).

variable "project" {
  description = "Name of the project, the beginning of every resource's name: `name` of lakeloop.toml, passed by recipes."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.project) >= 3 && length(var.project) <= 20 && can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.project))
    error_message = "project has 3 to 20 lower-case letters, digits and single hyphens, a letter first and no hyphen last."
  }

  validation {
    condition     = !can(regex("^(xn--|sthree-|amzn-s3-demo-)", var.project))
    error_message = "project begins with a prefix that S3 keeps for itself (xn--, sthree-, amzn-s3-demo-)."
  }
}

variable "environment" {
  description = "Name of the environment, part of every resource's name: that of its file in envs/, passed by recipes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))
    error_message = "environment has 2 to 12 lower-case letters and digits, a letter first."
  }

  validation {
    condition     = !contains(["aws", "local", "raw"], var.environment)
    error_message = "environment is none of aws, local and raw, which mean something else."
  }
}

variable "region" {
  description = "AWS region of every resource, such as eu-central-1: the environment's or lakeloop.toml's, passed by recipes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is the code of an AWS region, such as eu-central-1 or us-gov-west-1."
  }
}

variable "profile" {
  description = "Profile of ~/.aws/config to work with; null takes the credentials of the environment."
  type        = string
  default     = null

  validation {
    condition     = var.profile == null ? true : can(regex("^[^\\s]+$", var.profile))
    error_message = "profile is the name of a profile in ~/.aws/config, or null."
  }
}

variable "bucket_prefix" {
  description = "Beginning of the buckets' names, which are unique in all of AWS: PREFIX-ENVIRONMENT-raw and so on; null takes the project's name."
  type        = string
  default     = null

  # The longest rest is -ENVIRONMENT-athena-results: 35 + 28 characters are the 63 of a bucket's name.
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  validation {
    condition     = var.bucket_prefix == null ? true : length(var.bucket_prefix) >= 3 && length(var.bucket_prefix) <= 35
    error_message = "bucket_prefix has 3 to 35 characters."
  }

  validation {
    condition     = var.bucket_prefix == null ? true : can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", var.bucket_prefix))
    error_message = "bucket_prefix holds lower-case letters, digits and hyphens, and neither begins nor ends with a hyphen."
  }

  validation {
    condition     = var.bucket_prefix == null ? true : !can(regex("^(xn--|sthree-|amzn-s3-demo-)", var.bucket_prefix))
    error_message = "bucket_prefix begins with a prefix that S3 keeps for itself (xn--, sthree-, amzn-s3-demo-)."
  }
}

variable "extra_tags" {
  description = "Tags for every resource beside Project, Environment and ManagedBy, such as a cost centre."
  type        = map(string)
  default     = {}
  nullable    = false

  # https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
  validation {
    condition = alltrue([
      for key, value in var.extra_tags :
      can(regex("^[A-Za-z0-9 _.:/=+@-]{1,128}$", key)) && can(regex("^[A-Za-z0-9 _.:/=+@-]{0,256}$", value))
    ])
    error_message = "extra_tags: a key has 1 to 128 and a value at most 256 letters, digits, spaces or _.:/=+@-"
  }

  # https://docs.aws.amazon.com/tag-editor/latest/userguide/reference.html
  validation {
    condition     = length(var.extra_tags) <= 47
    error_message = "extra_tags: at most 47; a resource takes 50, and Project, Environment and ManagedBy are set already."
  }

  validation {
    condition     = !anytrue([for key in keys(var.extra_tags) : startswith(lower(key), "aws:")])
    error_message = "extra_tags: keys that begin with aws: are AWS's own."
  }

  validation {
    condition     = !anytrue([for key in keys(var.extra_tags) : contains(["project", "environment", "managedby"], lower(key))])
    error_message = "extra_tags: Project, Environment and ManagedBy are set already."
  }
}
