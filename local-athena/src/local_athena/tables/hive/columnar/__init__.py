"""Columns of Parquet, ORC and Avro files: their types, and what they are read as."""
