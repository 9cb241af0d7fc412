"""``just bench-functions``: local Athena's functions and casts against DuckDB's nearest and Python's plainest.

Run with local Athena's environment. ``rows=1000000 only=NAME`` are the rows of each call (fewer where a call is slow: it takes
what some seconds allow) and a part of the names to measure. Figures are processor time; the table is sorted by the ratio,
worst first. A function without a call in ``function_calls.py`` stops it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
import struct
import sys
import time
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from statistics import NormalDist, correlation, covariance, geometric_mean, median, stdev, variance
from urllib.parse import parse_qs, quote_plus, unquote_plus, urlsplit
from zoneinfo import ZoneInfo

import duckdb
import function_calls
import mmh3
from local_athena import dialect
from local_athena.dialect import functions
from local_athena.dialect.values import casts
from local_athena.dialect.values.types import SKETCHES, held, parse_type, to_datatype
from local_athena.errors import AthenaError
from local_athena.model import Column
from rich.console import Console
from rich.table import Table

TABLE = "measured"
FIRST = 20_000
"""Rows of the first run of a call, by whose time the rows of the counted one are chosen."""
SECONDS = 4.0
"""Processor time that a call may take at most."""
RATIO, MICROSECONDS = 5, 1
"""A function that exceeds both is over its limit."""

PYTHON = {
    **{f.__name__: f for f in (combinations, correlation, covariance, geometric_mean, median, stdev, variance)},
    **{f.__name__: f for f in (parse_qs, quote_plus, unquote_plus, urlsplit, date, datetime, timedelta)},
    **{m.__name__: m for m in (base64, hashlib, hmac, json, math, re, struct, unicodedata, zlib, mmh3)},
    "Counter": Counter, "Decimal": Decimal, "NormalDist": NormalDist, "NEW_YORK": ZoneInfo("America/New_York"),
    "EPOCH": datetime(1970, 1, 1),
}  # fmt: skip
"""Names that the Python of ``function_calls`` uses."""


@dataclass(frozen=True)
class Subject:
    """One call: Athena's expression, DuckDB's nearest and Python's plainest; an empty text where there is none."""

    name: str
    athena: str
    nearest: str = ""
    python: str = ""
    aggregate: bool = False


@dataclass(frozen=True)
class Figures:
    """Microseconds a row; None where there is nothing to compare with."""

    name: str
    athena: float
    nearest: float | None
    python: float | None

    @property
    def ratio(self) -> float | None:
        """Athena's time by DuckDB's."""
        return self.athena / self.nearest if self.nearest else None

    @property
    def over(self) -> bool:
        """Whether the call exceeds the limits of both figures."""
        return self.athena > MICROSECONDS and self.ratio is not None and self.ratio > RATIO


def listed(text: str, aggregate: bool = False) -> Iterator[Subject]:
    """The lines of a table of ``function_calls``."""
    for line in text.strip().splitlines():
        parts = [p.strip().replace("\\|", "|") for p in re.split(r"(?<!\\)\|", line)]
        yield Subject(*[*parts, "", ""][:4], aggregate=aggregate)


