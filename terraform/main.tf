locals {
  # The beginning of every name, so that two projects and two environments of one account share none. An environment's name has
  # no hyphen: the two can be told apart.
  name     = "${var.project}-${var.environment}"
  database = "${replace(var.project, "-", "_")}_${var.environment}"

  schedules = merge(var.schedules, var.upkeep == null ? {} : {
    upkeep = merge(var.upkeep, { command = ["upkeep"], cli_args = [] })
  })
}

module "storage" {
  source = "./modules/storage"

  name          = "${coalesce(var.bucket_prefix, var.project)}-${var.environment}"
  kms_key_arn   = var.kms_key_arn
  force_destroy = var.force_destroy
}

module "catalog" {
  source = "./modules/catalog"

  name                 = local.name
  database             = local.database
  databases            = var.databases
  results_bucket       = module.storage.buckets["athena-results"]
  kms_key_arn          = var.kms_key_arn
  force_destroy        = var.force_destroy
  bytes_scanned_cutoff = var.bytes_scanned_cutoff
}

module "runner" {
  source = "./modules/runner"

  name                 = local.name
  environment          = var.environment
  buckets              = module.storage.buckets
  database             = module.catalog.database
  raw_database         = module.catalog.raw_database
  databases            = module.catalog.databases
  changes_database     = var.changes == null ? null : module.stream.database
  source_databases     = var.source_databases
  source_locations     = var.source_locations
  workgroup            = module.catalog.workgroup
  dbt_environment      = var.dbt_environment
  dbt_target           = coalesce(var.dbt_target, var.environment)
  kms_key_arn          = var.kms_key_arn
  architecture         = var.architecture
  python_runtime       = var.python_runtime
  function_zip         = var.function_zip
  layer_zip            = coalesce(var.layer_zip, "../.lakeloop/build/layer-${var.architecture}.zip")
  memory_size          = var.memory_size
  timeout              = var.timeout
  ephemeral_storage    = var.ephemeral_storage
  reserved_concurrency = var.reserved_concurrency
  snap_start           = var.snap_start
  live_version         = var.live_version
  failed_version       = var.failed_version
  log_retention_days   = var.log_retention_days

  athena_price_per_tb        = var.athena_price_per_tb
  lambda_price_per_gb_second = coalesce(var.lambda_price_per_gb_second, local.lambda_prices[var.architecture])

  registered_locations     = length(var.lake_formation_locations) > 0
  permissions_boundary_arn = var.permissions_boundary_arn
}

module "lakeformation" {
  source = "./modules/lakeformation"
  count  = var.lake_formation ? 1 : 0

  role_arn = module.runner.role_arn
  databases = concat(
    [module.catalog.database, module.catalog.raw_database], module.catalog.databases, compact([module.stream.database])
  )
  locations = var.lake_formation_locations
}

# The writer of the changelog reads and writes its files by IAM's rights: of Lake Formation it needs the catalog's.
module "lakeformation_changes" {
  source = "./modules/lakeformation"
  count  = var.lake_formation && var.changes != null ? 1 : 0

  role_arn  = module.stream.role_arn
  databases = [module.stream.database]
  locations = var.lake_formation_locations
  on_tables = ["ALTER", "DESCRIBE"]
}

module "pipeline" {
  source = "./modules/pipeline"

