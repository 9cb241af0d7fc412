# The function that checks files says so of each that it sets apart; people hear of it from that function.
resource "aws_cloudwatch_log_metric_filter" "quarantine" {
  count = var.gate_log_group == null ? 0 : 1

  name           = "${local.name}-quarantined"
  log_group_name = var.gate_log_group
  pattern        = "{ $.message = \"Set apart\" }"

  metric_transformation {
    namespace = local.gate
    name      = "FilesQuarantined"
    value     = "1"
    unit      = "Count"
  }
}
