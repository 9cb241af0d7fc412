# Successes, too: the function tells of those whose exports ask for it, which no pattern sees.
resource "aws_cloudwatch_event_rule" "ended" {
  count = local.on

  name        = local.name
  description = "An execution of the pipeline has ended: ${local.name} tells people"

  # https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
  event_pattern = jsonencode({
    source      = ["aws.states"]
    detail-type = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = [var.state_machine_arn]
      status          = ["FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"]
    }
  })
}

resource "aws_cloudwatch_event_target" "alert" {
  count = local.on

  rule      = aws_cloudwatch_event_rule.ended[0].name
  target_id = "alert"
  arn       = aws_lambda_function.alert[0].arn

  dead_letter_config {
    arn = aws_sqs_queue.dead[0].arn
  }

  # Events that could not be told of at once are told of late, and are dead letters after a day.
  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [aws_lambda_permission.rule]
}

resource "aws_lambda_permission" "rule" {
  count = local.on

  statement_id  = "RuleCallsIt"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.alert[0].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.ended[0].arn
}