def of_casts() -> Iterator[Subject]:
    """A cast for each pair of the cast table, and a TRY_CAST for each of text."""
    yield from listed(function_calls.JSON_CASTS)
    sizes = {"decimal": "decimal(12,2)", "char": "char(30)", "timestamp": "timestamp(3)", "time": "time(3)"}
    sizes |= {
        "timestamp with time zone": "timestamp(3) with time zone",
        "time with time zone": "time(3) with time zone",
    }
    for source, target in casts.PAIRS:
        if source not in function_calls.COLUMN_OF or target in SKETCHES:
            continue
        wanted = sizes.get(target, target)
        column = function_calls.COLUMN_OF[source]
        bad = None
        if source == "varchar" and target in function_calls.TEXT_OF:
            column, bad = function_calls.TEXT_OF[target]
        column = {"uuid": "sixteen", "ipaddress": "sixteen"}.get(target, column) if source == "varbinary" else column
        column = "y" if source in ("double", "real") and target == "tinyint" else column
        column = "y" if target == "tinyint" and source != "varchar" else column
        column = "s" if target == "smallint" and source not in ("varchar", "tinyint", "boolean") else column
        column = function_calls.COLUMN_OF[source] if source in ("real", "double", "decimal", "boolean") else column
        if source in ("real", "double", "decimal", "bigint", "integer", "smallint") and target in (
            "tinyint",
            "smallint",
        ):
            continue  # they fail for most numbers, and are one rule with the wider integers
        nearest = held(parse_type(wanted)) if "zone" not in target else "TIMESTAMPTZ" if "stamp" in target else "TIMETZ"
        nearest = "VARCHAR" if target == "ipaddress" else nearest
        yield Subject(f"{source} as {target}", f"cast({column} as {wanted})", f"CAST({column} AS {nearest})")
        if bad:
            yield Subject(f"try {source} as {target}", f"try_cast({bad} as {wanted})", f"TRY_CAST({bad} AS {nearest})")


def subjects() -> list[Subject]:
    """Every call. Raises SystemExit for a function of local Athena that has none."""
    made = [*listed(function_calls.SCALARS), *listed(function_calls.AGGREGATES, aggregate=True), *of_casts()]
    if forgotten := missing({s.name.split(" ")[0] for s in made}):
        raise SystemExit(f"bench-functions: no call in bench/function_calls.py for {', '.join(forgotten)}")
    return made


_PLAIN = re.compile(r"\(?(?!trino_)\w+\((?:\$D|\$O|\$[\d*]|, )*\)(?:\$W)?\)?|\(?[$\w]+(?: ?[-+*/&|%]+ ?\$\d)?\)?")


def missing(measured: set[str]) -> list[str]:
    """Functions that are not *measured*, and that some signature does not hand straight to a function of DuckDB's."""
    known = {**functions.SCALARS, **functions.AGGREGATES}
    made = {
        name
        for name, lines in known.items()
        if any(not _PLAIN.fullmatch(line.partition(" | ")[2].strip()) for line in lines)
    }
    wanted = (made | {*functions.SPECIALS, *functions.RAW}) - measured
    return sorted(name for name in wanted if not name.startswith("st_"))  # geometries: an extra's own functions


def prepared(rows: int) -> duckdb.DuckDBPyConnection:
    """A connection with the table that is measured, every twentieth value NULL."""
    connection = dialect.connect()
    connection.execute("SELECT trino_soundex('warm')").fetchall()  # DuckDB imports pandas at the first call of Python's
    values = ", ".join(
        f"CASE WHEN (i + {at}) % 20 > 0 THEN {sql} END AS {name}"
        for at, (name, (_, sql)) in enumerate(function_calls.COLUMNS.items())
    )
    for name, size in ((TABLE, rows), (f"{TABLE}_first", min(FIRST, rows))):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {values} FROM range({size}) AS t(i)")
    return connection


def translated(subject: Subject, table: str) -> str:
    """DuckDB's text of Athena's call over all rows of *table*."""
    columns = [Column(name, to_datatype(parse_type(t))) for name, (t, _) in function_calls.COLUMNS.items()]
    grouped = " group by word" if subject.athena.startswith("grouping") else ""
    query = dialect.parse(f"select {subject.athena} as x from {table}{grouped}")
    return dialect.translate(query, {table: columns}, target="table").sql


