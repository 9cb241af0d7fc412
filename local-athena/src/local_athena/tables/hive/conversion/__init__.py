"""Files that DuckDB does not read as Athena does, as local Parquet."""
