"""Times of the day, with zone and without: https://trino.io/docs/current/language/types.html#time.

DuckDB's TIME and TIMETZ keep microseconds. A finer time is held as its picoseconds since midnight (BIGINT), one with zone beside
its offset in minutes (``STRUCT(p BIGINT, o INTEGER)``). All arithmetic here is in picoseconds, as Trino's is:
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/operator/scalar/time
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/operator/scalar/timetz
"""

from __future__ import annotations

import re

from local_athena.dialect.sqltext import once
from local_athena.dialect.values.types import TIME_ZONED, Type, held

SECOND = 10**12
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
UNITS = {"millisecond": SECOND // 1000, "second": SECOND, "minute": MINUTE, "hour": HOUR}
FINEST = 12
"""Digits of a fraction of a second that Trino's types have at most."""
_LAST_OFFSET = 14 * 60


def is_clock(t: Type) -> bool:
    return t.name in ("time", TIME_ZONED)


def parsed(written: str, precision: int) -> tuple[int, int | None] | None:
    """The picoseconds of a time that is written so, and its offset in minutes if it has one; None for what is no time.

    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/type/DateTimes.java
    """
    found = _CLOCK.fullmatch(written)
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    fraction = found[4] or ""
    if hour > 23 or minute > 59 or second > 59 or len(fraction) > FINEST:
        return None
    offset = None
    if found[5]:
        offset = int(found[6]) * 60 + int(found[7])
        if offset > _LAST_OFFSET or int(found[7]) > 59:
            return None
        offset = -offset if found[5] == "-" else offset
    whole = (hour * 60 + minute) * MINUTE + second * SECOND + int(fraction.ljust(FINEST, "0"))
    step = 10 ** (FINEST - precision)
    return (whole + step // 2) // step * step % DAY, offset


_CLOCK = re.compile(r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*(?:([+-])(\d\d):(\d\d))?", re.ASCII)


def local(sql: str, t: Type) -> str:
    """The time that the clock shows, in picoseconds since midnight."""
    if t.precision > 6:
        return sql if t.name == "time" else f"({sql}).p"
    return f"(epoch_us({sql if t.name == 'time' else f'CAST({sql} AS TIME)'}) * 1000000)"


def offset(sql: str, t: Type) -> str:
    """Minutes east of UTC."""
    if t.name == "time":
        return "0"
    return f"({sql}).o" if t.precision > 6 else f"CAST(date_part('timezone', {sql}) // 60 AS INTEGER)"


def utc(sql: str, t: Type) -> str:
    """Picoseconds since midnight in UTC."""
    if t.name == "time":
        return local(sql, t)
    return once(sql, lambda x: f"(({local(x, t)} - {offset(x, t)} * {MINUTE} + {DAY}) % {DAY})")


def rounded(picos: str, source: int, target: int) -> str:
    """*picos* of *source* digits with *target* digits; midnight follows 23:59:59.9."""
    if source <= target:
        return picos
    step = 10 ** (FINEST - target)
    return f"(({picos} + {step // 2}) // {step} * {step} % {DAY})"


def made(picos: str, t: Type, minutes: str = "0") -> str:
    """The value of type *t* whose clock shows *picos*, *minutes* east of UTC. NULL where *picos* is NULL."""
    if t.name == "time":
        return picos if t.precision > 6 else f"CAST(make_timestamp({picos} // 1000000) AS TIME)"
    if t.precision > 6:
        return once(
            picos, lambda p: f"CASE WHEN {p} IS NOT NULL THEN {{'p': {p}, 'o': CAST({minutes} AS INTEGER)}} END"
        )
    utc_micros = f"({picos} - {minutes} * {MINUTE} + {DAY}) % {DAY} // 1000000"
    return f"timezone(to_minutes({minutes}), CAST(CAST(make_timestamp({utc_micros}) AS TIME) AS TIMETZ))"


def changed(sql: str, source: Type, target: Type) -> str:
    """A time as another type of time: the clock shows the same; a time that had no zone is in the session's, which is UTC."""
    if source == target:
        return sql

    def build(x: str) -> str:
        return made(rounded(local(x, source), source.precision, target.precision), target, offset(x, source))

    return once(sql, build)


def truncated(sql: str, t: Type, unit: str) -> str:
    step = UNITS[unit]
    return once(sql, lambda x: made(f"({local(x, t)} // {step} * {step})", t, offset(x, t)))


def moved(sql: str, t: Type, unit: str, amount: str) -> str:
    """``date_add``: within the day, which begins anew; what is finer than the type's digits is rounded."""
    step = UNITS[unit]
    shift = f"({amount} % {DAY // step}) * {step}"

    def build(x: str) -> str:
        sum_ = f"(({local(x, t)} + {shift} + {DAY}) % {DAY})"
        return made(rounded(sum_, FINEST if t.precision < 3 else t.precision, t.precision), t, offset(x, t))

    return once(sql, build)


def between(a: str, b: str, t: Type, unit: str) -> str:
    """``date_diff``: complete units between two times, by UTC."""
    return f"(({utc(b, t)} - {utc(a, t)}) // {UNITS[unit]})"


def shifted(sql: str, source: Type, symbol: str, milliseconds: str, target: Type) -> str:
    """A time moved by an interval, of type *target* then."""
    day = DAY // UNITS["millisecond"]
    shift = f"({milliseconds} % {day}) * {UNITS['millisecond']}"
    return once(
        sql,
        lambda x: made(f"(({local(x, source)} {symbol} {shift} + {DAY}) % {DAY})", target, offset(x, source)),
    )


def difference(a: str, b: str, t: Type) -> str:
    """``a - b`` in milliseconds, half of one rounded up."""
    step, half = UNITS["millisecond"], UNITS["millisecond"] // 2
    if t.precision <= 3:
        return f"(({utc(a, t)} - {utc(b, t)}) // {step})"
    return once(f"({utc(a, t)} - {utc(b, t)})", lambda d: f"CAST(floor(({d} + {half}) / {step}.0) AS BIGINT)")


def at_offset(sql: str, t: Type, minutes: str) -> str:
    """``AT TIME ZONE`` of a time with zone: the same moment of the day, *minutes* east of UTC."""
    return once(
        sql,
        lambda x: once(minutes, lambda m: made(f"(({utc(x, t)} + {m} * {MINUTE} + {DAY}) % {DAY})", t, m)),
    )


def field(sql: str, t: Type, name: str) -> str:
    """Hour, minute, second or millisecond that the clock shows."""
    picos = local(sql, t)
    if name == "hour":
        return f"({picos} // {HOUR})"
    return f"({picos} // {UNITS[name]} % {1000 if name == 'millisecond' else 60})"


def shown(sql: str, t: Type) -> str:
    """A time's text."""

    def build(x: str) -> str:
        clock_text = once(local(x, t), lambda p: _text(p, t.precision))
        if t.name == "time":
            return clock_text
        east = once(offset(x, t), _offset_text)
        return f"({clock_text} || {east})"

    return once(sql, build)


def _text(p: str, precision: int) -> str:
    whole = f"printf('%02d:%02d:%02d', {p} // {HOUR}, {p} // {MINUTE} % 60, {p} // {SECOND} % 60)"
    if not precision:
        return whole
    digits = f"CAST({p} % {SECOND} // {10 ** (FINEST - precision)} AS VARCHAR)"
    return f"({whole} || '.' || lpad({digits}, {precision}, '0'))"


def _offset_text(m: str) -> str:
    return f"printf('%s%02d:%02d', if({m} < 0, '-', '+'), abs({m}) // 60, abs({m}) % 60)"


def read(sql: str, t: Type, suffix: str = "") -> str:
    """A text as a time of type *t*; *suffix* chooses functions that give NULL for what is none."""
    zoned = "true" if t.name == TIME_ZONED else "false"

    def build(x: str) -> str:
        picos = f"trino_clock{suffix}({x}, {t.precision}, {zoned})"
        minutes = f"CAST(trino_clock_offset{suffix}({x}) AS INTEGER)" if t.name == TIME_ZONED else "0"
        fraction = f"(?:[.][0-9]{{1,{min(t.precision, 6)}}})?" if t.precision else ""
        usual = f"regexp_full_match({x}, '{_USUAL}{fraction}')"
        fast = f"CAST({x} AS TIME)"
        fast = changed(fast, Type("time", (6,)), t) if t.precision > 6 else f"CAST({fast} AS {held(t)})"
        none = f"WHEN NOT contains({x}, ':') THEN NULL" if suffix else ""
        return f"CASE WHEN {x} IS NULL THEN NULL WHEN {usual} THEN {fast} {none} ELSE {made(picos, t, minutes)} END"

    return once(sql, build)


_USUAL = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
"""Times that DuckDB reads as Trino does, before a fraction that needs no rounding."""


def literal(written: str, t: Type) -> str | None:
    """The value that a constant text stands for, None where it stands for none."""
    found = parsed(written.strip(), t.precision)
    if found is None or (found[1] is not None and t.name == "time"):
        return None
    return made(str(found[0]), t, str(found[1] or 0))
