# Permissions of a Spark job on the buckets, whichever service runs it: Glue (modules/jobs) or EMR Serverless (modules/emr).
locals {
  raw       = "arn:${var.partition}:s3:::${var.buckets.raw}"
  processed = "arn:${var.partition}:s3:::${var.buckets.processed}"
  artifacts = "arn:${var.partition}:s3:::${var.buckets.artifacts}"

  # The jobs' own folder among the tables.
  target = "tables/jobs"

  statements = concat([
    {
      Sid      = "Scripts"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.artifacts}/${var.scripts}/*"]
    },
    {
      # S3 says that an object is not there only to who may list the bucket.
      Sid      = "Buckets"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [local.raw, local.processed]
    },
    {
      Sid      = "RawFiles"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.raw}/*"]
    },
    {
      # Spark writes aside, then moves: it deletes what it wrote aside and what it overwrites. Parts of an upload that was
      # cut go by the bucket's rule (modules/storage). EMR writes a run's logs with this role too.
      Sid      = "CuratedFiles"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      Resource = ["${local.processed}/${local.target}/*"]
    },
    ], var.kms_key_arn == null ? [] : [{
      # S3 asks KMS as the job's role.
      Sid      = "CustomerKey"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [var.kms_key_arn]
  }])
}
