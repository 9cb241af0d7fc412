"""A table in DuckDB against the CSV that Athena writes of the same table: row by row, value by value, nothing rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from lakeloop.aws.athena.statements import Column

# Athena's names of types in a result, as DuckDB prints them: https://docs.aws.amazon.com/athena/latest/ug/data-types.html
_TYPES = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
_SHOWN = 3


@dataclass
class Comparison:
    """How a table fared: rows on each side, rows that only one side has, and what differs besides (columns, types)."""

    table: str
    here: int = 0
    there: int = 0
    only_here: int = 0
    only_there: int = 0
    columns: list[str] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        return not (self.only_here or self.only_there or self.columns)


def compare(
    duck: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Column], csv: Path, *, relation: str = ""
) -> Comparison:
    """Compare *table* of the DuckDB database with the result file *csv*, whose *columns* are Athena's.

    Args:
        relation: the table in SQL, if it is not called *table* there.

    A row counts as often as it occurs. Rows are compared after Athena's text is read as DuckDB's type of the column, which
    must be Athena's too: then no digit can be lost on the way.
    """
    relation = relation or f'"{table}"'
    ours = [(name, kind) for name, kind, *_ in duck.execute(f"describe {relation}").fetchall()]
    theirs = [(column.name, _type(column)) for column in columns]
    found = Comparison(table)
    if ours != theirs:
        names = list(dict.fromkeys([*dict(ours), *dict(theirs)]))
        pairs = [
            (name, dict(ours).get(name, "no such column"), dict(theirs).get(name, "no such column")) for name in names
        ]
        found.columns = [f"{name}: {left} on DuckDB, {right} on Athena" for name, left, right in pairs if left != right]
        found.columns = found.columns or [f"the order of the columns: {', '.join(dict(theirs))} on Athena"]
        return found
    # An empty text is "", and null is nothing at all: https://docs.aws.amazon.com/athena/latest/ug/querying-output.html
    texts = ", ".join(f"'{name}': 'VARCHAR'" for name, _ in theirs)
    values = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in theirs)
    duck.execute(
        f"create or replace temp table athena_rows as select {values} from read_csv($csv, header = true, delim = ',', "
        f"quote = '\"', escape = '\"', auto_detect = false, nullstr = '', allow_quoted_nulls = false, parallel = false, "
        f"columns = {{{texts}}})",
        {"csv": str(csv)},
    )
    only = {
        "DuckDB": f"(select * from {relation} except all select * from athena_rows)",
        "Athena": f"(select * from athena_rows except all select * from {relation})",
    }
    found.here, found.there = _count(duck, relation), _count(duck, "athena_rows")
    found.only_here, found.only_there = _count(duck, only["DuckDB"]), _count(duck, only["Athena"])
    for engine, rows in only.items():
        shown = duck.execute(f"select * from {rows} order by all limit {_SHOWN}").fetchall()
        found.examples += [
            f"only {engine}: " + ", ".join(f"{name}={value}" for (name, _), value in zip(ours, row, strict=True))
            for row in shown
        ]
    return found


def _count(duck: duckdb.DuckDBPyConnection, rows: str) -> int:
    (count,) = duck.execute(f"select count(*) from {rows}").fetchone() or (0,)
    return int(count)


def _type(column: Column) -> str:
    if column.type == "decimal":
        return f"DECIMAL({column.precision},{column.scale})"
    return _TYPES.get(column.type, column.type)
