"""The check of the raw zone before dbt reads it: bad files are named in words, not in a stack trace from inside a build."""

from lakeloop.raw.check import check_raw

__all__ = ["check_raw"]
