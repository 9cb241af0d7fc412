"""Text of dates and times by a pattern, MySQL's or Joda's: https://trino.io/docs/current/functions/datetime.html."""

from __future__ import annotations

import re

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.functions import joda
from local_athena.dialect.functions.dates import local_time
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.udf.dates import from_teradata
from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.values.coercion import coerce
from local_athena.dialect.values.types import DATE, TIMESTAMP, TIMESTAMP_TZ, UNKNOWN, VARCHAR, ZONED, Type, held

_FORMAT = {
    "a": "%a", "b": "%b", "c": "%-m", "d": "%d", "e": "%-d", "f": "%g000", "H": "%H", "h": "%I", "I": "%I", "i": "%M", "j": "%j",
    "k": "%-H", "l": "%-I", "M": "%B", "m": "%m", "p": "%p", "r": "%I:%M:%S %p", "S": "%S", "s": "%S", "T": "%H:%M:%S", "v": "%V",
    "W": "%A", "x": "%G", "Y": "%Y", "y": "%y", "%": "%%",
}  # fmt: skip
_PLAIN = {"Y": "%Y", "m": "%m", "c": "%m", "d": "%d", "e": "%d", "H": "%H", "k": "%H", "i": "%M", "s": "%S", "S": "%S"}
"""Codes that DuckDB's ``strptime`` reads as Trino does, in a text that has the digits for them."""


def _pattern(call: Call) -> Value:
    """The second argument, a MySQL format: https://trino.io/docs/current/functions/datetime.html#mysql-date-functions."""
    pattern = call.value(1)
    if not (pattern.type.is_text or pattern.type == UNKNOWN):
        raise call.mismatch()
    if isinstance(pattern.const, str) and (found := re.search("%[DUuVwX]", pattern.const.replace("%%", ""))):
        raise failure("INVALID_FUNCTION_ARGUMENT", f"{found[0]} not supported in date format string")
    return coerce(pattern, VARCHAR)


def _milliseconds(value: Value) -> str:
    """The wall clock of a timestamp, rounded to what patterns show of it."""
    sql = local_time(value) if value.type.name == ZONED else value.sql
    return f"trino_round_timestamp({sql}, 1000)" if value.type.precision > 3 else sql


def _date_format(call: Call) -> Value:
    call.arity(2)
    value, pattern = call.value(0), _pattern(call)
    if value.type in (DATE, UNKNOWN):
        value = coerce(value, TIMESTAMP)
    if value.type.name not in ("timestamp", ZONED):
        raise call.mismatch("date_format(timestamp(p), varchar(x))")
    sql = _milliseconds(value)
    if not isinstance(pattern.const, str):
        return Value(f"trino_date_format({sql}, {pattern.sql})", VARCHAR)
    written = re.sub(r"%(.)|%\Z", lambda m: _FORMAT.get(m[1], m[1]) if m[1] else "", pattern.const, flags=re.S)
    # An empty pattern fails where it is used; strftime would be refused with the query.
    if not written:
        return Value(f"trino_date_format({sql}, '')", VARCHAR)
    if not re.search("%[YGy]", written):
        return Value(f"strftime({sql}, {text(written)})", VARCHAR)

    def with_year(x: str) -> str:  # DuckDB writes other years otherwise, or not at all
        slow = f"trino_date_format({x}, {pattern.sql})"
        return f"(CASE WHEN {x} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31' THEN strftime({x}, {text(written)}) ELSE {slow} END)"

    return Value(once(sql, with_year), VARCHAR)


