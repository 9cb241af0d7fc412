# The place of the state is given by -backend-config (bucket, key, region): no account is named here.
terraform {
  backend "s3" {
    # A lock file beside the state, in the same bucket.
    use_lockfile = true
    encrypt      = true
  }
}
