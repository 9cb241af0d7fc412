"""Raw files: the check against the declared tables, which ``just load`` and the gate share, and the places of files that arrive."""

from lakeloop_raw.check import RawTable, check_table
from lakeloop_raw.layout import Problem

__all__ = ["Problem", "RawTable", "check_table"]
