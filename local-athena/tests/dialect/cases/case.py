"""The rows of the case tables, from which docs/ATHENA.md is generated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """A Trino expression, the value and the type that Trino's documentation (or its known behaviour) gives it.

    Decimals, dates, times and UUIDs are given as their text; everything else as the Python value of its kind.
    """

    sql: str
    expected: Any
    type: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Refused:
    """An expression that fails: on Athena as well, or (``ours``) only here, by name."""

    sql: str
    code: str
    message: str = ""
    ours: bool = False
    source: str = ""
