"""Suites of expectations on tables, by Great Expectations on Athena and on DuckDB."""
