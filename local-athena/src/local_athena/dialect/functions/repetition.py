"""``repeat``: https://trino.io/docs/current/functions/array.html#repeat."""

from __future__ import annotations

from local_athena.dialect.errors import raise_sql
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import BIGINT, Type, array, field_names, held

_MOST_ENTRIES = 10_000
_MOST_BYTES = 1_000_000
"""https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/RepeatFunction.java"""
_VARIABLE = ("varchar", "char", "json", "varbinary", "array", "map", "row")


def _size(x: str, t: Type, depth: int = 0) -> str:
    """The bytes that *x* takes in Trino's memory: a byte for NULL, four for its place, its content.

    Numbers count as if they had eight bytes: none of them alone reaches the limit.
    """
    if t.name not in _VARIABLE:
        return f"{_WIDTHS.get(t.name, 8)} + 1"
    if t.name in ("array", "map"):
        name = f"_z{depth}"
        lists = [x] if t.name == "array" else [f"map_keys({x})", f"map_values({x})"]
        sums = (
            f"list_sum(list_transform({items}, lambda {name}: {_size(name, part, depth + 1)}))"
            for items, part in zip(lists, t.args, strict=True)
        )
        content = " + ".join(f"coalesce({total}, 0)" for total in sums)
    elif t.name == "row":
        fields = zip(field_names(t), t.args, strict=True)
        content = " + ".join(f"({_size(f'struct_extract({x}, {text(n)})', part, depth)})" for n, part in fields)
    else:
        content = f"{'octet_length' if t.name == 'varbinary' else 'strlen'}({x})"
    return f"coalesce({content}, 0) + 5"


_WIDTHS = {"boolean": 1, "tinyint": 1, "smallint": 2, "integer": 4, "real": 4, "date": 4}


def _repeat(call: Call) -> Value:
    value, count = call.values()
    if not coercible(count.type, BIGINT):
        raise call.mismatch("repeat(T, bigint)")
    t = array(value.type)
    shown = strict(value).sql
    few, many, long = (
        raise_sql("INVALID_FUNCTION_ARGUMENT", message, held(t))
        for message in (
            "count argument of repeat function must be greater than or equal to 0",
            f"count argument of repeat function must be less than or equal to {_MOST_ENTRIES}",
            f"result of repeat function must not take more than {_MOST_BYTES} bytes",
        )
    )

    def made(n: str) -> str:
        listed = f"CAST(list_transform(range({n}), lambda _i: {shown}) AS {held(t)})"
        if value.type.name in _VARIABLE:
            size = once(shown, lambda x: _size(x, value.type))
            listed = f"CASE WHEN {n} > 0 AND {size} >= {_MOST_BYTES} // {n} THEN {long} ELSE {listed} END"
        return (
            f"CASE WHEN {n} < 0 THEN {few} WHEN {n} > {_MOST_ENTRIES} THEN {many} "
            f"WHEN {n} IS NOT NULL THEN {listed} END"
        )

    return Value(once(coerce(count, BIGINT).sql, made), t)


SPECIALS = {"repeat": _repeat}
