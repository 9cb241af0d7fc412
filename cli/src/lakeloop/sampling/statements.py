"""Statements of a sample: which rows, how many, what their values look like, and the UNLOAD that writes them masked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lakeloop_project.sources import Type
from lakeloop_raw.sql import identifier, literal

from lakeloop.sampling import masks, suspects
from lakeloop.sampling.memory import Pull
from lakeloop.sampling.references import Reference
from lakeloop.sampling.tables import Column, Table

_TEXT = Type("varchar")
_LEAST, _SPAN = -(2**63), 2**64


@dataclass
class Rows:
    """Rows of a sample: ``since`` bounds tables that refer to others or stand alone; ``pulls`` are a table's, by its name."""

    tables: Mapping[str, Table]
    references: Sequence[Reference]
    since: str | None
    pulls: dict[str, tuple[Pull, ...]]

    def where(self, table: Table, pull: Pull, below: str | None = None) -> str:
        """The condition of one *pull* of a table, up to the time *below*; empty for all rows."""
        spans = [*self._base(table), *_span(table, pull.start, below), *self._drawn(table, pull.threshold)]
        return " and ".join(spans)

    def drawn_by(self, table: Table) -> str | None:
        """The column by whose hash rows are drawn: the key that others refer to, else what refers to a parent; None for neither."""
        keys = [one.key for one in self.references if one.parent == table.name]
        keys += [one.column for one in self.references if one.child == table.name]
        return keys[0] if keys else None

    def parents(self, table: Table) -> list[Reference]:
        """Those of its references that take rows away: a parent that came whole has the rows of all its children."""
        own = [one for one in self.references if one.child == table.name]
        return [one for one in own if self._whole(self.tables[one.parent])]

    def bounded(self, table: Table) -> bool:
        """Whether ``since`` counts for *table*: customers of this week's orders may be years old."""
        is_parent = any(one.parent == table.name for one in self.references)
        is_child = any(one.child == table.name for one in self.references)
        return self.since is not None and table.time is not None and (is_child or not is_parent)

    def _whole(self, table: Table) -> str:
        """The condition of all pulls of *table*; empty for all its rows."""
        pulls = self.pulls[table.name]
        ends = [*(pull.start for pull in pulls[1:]), None]
        drawn = [
            " and ".join([*_span(table, pull.start, end), *self._drawn(table, pull.threshold)])
            for pull, end in zip(pulls, ends, strict=True)
        ]
        either = (
            []
            if all(pull.threshold is None for pull in pulls)
            else [" or ".join(f"({one or 'true'})" for one in drawn)]
        )
        return " and ".join([*self._base(table), *(f"({one})" for one in either)])

    def _base(self, table: Table) -> list[str]:
        found = []
        if self.bounded(table) and table.time is not None and self.since is not None:
            found.append(f"{identifier(table.time.name)} >= {_moment(table.time, self.since)}")
        for one in self.parents(table):
            parent = self.tables[one.parent]
            column = f"cast({identifier(one.column)} as varchar)"
            keys = f"select cast({identifier(one.key)} as varchar) from {parent.relation} where {self._whole(parent)}"
            found.append(f"({column} is null or {column} = '' or {column} in ({keys}))")
        return found

    def _drawn(self, table: Table, threshold: int | None) -> list[str]:
        column = self.drawn_by(table)
        if threshold is None or column is None:
            return []
        # Of each table another hash: orders of the customers that were drawn are drawn evenly.
        text = f"concat({literal(table.name + ':')}, coalesce(cast({identifier(column)} as varchar), ''))"
        return [f"from_big_endian_64(xxhash64(to_utf8({text}))) < {_number(threshold)}"]


def threshold(rows: int, wanted: int) -> int | None:
    """The hash below which about *wanted* of *rows* lie; None for all of them."""
    return None if rows <= wanted else _LEAST + int(Decimal(_SPAN) * wanted / rows)


def survey(table: Table, where: str) -> str:
    """One row: how many rows, the latest time, and counts of what values without a mask look like (``suspects.told``)."""
    latest = f"cast(max({identifier(table.time.name)}) as varchar)" if table.time else "cast(null as varchar)"
    asked = [count for column in looked_into(table) for count in suspects.counts(column.name, column.type or _TEXT)]
    counts = [f"{count} as {name}" for count, name in zip(asked, names(), strict=False)]
    return f"select {', '.join(['count(*) as found', f'{latest} as latest', *counts])} from {_from(table, where)}"


def looked_into(table: Table) -> list[Column]:
    """The columns whose values are looked at: nobody has said what becomes of them."""
    return [column for column in table.columns if column.mask is None and suspects.looked_into(column.type or _TEXT)]


def names() -> Iterator[str]:
    """Names of a survey's counts."""
    return (f"c{number}" for number in itertools.count())


def unload(table: Table, where: str, limit: int | None, key: str, address: str) -> str:
    """Write the masked rows to *address* (https://docs.aws.amazon.com/athena/latest/ug/unload.html).

    Raises:
        BadMask: a column cannot have its mask; the message names it.
    """
    columns = ", ".join(f"{_selected(column, key)} as {identifier(column.name)}" for column in table.columns)
    limited = "" if limit is None else f" limit {limit}"
    return (
        f"unload (select {columns} from {_from(table, where)}{limited}) to {literal(address)} with (format = 'PARQUET')"
    )


def masked(column: Column, key: str) -> str:
    """The expression of *column*. Raises ``BadMask``."""
    of = masks.Masked(column.name, column.type or _TEXT, column.holds, column.required)
    return masks.expression(column.mask or "keep", of, key)


def _selected(column: Column, key: str) -> str:
    # UNLOAD refuses timestamps finer than milliseconds (https://github.com/aws/aws-sdk-pandas/issues/2252), as are those of
    # Iceberg tables: they come as text, except inside other values. Chars come padded or not.
    value, kind = masked(column, key), column.type or _TEXT
    if kind.name in ("timestamp", "char"):
        return f"cast({value} as varchar)"
    if kind.nested and column.mask in (None, "keep") and _holds_timestamps(kind):
        return f"cast({value} as {_in_milliseconds(kind)})"
    return value


def _holds_timestamps(kind: Type) -> bool:
    return kind.name == "timestamp" or any(map(_holds_timestamps, kind.of))


def _in_milliseconds(kind: Type) -> str:
    if kind.name == "timestamp":
        return "timestamp(3)"
    inner = [_in_milliseconds(one) for one in kind.of]
    if kind.names:
        inner = [f"{identifier(name)} {one}" for name, one in zip(kind.names, inner, strict=True)]
    return f"{kind.name}({', '.join(inner)})" if inner else str(kind)


def _from(table: Table, where: str) -> str:
    return f"{table.relation} where {where}" if where else table.relation


def _span(table: Table, start: str | None, end: str | None) -> list[str]:
    if table.time is None:
        return []
    time = identifier(table.time.name)
    found = [] if start is None else [f"{time} >= {_moment(table.time, start)}"]
    return found if end is None else [*found, f"{time} < {_moment(table.time, end)}"]


def _moment(time: Column, text: str) -> str:
    assert time.type is not None
    return f"{time.type.name} {literal(text[:10] if time.type.name == 'date' else text)}"


def _number(value: int) -> str:
    # The least one has no literal: it is a number behind a minus.
    return f"({value})" if value > _LEAST else f"({_LEAST + 1})"
