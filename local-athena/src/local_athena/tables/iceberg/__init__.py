"""Iceberg tables: read and written by DuckDB, described by PyIceberg, found through Glue."""

from local_athena.tables.iceberg.loaded import AsOf
from local_athena.tables.iceberg.scan import Scanned
from local_athena.tables.iceberg.table import IcebergTable, Written
from local_athena.tables.iceberg.tables import IcebergTables

__all__ = ["AsOf", "IcebergTable", "IcebergTables", "Scanned", "Written"]
