# Tables that crawlers find, apart from those that the project declares: a crawler changes what it finds.
resource "aws_glue_catalog_database" "crawled" {
  count = local.on

  name        = local.database
  description = "Tables that crawlers found"
}

resource "aws_glue_crawler" "crawler" {
  # checkov:skip=CKV_AWS_195:A security configuration encrypts by a customer's key; the bucket does that by itself
  for_each = var.crawlers

  name          = "${var.name}-dbt-${replace(each.key, "_", "-")}"
  description   = "Finds tables in the raw bucket"
  role          = aws_iam_role.crawlers[0].arn
  database_name = aws_glue_catalog_database.crawled[0].name
  table_prefix  = each.value.prefix
  schedule      = each.value.schedule

  s3_target {
    path       = "s3://${var.raw_bucket}/${each.value.path}"
    exclusions = each.value.exclusions
  }

  schema_change_policy {
    update_behavior = "UPDATE_IN_DATABASE"
    delete_behavior = "DEPRECATE_IN_DATABASE"
  }

  recrawl_policy {
    recrawl_behavior = "CRAWL_EVERYTHING"
  }

  # A crawler that may not yet do what it does fails at its first crawl.
  depends_on = [aws_iam_role_policy.crawlers]
}
