# Upkeep of the changelog: Athena's OPTIMIZE and VACUUM. Its rows are another function's to write (modules/stream).
locals {
  changes_statements = var.changes_database == null ? [] : [
    {
      # GetTables: the upkeep's list. The others: Athena, for each commit.
      Sid    = "ChangelogTables"
      Effect = "Allow"
      Action = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:UpdateTable"]
      Resource = [
        "${local.glue_arn}:catalog",
        "${local.glue_arn}:database/${var.changes_database}",
        "${local.glue_arn}:table/${var.changes_database}/*",
      ]
    },
    {
      # Reading is what the raw files' statement allows.
      Sid      = "ChangelogFiles"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:PutObject"]
      Resource = ["${local.bucket_arns["raw"]}/changes/*"]
    },
  ]
}
