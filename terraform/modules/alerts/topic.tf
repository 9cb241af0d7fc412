# The topic is there without recipients, too: alarms may name it, and it costs nothing.
resource "aws_sns_topic" "alerts" {
  # checkov:skip=CKV_AWS_26:SNS encrypts its disks; kms_key_arn puts a customer's key in its place. CloudWatch's alarms cannot publish to a topic under alias/aws/sns, and would say nothing about it
  name              = local.name
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "alerts" {
  arn = aws_sns_topic.alerts.arn

  # https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alerts.arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.alerts.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.recipients == null ? [] : var.recipients.emails)

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_sns_topic_subscription" "https" {
  for_each = toset(var.recipients == null ? [] : var.recipients.https)

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "https"
  endpoint  = each.key
}
