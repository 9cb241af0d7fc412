# The account's budget, if there is to be one. Of the account and not of the environment's tags: a filter by tags counts nothing
# until somebody has activated them for billing.
resource "aws_budgets_budget" "account" {
  count = var.monthly_budget == 0 ? 0 : 1

  name         = "${local.name}-account"
  budget_type  = "COST"
  limit_amount = var.monthly_budget
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type          = notification.key
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = [var.budget_email]
    }
  }
}
