"""Glue as Athena's catalog: databases, tables, types and partitions."""