def timed(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    """Processor seconds of *sql*, nothing of whose result is fetched."""
    began = time.process_time()
    connection.execute(f"SELECT count(x) FROM ({sql})").fetchall()
    return time.process_time() - began


def a_row(connection: duckdb.DuckDBPyConnection, query: Callable[[str], str], rows: int) -> float:
    """Microseconds a row of *query*, which makes the text for a table; of few rows where it is slow."""
    first = timed(connection, query(f"{TABLE}_first")) / min(FIRST, rows)
    if first * rows > SECONDS:
        return first * 1e6
    rounds = min(5, max(1, int(SECONDS / 8 / max(first * rows, 1e-3))))
    return min(timed(connection, query(TABLE)) for _ in range(rounds)) / rows * 1e6


def of_python(connection: duckdb.DuckDBPyConnection, subject: Subject) -> float | None:
    """Microseconds a row of Python's plainest over a list of values."""
    found = next(
        (w for w in re.findall(r"\w+", re.sub(r"'.*?'", "", subject.athena)) if w in function_calls.COLUMNS), None
    )
    if not subject.python or found is None:
        return None
    values = connection.execute(f"SELECT {found} FROM {TABLE}_first").to_arrow_table().column(0).to_pylist()
    code = (
        f"({subject.python})" if subject.aggregate else f"[None if x is None else ({subject.python}) for x in values]"
    )
    given = [v for v in values if v is not None]
    try:
        run = eval(f"lambda values, x: {code}", PYTHON)  # our own table's text
        began = time.process_time()
        run(values, given)
        return (time.process_time() - began) / len(values) * 1e6
    except (ValueError, TypeError, IndexError, KeyError, OverflowError):
        return None


def measured(connection: duckdb.DuckDBPyConnection, subject: Subject, rows: int) -> Figures | str | None:
    """The figures of *subject*, or why there are none; None for a call that reaches DuckDB as it is written."""
    try:
        if straight(subject):
            return None
        athena = a_row(connection, lambda table: translated(subject, table), rows)
    except (duckdb.Error, AthenaError) as error:
        return f"{subject.name}: {str(error).splitlines()[0][:140]}"
    nearest = None
    if subject.nearest:
        grouped = " GROUP BY word" if subject.athena.startswith("grouping") else ""
        try:
            nearest = a_row(connection, lambda table: f"SELECT {subject.nearest} AS x FROM {table}{grouped}", rows)
        except duckdb.Error:
            nearest = None  # DuckDB has it in an extension, or has no such cast
    return Figures(subject.name, athena, nearest, of_python(connection, subject))


def straight(subject: Subject) -> bool:
    """Whether Athena's call becomes one function of DuckDB's over a column."""
    sql = translated(subject, TABLE)
    column = rf'"{TABLE}"\."\w+"'
    call = rf"SELECT \(?\w+\((?:{column}|'[^']*'|\d+|, )*\)\)? AS .x. FROM .*"
    return re.fullmatch(call, sql) is not None and "trino_" not in sql


def shown(value: float | None, digits: int) -> str:
    """A figure, or a dash."""
    return "-" if value is None else f"{value:,.{digits}f}"


def main(words: Sequence[str]) -> None:
    """Print the table."""
    given = dict(word.partition("=")[::2] for word in words)
    if not set(given) <= {"rows", "only"} or not given.get("rows", "1").isdecimal():
        raise SystemExit("bench-functions: takes rows=1000000 and only=NAME")
    rows, only = int(given.get("rows", 1_000_000)), given.get("only", "")
    console = Console(width=120)
    connection = prepared(rows)
    found, failed = [], []
    for subject in subjects():
        if only in subject.name:
            figures = measured(connection, subject, rows)
            if isinstance(figures, str):
                failed.append(figures)
            elif figures:
                found.append(figures)
    table = Table(
        "function",
        "ratio to DuckDB",
        "us a row",
        "DuckDB's nearest",
        "Python's plainest",
        "over",
        title=f"{rows:,} rows",
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for f in sorted(found, key=lambda f: -(f.ratio or 0)):
        over = "over" if f.over else ""
        table.add_row(f.name, shown(f.ratio, 1), shown(f.athena, 3), shown(f.nearest, 3), shown(f.python, 3), over)
    console.print(table)
    console.print(
        f"{sum(f.over for f in found)} over {RATIO} times DuckDB's nearest and {MICROSECONDS} us a row at once"
    )
    for line in failed:
        console.print(line, markup=False)


if __name__ == "__main__":
    main(sys.argv[1:])
