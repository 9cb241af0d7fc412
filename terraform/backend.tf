# bucket, key, region and use_lockfile are given by -backend-config: no account is named here.
terraform {
  backend "s3" {}
}
