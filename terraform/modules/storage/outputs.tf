output "buckets" {
  description = "Names of the buckets by purpose: raw, processed, athena-results, artifacts."
  value       = local.names

  # Whoever uses a name wants the bucket, and in it no object from before its guards.
  depends_on = [
    aws_s3_bucket_versioning.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_ownership_controls.this,
  ]
}
