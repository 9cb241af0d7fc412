"""TPC-H and TPC-DS: DuckDB's own queries, made Trino's by a few documented rewritings.

Data and queries come from DuckDB's ``tpch`` and ``tpcds`` extensions, whose files the wheels ``duckdb-extension-*`` carry.
What DuckDB accepts and Trino does not, each with the reason:
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from local_athena import dialect
from local_athena.dialect.values.types import parse_type, to_datatype
from local_athena.model import Column

REWRITINGS = (
    # Trino compares a date with a date only, never with text
    (r"(?i)(?<!date )'(\d{4}-\d{1,2}-\d{1,2})'", r"date '\1'"),
    # an interval's number is quoted, its unit singular
    (r"(?i)interval (\d+) (day)s?", r"interval '\1' \2"),
    # no integer is added to a date
    (r"(d\d?\.d_date) \+ (\d+)", r"\1 + interval '\2' day"),
    # GROUP BY sees the relations' columns, not the select list's names
    (r"(?i)group by\s+supplier_no", "GROUP BY l_suppkey"),
    # behind ORDER BY a name is the select list's first, which grouping() may not ask: TPC-DS's own text has the sum's name there
    (r"(?s)(ORDER BY lochierarchy.*?WHEN )grouping\(\w+\)\s*\+\s*grouping\(\w+\)", r"\1lochierarchy"),
)


def in_trino(query: str) -> str:
    """DuckDB's text of a benchmark query in Trino's dialect."""
    for pattern, replacement in REWRITINGS:
        query = re.sub(pattern, replacement, query)
    return query.strip().rstrip(";")


class Benchmark:
    """A benchmark's tables in a database of its own, with both texts of each query."""

    def __init__(self, name: str, generator: str, scale: float) -> None:
        package = importlib.import_module(f"duckdb_extension_{name}")
        assert package.__file__ is not None
        (extension,) = Path(package.__file__).parent.rglob("*.duckdb_extension")
        self.connection = dialect.connect()
        self.connection.execute(f"LOAD '{extension}'")
        self.connection.execute(f"ATTACH ':memory:' AS {name}")
        self.connection.execute(f"CALL {generator}(sf = {scale}, catalog = '{name}')")
        self.connection.execute(f"SET search_path = '{name},memory'")
        columns = self.connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = ? "
            "ORDER BY table_name, column_index",
            [name],
        )
        self.relations: dict[str, list[Column]] = {}
        for table, column, kind in columns.fetchall():
            self.relations.setdefault(table, []).append(Column(column, to_datatype(parse_type(kind.lower()))))
        self.queries: dict[int, str] = dict(self.connection.execute(f"FROM {name}_queries()").fetchall())

    def answers(self, number: int) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        """The rows of Trino's text, translated, and of DuckDB's own text."""
        made = dialect.translate(dialect.parse(in_trino(self.queries[number])), self.relations)
        ours = self.connection.execute(made.sql).fetchall()
        return ours, self.connection.execute(self.queries[number]).fetchall()

    def close(self) -> None:
        self.connection.close()
