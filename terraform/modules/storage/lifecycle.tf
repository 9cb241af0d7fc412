resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    id     = "keep"
    status = "Enabled"

    filter {}

    dynamic "transition" {
      for_each = each.value.tiering_days[*]

      content {
        days          = transition.value
        storage_class = "INTELLIGENT_TIERING"
      }
    }

    dynamic "transition" {
      for_each = each.value.glacier_days[*]

      content {
        days          = transition.value
        storage_class = "GLACIER"
      }
    }

    dynamic "expiration" {
      for_each = each.value.expiration_days[*]

      content {
        days = expiration.value
      }
    }

    noncurrent_version_expiration {
      noncurrent_days = each.value.noncurrent_days
    }

    # Parts of an upload that was never finished are stored and paid for, and no listing shows them.
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # A rule on old versions is meant for a bucket that has them.
  depends_on = [aws_s3_bucket_versioning.this]
}
