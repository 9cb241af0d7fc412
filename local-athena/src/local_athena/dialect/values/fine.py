"""Timestamps finer than microseconds, which DuckDB's TIMESTAMP does not keep: https://trino.io/docs/current/language/types.html#timestamp.

They are held as ``STRUCT(t TIMESTAMP, p INTEGER)``, the microseconds and the picoseconds of the last of them, as Trino's
``LongTimestamp`` is: structs compare and sort field by field. With time zone they have a field ``p`` beside those that all
have. What is not here is refused by name.
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/type/DateTimes.java
"""

from __future__ import annotations

from collections.abc import Callable

from local_athena.dialect.sqltext import once
from local_athena.dialect.values import zones
from local_athena.dialect.values.moment_texts import moment_text
from local_athena.dialect.values.types import ZONED, Type

_MICRO = 10**6
"""Picoseconds of a microsecond."""
MICROS, ZONED_MICROS = Type("timestamp", (6,)), Type(ZONED, (6,))

LOWERED = frozenset((
    *("date_diff", "date_format", "format_datetime", "year", "quarter", "month", "week", "week_of_year", "day", "day_of_month"),
    *("day_of_week", "dow", "day_of_year", "doy", "year_of_week", "yow", "hour", "minute", "second", "millisecond", "date"),
    *("last_day_of_month", "timezone_hour", "timezone_minute", "to_char"),
))  # fmt: skip
"""Functions to whose result the picoseconds of a timestamp add nothing."""
KNOWN = ("to_iso8601", "to_unixtime")
"""Functions that look at the picoseconds themselves."""
KEEPING = {"date_trunc": False, "date_add": True, "at_timezone": True, "$at_time_zone": True, "with_timezone": True}
"""Functions that give a timestamp of the same precision, and whether its picoseconds stay."""


def micros_of(x: str) -> str:
    """The microseconds of a timestamp, as a TIMESTAMP. A field of DuckDB's NULL has no type of its own."""
    return f"CAST(({x}).t AS TIMESTAMP)"


def picos_of(x: str) -> str:
    """The picoseconds of a timestamp beyond its microseconds."""
    return f"CAST(({x}).p AS INTEGER)"


def is_fine(t: Type) -> bool:
    return t.name == "timestamp" and t.precision > MICROS.precision


def is_fine_zoned(t: Type) -> bool:
    return t.name == ZONED and t.precision > MICROS.precision


def zoned_micros(sql: str) -> str:
    """A timestamp with time zone without its picoseconds, in the form that coarser ones have."""
    return once(sql, lambda x: f"CASE WHEN {x} IS NOT NULL THEN {_zoned(x)} END")


def _zoned(x: str, instant: str | None = None) -> str:
    return f"{{'i': {instant or zones.instant(x)}, 'z': CAST(({x}).z AS VARCHAR)}}"


def made_zoned(sql: str, picos: str = "0") -> str:
    """*sql*, a timestamp with time zone of microseconds, and *picos* beside it."""
    fields = "'i': {i}, 'z': CAST(({x}).z AS VARCHAR), 'p': CAST({p} AS INTEGER)"
    return once(
        sql, lambda x: f"CASE WHEN {x} IS NOT NULL THEN {{{fields.format(x=x, i=zones.instant(x), p=picos)}}} END"
    )


def _in_zone_of(x: str, moment: str) -> str:
    """*moment*, an instant without zone, in the zone of *x*."""
    return made_zoned(f"CASE WHEN {x} IS NOT NULL THEN {_zoned(x, f'({moment}).t')} END", f"({moment}).p")


def instant(x: str) -> str:
    """The key that two timestamps with time zone are compared by."""
    return f"CASE WHEN {x} IS NOT NULL THEN {{'i': ({x}).i, 'p': ({x}).p}} END"


def made(moment: str, picos: str = "0") -> str:
    """*moment*, a TIMESTAMP, and *picos* beside it; NULL where there is no moment."""
    return once(moment, lambda x: f"CASE WHEN {x} IS NOT NULL THEN {{'t': {x}, 'p': CAST({picos} AS INTEGER)}} END")


def _carried(moment: str, picos: str) -> str:
    """As ``made``, for picoseconds that may have been rounded up to a microsecond."""
    whole = once(picos, lambda p: f"struct_pack(c := {p} // {_MICRO}, p := {p} % {_MICRO})")
    return once(
        whole, lambda w: once(moment, lambda x: made(f"({x} + to_microseconds(CAST({w}.c AS BIGINT)))", f"{w}.p"))
    )


def _rounded(picos: str, precision: int) -> str:
    step = 10 ** (12 - precision)
    return picos if step == 1 else f"(({picos} + {step // 2}) // {step} * {step})"


