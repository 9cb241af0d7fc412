"""Exports: exposures with ``meta.export``, whose tables are written as files once a run has succeeded."""

from dbt_runner.exports.description import Export, file_of

__all__ = ["Export", "file_of"]
