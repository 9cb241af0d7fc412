"""The outcome of statements that return no rows or a few lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from local_athena.model import Column, Outcome, trino_type


def ddl(kind: str, lines: Sequence[str] = ()) -> Outcome:
    """CREATE, DROP, ALTER, MSCK."""
    return Outcome("DDL", kind, lines=[*lines])


def utility(kind: str, columns: Sequence[str], lines: Sequence[str]) -> Outcome:
    """SHOW and DESCRIBE: one text a row, tab-separated under *columns*."""
    return Outcome("UTILITY", kind, tuple(Column(name, trino_type("varchar")) for name in columns), lines=[*lines])
