# The calls are those that dbt-athena 1.11 makes and those that Athena makes with its caller's rights
# (https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html,
# https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html). sts:GetCallerIdentity, which
# the adapter calls once, needs no permission.
locals {
  bucket_arns = { for key, name in var.buckets : key => "arn:${local.partition}:s3:::${name}" }

  glue_arn   = "arn:${local.partition}:glue:${local.region}:${local.account}"
  databases  = concat([var.database, var.raw_database], var.databases)
  tables     = [for name in local.databases : "${local.glue_arn}:table/${name}/*"]
  ancestors  = [for name in local.databases : "${local.glue_arn}:database/${name}"]
  workgroup  = "arn:${local.partition}:athena:${local.region}:${local.account}:workgroup/${var.workgroup}"
  log_stream = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws/lambda/${local.function_name}:log-stream:*"

  statements = concat([
    {
      # StartQueryExecution and the polling of it: every statement of dbt's. StopQueryExecution: a run that is cancelled
      # or about to time out, and the upkeep's OPTIMIZE. ListQueryExecutions, BatchGetQueryExecution: what a killed invocation has left running.
      # GetWorkGroup: the adapter asks before each CTAS whether the result location is enforced.
      Sid    = "Queries"
      Effect = "Allow"
      Action = [
        "athena:StartQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StopQueryExecution",
        "athena:ListQueryExecutions",
        "athena:BatchGetQueryExecution",
        "athena:GetWorkGroup",
      ]
      Resource = [local.workgroup]
    },
    {
      # GetDatabases: the adapter lists schemas at the start of each command. GetDatabase: Athena asks for that
      # of each table. Athena also asks for `default`, whatever is queried.
      Sid      = "CatalogDatabases"
      Effect   = "Allow"
      Action   = ["glue:GetDatabases", "glue:GetDatabase"]
      Resource = concat(["${local.glue_arn}:catalog", "${local.glue_arn}:database/default"], local.ancestors)
    },
    {
      # GetTables: the adapter's cache of relations, `docs generate`, and the upkeep's list of tables. GetTable: the adapter before and after each
      # model, Athena for each table of a query. GetTableVersions: the adapter after each view and incremental model.
      # CreateTable, UpdateTable: Athena for CTAS, CREATE VIEW, each commit to an Iceberg table; the adapter's
      # persist_docs; the runner itself for raw tables. DeleteTable, DeleteTableVersion: the adapter drops temporary tables
      # and old versions of views.
      Sid    = "CatalogTables"
      Effect = "Allow"
      Action = [
        "glue:GetTables",
        "glue:GetTable",
        "glue:GetTableVersions",
        "glue:CreateTable",
        "glue:UpdateTable",
        "glue:DeleteTable",
        "glue:DeleteTableVersion",
      ]
      Resource = concat(["${local.glue_arn}:catalog"], local.ancestors, local.tables)
    },
    {
      # Athena lists the files under a raw table and finds the bucket's region. ListBucket: the runner looks for partitions.
      Sid      = "RawBucket"
      Effect   = "Allow"
      Action   = ["s3:ListBucket", "s3:GetBucketLocation"]
      Resource = [local.bucket_arns["raw"]]
    },
    {
      # Athena reads the raw files. Nothing writes them but the loader, which is not this role.
      Sid      = "RawFiles"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.bucket_arns["raw"]}/*"]
    },
    {
      # ListBucket: the adapter looks for what lies in a table's folder before it is replaced. The others: Athena, writing.
      Sid      = "ProcessedBucket"
      Effect   = "Allow"
      Action   = ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
      Resource = [local.bucket_arns["processed"]]
    },
    {
      # Athena reads and writes tables, large files in parts, and VACUUM deletes what no snapshot names (without DeleteObject it
      # would succeed and delete nothing); the adapter deletes the files of tables that it drops. A unit
      # test's table is a Hive table, which Athena puts under the location that the workgroup enforces. Exports are written in the
      # same ways; their old versions are deleted.
      Sid    = "TableFiles"
      Effect = "Allow"
      Action = [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
      ]
      Resource = [
        "${local.bucket_arns["processed"]}/tables/*",
        "${local.bucket_arns["processed"]}/exports/*",
        "${local.bucket_arns["athena-results"]}/queries/tables/*",
      ]
    },
    {
      # Athena, before it writes a result; the adapter looks for the files of a unit test's table.
      Sid      = "ResultsBucket"
      Effect   = "Allow"
      Action   = ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
      Resource = [local.bucket_arns["athena-results"]]
    },
    {
      # Athena writes results, large ones in parts, and reads them for GetQueryResults.
      Sid      = "ResultFiles"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      Resource = ["${local.bucket_arns["athena-results"]}/queries/*"]
    },
    {
      # The runner uploads what a run leaves: run_results.json, dbt.log, and manifest.json, which may be large: in parts. It
      # writes and reads the run's journal, the lease on the environment (on condition of what it read), and the
      # environment's state, of which a run keeps a copy; it writes the page of documentation. Parts of an upload that failed
      # are not its to remove: the bucket's lifecycle does.
      Sid    = "RunArtifacts"
      Effect = "Allow"
      Action = ["s3:PutObject", "s3:GetObject"]
      Resource = [
        "${local.bucket_arns["artifacts"]}/runs/*",
        "${local.bucket_arns["artifacts"]}/leases/*",
        "${local.bucket_arns["artifacts"]}/latest/*",
        "${local.bucket_arns["artifacts"]}/docs/*",
      ]
    },
    {
      # The runner lists a run's journal; and S3 says that an object is not there only to who may list the bucket, to
      # others it says AccessDenied: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
      Sid      = "ArtifactsBucket"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [local.bucket_arns["artifacts"]]
    },
    {
      # Lambda writes the function's logs as the function's role. The group itself is Terraform's.
      Sid      = "Logs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = [local.log_stream]
    },
    ], var.kms_key_arn == null ? [] : [
    {
      # S3 and Lambda ask KMS as the function's role: to read an object or the environment, and to write an object.
      Sid      = "CustomerKey"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [var.kms_key_arn]
    },
  ], local.lake_formation_statements, local.source_statements, local.changes_statements)
}
