"""The sources of a dbt project, read from its parsed manifest: raw files, seeds, and tables that exist in Glue already."""

from lakeloop_project.sources.description import describe, shape
from lakeloop_project.sources.manifest import CHANGES_SCHEMA, OFFLINE_RAW_SCHEMA, RAW_SCHEMA, raw_of, source_tables
from lakeloop_project.sources.plain import from_plain, to_plain
from lakeloop_project.sources.table import FORMATS, Column, Kind, SourceTable
from lakeloop_project.sources.types import BadType, Type, parse_type

__all__ = [
    "CHANGES_SCHEMA",
    "FORMATS",
    "OFFLINE_RAW_SCHEMA",
    "RAW_SCHEMA",
    "BadType",
    "Column",
    "Kind",
    "SourceTable",
    "Type",
    "describe",
    "from_plain",
    "parse_type",
    "raw_of",
    "shape",
    "source_tables",
    "to_plain",
]
