# A direct upload ends at 50 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html): the layer goes
# through a bucket.
resource "aws_s3_object" "layer" {
  bucket      = var.buckets["artifacts"]
  key         = "layers/dbt-${var.architecture}.zip"
  source      = var.layer_zip
  source_hash = try(filebase64sha256(var.layer_zip), null)

  # An object takes ten tags, every other resource fifty: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists(var.layer_zip)
      error_message = "The layer's zip does not exist: ${var.layer_zip}. `just layer arch=${var.architecture}` builds it."
    }
  }
}

resource "aws_lambda_layer_version" "dbt" {
  layer_name               = "${local.function_name}-${replace(var.architecture, "_", "-")}"
  description              = "dbt with its Athena adapter"
  compatible_architectures = [var.architecture]
  compatible_runtimes      = [var.python_runtime]

  s3_bucket         = aws_s3_object.layer.bucket
  s3_key            = aws_s3_object.layer.key
  s3_object_version = aws_s3_object.layer.version_id
  source_code_hash  = try(filebase64sha256(var.layer_zip), null)

  lifecycle {
    # The function is moved to the new version before the old one goes.
    create_before_destroy = true
  }
}
