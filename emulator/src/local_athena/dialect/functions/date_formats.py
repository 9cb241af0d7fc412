"""Text of dates and times by a pattern, MySQL's or Joda's: https://trino.io/docs/current/functions/datetime.html."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_athena.dialect.coercion import coerce, once, text
from local_athena.dialect.errors import failure
from local_athena.dialect.functions.dates import local_time
from local_athena.dialect.scope import Value
from local_athena.dialect.types import DATE, TIMESTAMP, TIMESTAMP_TZ, UNKNOWN, VARCHAR, ZONED
from local_athena.errors import NotSupported

if TYPE_CHECKING:
    from local_athena.dialect.calls import Call

_FORMAT = {
    "a": "%a", "b": "%b", "c": "%-m", "d": "%d", "e": "%-d", "f": "%g000", "H": "%H", "h": "%I", "I": "%I", "i": "%M", "j": "%j",
    "k": "%-H", "l": "%-I", "M": "%B", "m": "%m", "p": "%p", "r": "%I:%M:%S %p", "S": "%S", "s": "%S", "T": "%H:%M:%S", "v": "%V",
    "W": "%A", "x": "%G", "Y": "%Y", "y": "%y", "%": "%%",
}  # fmt: skip
_PARSE = {**_FORMAT, "c": "%m", "e": "%d", "k": "%H", "l": "%I", "f": "%f"}


def _mysql(call: Call, index: int, table: dict[str, str]) -> str:
    """A MySQL date format in strftime's terms: https://trino.io/docs/current/functions/datetime.html#mysql-date-functions."""
    pattern = call.value(index)
    if not isinstance(pattern.const, str):
        raise (
            NotSupported(f"{call.name} with a format that is not a literal")
            if pattern.type.is_text
            else call.mismatch()
        )

    def code(m: re.Match[str]) -> str:
        if m[1] in "DUuVwX":
            raise failure("INVALID_FUNCTION_ARGUMENT", f"%{m[1]} not supported in date format string", call.node)
        return table.get(m[1], m[1])

    return re.sub(r"%(.)", code, pattern.const)


def _date_format(call: Call) -> Value:
    call.arity(2)
    value = call.value(0)
    if value.type in (DATE, UNKNOWN):
        value = coerce(value, TIMESTAMP)
    if value.type.name not in ("timestamp", ZONED):
        raise call.mismatch("date_format(timestamp(p), varchar(x))")
    sql = local_time(value) if value.type.name == ZONED else value.sql
    pattern = _mysql(call, 1, _FORMAT)
    # DuckDB refuses an empty pattern.
    made = f"strftime({sql}, {text(pattern)})" if pattern else f"if({sql} IS NULL, NULL, '')"
    return Value(made, VARCHAR)


def _date_parse(call: Call) -> Value:
    call.arity(2)
    value = call.value(0)
    if not (value.type.is_text or value.type.name == "unknown"):
        raise call.mismatch("date_parse(varchar(x), varchar(y))")
    pattern = _mysql(call, 1, _PARSE)
    if "%V" in pattern or "%G" in pattern:
        raise NotSupported("date_parse with a week of the year")
    source = coerce(value, VARCHAR).sql
    if "%Y" not in pattern and "%y" not in pattern:  # strptime would take 1900, Trino takes 1970
        source, pattern = f"('1970 ' || {source})", "%Y " + pattern
    parsed = f"strptime({source}, {text(pattern)})"
    if "%f" in pattern:
        parsed = f"trino_round_timestamp({parsed}, 1000)"
    if "%y" in pattern:  # two digits are years from 1970 to 2069 in Trino, from 1969 to 2068 in DuckDB
        parsed = once(parsed, lambda x: f"(CASE WHEN year({x}) = 1969 THEN {x} + to_years(100) ELSE {x} END)")
    return Value(parsed, TIMESTAMP)


def _format_datetime(call: Call) -> Value:
    call.arity(2)
    value, pattern = call.value(0), call.value(1)
    if value.type == DATE:
        value = coerce(value, TIMESTAMP)
    if value.type.name not in ("timestamp", ZONED):
        raise call.mismatch("format_datetime(timestamp(p), varchar(x))")
    zone = f"({value.sql}).z" if value.type.name == ZONED else "'UTC'"
    minutes = f"trino_zone_minutes({value.sql})" if value.type.name == ZONED else "CAST(0 AS BIGINT)"
    sql = local_time(value) if value.type.name == ZONED else value.sql
    return Value(f"trino_format_datetime({sql}, {pattern.sql}, {zone}, {minutes})", VARCHAR)


def _parse_datetime(call: Call) -> Value:
    call.arity(2)
    return Value(f"trino_to_zoned(trino_parse_datetime({call.value(0).sql}, {call.value(1).sql}))", TIMESTAMP_TZ)


SPECIALS = {
    "date_format": _date_format,
    "date_parse": _date_parse,
    "format_datetime": _format_datetime,
    "parse_datetime": _parse_datetime,
}
