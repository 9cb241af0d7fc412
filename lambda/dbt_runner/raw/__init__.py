"""Raw tables: external tables in Glue over the raw bucket, made through Glue's own API, without a query."""

COMMAND = "create-raw-tables"
