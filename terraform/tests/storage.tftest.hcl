# Every bucket has every guard, and keeps what it should for as long as it should.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name          = "lake-dev"
  force_destroy = false
}

run "guards_every_bucket" {
  command = plan

  module {
    source = "./modules/storage"
  }

  assert {
    condition = output.buckets == {
      raw            = "lake-dev-raw"
      processed      = "lake-dev-processed"
      athena-results = "lake-dev-athena-results"
      artifacts      = "lake-dev-artifacts"
    }
    error_message = "the four buckets and their names"
  }

  assert {
    condition     = { for key, bucket in aws_s3_bucket.this : key => bucket.bucket } == output.buckets
    error_message = "each name that is given out is that of a bucket"
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : !bucket.force_destroy])
    error_message = "a bucket with data must survive a destroy"
  }

  assert {
    condition = [
      for rule in aws_s3_bucket.this["artifacts"].lifecycle_rule : rule.noncurrent_version_expiration[0].days
      if rule.prefix == "leases/"
    ] == [1]
    error_message = "what a lease said yesterday is not paid for"
  }

  # A guard that is missing for one bucket shows in its keys.
  assert {
    condition = alltrue([
      for guard in [
        aws_s3_bucket_versioning.this,
        aws_s3_bucket_server_side_encryption_configuration.this,
        aws_s3_bucket_public_access_block.this,
        aws_s3_bucket_ownership_controls.this,
        aws_s3_bucket_policy.this,
      ] : toset(keys(guard)) == toset(keys(output.buckets))
    ])
    error_message = "every bucket needs every guard"
  }

  assert {
    condition = alltrue([
      for block in aws_s3_bucket_public_access_block.this :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "public access must be blocked in all four ways"
  }

  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "every bucket is versioned"
  }

  assert {
    condition     = alltrue([for controls in aws_s3_bucket_ownership_controls.this : controls.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "no bucket has ACLs"
  }

  assert {
    condition = alltrue([
      for encryption in aws_s3_bucket_server_side_encryption_configuration.this :
      alltrue([for rule in encryption.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"])
    ])
    error_message = "without a key of one's own the buckets are encrypted with S3's (AES256)"
  }

  assert {
    condition = alltrue([
      for key, policy in aws_s3_bucket_policy.this : jsondecode(policy.policy).Statement == [{
        Sid       = "DenyWithoutTLS"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::lake-dev-${key}", "arn:aws:s3:::lake-dev-${key}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }]
    ])
    error_message = "a bucket's policy refuses plain HTTP for the bucket and its objects, and allows nothing"
  }
}

run "keeps_and_forgets" {
  command = plan

  module {
    source = "./modules/storage"
  }

  assert {
    condition = {
      for key, bucket in aws_s3_bucket.this : key => {
        for transition in bucket.lifecycle_rule[0].transition : transition.storage_class => transition.days
      }
      } == {
      raw            = { INTELLIGENT_TIERING = 30, GLACIER = 1095 }
      processed      = { INTELLIGENT_TIERING = 30 }
      athena-results = {}
      artifacts      = {}
    }
    error_message = "raw files go to Glacier after three years; tables never do: Athena cannot read there"
  }

  assert {
    condition = {
      for key, bucket in aws_s3_bucket.this : key => bucket.lifecycle_rule[0].expiration[0].days
      if !bucket.lifecycle_rule[0].expiration[0].expired_object_delete_marker
    } == { athena-results = 30 }
    error_message = "query results expire after 30 days; elsewhere nothing does but the marks of deleted objects"
  }

  assert {
    condition = {
      for key, bucket in aws_s3_bucket.this : key => bucket.lifecycle_rule[0].noncurrent_version_expiration[0].days
    } == { raw = 90, processed = 30, athena-results = 7, artifacts = 90 }
    error_message = "old versions have an end in every bucket"
  }

  assert {
    condition = {
      for key, bucket in aws_s3_bucket.this : key => {
        for rule in slice(bucket.lifecycle_rule, 1, length(bucket.lifecycle_rule)) :
        rule.prefix => rule.noncurrent_version_expiration[0].days
      }
    } == { raw = { "incoming/" = 7 }, processed = {}, athena-results = {}, artifacts = { "arrivals/" = 1, "leases/" = 1 } }
    error_message = "what comes and goes leaves no old versions behind for months"
  }

  assert {
    condition = alltrue([
      for bucket in aws_s3_bucket.this :
      bucket.lifecycle_rule[0].enabled && bucket.lifecycle_rule[0].abort_incomplete_multipart_upload_days == 7
    ])
    error_message = "unfinished uploads are aborted in every bucket"
  }
}

run "takes_a_customers_key" {
  command = plan

  module {
    source = "./modules/storage"
  }

  variables {
    force_destroy = true
    kms_key_arn   = "arn:aws:kms:eu-central-1:000000000000:key/lake"
  }

  assert {
    condition = alltrue([
      for encryption in aws_s3_bucket_server_side_encryption_configuration.this : alltrue([
        for rule in encryption.rule :
        rule.bucket_key_enabled
        && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
        && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn
      ])
    ])
    error_message = "with a key of one's own every bucket is encrypted with it, with one data key per bucket"
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : bucket.force_destroy])
    error_message = "force_destroy must reach every bucket"
  }
}
