"""Texts that become values of types with a length."""

from __future__ import annotations

from local_athena.dialect.errors import raise_with
from local_athena.dialect.sqltext import once
from local_athena.dialect.values.types import Type


def sized(sql: str, target: Type) -> str:
    """Text cut or, for char, padded to its size."""
    if target.name == "char":
        return f"rpad({sql}, {target.params[0]}, ' ')"
    return f"substr({sql}, 1, {target.params[0]})" if target.params else sql


def unsized(sql: str, target: Type) -> str:
    """An address or a UUID becomes an unbounded varchar only."""
    if target.params:
        raise KeyError(target.name)
    return sql


def fits(sql: str, target: Type) -> str:
    """A number's or a date's text: Trino fails where it is too long, it does not cut."""
    if not target.params:
        return sql

    def checked(x: str) -> str:
        failed = raise_with(
            "INVALID_CAST_ARGUMENT", f"'Value ' || {x} || ' cannot be represented as {target}'", "VARCHAR"
        )
        return f"CASE WHEN length({x}) <= {target.params[0]} THEN {x} WHEN {x} IS NOT NULL THEN {failed} END"

    return once(sql, checked)
