# Standard, not Express: an execution may last longer than five minutes, and its name is the run's id.
resource "aws_sfn_state_machine" "pipeline" {
  # checkov:skip=CKV_AWS_284:No tracing: X-Ray's permissions name no resource, and the execution's history tells what took how long
  name     = local.name
  role_arn = aws_iam_role.pipeline.arn

  definition = templatefile("${path.module}/pipeline.asl.json", {
    partition  = data.aws_partition.current.partition
    function   = var.function_arn
    alias      = var.function_alias
    max_rounds = var.max_rounds
    # How often a run that waits for the environment looks whether it is free.
    wait_seconds = 20
    # The longest wait that an event may ask for (dbt_runner/event.py), and for each round an invocation with its retries.
    timeout_seconds = 6 * 3600 + var.max_rounds * 1800
  })

  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.pipeline.arn}:*"
    level                  = "ERROR"
    include_execution_data = true
  }

  # Step Functions tries the log's permissions when it makes the machine.
  depends_on = [aws_iam_role_policy.pipeline]
}

resource "aws_cloudwatch_log_group" "pipeline" {
  # checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts at rest; kms_key_arn puts a customer's key in its place
  # checkov:skip=CKV_AWS_338:What is worth keeping (run_results.json and the like) lies in the artifacts bucket
  # https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html: under this prefix the policy of deliveries never grows too long.
  name              = "/aws/vendedlogs/states/${local.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

locals {
  name = "${var.name}-dbt-pipeline"
}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}
