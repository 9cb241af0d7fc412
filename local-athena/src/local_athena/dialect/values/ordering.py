"""Values in forms that DuckDB sorts as Trino does: floats where NaN ranks lowest, arrays and rows with a NULL inside.

Trino has two orders. In the one of ``max``, ``greatest`` and NULLS FIRST, NaN comes before all numbers; in the other one, of
``min`` and NULLS LAST, after them. Inside arrays and rows neither has a place for NULL: two values whose order hangs on one cannot
be compared, and the query fails. https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/type/
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.errors import raise_sql, type_mismatch
from local_athena.dialect.expressions.comparisons import indeterminate, key, sign_of
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.values.types import TIME_ZONED, ZONED, Type, field_names


def orderable(t: Type, node: exp.Expr, clause: str) -> None:
    """Raises TYPE_MISMATCH for a type that has no order."""
    if not t.ordered:
        raise type_mismatch(f"{t} is not orderable, and therefore cannot be used in {clause}", node)


def nested(t: Type) -> bool:
    return t.name in ("array", "row")


def by_instant(value: Value) -> bool:
    """Whether DuckDB holds *value* in a form of another order: times and timestamps with the zones they were written in."""
    return value.type.name == TIME_ZONED or (value.type.name == ZONED and value.zone is None)


def sortable(value: Value, nulls_first: bool) -> str | None:
    """The form that sorts a scalar *value* as ORDER BY does; None where it sorts as it is held."""
    t = value.type
    own = by_instant(value) or (t.is_float and nulls_first)
    return form(value.sql, t, nan_first=nulls_first) if own else None


def form(sql: str, t: Type, nan_first: bool, nulls_low: bool = False, depth: int = 0) -> str:
    """*sql* in a form that DuckDB orders as Trino orders *t*, with NULLs inside it above all values or, with *nulls_low*, below.

    *depth* keeps the names of nested lambdas apart.
    """
    if t.is_float and nan_first:
        return once(sql, lambda x: f"CASE WHEN {x} IS NOT NULL THEN struct_pack(n := NOT isnan({x}), v := {x}) END")
    if t.name == "array":
        name = f"_k{depth}"
        inner = _inside(name, t.element, nan_first, nulls_low, depth + 1)
        return sql if inner == name else f"list_transform({sql}, lambda {name}: {inner})"
    if t.name == "row":
        return once(sql, lambda x: _row(x, t, nan_first, nulls_low, depth))
    return key(sql, t)


def _row(x: str, t: Type, nan_first: bool, nulls_low: bool, depth: int) -> str:
    fields = [f"struct_extract({x}, {text(name)})" for name in field_names(t)]
    forms = [_inside(f, part, nan_first, nulls_low, depth) for f, part in zip(fields, t.args, strict=True)]
    if forms == fields:
        return x
    packed = ", ".join(f"f{i} := {made}" for i, made in enumerate(forms))
    return f"CASE WHEN {x} IS NOT NULL THEN struct_pack({packed}) END"


def _inside(sql: str, t: Type, nan_first: bool, nulls_low: bool, depth: int) -> str:
    made = form(sql, t, nan_first, nulls_low, depth)
    return f"struct_pack(n := {sql} IS NOT NULL, v := {made})" if nulls_low else made


def whole(sql: str, t: Type, nulls_first: bool) -> str:
    """The form of an array or row that sorts where neighbours cannot be looked at: refused where a NULL stands inside it."""
    message = (
        f"A window, WITH TIES or an aggregate ordered by {t.name}s with a NULL inside is not supported by local Athena"
    )
    failed = raise_sql("NOT_SUPPORTED", message, "BOOLEAN")

    def guarded(x: str) -> str:
        test = f"CASE WHEN {x} IS NULL THEN FALSE WHEN {indeterminate(x, t)} THEN {failed} ELSE TRUE END"
        return f"CASE WHEN {test} THEN {form(x, t, nan_first=nulls_first)} END"

    return once(sql, guarded)


# ---- the greatest and the least


def ranked(value: str, by: str, t: Type, greatest: bool) -> str:
    """An argument of DuckDB's ``max(x, n)`` or ``min(x, n)``: *value* beside the array or row *by* that it is ranked by."""
    made = form(by, t, nan_first=greatest, nulls_low=not greatest)
    return f"CASE WHEN {by} IS NOT NULL THEN struct_pack(k := {made}, b := {by}, v := {value}) END"


def decided(values: str, t: Type, shown: str) -> str:
    """*shown*, a text over ``_r``: the list *values* of what ``ranked`` made; an error where the order of two hangs on a NULL.

    Such two are neighbours: whatever stands between them is equal to both up to the NULL. Trino then fails in whatever order it
    meets the rows; where it would fail in some orders only, there is an answer here.
    """
    sign = sign_of("(_r)[_n].b", "(_r)[_n + 1].b", t)
    apart = f"len(list_filter(range(1, len(_r)), lambda _n: {sign} IS NULL))"
    return f"list_transform([{values}], lambda _r: CASE WHEN {apart} = 0 THEN {shown} END)[1]"


def first(sql: str, t: Type, greatest: bool) -> str:
    """The greatest or the least of the arrays or rows *sql* of a group."""
    return decided(f"{'max' if greatest else 'min'}({ranked(sql, sql, t, greatest)}, 2)", t, "(_r)[1].v")
