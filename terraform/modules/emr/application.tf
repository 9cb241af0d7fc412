resource "aws_s3_object" "script" {
  for_each = var.settings == null ? {} : { for file in var.settings.scripts : basename(file) => file }

  bucket      = var.artifacts_bucket
  key         = "${local.scripts}/${each.key}"
  source      = "${var.root}/${each.value}"
  source_hash = try(filemd5("${var.root}/${each.value}"), null)

  # An object takes ten tags, every other resource fifty: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
  override_provider {
    default_tags {
      tags = {}
    }
  }

  lifecycle {
    precondition {
      condition     = fileexists("${var.root}/${each.value}")
      error_message = "A script of `emr` does not exist: ${each.value}. Its place is told from the checkout's root."
    }
  }
}

# Nothing is kept ready and nothing is paid between runs: there is no initial capacity.
resource "aws_emrserverless_application" "spark" {
  count = local.on

  name          = local.name
  release_label = var.settings.release
  type          = "spark"
  architecture  = "X86_64"

  maximum_capacity {
    cpu    = "${var.settings.cores} vCPU"
    memory = "${var.settings.memory} GB"
  }

  auto_start_configuration {
    enabled = true
  }

  # One that has started is neither changed nor deleted.
  auto_stop_configuration {
    enabled              = true
    idle_timeout_minutes = var.settings.idle_minutes
  }
}
