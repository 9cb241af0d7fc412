"""From a Trino query to the DuckDB text that gives Trino's result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.expressions import calls, expressions
from local_athena.dialect.expressions.operators import WIDE
from local_athena.dialect.queries import queries
from local_athena.dialect.scope import Field, Query, strict
from local_athena.dialect.values import fine
from local_athena.dialect.values.assignment import assigned
from local_athena.dialect.values.casts import cast_sql
from local_athena.dialect.values.coercion import convert_nested, convert_row
from local_athena.dialect.values.types import (
    COLOR,
    DAYS,
    GEOMETRIES,
    MONTHS,
    OPAQUE,
    TILE,
    TIME_ZONED,
    VARCHAR,
    ZONED,
    Type,
    from_datatype,
    held,
    ident,
    to_datatype,
)
from local_athena.errors import NotSupported
from local_athena.model import Column

type Target = Literal["result", "table"]

_TEXTUAL = (DAYS, MONTHS, TIME_ZONED, "ipaddress")


class Translator(Context):
    """The context with the rooms that it dispatches to: functions that take it as their first argument are its methods."""

    expression = expressions.expression
    query = queries.query
    call = calls.call


@dataclass(frozen=True)
class Translation:
    """DuckDB SQL, and the result's names and Trino types as Athena reports them. The columns of ``sql`` are in the same order."""

    sql: str
    columns: tuple[Column, ...]
    query: Query

    def assigned(self, wanted: Sequence[exp.DataType]) -> str:
        """DuckDB SQL of the query with its columns as INSERT stores them in columns of the *wanted* types, which take them
        (``assignable``).
        """
        listed = []
        for f, target in zip(self.query.fields, map(from_datatype, wanted), strict=True):
            stored = assigned(strict(f.value()).sql, f.type, target)
            listed.append(f"{outgoing(stored, target, 'table')} AS {f.sql}")
        return f"SELECT {', '.join(listed)} FROM ({self.query.sql}) AS {ident('$result')}"


def translate(
    query: exp.Expression, relations: Mapping[str, Sequence[Column]], *, target: Target = "result", wide: bool = False
) -> Translation:
    """Translate *query* (SELECT, VALUES, a set operation, WITH ...) over *relations*, which exist on the DuckDB connection.

    For ``target="result"`` values that DuckDB has no type for leave as Trino's text (times with time zone, intervals); for
    ``target="table"`` a timestamp with time zone leaves as DuckDB's TIMESTAMP WITH TIME ZONE, to be stored.
    Where running the text raises what ``errors.from_duckdb`` calls a ``DecimalOverflow``, translate with ``wide`` and run that.
    Raises ``AthenaError`` with Trino's code for what Trino refuses and NOT_SUPPORTED for what local Athena lacks.
    """
    token = WIDE.set(wide or WIDE.get())
    try:
        made = Translator(relations).query(query, None)
    finally:
        WIDE.reset(token)
    columns = tuple(
        Column(f.name if f.name is not None else f"_col{i}", to_datatype(f.type)) for i, f in enumerate(made.fields)
    )
    return Translation(_outgoing(made, target), columns, made)


@contextmanager
def wide_decimals() -> Iterator[None]:
    """Have every translation inside the block compute decimals in 128 bits."""
    token = WIDE.set(True)
    try:
        yield
    finally:
        WIDE.reset(token)


def _outgoing(made: Query, target: Target) -> str:
    """The query's text, its last columns brought into the form in which they leave."""
    listed = [_leaving(f, target) for f in made.fields]
    if all(sql == f.sql for sql, f in zip(listed, made.fields, strict=True)):
        return made.sql
    columns = ", ".join(f"{sql} AS {f.sql}" for sql, f in zip(listed, made.fields, strict=True))
    return f"SELECT {columns} FROM ({made.sql}) AS {ident('$result')}"


def _leaving(f: Field, target: Target) -> str:
    sql = outgoing(f.sql, f.type, target)
    return f"CAST({sql} AS {held(f.type)})" if f.loose and sql == f.sql else sql


def outgoing(sql: str, t: Type, target: Target) -> str:
    """A value as it leaves the translated query."""
    return _out(sql, t, t, target)


def _out(sql: str, t: Type, _: Type, target: Target) -> str:
    if target == "table" and (fine.is_fine(t) or fine.is_fine_zoned(t)):
        raise NotSupported(f"A column of type {t} in a table")
    if t.name in GEOMETRIES and target == "result":
        return f"trino_geo_text(ST_AsWKB({sql}))"
    if t.name == TILE and target == "result":
        return f"trino_geo_tile_text({sql})"
    if t == COLOR and target == "result":
        return f"trino_color_text({sql})"
    if t.name in (TILE, "color", *OPAQUE):
        raise NotSupported(f"A column of type {t} in a result or a table")
    if t.name == ZONED:
        if target == "result":
            return cast_sql(sql, t, VARCHAR)
        return f"timezone('UTC', ({sql}).i)"
    if _textual(t) and target == "result":
        return cast_sql(sql, t, VARCHAR)
    if t.args and _changes(t, target):
        shape = _shape(t, target)
        if t.name == "row":
            return convert_row(sql, t, shape, lambda s, a, b: _out(s, a, b, target))
        if t.name == "map" and target == "table":
            return _stored_map(sql, t)
        return convert_nested(sql, t, shape, lambda s, a, b: _out(s, a, b, target))
    return sql


def _stored_map(sql: str, t: Type) -> str:
    """A map as a table holds it: ``convert_nested`` would cast it to the form in which expressions hold zones."""
    item = f"_o{len(str(t))}"
    sides = (
        f"list_transform({side}({sql}), lambda {item}: {_out(item, of, of, 'table')})"
        for side, of in zip(("map_keys", "map_values"), t.args, strict=True)
    )
    return f"CASE WHEN {sql} IS NOT NULL THEN map({', '.join(sides)}) END"


def _textual(t: Type) -> bool:
    """Whether a result shows values of *t* as their text."""
    return t.name in _TEXTUAL or (t.name in ("time", "timestamp") and t.precision > 6)


_NOT_AS_HELD = (ZONED, TILE, "color", *OPAQUE)


def _changes(t: Type, target: Target) -> bool:
    if t.name in _NOT_AS_HELD or _textual(t):
        return t.name in _NOT_AS_HELD or target == "result"
    return any(_changes(a, target) for a in t.args)


def _shape(t: Type, target: Target) -> Type:
    """*t* with what changes replaced by varchar (for a result), so that DuckDB's casts name the right types."""
    if t.name == ZONED or t.name in (TILE, "color", *GEOMETRIES) or _textual(t):
        return VARCHAR if target == "result" else Type("timestamp with time zone", (6,))
    return Type(t.name, t.params, tuple(_shape(a, target) for a in t.args), t.fields)
