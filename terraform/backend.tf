# bucket, key and region are given by -backend-config: no account is named here.
terraform {
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}