def changed(sql: str, source: Type, target: Type) -> str:
    """A timestamp as another type of timestamp, one of them finer than microseconds."""
    if not is_fine(source):
        return made(sql)
    if target.precision >= source.precision:
        return sql
    if is_fine(target):
        return once(sql, lambda x: _carried(micros_of(x), _rounded(picos_of(x), target.precision)))
    if target.precision < MICROS.precision:  # half of its last digit is whole microseconds
        step = 10 ** (MICROS.precision - target.precision)
        return f"trino_round_timestamp({micros_of(sql)}, {step})"
    return once(
        sql, lambda x: f"({micros_of(x)} + to_microseconds(CASE WHEN {picos_of(x)} >= {_MICRO // 2} THEN 1 ELSE 0 END))"
    )


def changed_zoned(sql: str, source: Type, target: Type) -> str:
    """As ``changed``, with time zone; to fewer than six digits it gives six, to be rounded like any."""
    if not is_fine_zoned(source):
        return made_zoned(sql)
    if target.precision >= source.precision:
        return sql
    if is_fine_zoned(target):
        rounded = once(sql, lambda x: _carried(zones.instant(x), _rounded(picos_of(x), target.precision)))
        return once(sql, lambda x: once(rounded, lambda r: _in_zone_of(x, r)))
    if target.precision < MICROS.precision:
        return zoned_micros(sql)
    up = "to_microseconds(CASE WHEN {p} >= {half} THEN 1 ELSE 0 END)"
    return once(
        sql,
        lambda x: (
            f"CASE WHEN {x} IS NOT NULL THEN {_zoned(x, f'{zones.instant(x)} + {up.format(p=picos_of(x), half=_MICRO // 2)}')} END"
        ),
    )


def without_zone(sql: str) -> str:
    """The clock's time in its zone, as a timestamp of as many digits."""
    return once(sql, lambda x: made(f"trino_local({zoned_micros(x)})", picos_of(x)))


def shown_zoned(sql: str, t: Type) -> str:
    """The text of a timestamp with time zone."""
    return once(sql, lambda x: f"({shown(without_zone(x), t)} || ' ' || ({x}).z)")


def read_zoned(sql: str, target: Type, reader: Callable[[str], str]) -> str:
    """As ``read``, with time zone."""

    def build(x: str) -> str:
        moment = read("''", target, lambda _: zones.instant(reader(_SHORT.format(x=x))), digits=x)
        return once(
            reader(_SHORT.format(x=x)),
            lambda z: once(moment, lambda r: _in_zone_of(z, r)),
        )

    return once(sql, build)


_SHORT = r"regexp_replace({x}, '(:\d+[.]\d{{6}})\d+', '\1')"
"""A text with six digits of a fraction at the most."""


def read(sql: str, target: Type, reader: Callable[[str], str], digits: str | None = None) -> str:
    """A text as a timestamp of type *target*; *reader* reads one that has six digits of a fraction at the most. The others are
    those of *digits*, if it is another text.
    """

    def build(given: str) -> str:
        x = digits or given
        rest = rf"rpad(substr(regexp_extract({x}, ':\d+[.](\d+)', 1), 7), 13, '0')"
        kept = target.precision - MICROS.precision
        up = f"CASE WHEN substr({rest}, {kept + 1}, 1) >= '5' THEN 1 ELSE 0 END"
        picos = f"((CAST(substr({rest}, 1, {kept}) AS INTEGER) + {up}) * {10 ** (12 - target.precision)})"
        return _carried(reader(_SHORT.format(x=given)), picos)

    return once(sql, build)


def shown(sql: str, t: Type) -> str:
    """The text of a timestamp."""
    digits = t.precision - MICROS.precision
    rest = f"lpad(CAST({{p}} // {10 ** (12 - t.precision)} AS VARCHAR), {digits}, '0')"
    return once(sql, lambda x: f"({moment_text(micros_of(x), MICROS.precision)} || {rest.format(p=picos_of(x))})")


def picos_of_day(sql: str) -> str:
    """A timestamp's time of the day in picoseconds."""
    return once(sql, lambda x: f"(epoch_us(CAST({micros_of(x)} AS TIME)) * {_MICRO} + {picos_of(x)})")


def seconds(sql: str) -> str:
    """Seconds since 1970, as a double."""
    return once(sql, lambda x: f"(epoch({micros_of(x)}) + {picos_of(x)} / 1e12)")


def shifted(sql: str, symbol: str, step: str) -> str:
    """A timestamp moved by a DuckDB INTERVAL."""
    return once(sql, lambda x: made(f"({micros_of(x)} {symbol} {step})", picos_of(x)))
