"""The project's sources on this machine: their files, the columns that files say, and the views over them."""

from lakeloop_project.sources import Column, Kind, SourceTable, Type, parse_type, raw_of, source_tables
from lakeloop_raw.inference import infer_columns, infer_partition

from lakeloop.sources.yaml import declaration

__all__ = [
    "Column",
    "Kind",
    "SourceTable",
    "Type",
    "declaration",
    "infer_columns",
    "infer_partition",
    "parse_type",
    "raw_of",
    "source_tables",
]