  name               = local.name
  function_arn       = module.runner.function_arn
  function_alias     = module.runner.function_alias
  max_rounds         = var.max_rounds
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "schedule" {
  source = "./modules/schedule"

  name              = local.name
  state_machine_arn = module.pipeline.state_machine_arn
  schedules         = local.schedules
  ingest            = var.ingest == null ? {} : var.ingest.schedules
  ingest_arn        = module.ingest.function_arn
  dead_letters_arn  = module.alerts.dead_letters_arn

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "alerts" {
  source = "./modules/alerts"

  name               = local.name
  project            = var.project
  environment        = var.environment
  recipients         = var.alerts
  state_machine_arn  = module.pipeline.state_machine_arn
  artifacts_bucket   = module.storage.buckets["artifacts"]
  exports_bucket     = module.storage.buckets["processed"]
  function_zip       = coalesce(var.alert_zip, "../.lakeloop/build/alert-${var.architecture}.zip")
  architecture       = var.architecture
  python_runtime     = var.python_runtime
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "arrivals" {
  source = "./modules/arrivals"

  name               = local.name
  environment        = var.environment
  dbt_target         = coalesce(var.dbt_target, var.environment)
  settings           = var.arrivals
  raw_bucket         = module.storage.buckets["raw"]
  artifacts_bucket   = module.storage.buckets["artifacts"]
  state_machine_arn  = module.pipeline.state_machine_arn
  topic_arn          = module.alerts.topic_arn
  function_zip       = coalesce(var.gate_zip, "../.lakeloop/build/gate-${var.architecture}.zip")
  architecture       = var.architecture
  python_runtime     = var.python_runtime
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "stream" {
  source = "./modules/stream"

  name               = local.name
  database           = local.database
  settings           = var.changes
  raw_bucket         = module.storage.buckets["raw"]
  artifacts_bucket   = module.storage.buckets["artifacts"]
  topic_arns         = concat(var.alarm_topic_arns, [module.alerts.topic_arn])
  function_zip       = coalesce(var.cdc_apply_zip, "../.lakeloop/build/cdc_apply-${var.architecture}.zip")
  architecture       = var.architecture
  python_runtime     = var.python_runtime
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "capture" {
  source = "./modules/capture"

  name               = local.name
  environment        = var.environment
  settings           = var.capture
  stream_name        = module.stream.stream_name
  kafka              = module.stream.kafka
  raw_bucket         = module.storage.buckets["raw"]
  topic_arns         = concat(var.alarm_topic_arns, [module.alerts.topic_arn])
  architecture       = var.architecture
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "ingest" {
  source = "./modules/ingest"

  name               = local.name
  project            = var.project
  environment        = var.environment
  settings           = var.ingest
  raw_bucket         = module.storage.buckets["raw"]
  artifacts_bucket   = module.storage.buckets["artifacts"]
  function_zip       = coalesce(var.ingest_zip, "../.lakeloop/build/ingest-${var.architecture}.zip")
  architecture       = var.architecture
  python_runtime     = var.python_runtime
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days
  dead_letters_arn   = module.alerts.dead_letters_arn

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "jobs" {
  source = "./modules/jobs"

  name               = local.name
  root               = var.checkout
  jobs               = var.jobs
  raw_bucket         = module.storage.buckets["raw"]
  processed_bucket   = module.storage.buckets["processed"]
  artifacts_bucket   = module.storage.buckets["artifacts"]
  kms_key_arn        = var.kms_key_arn
  log_retention_days = var.log_retention_days

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "emr" {
  source = "./modules/emr"

  name             = local.name
  root             = var.checkout
  settings         = var.emr
  raw_bucket       = module.storage.buckets["raw"]
  processed_bucket = module.storage.buckets["processed"]
  artifacts_bucket = module.storage.buckets["artifacts"]
  kms_key_arn      = var.kms_key_arn

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "crawlers" {
  source = "./modules/crawlers"

  name        = local.name
  database    = local.database
  crawlers    = var.crawlers
  raw_bucket  = module.storage.buckets["raw"]
  kms_key_arn = var.kms_key_arn

  permissions_boundary_arn = var.permissions_boundary_arn
}

module "monitoring" {
  source = "./modules/monitoring"
  count  = local.monitored ? 1 : 0

  name              = local.name
  environment       = var.environment
  state_machine_arn = module.pipeline.state_machine_arn
  log_groups        = [module.runner.log_group, module.pipeline.log_group]
  schedule_group    = length(local.schedules) > 0 ? module.schedule.group : null
  limits            = var.alarm_limits
  gate_log_group    = module.arrivals.gate_log_group
  changes           = var.changes != null
  queues = var.arrivals == null ? {} : {
    arrivals = { name = module.arrivals.queues["arrivals"], dead_letters = module.arrivals.queues["arrivals-dead"] }
  }

  # No second message about a run that failed to who is in `alerts`.
  topic_arns         = concat(var.alarm_topic_arns, [module.alerts.topic_arn])
  failure_topic_arns = var.alarm_topic_arns
}
