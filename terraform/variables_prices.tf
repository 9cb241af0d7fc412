# Prices for `just report` and the metrics; nothing is bought by them.

locals {
  # US dollars a GB-second in most regions: https://aws.amazon.com/lambda/pricing/
  lambda_prices = { arm64 = 0.0000133334, x86_64 = 0.0000166667 }
}

variable "athena_price_per_tb" {
  description = "Price of a terabyte that Athena scans, in US dollars; 5 in most regions (https://aws.amazon.com/athena/pricing/)."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.athena_price_per_tb >= 0
    error_message = "athena_price_per_tb is a price in US dollars, 0 or more."
  }
}

variable "lambda_price_per_gb_second" {
  description = "Price of the function's GB-second, in US dollars; null takes that of its architecture in most regions."
  type        = number
  default     = null

  validation {
    condition     = var.lambda_price_per_gb_second == null ? true : var.lambda_price_per_gb_second >= 0
    error_message = "lambda_price_per_gb_second is a price in US dollars, 0 or more, or null."
  }
}
