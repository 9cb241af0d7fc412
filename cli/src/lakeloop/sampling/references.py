"""Columns whose values are keys of another table: rows of children come if their parents did.

Told by dbt's ``relationships`` tests, of sources or of the models over them, else by names: ``customer_id`` beside a table
``customers`` of the same source that has that column.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakeloop.sampling.tables import Table

_ID = re.compile(r"^(\w+?)_(id|key|no|number|sk)$")


@dataclass(frozen=True)
class Reference:
    """A ``column`` of ``child`` has values of the ``key`` of ``parent`` (both ``source.table``); ``why`` it is taken for one."""

    child: str
    column: str
    parent: str
    key: str
    why: str


def references(tables: Sequence[Table], nodes: Mapping[str, Mapping[str, Any]]) -> list[Reference]:
    """References between *tables*; none of a table to itself, and none that would close a circle."""
    found: dict[tuple[str, str], Reference] = {}
    for one in [*_tested(tables, nodes), *_named(tables)]:
        found.setdefault((one.child, one.column), one)
    kept: list[Reference] = []
    for one in found.values():
        if one.child != one.parent and one.child not in _above(one.parent, kept):
            kept.append(one)
    return kept


def in_order(tables: Sequence[Table], found: Sequence[Reference]) -> list[Table]:
    """*tables*, parents before their children."""
    depth = {table.name: len(_above(table.name, found)) for table in tables}
    return sorted(tables, key=lambda table: (depth[table.name], table.name))


def _above(name: str, found: Sequence[Reference]) -> set[str]:
    """All that *name* refers to, directly or not."""
    above: set[str] = set()
    left = [name]
    while left:
        child = left.pop()
        for one in found:
            if one.child == child and one.parent not in above:
                above.add(one.parent)
                left.append(one.parent)
    return above


def _tested(tables: Sequence[Table], nodes: Mapping[str, Mapping[str, Any]]) -> list[Reference]:
    by_id = {table.source.unique_id: table for table in tables}
    found = []
    for node in nodes.values():
        told = node.get("relationship")
        if not told:
            continue
        children = _over(told["of"], told["column"], nodes, by_id)
        parents = _over(told["to"], told["field"], nodes, by_id)
        # More than one table below either has such a column: which of them is meant, nobody has said.
        if len(children) == len(parents) == 1:
            found.append(
                Reference(children[0].name, told["column"].lower(), parents[0].name, told["field"].lower(), "a test")
            )
    return found


def _over(start: str, column: str, nodes: Mapping[str, Mapping[str, Any]], tables: Mapping[str, Table]) -> list[Table]:
    """The tables below the node *start* that have *column*; of a source, itself."""
    seen: set[str] = set()
    left, found = [start], []
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in tables and tables[one].column(column):
            found.append(tables[one])
        left.extend(nodes.get(one, {}).get("depends_on", ()))
    return found


def _named(tables: Sequence[Table]) -> list[Reference]:
    by_source: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        by_source[table.source.source].append(table)
    found = []
    for table in tables:
        for column in table.columns:
            match = _ID.match(column.name)
            if not match:
                continue
            plural = re.sub(r"y$", "ies", match[1]), f"{match[1]}e?s?"
            called = re.compile(rf"(^|_)({'|'.join(plural)})$")  # `stg_orders`, too
            parents = [
                one
                for one in by_source[table.source.source]
                if called.search(one.source.name.lower()) and one.column(column.name) and one is not table
            ]
            if len(parents) == 1:
                found.append(Reference(table.name, column.name, parents[0].name, column.name, "its name"))
    return found
