"""CAST and TRY_CAST: https://trino.io/docs/current/functions/conversion.html.

``cast_sql`` is a table by source and target; every pair it does not hold is refused as Trino refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from local_athena.dialect import macros
from local_athena.dialect.errors import raise_with, type_mismatch
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.values import clock_casts, clocks, fine, fine_casts, zones
from local_athena.dialect.values.coercion import convert, convert_nested, convert_row, decimal_to_float, row_value
from local_athena.dialect.values.fine_casts import Rule
from local_athena.dialect.values.json_casts import from_json, to_json
from local_athena.dialect.values.moment_texts import date_text, moment_text, zoned_text
from local_athena.dialect.values.sized import fits, sized, unsized
from local_athena.dialect.values.types import (
    DATE,
    DAYS,
    DIGITS,
    MONTHS,
    SKETCHES,
    TIME_ZONED,
    UNKNOWN,
    ZONED,
    Type,
    held,
)
from local_athena.errors import AthenaError, NotSupported


def cast(value: Value, target: Type, node: exp.Expr) -> Value:
    """``CAST(value AS target)``. Raises TYPE_MISMATCH where Trino has no such cast."""
    source = value.type
    if target == UNKNOWN:
        raise type_mismatch("UNKNOWN is not a valid type", node)
    if source == target:
        return value
    if value.parts is not None and target.name == "row" and len(value.parts) == len(target.args):
        return row_value([cast(p, t, node) for p, t in zip(value.parts, target.args, strict=True)], target)
    if isinstance(value.const, str) and source.name == "varchar" and (literal := _literal(value.const, target)):
        return literal
    try:
        sql = cast_sql(value.sql, source, target)
    except KeyError:
        if "varbinary" in (source.name, target.name) and {source.name, target.name} & set(SKETCHES):
            raise NotSupported(f"A cast of {source} to {target}") from None
        raise type_mismatch(f"Cannot cast {source} to {target}", node) from None
    zone = value.zone if source.name == ZONED else "UTC"
    return Value(sql, target, zone=zone if target.name == ZONED and not source.is_text else None)


_ONLY_DATE = re.compile(macros.DATE_PATTERN)
_ONLY_TIMESTAMP = re.compile(macros.TIMESTAMP_PATTERN)
_MOMENT = re.compile(rf"(?={macros.ZONED_PATTERN}$)(?P<moment>{macros.TIMESTAMP_PATTERN}) ?(?P<zone>\S.*)?")


def _literal(written: str, target: Type) -> Value | None:
    """A constant that needs no check at run time: dates and times, so that DuckDB can prune by them."""
    if target == DATE and _ONLY_DATE.fullmatch(written):
        return Value(f"CAST({text(written.strip(macros.BLANKS).lstrip('+'))} AS DATE)", target)
    if target.name == "timestamp" and target.precision <= 6 and _ONLY_TIMESTAMP.fullmatch(written):
        return Value(_parsed(written, target.precision), target)
    if target.name == ZONED and (found := _MOMENT.fullmatch(written)):
        try:
            zone = zones.normalise(found["zone"] or "UTC")
        except AthenaError:
            return None  # a cast that fails, and fails only if it is evaluated
        if fine.is_fine_zoned(target):
            sql = fine.made_zoned(*_parsed_finely(found["moment"], zone, target))
            return Value(sql, target, zone=zone)
        return Value(f"trino_zoned({_parsed(found['moment'], target.precision)}, {text(zone)})", target, zone=zone)
    if clocks.is_clock(target) and (read := clocks.literal(written, target)):
        return Value(read, target)
    return None


_SEVENTH = ":\\d+[.]\\d{6}[5-9]"
"""A fraction whose seventh digit rounds the microseconds up; DuckDB leaves it out."""


def _parsed(written: str, precision: int) -> str:
    """A timestamp that is written so, with *precision* digits."""
    sql = f"CAST({text(written.lstrip('+'))} AS TIMESTAMP)"  # DuckDB reads no plus before a year
    if precision == 6 and re.search(_SEVENTH, written):
        return f"({sql} + to_microseconds(1))"
    return rounded(sql, fraction(written), precision)


def _parsed_finely(written: str, zone: str, target: Type) -> tuple[str, str]:
    """A timestamp that is written so, in *zone*: its microseconds, and the picoseconds beside them."""
    found = re.search(r":\d+[.]\d{6}(\d+)", written)
    digits = found[1] if found else ""
    step = 10 ** (clocks.FINEST - target.precision)
    picos = (int(f"{digits[:6]:0<6}") + (step // 2 if step > 1 else int(digits[6:7] >= "5"))) // step * step
    moment = _parsed(written[: len(written) - len(digits)], fine.MICROS.precision)
    if picos == 10**6:
        moment, picos = f"({moment} + to_microseconds(1))", 0
    return f"trino_zoned({moment}, {text(zone)})", str(picos)


def _read(sql: str, moment: str, precision: int, cut: Callable[[str, int, int], str] | None = None) -> str:
    """*moment*, a TIMESTAMP (or what *cut* rounds) read from the text *sql*, with *precision* digits."""
    if precision < 6:
        return (cut or rounded)(moment, 6, precision)
    return f"({moment} + to_microseconds(CASE WHEN regexp_matches({sql}, {text(_SEVENTH)}) THEN 1 ELSE 0 END))"


def _text_to_zoned(sql: str, _: Type, target: Type, reader: str = "trino_to_zoned") -> str:
    def build(x: str) -> str:
        moment = _read(x, "CAST((_r).i AS TIMESTAMP)", target.precision)
        moved = f"trino_moved({{'i': {moment}}}, (_r).z)"
        slow = f"list_transform([{reader}(trim({x}, ' \t\n\r'))], lambda _r: {moved})[1]"
        fraction = f"(?:[.][0-9]{{1,{min(target.precision, 6)}}})?" if target.precision else ""
        fast = f"TRY_CAST(replace({x}, ' UTC', '') AS TIMESTAMP)"
        usual = f"regexp_full_match({x}, '{_USUAL_MOMENT}{fraction}(?: UTC)?') AND {fast} IS NOT NULL"
        return f"CASE WHEN {x} IS NULL THEN NULL WHEN {usual} THEN {{'i': {fast}, 'z': 'UTC'}} ELSE {slow} END"

    return once(sql, build)


_USUAL_MOMENT = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
"""Moments without zone, in the form that most have, before a fraction that needs no rounding."""


def fraction(written: str) -> int:
    """How many digits of a second's fraction a timestamp or time has been written with."""
    found = re.search(r":\d{1,2}\.(\d+)", written)
    return len(found[1]) if found else 0


