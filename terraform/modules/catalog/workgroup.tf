resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "dbt's queries and those on its tables (${var.name})"
  force_destroy = var.force_destroy

  configuration {
    # A client's settings are overridden: no query escapes the cutoff, the encryption or the expiry of results.
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.bytes_scanned_cutoff

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location = "s3://${var.results_bucket}/queries/"

      encryption_configuration {
        encryption_option = var.kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}
