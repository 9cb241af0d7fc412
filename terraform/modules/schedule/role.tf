resource "aws_iam_role" "schedule" {
  name        = local.name
  description = "What the schedules may do: start the pipeline, and say that they could not"

  permissions_boundary = var.permissions_boundary_arn

  # https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "SchedulerRunsIt"
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceArn" = aws_scheduler_schedule_group.runs.arn } }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  name = "schedule"
  role = aws_iam_role.schedule.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "Pipeline"
        Effect   = "Allow"
        Action   = ["states:StartExecution"]
        Resource = [var.state_machine_arn]
      }
      ], length(var.ingest) == 0 ? [] : [{
        Sid      = "Ingest"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [var.ingest_arn]
        }], [for queue in var.dead_letters_arn[*] : {
        # Scheduler leaves what it could not start there, as this role.
        Sid      = "DeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = [queue]
    }])
  })
}