def rounded(sql: str, source: int, target: int) -> str:
    return sql if source <= target or target >= 6 else f"trino_round_timestamp({sql}, {10 ** (6 - target)})"


def _plain(sql: str, _: Type, target: Type) -> str:
    return f"CAST({sql} AS {held(target)})"


def _decimal_to_decimal(sql: str, source: Type, target: Type) -> str:
    (p, s), (q, r) = source.params, target.params
    if p - s + (1 if r < s else 0) <= q - r:
        return _plain(sql, source, target)
    return once(sql, lambda x: _fitting(x, x, f"DECIMAL({p}, {s})", target))


_NUMBER = "[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?"
"""Texts of BigDecimal."""


def _integer_to_decimal(sql: str, source: Type, target: Type) -> str:
    if DIGITS[source.name] <= target.params[0] - target.params[1]:
        return _plain(sql, source, target)
    return once(sql, lambda x: _fitting(x, x, source.name.upper(), target))


def _fitting(x: str, number: str, source: str, target: Type) -> str:
    """*number* as a decimal, or Trino's error if it has too many digits. *x*, of type *source*, is what was to be cast."""
    message = f"'Cannot cast {source} ''' || {x} || ''' to DECIMAL({target.params[0]}, {target.params[1]})'"
    if source == "VARCHAR":
        digits = f"regexp_full_match({x}, '{_NUMBER}')"
        message += f" || CASE WHEN {digits} THEN '. Value too large.' ELSE '. Value is not a number.' END"
    failed = raise_with("INVALID_CAST_ARGUMENT", message, held(target))
    return f"coalesce(TRY_CAST({number} AS {held(target)}), CASE WHEN {x} IS NOT NULL THEN {failed} END)"


