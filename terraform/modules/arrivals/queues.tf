# Three queues, no more: Terraform waits for half a minute for each that it makes.
resource "aws_sqs_queue" "dead" {
  count = local.on

  name                      = local.queues["arrivals-dead"]
  message_retention_seconds = 1209600 # 14 days, the longest
  sqs_managed_sse_enabled   = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.tls_only["arrivals-dead"], [{
      Sid       = "DeadLettersOfTheRules"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = local.queue_arns["arrivals-dead"]
      Condition = { ArnEquals = { "aws:SourceArn" = values(local.rule_arns) } }
    }])
  })
}

resource "aws_sqs_queue" "arrivals" {
  count = local.on

  name                       = local.queues["arrivals"]
  visibility_timeout_seconds = local.visibility
  message_retention_seconds  = 1209600
  sqs_managed_sse_enabled    = true
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead[0].arn, maxReceiveCount = 5 })

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.tls_only["arrivals"], local.from_rule["arrivals"])
  })
}

resource "aws_sqs_queue" "ticks" {
  count = local.on

  name                       = local.queues["ticks"]
  visibility_timeout_seconds = 180
  message_retention_seconds  = 1209600
  sqs_managed_sse_enabled    = true
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead[0].arn, maxReceiveCount = 20 })

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.tls_only["ticks"], local.from_rule["ticks"])
  })
}

locals {
  tls_only = { for queue, arn in local.queue_arns : queue => [{
    Sid       = "TlsOnly"
    Effect    = "Deny"
    Principal = "*"
    Action    = "sqs:*"
    Resource  = arn
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }] }

  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
  from_rule = { for queue, rule in { arrivals = "arrived", ticks = "ended" } : queue => [{
    Sid       = "Rule"
    Effect    = "Allow"
    Principal = { Service = "events.amazonaws.com" }
    Action    = "sqs:SendMessage"
    Resource  = local.queue_arns[queue]
    Condition = { ArnEquals = { "aws:SourceArn" = local.rule_arns[rule] } }
  }] }
}
