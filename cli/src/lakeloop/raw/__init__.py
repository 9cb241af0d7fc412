"""The check of the raw zone before dbt reads it: bad files are named in words, not in a stack trace from inside a build."""

from lakeloop.raw.check import RawTable, check_raw

__all__ = ["RawTable", "check_raw"]
