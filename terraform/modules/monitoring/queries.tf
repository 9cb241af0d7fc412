# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html. A saved query costs nothing until it is run.
resource "aws_cloudwatch_query_definition" "saved" {
  for_each = {
    "errors"        = <<-QUERY
      fields @timestamp, level, message, node, run_id
      | filter level in ["ERROR", "CRITICAL"]
      | sort @timestamp desc
      | limit 200
    QUERY
    "dearest-nodes" = <<-QUERY
      filter ispresent(cost.dollars)
      | stats sum(cost.dollars) as dollars, sum(cost.bytes_scanned) as bytes, count(*) as runs by node
      | sort dollars desc
      | limit 25
    QUERY
    "slowest-nodes" = <<-QUERY
      filter ispresent(cost.seconds)
      | stats max(cost.seconds) as slowest, avg(cost.seconds) as mean, count(*) as runs by node
      | sort slowest desc
      | limit 25
    QUERY
    "runs"          = <<-QUERY
      filter ispresent(RunSeconds.0)
      | stats max(RunSeconds.0) as seconds, max(Dollars.0) as dollars, max(Errors.0) as errors, max(Rows.0) as rows by bin(1m) as at, run_id, command
      | sort at desc
      | limit 100
    QUERY
    "memory"        = <<-QUERY
      filter type = "platform.report"
      | stats max(record.metrics.maxMemoryUsedMB) as used, max(record.metrics.memorySizeMB) as given, max(record.metrics.durationMs / 1000) as seconds by bin(1d) as day
      | sort day desc
      | limit 31
    QUERY
  }

  name            = "${local.name}/${each.key}"
  query_string    = trimspace(each.value)
  log_group_names = each.key == "errors" ? var.log_groups : slice(var.log_groups, 0, 1)
}