def _rounded_number(sql: str, source: Type, target: Type) -> str:
    if (source.name, target.name) == ("real", "bigint"):
        return once(sql, _real_to_bigint)
    return f"CAST(round({sql}) AS {held(target)})"


def _real_to_bigint(x: str) -> str:
    """The one cast to an integer that does not fail for what is too large: Trino gives the nearest bigint."""
    return (
        f"CASE WHEN isnan({x}) OR abs({x}) < 9.2e18 THEN CAST(round({x}) AS BIGINT) "
        f"WHEN {x} > 0 THEN {2**63 - 1} WHEN {x} < 0 THEN CAST('{-(2**63)}' AS BIGINT) END"
    )


def _float_to_decimal(sql: str, source: Type, target: Type) -> str:
    """By its shortest text, as Trino's BigDecimal.valueOf: 1.005 is 1.01 with two digits, though its value lies below 1.005."""

    def cast(x: str) -> str:
        number = _without_exponent(x, target)
        # A double that does not fit is known by DuckDB's own error (``cast_errors``).
        return _fitting(x, number, "REAL", target) if source.name == "real" else f"CAST({number} AS {held(target)})"

    if source.name == "double":
        return once(f"CAST({sql} AS VARCHAR)", cast)
    # DuckDB writes all digits of a whole real: 1234567936 where 1234568000 names it.
    exact = f"CASE WHEN abs({{x}}) >= {_WHOLE_REALS} THEN trino_real_shortest({{x}}) ELSE CAST({{x}} AS VARCHAR) END"
    return once(sql, lambda x: once(exact.format(x=x), cast))


def _without_exponent(x: str, target: Type) -> str:
    """A number's text that DuckDB reads as a decimal of type *target*: it rounds one with an exponent up."""
    return f"CASE WHEN contains(lower({x}), 'e') THEN trino_plain_number({x}, {target.params[1]}) ELSE {x} END"


_WHOLE_REALS = 2**24
"""From here on not every whole number is a real."""
_LARGEST_REAL = "3.4028235677973366e38"  # what lies above rounds to Infinity


def _to_real(sql: str, source: Type, target: Type) -> str:
    if source.name != "double":
        return _plain(sql, source, target)
    return once(
        sql,
        lambda x: (
            f"CASE WHEN abs({x}) >= {_LARGEST_REAL} AND isfinite({x}) THEN CAST(sign({x}) AS FLOAT) * CAST('Infinity' AS FLOAT) "
            f"ELSE CAST({x} AS FLOAT) END"
        ),
    )


def _parse_number(sql: str, source: Type, target: Type) -> str:
    return f"trino_to_{target.name}({sql})"


def _parse_decimal(sql: str, _: Type, target: Type) -> str:
    return once(sql, lambda x: _fitting(x, _plain_decimal(x, target), "VARCHAR", target))


def _plain_decimal(x: str, target: Type) -> str:
    """The text of a number that DuckDB reads as a decimal, NULL for any other."""
    return f"CASE WHEN regexp_full_match({x}, '{macros.DECIMAL_PATTERN}') THEN {_without_exponent(x, target)} END"


def _number_text(sql: str, _: Type, target: Type) -> str:
    return fits(f"CAST({sql} AS VARCHAR)", target)


def _decimal_text(sql: str, source: Type, target: Type) -> str:
    return fits(decimal_text(sql, source), target)


def decimal_text(sql: str, source: Type) -> str:
    """A decimal's text. DuckDB writes none before the point where the type has no room for a whole digit: ``.05``."""
    shown = f"CAST({sql} AS VARCHAR)"
    return f"regexp_replace({shown}, '^(-?)[.]', '\\10.')" if source.params[0] == source.params[1] else shown


def _float_text(sql: str, source: Type, target: Type) -> str:
    return fits(f"trino_{source.name}_text({sql})", target)


def _resize(sql: str, source: Type, target: Type) -> str:
    shorter = not target.params or (
        source.name == target.name == "varchar" and source.params and source.params <= target.params
    )
    return sql if shorter else sized(sql, target)


def _timestamp(sql: str, source: Type, target: Type) -> str:
    return rounded(sql, source.precision, target.precision)


