"""Hypothesis strategies of changes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from lakeloop_changes import Change, Column

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))
WORDS = st.sampled_from(
    [
        "boolean",
        "int",
        "bigint",
        "float",
        "double",
        "decimal(12,2)",
        "varchar",
        "date",
        "timestamp",
        "timestamptz",
        "varbinary",
    ]
)
# JSON text can hold every character but a lone surrogate.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = TEXTS.filter(bool)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(width=32, allow_nan=False, allow_infinity=False)
    | st.sampled_from(["NaN", "Infinity", "-Infinity"]),
    "double": st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["NaN", "Infinity", "-Infinity"]),
    "decimal(12,2)": st.decimals(-(10**10) + 1, 10**10 - 1, places=2).map(lambda number: f"{number:f}"),
    "varchar": TEXTS,
    "date": st.dates().map(lambda day: day.isoformat()),
    "timestamp": st.datetimes().map(lambda moment: moment.isoformat()),
    "timestamptz": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    "varbinary": st.binary(max_size=20).map(lambda data: base64.b64encode(data).decode()),
}


def values(word: str) -> st.SearchStrategy[Any]:
    """Wire values of type *word*, null among them."""
    return st.none() | _VALUES[word]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A change of any kind, whole and right."""
    op = draw(st.sampled_from(["r", "c", "u", "d", "t", "s"]))
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    columns = [Column(name, draw(WORDS), draw(st.booleans())) for name in names]
    row = {column.name: draw(values(column.type)) for column in columns}
    old = {column.name: draw(values(column.type)) for column in columns}
    key = None if op in "ts" else draw(st.just({names[0]: row[names[0]]}) | st.none())
    return Change(
        source=draw(NAMES),
        schema=draw(NAMES),
        table=draw(NAMES),
        op=op,
        key=key,
        before=old if op == "d" else (draw(st.none() | st.just(old)) if op == "u" else None),
        after=row if op in "rcu" else None,
        columns=tuple(columns),
        commit_lsn=draw(st.integers(0, 2**63 - 1)),
        lsn=draw(st.integers(0, 2**63 - 1)),
        rank=draw(st.integers(0, 1)),
        snapshot=draw(NAMES) if op in "rs" else None,
        rows=draw(st.integers(0, 10**9)) if op == "s" else None,
        tx=draw(st.none() | st.integers(0, 2**32)),
        committed_at=draw(MOMENTS),
        captured_at=draw(MOMENTS),
    )
