# Others' data that dbt reads: their catalog and their files, and of neither more than is named. No statement where nothing is.
locals {
  # s3://BUCKET/PREFIX/ -> BUCKET and PREFIX/, which is empty for the whole bucket.
  source_places = [
    for place in distinct(var.source_locations) :
    regex("^s3://(?P<bucket>[^/]+)/(?P<prefix>.*)$", place)
  ]
  source_prefixes = { for place in local.source_places : place.bucket => place.prefix... }
  source_buckets  = sort(keys(local.source_prefixes))

  source_statements = concat(length(var.source_databases) == 0 ? [] : [
    {
      # GetDatabase, GetTable, and partitions where a table has some: Athena, for each table of a query. GetTables: the
      # adapter's cache of relations. https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
      Sid    = "SourceTables"
      Effect = "Allow"
      Action = [
        "glue:GetDatabase",
        "glue:GetTable",
        "glue:GetTables",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:BatchGetPartition",
      ]
      Resource = concat(["${local.glue_arn}:catalog"], flatten([
        for name in distinct(var.source_databases) : ["${local.glue_arn}:database/${name}", "${local.glue_arn}:table/${name}/*"]
      ]))
    },
    ], length(local.source_buckets) == 0 ? [] : [
    {
      # Athena reads the files of their tables.
      Sid      = "SourceFiles"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = [for place in local.source_places : "arn:${local.partition}:s3:::${place.bucket}/${place.prefix}*"]
    },
    {
      # Athena finds the buckets' region.
      Sid      = "SourceBuckets"
      Effect   = "Allow"
      Action   = ["s3:GetBucketLocation"]
      Resource = [for bucket in local.source_buckets : "arn:${local.partition}:s3:::${bucket}"]
    },
    ], [
    for position, bucket in local.source_buckets : {
      # Athena lists the files of a table: of one bucket a statement, because the folders are a condition of it.
      Sid       = "SourceFolders${position}"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = ["arn:${local.partition}:s3:::${bucket}"]
      Condition = { StringLike = { "s3:prefix" = [for prefix in local.source_prefixes[bucket] : "${prefix}*"] } }
    }
  ])
}