def _date_parse(call: Call) -> Value:
    call.arity(2)
    value, pattern = call.value(0), _pattern(call)
    if not (value.type.is_text or value.type == UNKNOWN):
        raise call.mismatch("date_parse(varchar(x), varchar(y))")
    source = coerce(value, VARCHAR)

    def exact(x: str) -> str:
        return f"{call.udf('date_parse')}({x}, {pattern.sql})"

    if not isinstance(pattern.const, str):
        return Value(exact(source.sql), TIMESTAMP)
    written = pattern.const.replace("%T", "%H:%i:%s")
    codes = re.findall("%(.?)", written, re.S)
    if not set(codes) <= set(_PLAIN) or not {"Y", "m", "d"} <= {_PLAIN.get(c, "")[1:] for c in codes}:
        return Value(exact(source.sql), TIMESTAMP)
    shape = "".join(
        ("\\d{4}" if part == "%Y" else "\\d{1,2}") if part.startswith("%") else re.escape(part)
        for part in re.findall("%.|[^%]+", written, re.S)
    )
    fast = text(re.sub("%(.)", lambda m: _PLAIN[m[1]], written))

    def parsed(x: str) -> str:
        return (
            f"CASE WHEN {x} IS NULL THEN NULL WHEN regexp_full_match({x}, {text(shape)}) "
            f"THEN coalesce(TRY_STRPTIME({x}, {fast}), {exact(x)}) ELSE {exact(x)} END"
        )

    return Value(once(source.sql, parsed), TIMESTAMP)


def _format_datetime(call: Call) -> Value:
    call.arity(2)
    value, pattern = call.value(0), call.value(1)
    if value.type in (DATE, UNKNOWN):
        value = coerce(value, TIMESTAMP)
    if value.type.name not in ("timestamp", ZONED) or not (pattern.type.is_text or pattern.type == UNKNOWN):
        raise call.mismatch("format_datetime(timestamp(p), varchar(x))")

    def slow(x: str) -> str:
        if value.type.name == "timestamp":
            return f"trino_format_zoneless({x}, {pattern.sql})"
        return f"trino_format_datetime({x}, {pattern.sql}, ({value.sql}).z, trino_zone_minutes({value.sql}))"

    moment = _milliseconds(value)
    return Value(joda.shown(moment, pattern.const, slow) if isinstance(pattern.const, str) else slow(moment), VARCHAR)


def _parse_datetime(call: Call) -> Value:
    call.arity(2)
    if any(not (v.type.is_text or v.type == UNKNOWN) for v in call.values()):
        raise call.mismatch("parse_datetime(varchar(x), varchar(y))")
    value, pattern = call.values()

    def parsed(x: str) -> str:
        slow = f"trino_to_zoned({call.udf('parse_datetime')}({x}, {pattern.sql}))"
        if not isinstance(pattern.const, str):
            return slow
        return joda.read(x, pattern.const, lambda moment: f"{{'i': {moment}, 'z': 'UTC'}}", slow) or slow

    return Value(once(value.sql, parsed), TIMESTAMP_TZ)


# ---- Teradata's: https://trino.io/docs/current/functions/teradata.html


def _teradata(call: Call) -> tuple[Value, str] | None:
    """The first argument, and the second as a Joda pattern if it is a constant and a pattern."""
    call.arity(2)
    value, pattern = call.values()
    if not isinstance(pattern.const, str):
        return None
    try:
        return value, from_teradata(pattern.const)
    except Failure:
        return None


def _reader(t: Type) -> object:
    def special(call: Call) -> Value | None:
        found = _teradata(call)
        if found is None or found[0].type.name != "varchar":
            return None
        source, pattern = found
        slow = call.value(1).sql

        def parsed(x: str) -> str:
            exact = f"CAST({call.udf('parse_teradata')}({x}, {slow}) AS {held(t)})"
            return joda.read(x, pattern, lambda moment: f"CAST({moment} AS {held(t)})", exact) or exact

        return Value(once(source.sql, parsed), t)

    return special


def _to_char(call: Call) -> Value | None:
    found = _teradata(call)
    if found is None or found[0].type.name not in ("timestamp", ZONED):
        return None
    value, pattern = found
    local = local_time(value) if value.type.name == ZONED else value.sql
    return Value(joda.shown(local, pattern, lambda x: f"trino_format_teradata({x}, {call.value(1).sql})"), VARCHAR)


SPECIALS = {
    "date_format": _date_format,
    "date_parse": _date_parse,
    "format_datetime": _format_datetime,
    "parse_datetime": _parse_datetime,
    "to_date": _reader(DATE),
    "to_timestamp": _reader(TIMESTAMP),
    "to_char": _to_char,
}
