"""Dates and times as ISO 8601 writes them: https://trino.io/docs/current/functions/datetime.html."""

from __future__ import annotations

from collections.abc import Callable

from local_athena.dialect.expressions.call import Call
from local_athena.dialect.functions.dates import local_time
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once
from local_athena.dialect.values import fine, zones
from local_athena.dialect.values.casts import cast_sql
from local_athena.dialect.values.coercion import coerce
from local_athena.dialect.values.moment_texts import moment_text
from local_athena.dialect.values.types import DATE, UNKNOWN, VARCHAR, ZONED, Type, varchar

SCALARS = """
from_iso8601_date(varchar) -> date | CASE WHEN $1 IS NULL THEN NULL WHEN regexp_full_match($1, '[1-9]\\d{3}-\\d\\d-\\d\\d') AND TRY_CAST($1 AS DATE) IS NOT NULL THEN TRY_CAST($1 AS DATE) ELSE CAST(trino_iso8601_date($1) AS DATE) END
"""


_ISO_MOMENT = r"[1-9]\d{3}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,%s})?"
_ISO_OFFSET = r"[+-](0\d|1[0-3]):[0-5]\d"


def _from_iso(precision: int) -> object:
    slow = "iso8601_nanos" if precision > 3 else "iso8601"
    moment = _ISO_MOMENT % min(precision, 6)

    def read(x: str, exact: str) -> str:
        """Most texts have seconds and UTC, or an offset; DuckDB reads those."""
        plain, zoned = f"TRY_CAST(rtrim({x}, 'Z') AS TIMESTAMP)", f"TRY_CAST(left({x}, -6) AS TIMESTAMP)"
        offset = f"right({x}, 6)"
        zone = f"CASE WHEN right({x}, 5) = '00:00' THEN 'UTC' ELSE {offset} END"
        sure = moment.replace(r"-\d\d-\d\d", "-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])")
        return (
            f"CASE WHEN {x} IS NULL THEN NULL WHEN regexp_full_match({x}, '{sure}Z?') THEN {{'i': CAST(rtrim({x}, 'Z') AS TIMESTAMP), 'z': 'UTC'}} "
            f"WHEN regexp_full_match({x}, '{moment}Z?') AND {plain} IS NOT NULL THEN {{'i': {plain}, 'z': 'UTC'}} "
            f"WHEN regexp_full_match({x}, '{moment}{_ISO_OFFSET}') AND {zoned} IS NOT NULL "
            f"THEN {{'i': {zoned} - to_minutes(trino_offset({offset})), 'z': {zone}}} ELSE trino_to_zoned({exact}({x})) END"
        )

    def nanos(exact: str) -> Callable[[str], str]:
        def made(x: str) -> str:
            micros = rf"regexp_replace({x}, '([.,][0-9]{{6}})[0-9]{{1,3}}', '\1')"
            rest = f"rpad(substr(regexp_extract({x}, '[.,]([0-9]+)', 1), 7, 3), 3, '0')"
            return fine.made_zoned(once(micros, lambda m: read(m, exact)), f"CAST({rest} AS INTEGER) * 1000")

        return made

    def special(call: Call) -> Value:
        call.arity(1)
        value = call.value(0)
        if not (value.type.is_text or value.type.name == "unknown"):
            raise call.mismatch()
        given = coerce(value, VARCHAR).sql
        if precision <= fine.MICROS.precision:
            return Value(once(given, lambda x: read(x, call.udf(slow))), Type(ZONED, (precision,)))
        return Value(once(given, nanos(call.udf(slow))), Type(ZONED, (precision,)))

    return special


def _to_iso(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    if value.type in (DATE, UNKNOWN):
        return Value(cast_sql(value.sql, value.type, VARCHAR), varchar(16))
    longest = 22 + min(value.type.precision, 1) + value.type.precision
    if fine.is_fine(value.type):
        return Value(f"replace({fine.shown(value.sql, value.type)}, ' ', 'T')", varchar(longest))
    if value.type.name == "timestamp":
        return Value(f"replace({moment_text(value.sql, value.type.precision)}, ' ', 'T')", varchar(longest))
    if value.type.name != ZONED:
        raise call.mismatch("to_iso8601(date), to_iso8601(timestamp(p))")
    if fine.is_fine_zoned(value.type):
        written = f"replace({fine.shown(fine.without_zone(value.sql), value.type)}, ' ', 'T')"
        return Value(f"({written} || trino_offset_text({fine.zoned_micros(value.sql)}))", varchar(longest + 6))
    shown = f"replace({moment_text(local_time(value), value.type.precision, zones.instant(value.sql))}, ' ', 'T')"
    return Value(f"({shown} || trino_offset_text({value.sql}))", varchar(longest + 6))


SPECIALS = {
    "from_iso8601_timestamp": _from_iso(3),
    "from_iso8601_timestamp_nanos": _from_iso(9),
    "to_iso8601": _to_iso,
}
