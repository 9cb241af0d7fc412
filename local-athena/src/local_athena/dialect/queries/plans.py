"""Correlated queries as ``decorrelation`` knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

type Kind = Literal["rows", "row", "values", "unnest", "aggregate", "unknown"]


@dataclass(frozen=True)
class Plan:
    """A correlated query, as far as Trino's decorrelation asks about it.

    ``kind``: ``row`` is a SELECT without FROM, ``values`` a VALUES of one row, ``aggregate`` a SELECT of one group, ``unnest`` one
    of an outer row's elements; of ``unknown`` nothing is refused.
    """

    kind: Kind = "rows"
    fails: bool = False
    needed: frozenset[str] = frozenset()
    """Own columns in the conditions that look outward."""
    fixed: frozenset[str] = frozenset()
    """Those of them that an outer row fixes, by ``=``."""
    single: bool = False
    """At most one row for an outer row."""
    outward: bool = False
    """The select list looks outward."""
    first: bool = False
    """LIMIT 1 of columns that are not all fixed: fails where they are looked at."""
    joinable: str = ""
    """Of a query that fails for its groups: ``groups`` may be joined in an INNER JOIN LATERAL, ``distinct`` in a LEFT JOIN also."""
    plain: bool = True
    """Nothing but conditions and a select list."""
    outputs: tuple[str | None, ...] = ()
    """The own column that each column of the result is, if it is one."""