_INTS = ("tinyint", "smallint", "integer", "bigint")
_TEXTS = ("varchar", "char")  # char is cast to and from text only
_RULES: dict[tuple[str, str], Rule] = {}


def _rule(sources: tuple[str, ...], targets: tuple[str, ...], rule: Rule) -> None:
    _RULES.update({(s, t): rule for s in sources for t in targets})


_rule((*_INTS, "decimal"), (*_INTS, "real", "double"), _plain)
_rule(_INTS, ("decimal",), _integer_to_decimal)
_rule(("decimal",), ("real", "double"), decimal_to_float)
_rule(("decimal",), ("decimal",), _decimal_to_decimal)
_rule(("real", "double"), ("real",), _to_real)
_rule(("real", "double"), ("double",), _plain)
_rule(("real", "double"), ("decimal",), _float_to_decimal)
_rule(("real", "double"), _INTS, _rounded_number)
_rule((*_INTS, "decimal", "real", "double"), ("boolean",), lambda s, f, t: f"({s} <> 0)")
_rule(("boolean",), (*_INTS, "real", "double"), _plain)
_rule(
    ("boolean",), ("decimal",), lambda s, f, t: f"CAST(CAST({s} AS INTEGER) AS {held(t)})"
)  # DuckDB: true is 0.1 of DECIMAL(1,1)
_rule(("varchar",), (*_INTS, "real", "double", "boolean", "uuid"), _parse_number)
_rule(("varchar",), ("decimal",), _parse_decimal)
_rule(_TEXTS, _TEXTS, _resize)
_rule((*_INTS, "boolean"), ("varchar",), _number_text)
_rule(("date",), ("varchar",), lambda s, f, t: fits(date_text(s), t))
_rule(("uuid",), ("varchar",), lambda s, f, t: f"CAST({unsized(s, t)} AS VARCHAR)")
_rule(("decimal",), ("varchar",), _decimal_text)
_rule(("real", "double"), ("varchar",), _float_text)
_rule(("varchar",), ("varbinary",), lambda s, f, t: f"encode({s})")
_rule(("varchar",), ("date",), lambda s, f, t: f"trino_to_date({s})")
_rule(
    ("varchar",), ("timestamp",), lambda s, f, t: once(s, lambda x: _read(x, f"trino_to_timestamp({x})", t.precision))
)
_rule(("varchar",), ("time", TIME_ZONED), lambda s, f, t: clocks.read(s, t))
_rule(("varchar",), (ZONED,), _text_to_zoned)
_rule(("date",), ("timestamp",), _plain)
_rule(("date",), (ZONED,), lambda s, f, t: f"trino_zoned(CAST({s} AS TIMESTAMP), 'UTC')")
_rule(("timestamp",), ("timestamp",), _timestamp)
_rule(("time", TIME_ZONED), ("timestamp",), lambda s, f, t: once(s, lambda x: clock_casts.today(x, f, t)))
_rule(("time", TIME_ZONED), (ZONED,), lambda s, f, t: once(s, lambda x: clock_casts.today_zoned(x, f, t)))
_rule(("time", TIME_ZONED), ("time", TIME_ZONED), clocks.changed)
_rule(("timestamp", ZONED), (TIME_ZONED,), lambda s, f, t: once(s, lambda x: clock_casts.clock_zoned(x, f, t)))
_rule(("timestamp",), ("date",), _plain)
_rule(("timestamp",), ("time",), clock_casts.clock)
_rule(("timestamp",), (ZONED,), lambda s, f, t: f"trino_zoned({_timestamp(s, f, t)}, 'UTC')")
_rule(("timestamp",), ("varchar",), lambda s, f, t: fits(moment_text(s, f.precision), t))
_rule(("time", TIME_ZONED), ("varchar",), lambda s, f, t: fits(clocks.shown(s, f), t))
_rule((ZONED,), ("timestamp",), lambda s, f, t: rounded(f"trino_local({s})", f.precision, t.precision))
_rule((ZONED,), ("date",), lambda s, f, t: f"CAST(trino_local({s}) AS DATE)")
_rule((ZONED,), ("time",), lambda s, f, t: clock_casts.clock(f"trino_local({s})", f, t))
_rule((ZONED,), ("varchar",), lambda s, f, t: fits(zoned_text(s, f.precision), t))
_rule((ZONED,), (ZONED,), lambda s, f, t: s if f.precision <= t.precision else
      f"trino_moved({{'i': {rounded(zones.instant(s), f.precision, t.precision)}, 'z': ({s}).z}}, ({s}).z)")  # fmt: skip
