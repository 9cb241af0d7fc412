locals {
  # Purpose of each bucket, and the days it keeps objects; null keeps for ever.
  #
  # Tiering is the storage class INTELLIGENT_TIERING without its archive tiers: Athena cannot read what lies in those.
  # It also passes over what lies in Glacier: raw files of more than three years take part in no full refresh unless
  # they are restored (docs/adr/0011-storage-classes-that-athena-reads.md).
  buckets = {
    raw = {
      tiering_days    = 30
      glacier_days    = 1095
      expiration_days = null
      # A raw file that was overwritten or deleted by mistake can be had back for this long.
      noncurrent_days = 90
      # Files that have arrived are copied to their table or to quarantine: what lay here would be kept, and paid for, twice.
      passing = { "incoming/" = 7 }
    }
    processed = {
      tiering_days    = 30
      glacier_days    = null
      expiration_days = null
      # dbt replaces tables at every build: without an end to old versions each build would be paid for, for ever.
      noncurrent_days = 30
    }
    athena-results = {
      tiering_days    = null
      glacier_days    = null
      expiration_days = 30
      noncurrent_days = 7
    }
    artifacts = {
      tiering_days    = null
      glacier_days    = null
      expiration_days = null
      noncurrent_days = 90
      # The lease on an environment is written every 2.5 s while a run is at work: 260,000 versions in 90 days of hourly builds.
      # Marks of files that wait for a run come and go with each file, and the object that counts them changes with each batch.
      passing = { "arrivals/" = 1, "leases/" = 1 }
    }
  }

  names = { for key in keys(local.buckets) : key => "${var.name}-${key}" }
}

resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_18:Access logs need one more bucket for logs that nobody reads; CloudTrail's data events serve whoever has to audit
  # checkov:skip=CKV_AWS_144:Raw files come from a source that can send them again and all else is built from them: no second region
  # checkov:skip=CKV_AWS_145:AES256 is the default; kms_key_arn gives every bucket a customer's key
  # checkov:skip=CKV2_AWS_62:modules/arrivals has the raw bucket send its events; nothing waits for an object of the others
  for_each = local.buckets

  bucket        = local.names[each.key]
  force_destroy = var.force_destroy

  # Not aws_s3_bucket_lifecycle_configuration, which waits for 55 s whatever S3 answers
  # (docs/adr/0010-lifecycle-rules-in-the-bucket.md).
  lifecycle_rule {
    id      = "keep"
    enabled = true

    # Parts of an upload that was never finished are stored and paid for, and no listing shows them.
    abort_incomplete_multipart_upload_days = 7

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

    # If nothing expires, the marks of deleted objects go when their last version has gone: dbt deletes at each build,
    # and listings pass over every mark.
    expiration {
      days                         = each.value.expiration_days
      expired_object_delete_marker = each.value.expiration_days == null
    }

    noncurrent_version_expiration {
      days = each.value.noncurrent_days
    }
  }

  # Of two rules the shorter one counts:
  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
  dynamic "lifecycle_rule" {
    for_each = try(each.value.passing, {})

    content {
      id      = "passing-${trimsuffix(lifecycle_rule.key, "/")}"
      enabled = true
      prefix  = lifecycle_rule.key

      noncurrent_version_expiration {
        days = lifecycle_rule.value
      }
    }
  }
}
