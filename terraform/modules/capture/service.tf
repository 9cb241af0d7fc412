resource "aws_ecs_cluster" "capture" {
  # checkov:skip=CKV_AWS_65:Container insights are billed by metric; the capture tells its own three, and the alarms look at them
  count = local.on

  name = local.capture
}

resource "aws_ecs_task_definition" "capture" {
  count = local.on

  family                   = local.capture
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.settings.cpu
  memory                   = var.settings.memory
  execution_role_arn       = aws_iam_role.execution[0].arn
  task_role_arn            = aws_iam_role.capture[0].arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = upper(var.architecture)
  }

  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([{
    name                   = "capture"
    image                  = var.settings.image
    essential              = true
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true }
    # The capture confirms to the database what it has sent, and closes its slot.
    stopTimeout = 30
    # The JVM unpacks a library, and keeps its counters, there.
    mountPoints = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]
    environment = [for name, value in merge(local.brokers, {
      CAPTURE_SOURCE      = var.settings.source
      CAPTURE_HOST        = var.settings.host
      CAPTURE_PORT        = tostring(var.settings.port)
      CAPTURE_DATABASE    = var.settings.database
      CAPTURE_USER        = var.settings.user
      CAPTURE_SSLMODE     = "require"
      CAPTURE_PUBLICATION = var.settings.publication
      CAPTURE_TRANSPORT   = var.kafka == null ? "kinesis:${var.stream_name}" : "kafka:${var.kafka.topic}"
      CAPTURE_BODIES      = "s3://${var.raw_bucket}/oversize/"
      CAPTURE_METRICS     = var.environment
      AWS_DEFAULT_REGION  = local.region
    }) : { name = name, value = value }]
    secrets = concat(
      [{ name = "CAPTURE_PASSWORD", valueFrom = var.settings.password_parameter }],
      [for name, arn in local.secrets : { name = name, valueFrom = arn }],
    )
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.capture[0].name
        awslogs-region        = local.region
        awslogs-stream-prefix = "capture"
      }
    }
  }])
}

resource "aws_ecs_service" "capture" {
  count = local.on

  name            = local.capture
  cluster         = aws_ecs_cluster.capture[0].id
  task_definition = aws_ecs_task_definition.capture[0].arn
  launch_type     = "FARGATE"
  desired_count   = 1

  # Never two at once: a slot has one reader, and the second would fail until the first is gone.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  network_configuration {
    subnets          = var.settings.subnets
    security_groups  = var.settings.security_groups
    assign_public_ip = false
  }
}

resource "aws_cloudwatch_log_group" "capture" {
  # checkov:skip=CKV_AWS_338:A year or not is the environment's choice, and prod's is its own
  # checkov:skip=CKV_AWS_158:With kms_key_arn if there is one; CloudWatch encrypts logs in any case
  count = local.on

  name              = "/ecs/${local.capture}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
