"""``format()`` in DuckDB's words, for patterns that the query fixes and the commonest specifiers; ``udf.formats`` has all."""

from __future__ import annotations

from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import text
from local_athena.dialect.udf.formats import SPEC
from local_athena.dialect.values.types import DATE

type Part = tuple[str, str]
"""DuckDB's text of a part, and the condition for it, empty where there is none."""

_QUICK = 18
"""Digits of the decimals that DuckDB reads from text at once; longer ones take fifty times as long."""
_MOST_DIGITS = 9


def usual(pattern: str, values: list[Value], shown: list[str]) -> Part | None:
    """The text of a call and the condition for it, or None for a pattern with other specifiers.

    *shown* are the texts of the *values*, as a cast to varchar makes them.
    """
    if SPEC.sub("", pattern).count("%"):
        return None
    made: list[Part] = []
    at, place = 0, 0
    for m in SPEC.finditer(pattern):
        made.append((text(pattern[at : m.start()]), ""))
        at = m.end()
        if m[0] in ("%%", "%n"):
            made.append((text("%" if m[0] == "%%" else "\n"), ""))
            continue
        part = _part(m.groups(), values[place], shown[place]) if place < len(values) else None
        if part is None:
            return None
        made.append(part)
        place += 1
    made.append((text(pattern[at:]), ""))
    sql = " || ".join(sql for sql, _ in made if sql != "''") or "''"
    return f"({sql})", " AND ".join(condition for _, condition in made if condition)


def _part(spec: tuple[str | None, ...], value: Value, shown: str) -> Part | None:
    position, flags, width, precision, conversion = spec
    if position:
        return None
    t = value.type
    plain = not flags and not width
    if conversion == "s" and plain and precision is None and (t.name in ("varchar", "boolean") or t.is_integer):
        return f"coalesce({shown}, 'null')", ""
    if conversion == "s" and plain and precision is None and t == DATE:
        return f"coalesce({shown}, 'null')", ""
    if conversion == "d" and t.is_integer and precision is None:
        if plain:
            return f"coalesce({shown}, 'null')", ""
        if flags == "," and not width:
            return f"coalesce(format('{{:,}}', {value.sql}), 'null')", ""
        if flags in ("0", "") and width:
            return f"coalesce(printf('%{flags}{width}d', {value.sql}), {text('null'.rjust(int(width)))})", ""
    if conversion == "f" and plain and (t.is_float or t.name == "decimal"):
        return _fixed(value, shown, int(precision) if precision is not None else 6, bool(precision))
    return None


def _fixed(value: Value, shown: str, digits: int, cut: bool) -> Part | None:
    """A number with *digits* after its point, a half rounded up; *cut* as Java cuts NULL to the precision that is written."""
    v = value.sql
    if value.type.name == "decimal":
        p, scale = value.type.params
        if p - scale + digits >= _QUICK:
            return None
        number, condition = f"abs({v})", ""
    else:
        if digits > _MOST_DIGITS:
            return None
        condition = f"({v} IS NULL OR {v} = 0 OR abs({v}) BETWEEN 0.001 AND 1e{_QUICK - 2 - digits})"
        number = f"CAST(abs({v}) AS VARCHAR)"
    held = f"CAST({number} AS DECIMAL({_QUICK},{digits}))"
    null = "null"[:digits] if cut else "null"
    sign = f"CASE WHEN {v} < 0 THEN '-' ELSE '' END"
    return f"coalesce({sign} || CAST({held} AS VARCHAR), {text(null)})", condition
