"""Batch ingestion: rows of DynamoDB, of REST APIs and of PostgreSQL into raw Parquet, each row once."""
