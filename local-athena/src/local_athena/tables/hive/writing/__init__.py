"""Rows into files of a Hive table."""
