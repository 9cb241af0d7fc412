"""Assignment: which values INSERT, UPDATE and MERGE take for a column, and how INSERT stores them.

Trino's rules are ``typesMatchForInsert`` in
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/StatementAnalyzer.java
and ``noTruncationCast`` in
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/planner/LogicalPlanner.java
"""

from __future__ import annotations

from local_athena.dialect.errors import raise_sql
from local_athena.dialect.sqltext import once
from local_athena.dialect.values.casts import cast_sql
from local_athena.dialect.values.coercion import common
from local_athena.dialect.values.types import UNKNOWN, Type, held


def assignable(source: Type, target: Type) -> bool:
    """Whether a column of type *target* takes values of type *source*: there is a type that both coerce to.

    So a double goes into an integer and a timestamp into a date, and a value that does not fit fails when it is cast. Texts of a
    bounded length inside arrays, maps and rows must fit by their types, as no cast there could tell a text that is too long.
    """
    if any(part.is_text and part.params for arg in target.args for part in arg.walk()):
        return _coerces(source, target)
    return common(source, target) is not None


def _coerces(source: Type, target: Type) -> bool:
    if source.args and source.name == target.name:
        return len(source.args) == len(target.args) and all(map(_coerces, source.args, target.args))
    return common(source, target) == target


def assigned(sql: str, source: Type, target: Type) -> str:
    """DuckDB text of *sql* as INSERT stores it. A text that is too long fails; blanks at its end may go."""
    if source == UNKNOWN or not target.is_text or not target.params:
        return cast_sql(sql, source, target)
    size = target.params[0]
    if source.name == target.name and source.params and source.params[0] <= size:
        return sql

    def fitting(x: str) -> str:
        message = f"Cannot truncate non-space characters when casting from {source} to {target} on INSERT"
        failed = raise_sql("INVALID_CAST_ARGUMENT", message, held(target))
        return f"CASE WHEN length(rtrim({x}, ' ')) > {size} THEN {failed} ELSE {_cut(x, source, target)} END"

    return once(sql, fitting)


def _cut(sql: str, source: Type, target: Type) -> str:
    """A char is stored without its padding; who reads it pads it again."""
    return f"rtrim(left({sql}, {target.params[0]}), ' ')" if target.name == "char" else cast_sql(sql, source, target)