_rule((DAYS,), ("varchar",), lambda s, f, t: fits(f"trino_interval_text({s})", t))
_rule((MONTHS,), ("varchar",), lambda s, f, t: fits(f"trino_months_text({s})", t))
_rule(("varchar",), ("ipaddress",), lambda s, f, t: f"trino_ip_parse_v4({s})")
_rule(("varbinary",), ("ipaddress",), lambda s, f, t: f"trino_ip_binary({s})")
_rule(("ipaddress",), ("varbinary",), lambda s, f, t: s)
_rule(("ipaddress",), ("varchar",), lambda s, f, t: f"trino_ip_text({unsized(s, t)})")
_rule(("HyperLogLog", "P4HyperLogLog", "SetDigest"), ("varbinary",), lambda s, f, t: s)
_rule(("varbinary",), ("HyperLogLog", "P4HyperLogLog", "SetDigest"), lambda s, f, t: s)
_rule(("HyperLogLog",), ("P4HyperLogLog",), lambda s, f, t: f"trino_hll_dense({s})")
_rule(("P4HyperLogLog",), ("HyperLogLog",), lambda s, f, t: s)
_rule(("SetDigest",), ("HyperLogLog",), lambda s, f, t: f"trino_set_digest_hll({s})")
_rule(("varbinary",), ("uuid",), lambda s, f, t: f"trino_uuid_of({s})")
_rule(("uuid",), ("varbinary",), lambda s, f, t: f"unhex(replace(CAST({s} AS VARCHAR), '-', ''))")


_OR_NULL: dict[str, Rule] = {
    **dict.fromkeys(
        (*_INTS, "real", "double", "boolean", "uuid", "date"), lambda s, f, t: f"trino_to_{t.name}_or_null({s})"
    ),
    "decimal": lambda s, f, t: once(s, lambda x: f"TRY_CAST({_plain_decimal(x, t)} AS {held(t)})"),
    "timestamp": lambda s, f, t: once(s, lambda x: _read(x, f"trino_to_timestamp_or_null({x})", t.precision)),
    **dict.fromkeys(("time", TIME_ZONED), lambda s, f, t: clocks.read(s, t, "_or_null")),
    ZONED: lambda s, f, t: _text_to_zoned(s, f, t, "trino_to_zoned_or_null"),
    "ipaddress": lambda s, f, t: f"trino_ip_parse_v4_or_null({s})",
}
"""For a TRY_CAST of text: casts that give NULL for almost every text that cannot be cast, and fail for the others."""


def cast_or_null(value: Value, target: Type) -> str | None:
    """DuckDB text of a cast that may stand inside TRY in the place of ``cast``'s, or None where there is none."""
    if fine.is_fine(target) or fine.is_fine_zoned(target):
        return None
    rule = _OR_NULL.get(target.name) if value.type.name == "varchar" else None
    return rule(value.sql, value.type, target) if rule else None


PAIRS = tuple(_RULES)
"""The names of sources and targets that have a rule here."""


def cast_sql(sql: str, source: Type, target: Type) -> str:
    """DuckDB text that casts *sql*. Raises KeyError where Trino knows no such cast."""
    if source == target:
        return sql
    if source == UNKNOWN:
        return convert(sql, source, target)
    if target.name == "json":
        return to_json(sql, source, cast_sql)
    if source.name == "json":
        return from_json(sql, target, cast_sql)
    if source.name == target.name == "row" and len(source.args) == len(target.args):
        return convert_row(sql, source, target, cast_sql)
    if source.name == target.name and source.args and source.name != "row":
        return convert_nested(sql, source, target, cast_sql)
    if any(fine.is_fine(t) or fine.is_fine_zoned(t) for t in (source, target)):
        return fine_casts.cast_sql(sql, source, target, _RULES, cast_sql)
    return _RULES[source.name, target.name](sql, source, target)
