# S3 sends its events to the account's bus, which costs nothing, and a rule picks those of files that arrive.
resource "aws_s3_bucket_notification" "raw" {
  count = local.on

  bucket      = var.raw_bucket
  eventbridge = true
}

resource "aws_cloudwatch_event_rule" "arrived" {
  count = local.on

  name        = local.rules["arrived"]
  description = "A file has arrived in s3://${var.raw_bucket}/incoming/: ${local.gate} looks at it"

  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail = {
      bucket = { name = [var.raw_bucket] }
      object = { key = [{ prefix = "incoming/" }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "arrived" {
  count = local.on

  rule      = aws_cloudwatch_event_rule.arrived[0].name
  target_id = "arrivals"
  arn       = aws_sqs_queue.arrivals[0].arn

  dead_letter_config {
    arn = aws_sqs_queue.dead[0].arn
  }
}

# Any execution's end: what arrived meanwhile may be taken now.
resource "aws_cloudwatch_event_rule" "ended" {
  count = local.on

  name        = local.rules["ended"]
  description = "An execution of the pipeline has ended: ${local.tick} looks whether the next is due"

  # https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
  event_pattern = jsonencode({
    source      = ["aws.states"]
    detail-type = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = [var.state_machine_arn]
      status          = ["ABORTED", "FAILED", "SUCCEEDED", "TIMED_OUT"]
    }
  })
}

resource "aws_cloudwatch_event_target" "ended" {
  count = local.on

  rule      = aws_cloudwatch_event_rule.ended[0].name
  target_id = "ticks"
  arn       = aws_sqs_queue.ticks[0].arn

  dead_letter_config {
    arn = aws_sqs_queue.dead[0].arn
  }
}
