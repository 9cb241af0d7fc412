output "buckets" {
  description = "Names of the buckets by purpose: raw, processed, athena-results, artifacts."
  value       = local.names

  # A name is given out when the bucket has its guards: no object in it is older.
  depends_on = [
    aws_s3_bucket_versioning.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_ownership_controls.this,
  ]
}
