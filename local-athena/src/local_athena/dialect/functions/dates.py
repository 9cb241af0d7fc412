"""Dates and times: https://trino.io/docs/current/functions/datetime.html."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from local_athena.dialect.errors import failure, raise_sql, raise_with
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.values import clocks, fine, zones
from local_athena.dialect.values.casts import cast, rounded
from local_athena.dialect.values.coercion import coerce, common
from local_athena.dialect.values.types import (
    BIGINT,
    DATE,
    DAYS,
    DOUBLE,
    MONTHS,
    TIME_ZONED,
    TIMESTAMP,
    TIMESTAMP_TZ,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    held,
)

SCALARS = """
last_day_of_month(date) -> date | last_day($1)
last_day_of_month(timestamp) -> date | last_day(CAST($1 AS DATE))
last_day_of_month(timestamp with time zone) -> date | last_day(CAST(trino_local($1) AS DATE))
to_milliseconds(interval day to second) -> bigint | $1
human_readable_seconds(double) -> varchar | trino_human_readable_seconds($1)
parse_duration(varchar) -> interval day to second | CASE WHEN $1 IS NULL THEN NULL WHEN regexp_full_match($1, '[0-9]{1,6}(?:[.][0-9]{1,3})?(?:ms|[smhd])') THEN CAST(CAST(rtrim($1, 'msdh') AS DECIMAL(9,3)) * CAST(CASE ltrim($1, '0123456789.') WHEN 'ms' THEN 1 WHEN 's' THEN 1000 WHEN 'm' THEN 60000 WHEN 'h' THEN 3600000 ELSE 86400000 END AS DECIMAL(9,0)) AS BIGINT) ELSE trino_parse_duration($1) END
parse_data_size(varchar) -> decimal(38,0) | CAST(trino_parse_data_size($1) AS DECIMAL(38,0))
parse_presto_data_size(varchar) -> decimal(38,0) | CAST(trino_parse_data_size($1) AS DECIMAL(38,0))
timezone_hour(timestamp with time zone) -> bigint | trino_zone_minutes($1) // 60
timezone_minute(timestamp with time zone) -> bigint | trino_zone_minutes($1) % 60
current_timezone() -> varchar | 'UTC'
timezone(timestamp with time zone) -> varchar | ($1).z
to_date(varchar, varchar) -> date | CAST(trino_parse_teradata($1, $2) AS DATE)
to_timestamp(varchar, varchar) -> timestamp(3) | CAST(trino_parse_teradata($1, $2) AS TIMESTAMP)
to_char(timestamp, varchar) -> varchar | trino_format_teradata($1, $2)
to_char(timestamp with time zone, varchar) -> varchar | trino_format_teradata(trino_local($1), $2)
"""


_UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")
_OF_DATES = _UNITS[4:]
_STEPS = {
    "millisecond": "to_milliseconds({n})", "second": "to_seconds({n})", "minute": "to_minutes({n})", "hour": "to_hours({n})",
    "day": "to_days(CAST({n} AS INTEGER))", "week": "to_days(CAST(7 * {n} AS INTEGER))", "month": "to_months(CAST({n} AS INTEGER))",
    "quarter": "to_months(CAST(3 * {n} AS INTEGER))", "year": "to_years(CAST({n} AS INTEGER))",
}  # fmt: skip


def _by_unit(call: Call, t: Type, made: Callable[[str], Value]) -> Value:
    """Apply *made* to the unit, the first argument; if that is no literal, to each unit that *t* has, in a CASE."""
    value = call.value(0)
    allowed = _OF_DATES if t == DATE else _UNITS[:4] if clocks.is_clock(t) else _UNITS
    shown = {"date": "DATE", "time": "Time", TIME_ZONED: "Time"}.get(t.name, "TIMESTAMP")
    if value.type.is_text and isinstance(value.const, str):
        if value.const.lower() not in allowed:
            raise failure("INVALID_FUNCTION_ARGUMENT", f"'{value.const}' is not a valid {shown} field")
        return made(value.const.lower())
    if not (value.type.is_text or value.type == UNKNOWN):
        raise call.mismatch()
    found = {unit: made(unit) for unit in allowed}
    result = found["hour" if clocks.is_clock(t) else "day"]
    unit = coerce(value, VARCHAR).sql
    cases = " ".join(f"WHEN {text(name)} THEN {v.sql}" for name, v in found.items())
    wrong = raise_with(
        "INVALID_FUNCTION_ARGUMENT", f"'''' || {unit} || {text(f"' is not a valid {shown} field")}", held(result.type)
    )
    return Value(
        f"CASE lower({unit}) {cases} ELSE CASE WHEN {unit} IS NOT NULL THEN {wrong} END END",
        result.type,
        zone=result.zone,
    )


def _moment(call: Call, value: Value) -> Value:
    if value.type == UNKNOWN:
        return coerce(value, DATE)
    if value.type.name not in ("date", "timestamp", "time", TIME_ZONED, ZONED):
        raise call.mismatch()
    return value


def zoned(local: str, like: Value, precision: int | None = None) -> Value:
    """A zoned timestamp with the local time *local* in the zone of *like*."""
    t = like.type if precision is None else Type(ZONED, (precision,))
    return Value(_in_zone(local, f"({like.sql}).z", like.zone), t, zone=like.zone)


def _in_zone(local: str, zone: str, name: str | None) -> str:
    """A zoned timestamp of a clock's time in *zone*, whose *name* the query may fix: DuckDB looks up each row's zone otherwise."""
    if name is None or name == "UTC" or name[0] in "+-":
        return f"trino_zoned({local}, {text(name) if name else zone})"
    z = text(name)

    def made(x: str) -> str:
        instant = f"list_transform([timezone('UTC', timezone({z}, {x}))], lambda _i: trino_earlier(_i, {x}, {z}))[1]"
        return f"CASE WHEN {x} IS NOT NULL THEN {{'i': {instant}, 'z': {z}}} END"

    return once(local, made)


def local_time(value: Value) -> str:
    """The wall clock of a zoned timestamp, as a TIMESTAMP."""
    if value.zone == "UTC":
        return zones.instant(value.sql)
    if value.zone and value.zone[0] not in "+-":
        return f"timezone({text(value.zone)}, timezone('UTC', {zones.instant(value.sql)}))"
    return f"trino_local({value.sql})"


def _date_trunc(call: Call) -> Value:
    call.arity(2)
    value = _moment(call, call.value(1))
    return _by_unit(call, value.type, lambda unit: _truncated(unit, value))


def _truncated(unit: str, value: Value) -> Value:
    if value.type.name == ZONED and unit in _UNITS[:4] and value.zone != "UTC":
        # Within a day the offset stays: the hour that a clock shows twice is truncated to its own beginning.
        local = local_time(value)
        moment = f"({zones.instant(value.sql)} - ({local} - date_trunc('{unit}', {local})))"
        return Value(f"trino_moved({{'i': {moment}}}, ({value.sql}).z)", value.type, zone=value.zone)
    if value.type.name == ZONED:
        return zoned(f"date_trunc('{unit}', {local_time(value)})", value)
    if clocks.is_clock(value.type):
        return Value(clocks.truncated(value.sql, value.type, unit), value.type)
    sql = f"date_trunc('{unit}', {value.sql})"
    return Value(f"CAST({sql} AS DATE)" if value.type == DATE else sql, value.type)


def _date_add(call: Call) -> Value:
    call.arity(3)
    amount, value = call.value(1), _moment(call, call.value(2))
    if not (amount.type.is_integer or amount.type.name == "unknown"):
        raise call.mismatch("date_add(varchar(x), bigint, date), date_add(varchar(x), bigint, timestamp(p))")
    n = coerce(amount, BIGINT).sql
    return _by_unit(call, value.type, lambda unit: _moved(unit, n, value))


def _moved(unit: str, n: str, value: Value) -> Value:
    if value.type == DATE and unit in ("day", "week"):
        days = n if unit == "day" else f"(7 * {n})"
        return Value(f"({value.sql} + CAST({days} AS INTEGER))", DATE)
    if clocks.is_clock(value.type):
        return Value(clocks.moved(value.sql, value.type, unit, n), value.type)
    step = _STEPS[unit].format(n=n)
    if value.type == DATE:
        return Value(f"CAST({value.sql} + {step} AS DATE)", DATE)
    if value.type.name == ZONED and unit in _OF_DATES:
        return zoned(f"({local_time(value)} + {step})", value)
    # Milliseconds are rounded to what the type has digits for; other units leave the fraction alone.
    digits = value.type.precision if unit == "millisecond" else 6
    if value.type.name == ZONED:
        moved = rounded(f"{zones.instant(value.sql)} + {step}", 6, digits)
        return Value(f"trino_moved({{'i': {moved}}}, ({value.sql}).z)", value.type, zone=value.zone)
    return Value(rounded(f"({value.sql} + {step})", 6, digits), value.type)


def _date_diff(call: Call) -> Value:
    """Complete units between two moments."""
    call.arity(3)
    first, second = call.value(1), call.value(2)
    t = common(_moment(call, first).type if second.type == UNKNOWN else first.type, second.type)
    if t is None or t.name not in ("date", "timestamp", "time", TIME_ZONED, ZONED):
        raise call.mismatch("date_diff(varchar(x), date, date), date_diff(varchar(x), timestamp(p), timestamp(p))")
    a, b = coerce(first, t), coerce(second, t)
    return _by_unit(call, t, lambda unit: _between(unit, a, b))


def _between(unit: str, a: Value, b: Value) -> Value:
    t = a.type
    if clocks.is_clock(t):
        return Value(clocks.between(a.sql, b.sql, t, unit), BIGINT)
    if t.name in ("timestamp", ZONED) and t.precision > 3:
        # Of long timestamps Trino compares whole milliseconds, those with zone by the calendar of UTC.
        first, second = (zones.instant(v.sql) if t.name == ZONED else v.sql for v in (a, b))
        return Value(
            f"datesub('{unit}', date_trunc('millisecond', {first}), date_trunc('millisecond', {second}))", BIGINT
        )
    if t.name == ZONED:
        if unit in _OF_DATES:
            moved = Value(f"trino_moved({b.sql}, ({a.sql}).z)", t, zone=a.zone)
            return Value(f"datesub('{unit}', {local_time(a)}, {local_time(moved)})", BIGINT)
        return Value(f"datesub('{unit}', {zones.instant(a.sql)}, {zones.instant(b.sql)})", BIGINT)
    return Value(f"datesub('{unit}', {a.sql}, {b.sql})", BIGINT)


_FIELDS = {
    "year": "year", "quarter": "quarter", "month": "month", "week": "week", "week_of_year": "week", "day": "day",
    "day_of_month": "day", "day_of_week": "isodow", "dow": "isodow", "day_of_year": "dayofyear", "doy": "dayofyear",
    "year_of_week": "isoyear", "yow": "isoyear", "hour": "hour", "minute": "minute", "second": "second",
    "millisecond": "millisecond",
}  # fmt: skip
_OF_INTERVALS = {
    "day": "{x} // 86400000", "day_of_month": "{x} // 86400000", "hour": "{x} // 3600000 % 24", "minute": "{x} // 60000 % 60", "second": "{x} // 1000 % 60",
    "millisecond": "{x} % 1000",
}  # fmt: skip
_CLOCK = ("hour", "minute", "second", "millisecond")


def _field(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    t, name = value.type, call.name
    if t.name == DAYS and name in _OF_INTERVALS:
        return Value(f"({_OF_INTERVALS[name].format(x=value.sql)})", BIGINT)
    if t.name == MONTHS and name in ("year", "month"):
        return Value(f"({value.sql} {'//' if name == 'year' else '%'} 12)", BIGINT)
    if t.name == "unknown":
        return Value("CAST(NULL AS BIGINT)", BIGINT)
    if (
        t.name not in ("date", "timestamp", ZONED, "time", TIME_ZONED)
        or ((t == DATE) and name in _CLOCK)
        or (t.name in ("time", TIME_ZONED) and name not in _CLOCK)
    ):
        raise call.mismatch(f"{name}(date), {name}(timestamp(p))")
    if t.name == TIME_ZONED or (t.name == "time" and t.precision > 6):
        return Value(clocks.field(value.sql, t, name), BIGINT)
    sql = local_time(value) if t.name == ZONED else value.sql
    sql = f"{_FIELDS[name]}({sql})"
    return Value(f"({sql} % 1000)" if name == "millisecond" else sql, BIGINT)


# ---- now, zones, epochs


def _now(call: Call) -> Value:
    call.arity(0, 0 if call.name == "now" else 1)
    precision = call.value(0).const if call.args else 3
    if not isinstance(precision, int) or precision > clocks.FINEST:
        kind = {"localtime": "TIME", "localtimestamp": "TIMESTAMP"}.get(call.name, "TIMESTAMP WITH TIME ZONE")
        message = f"{kind} precision must be in range [0, {clocks.FINEST}]: {precision}"
        raise failure("INVALID_FUNCTION_ARGUMENT", message, call.node)
    instant = f"date_trunc('{'millisecond' if precision == 3 else 'microsecond'}', timezone('UTC', now()))"
    if precision < 6 and precision != 3:
        instant = f"trino_round_timestamp({instant}, {10 ** (6 - precision)})"
    if call.name in ("localtimestamp", "localtime"):
        t = Type("time", (precision,))
        if call.name == "localtime":
            return Value(clocks.made(f"(epoch_us(CAST({instant} AS TIME)) * 1000000)", t), t)
        moment = Type("timestamp", (precision,))
        return Value(fine.made(instant) if fine.is_fine(moment) else instant, moment)
    zoned, sql = Type(ZONED, (precision,)), f"{{'i': {instant}, 'z': 'UTC'}}"
    return Value(fine.made_zoned(sql) if fine.is_fine_zoned(zoned) else sql, zoned, zone="UTC")


def _current_time(call: Call) -> Value:
    local = _now(dataclasses.replace(call, name="localtime"))
    t = Type(TIME_ZONED, local.type.params)
    return Value(clocks.changed(local.sql, local.type, t), t)


def _current_date(call: Call) -> Value:
    return Value("CAST(timezone('UTC', now()) AS DATE)", DATE)


def _date(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    return cast(coerce(value, VARCHAR) if value.type.name == "char" else value, DATE, call.node)


def _zone(call: Call, value: Value) -> tuple[str, str | None]:
    """A zone argument: its text, and its name where that is a literal."""
    if value.type.is_text and isinstance(value.const, str):
        name = zones.normalise(value.const)
        return text(name), name
    if value.type.name == DAYS:
        wrong = "Invalid time zone offset interval: interval contains seconds"
        failed = raise_sql("INVALID_FUNCTION_ARGUMENT", wrong, "BIGINT")
        minutes = f"CASE WHEN {value.sql} % 60000 = 0 THEN {value.sql} // 60000 WHEN {value.sql} <> 0 THEN {failed} END"
        return f"trino_offset_zone({minutes})", None
    if not value.type.is_text:
        raise call.mismatch()
    return f"trino_zone({value.sql})", None


def _timezone_part(call: Call) -> Value | None:
    """The offset of a time with time zone; that of a timestamp has a line of its own (``SCALARS``)."""
    call.arity(1)
    value = call.value(0)
    if value.type.name != TIME_ZONED:
        return None
    minutes = clocks.offset(value.sql, value.type)
    return Value(f"CAST({minutes} {'//' if call.name == 'timezone_hour' else '%'} 60 AS BIGINT)", BIGINT)


def _offset_now(call: Call, zone: Value) -> str:
    """Minutes east of UTC of a zone when the query began."""
    if zone.type.name == DAYS:
        wrong = "Invalid time zone offset interval: interval contains seconds"
        failed = raise_sql("INVALID_FUNCTION_ARGUMENT", wrong, "INTEGER")
        return f"CASE WHEN {zone.sql} % 60000 = 0 THEN CAST({zone.sql} // 60000 AS INTEGER) WHEN {zone.sql} <> 0 THEN {failed} END"
    sql, name = _zone(call, zone)
    if name == "UTC" or (name and name[0] in "+-"):
        return str(zones.minutes(name))
    return f"CAST(trino_zone_minutes(trino_moved({{'i': timezone('UTC', now())}}, {sql})) AS INTEGER)"


def _at_timezone(call: Call) -> Value:
    call.arity(2)
    value = call.value(0)
    if clocks.is_clock(value.type) and call.name == "$at_time_zone":
        t = Type(TIME_ZONED, value.type.params)
        return Value(clocks.at_offset(coerce(value, t).sql, t, _offset_now(call, call.value(1))), t)
    if value.type.name in ("timestamp", "date", "unknown"):
        value = coerce(value, Type(ZONED, (value.type.precision,)))
    if value.type.name != ZONED:
        raise call.mismatch()
    sql, name = _zone(call, call.value(1))
    return Value(f"trino_moved({value.sql}, {sql})", value.type, zone=name)


def _with_timezone(call: Call) -> Value:
    call.arity(2)
    value = call.value(0)
    value = coerce(value, Type("timestamp", (0,))) if value.type == DATE else value
    if value.type.name != "timestamp":
        raise call.mismatch("with_timezone(timestamp(p), varchar(x))")
    sql, name = _zone(call, call.value(1))
    return Value(_in_zone(value.sql, sql, name), Type(ZONED, value.type.params), zone=name)


def _from_unixtime(call: Call) -> Value:
    call.arity(1, 3)
    given = call.value(0)
    seconds = coerce(given, DOUBLE) if given.type.is_number or given.type == UNKNOWN else given
    if seconds.type != DOUBLE:
        raise call.mismatch("from_unixtime(double), from_unixtime(double, varchar(x))")
    # As Java's Math.round: a half goes up, before 1970 as well.
    known = seconds.sql
    if given.type.is_float and seconds.const is None:  # it rounds NaN to zero
        known = once(seconds.sql, lambda x: f"CASE WHEN isnan({x}) THEN 0 ELSE {x} END")
    instant = f"make_timestamp(CAST(floor({known} * 1000 + 0.5) AS BIGINT) * 1000)"
    if len(call.args) == 1:
        zone, name = "'UTC'", "UTC"
    elif len(call.args) == 2:
        found = _zone(call, call.value(1))
        zone, name = found[0], found[1] or ""
    else:
        if any(not (v.type.is_integer or v.type == UNKNOWN) for v in call.values()[1:]):
            raise call.mismatch("from_unixtime(double, bigint, bigint)")
        hours, minutes = (coerce(v, BIGINT).sql for v in call.values()[1:])
        zone, name = f"trino_offset_zone({hours} * 60 + {minutes})", ""
    moved = f"trino_moved({{'i': {instant}}}, {zone})"
    if seconds.const is None:
        moved = f"CASE WHEN {seconds.sql} IS NOT NULL THEN {moved} END"
    return Value(moved, TIMESTAMP_TZ, zone=name or None)


def _from_nanos(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    if not value.type.is_number:  # a double too: dbt_date multiplies by pow(10, 6)
        raise call.mismatch("from_unixtime_nanos(bigint), from_unixtime_nanos(decimal(p,s))")
    n = f"CAST({value.sql} AS {'BIGINT' if value.type.is_integer else 'HUGEINT'})"
    rest = f"(({n} % 1000 + 1000) % 1000)"
    micros = f"CAST(({n} - {rest}) // 1000 AS BIGINT)"
    moment = f"CASE WHEN {value.sql} IS NOT NULL THEN {{'i': make_timestamp({micros}), 'z': 'UTC'}} END"
    return Value(
        fine.made_zoned(moment, f"{rest} * 1000"),
        Type(ZONED, (9,)),
        zone="UTC",
    )


def _to_unixtime(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    value = coerce(value, TIMESTAMP) if value.type in (DATE, UNKNOWN) else value
    if value.type.name not in ("timestamp", ZONED):
        raise call.mismatch("to_unixtime(timestamp(p)), to_unixtime(timestamp(p) with time zone)")
    if fine.is_fine(value.type):
        return Value(fine.seconds(value.sql), DOUBLE)
    if fine.is_fine_zoned(value.type):
        return Value(fine.seconds(fine.made(zones.instant(value.sql), fine.picos_of(value.sql))), DOUBLE)
    sql = zones.instant(value.sql) if value.type.name == ZONED else value.sql
    return Value(f"epoch({sql})", DOUBLE)


SPECIALS = {
    "date_trunc": _date_trunc, "date_add": _date_add, "date_diff": _date_diff, "now": _now, "current_timestamp": _now,
    "localtimestamp": _now, "localtime": _now, "current_time": _current_time, "current_date": _current_date, "date": _date, "at_timezone": _at_timezone,
    "$at_time_zone": _at_timezone, "with_timezone": _with_timezone, "from_unixtime": _from_unixtime,
    "from_unixtime_nanos": _from_nanos, "to_unixtime": _to_unixtime, "timezone_hour": _timezone_part, "timezone_minute": _timezone_part, **dict.fromkeys(_FIELDS, _field),
}  # fmt: skip
