"""The outcome of statements that return no rows or a few lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from local_athena.dialect.values.types import from_datatype
from local_athena.model import Column, Outcome, trino_type


def ddl(kind: str) -> Outcome:
    """CREATE, DROP and most kinds of ALTER."""
    return Outcome("DDL", kind, lines=[])


def by_hive(kind: str, lines: Sequence[str] = ()) -> Outcome:
    """MSCK, and changes of a Hive table's columns: Hive does them on AWS."""
    return Outcome("DDL", kind, lines=[*lines], by_hive=True)


def dropped_by_trino() -> Outcome:
    """DROP TABLE of an Iceberg table: two rows of nothing, whose text is an end of line.

    https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/result-files.md (#39)
    """
    return Outcome("DDL", "DROP_TABLE", lines=["", ""], update_type="DROP TABLE")


def utility(kind: str, columns: Sequence[str], lines: Sequence[str], count: int | None = 0) -> Outcome:
    """SHOW and DESCRIBE: one text a row, tab-separated under *columns*."""
    named = tuple(Column(name, trino_type("varchar")) for name in columns)
    return Outcome("UTILITY", kind, named, lines=[*lines], update_count=count)


def describe_view(columns: Sequence[Column]) -> Outcome:
    """DESCRIBE and SHOW COLUMNS of a view: Trino's types, nothing padded."""
    lines = [f"{column.name}\t{from_datatype(column.type)}" for column in columns]
    return utility("DESC_VIEW", ("column", "type"), lines)
