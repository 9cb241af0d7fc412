"""Aggregates: https://trino.io/docs/current/functions/aggregate.html."""

from __future__ import annotations

from decimal import Context, Decimal

from sqlglot import exp

from local_athena.dialect.errors import failure, raise_sql, raise_with, type_mismatch
from local_athena.dialect.expressions import hashing, windows
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.expressions.comparisons import key
from local_athena.dialect.expressions.operators import WIDE, decimal_quotient, unscaled
from local_athena.dialect.functions import statistics
from local_athena.dialect.functions.map_aggregates import told_apart
from local_athena.dialect.queries.grouping import DISTINCT_OF
from local_athena.dialect.scope import Value, strict
from local_athena.dialect.udf import numbers
from local_athena.dialect.values import intervals, ordering
from local_athena.dialect.values.casts import cast_sql
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import (
    BIGINT,
    DOUBLE,
    MONTH_INTERVAL,
    OPAQUE,
    REAL,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    Type,
    array,
    decimal,
    held,
)
from local_athena.errors import NotSupported

AGGREGATES = (
    statistics.AGGREGATES
    + """
sum(tinyint) -> bigint | CAST(sum($D$1$O)$W AS BIGINT)
sum(smallint) -> bigint | CAST(sum($D$1$O)$W AS BIGINT)
sum(integer) -> bigint | CAST(sum($D$1$O)$W AS BIGINT)
sum(bigint) -> bigint | CAST(sum($D$1$O)$W AS BIGINT)
sum(decimal(p, s)) -> decimal(38, s) | CAST(sum($D$1$O)$W AS $R)
sum(double) -> double | sum($D$1$O)$W
sum(interval day to second) -> interval day to second | CAST(sum($D$1$O)$W AS BIGINT)
bool_and(boolean) -> boolean | bool_and($D$1$O)$W
bool_or(boolean) -> boolean | bool_or($D$1$O)$W
every(boolean) -> boolean | bool_and($D$1$O)$W
count_if(boolean) -> bigint | CAST(count($D(CASE WHEN $1 THEN 1 END))$W AS BIGINT)
arbitrary(T) -> T | any_value($D$1$O)$W
any_value(T) -> T | any_value($D$1$O)$W
max(T) -> T | max($D$1)$W
min(T) -> T | min($D$1)$W
max_by(T, real) -> T | arg_max_null($1, CASE WHEN isnan($2) THEN CAST('-Infinity' AS FLOAT) ELSE $2 END)$W
max_by(T, double) -> T | arg_max_null($1, CASE WHEN isnan($2) THEN CAST('-Infinity' AS DOUBLE) ELSE $2 END)$W
max_by(T, U) -> T | arg_max_null($1, $2)$W
min_by(T, U) -> T | arg_min_null($1, $2)$W
array_agg(T) -> array(T) | array_agg($D$1$O)$W
bitwise_and_agg(bigint) -> bigint | bit_and($D$1)$W
bitwise_or_agg(bigint) -> bigint | bit_or($D$1)$W
bitwise_xor_agg(bigint) -> bigint | bit_xor($D$1)$W
geometric_mean(bigint) -> double | exp(avg($D(trino_ln(CAST($1 AS DOUBLE))))$W)
geometric_mean(real) -> real | CAST(exp(avg($D(trino_ln(CAST($1 AS DOUBLE))))$W) AS FLOAT)
geometric_mean(double) -> double | exp(avg($D(trino_ln($1)))$W)
"""
)

REFUSED = "evaluate_classifier_predictions"

SPECIAL_AGGREGATES = """
count avg checksum reduce_agg listagg grouping
"""

SPECIAL_DISTINCT = "avg checksum listagg reduce_agg"


def _count(call: Call, arguments: list[exp.Expr]) -> Value:
    c = windows.clauses(call)
    if not arguments or isinstance(arguments[0], exp.Star):
        return Value(f"count(*){c['W']}", BIGINT)
    if len(arguments) > 1 or isinstance(arguments[0], exp.Lambda):
        call.args = [a if isinstance(a, exp.Lambda) else call.ctx.expression(a, call.scope) for a in arguments]
        raise call.mismatch("count(), count(t) T")
    value = call.ctx.expression(arguments[0], call.scope)
    if c["D"] and any(part.name in OPAQUE for part in value.type.walk()):
        raise type_mismatch(DISTINCT_OF.format(value.type), call.node)
    counted = key(value.sql, value.type) if c["D"] else value.sql
    return Value(f"count({c['D']}{counted}){c['W']}", BIGINT)


_EXACT = Context(prec=38)
_CERTAIN_DIGITS = 19
"""So many digits leave a sum of 38 room for more rows than can be counted."""


def _sum(call: Call) -> Value | None:
    """A sum that may outgrow its type: reals become Infinity, long decimals and months fail. All others by their signatures."""
    call.arity(1)
    value = call.value(0)
    if value.type in (REAL, MONTH_INTERVAL):
        c = windows.clauses(call)
        total = f"sum({c['D']}{value.sql}{c['O']}){c['W']}"
        if value.type == REAL:
            return Value(f"({cast_sql(total, DOUBLE, REAL)})", REAL)
        return Value(intervals.stored(f"CAST({total} AS BIGINT)", value.type), value.type)
    if value.type.name != "decimal" or value.type.params[0] <= _CERTAIN_DIGITS:
        return None
    c, t = windows.clauses(call), decimal(38, value.type.params[1])
    if WIDE.get() and not c["D"]:
        return Value(_limbs_quotient(value, c, "1", t), t)
    total = f"CAST(sum({c['D']}{value.sql}{c['O']}){c['W']} AS {held(t)})"
    failed = raise_sql("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow", held(t))
    most = Decimal("9" * 38).scaleb(-t.params[1], _EXACT)
    return Value(f"(CASE WHEN abs({total}) > CAST('{most:f}' AS {held(t)}) THEN {failed} ELSE {total} END)", t)


def _limbs_quotient(value: Value, c: dict[str, str], divisor: str, t: Type) -> str:
    """A sum of long decimals that 128 bits do not hold, over *divisor*: upper and lower digits are added up apart."""
    s = t.params[1]
    whole, limb = unscaled(value.sql, value.type.params[0], s), f"CAST({10**numbers.LIMB} AS HUGEINT)"
    high, low = (f"CAST(sum({whole} {part} {limb}){c['W']} AS VARCHAR)" for part in ("//", "%"))
    made = f"trino_limbs_quotient({high}, {low}, {divisor}, {s})"
    fitting = f"TRY_CAST({made} AS {held(t)})"
    failed = raise_sql("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow", held(t))
    return f"(CASE WHEN {fitting} IS NULL AND {made} IS NOT NULL THEN {failed} ELSE {fitting} END)"


_MANY_ROWS = 12
"""Digits by which a sum may be longer than each of its numbers."""


def _avg(call: Call) -> Value:
    call.arity(1)
    value = call.value(0)
    c = windows.clauses(call)
    t = value.type
    if t.name == "decimal":
        # sum / count, rounded half up to the scale of the input
        p, s = t.params
        if WIDE.get() and p > _CERTAIN_DIGITS and not c["D"]:
            return Value(_limbs_quotient(value, c, f"count({value.sql}){c['W']}", t), t)
        total = unscaled(f"sum({c['D']}{value.sql}){c['W']}", min(p + _MANY_ROWS, 38), s)
        count = f"nullif(count({c['D']}{value.sql}){c['W']}, 0)"
        return Value(decimal_quotient(total, f"CAST({count} AS HUGEINT)", s, held(decimal(p, s))), t)
    if t.name in ("interval day to second", "interval year to month"):
        # Java's Math.round: a half goes up, of negative intervals too
        return Value(f"CAST(floor(avg({c['D']}{value.sql}){c['W']} + 0.5) AS BIGINT)", t)
    if not (t.is_number or t == UNKNOWN):
        raise call.mismatch("avg(bigint), avg(double), avg(real), avg(decimal(p,s))")
    if t == REAL:
        return Value(f"CAST(avg({c['D']}{value.sql}){c['W']} AS FLOAT)", REAL)
    # of integers, too, Trino adds up doubles, which are exact as long as they are short
    exact = t.is_integer and (t != BIGINT or c["D"])
    number = value.sql if exact else coerce(value, DOUBLE).sql
    return Value(f"avg({c['D']}{number}){c['W']}", DOUBLE)


def _checksum(call: Call) -> Value:
    """The sum of all hashes, whatever their order; that of NULL is 1."""
    call.arity(1)
    value = strict(told_apart(call))
    c = windows.clauses(call)
    total = f"sum({c['D']}CAST(coalesce({hashing.hashed(value.sql, value.type)}, 1) AS HUGEINT)){c['W']}"
    return Value(f"trino_checksum(CAST({total} AS VARCHAR))", VARBINARY)


def _reduce_agg(call: Call) -> Value:
    """``reduce_agg(x, initial, (s, x) -> ..., (a, b) -> ...)``: the values one by one; partial states never meet here."""
    call.arity(4)
    value, combine = call.value(0), call.args[3]
    if not isinstance(combine, exp.Lambda):
        raise call.mismatch()
    c = windows.clauses(call)
    listed = f"array_agg({c['D']}{strict(value).sql}{c['O']}){windows.present(value.sql, c)}"
    collected = Value(listed, array(value.type))
    finish = exp.Lambda(this=exp.to_identifier("s"), expressions=[exp.to_identifier("s")])
    made = call.again("reduce", collected, call.value(1), call.args[2], finish)
    if not _primitive(made.type):
        raise failure("NOT_SUPPORTED", f"State type not supported for reduce_agg: {made.type}")
    return made


def _primitive(t: Type) -> bool:
    """Whether Trino holds a value of *t* in one of Java's primitive types: ``reduce_agg`` takes no other for its state."""
    if t.name == "decimal":
        return t.params[0] <= _SHORT_DECIMAL
    if t.name == "timestamp with time zone":
        return t.precision <= _SHORT_ZONED
    return not t.args and t.name not in _OBJECTS


_SHORT_DECIMAL = 18
_SHORT_ZONED = 3
_OBJECTS = ("varchar", "char", "varbinary", "json", "uuid", "ipaddress")


_LONGEST_LIST = 1_048_576


def _listagg(call: Call) -> Value:
    call.arity(1, 2)
    value = call.value(0)
    separator = call.value(1).sql if len(call.args) == 2 else "''"
    if not (value.type.is_text or value.type == UNKNOWN):
        given = call.node.this
        shown = (given.this if isinstance(given, exp.Order) else given).sql(dialect="trino")
        raise type_mismatch(f"Expected expression of varchar, but '{shown}' has {value.type} type", call.node)
    c = windows.clauses(call)
    truncating = call.node.args.get("on_overflow")
    if isinstance(truncating, exp.OverflowTruncateBehavior):
        filler = truncating.this.sql(dialect="duckdb") if truncating.this is not None else "'...'"
        listed = f"array_agg({c['D']}{value.sql}{c['O']}){windows.present(value.sql, c)}"
        counted = "true" if truncating.args.get("with_count") else "false"
        return Value(f"trino_listagg({listed}, {separator}, {filler}, {counted}, {_LONGEST_LIST})", VARCHAR)
    joined = f"string_agg({c['D']}{value.sql}, {separator}{c['O']}){c['W']}"
    long = "Concatenated string has the length in bytes larger than the maximum output length 1048576"
    failed = raise_sql("EXCEEDED_FUNCTION_MEMORY_LIMIT", long, "VARCHAR")
    checked = f"CASE WHEN strlen(_s) > {_LONGEST_LIST} THEN {failed} ELSE _s END"
    return Value(f"list_transform([{joined}], lambda _s: {checked})[1]", VARCHAR)


_MOST_VALUES = 10_000
_BOUNDS = ("a positive integer", f"less than or equal to {_MOST_VALUES}")


def _how_many(call: Call) -> str:
    """The last argument, how many values are asked for."""
    n, last = call.value(len(call.args) - 1), "second" if len(call.args) == 2 else "third"
    if not coercible(n.type, BIGINT):
        raise call.mismatch()
    if isinstance(n.const, int) and not 0 < n.const <= _MOST_VALUES:
        wrong = f"{last} argument of {call.name} must be {_BOUNDS[n.const > 0]}; found {n.const}"
        raise failure("INVALID_FUNCTION_ARGUMENT", wrong, call.node)
    if n.const is not None:
        return n.sql
    least, most = (f"{last} argument of {call.name} must be {which}; found " for which in _BOUNDS)
    wrong = f"CASE WHEN {n.sql} < 1 THEN '{least}' ELSE '{most}' END || {n.sql}"
    failed = raise_with("INVALID_FUNCTION_ARGUMENT", f"({wrong})", "BIGINT")
    return f"CASE WHEN {n.sql} BETWEEN 1 AND {_MOST_VALUES} THEN {n.sql} ELSE {failed} END"


def _counting(call: Call) -> dict[str, str]:
    """The clauses of a call whose last argument says how many values are asked for: rows where it is NULL are passed over."""
    c, n = windows.clauses(call), call.value(len(call.args) - 1)
    return c if n.const is not None else {**c, "W": windows.present(n.sql, c)}


def _ranked(sql: str) -> str:
    """A float in a form whose greatest is Trino's: NaN ranks lowest there, highest in DuckDB."""
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack(a := NOT isnan({sql}), v := {sql}) END"


def _by(name: str) -> object:
    def special(call: Call) -> Value | None:
        call.arity(2, 3)
        value, by = (strict(v) for v in call.values()[:2])
        if not by.type.ordered:
            raise call.mismatch()
        if ordering.nested(by.type):
            return _of_nested(call, name, value, by)
        c = windows.clauses(call) if len(call.args) == 2 else _counting(call)
        if len(call.args) == 2:
            if ordering.by_instant(by):
                return Value(f"arg_{name}_null({value.sql}, {key(by.sql, by.type)}){c['W']}", value.type)
            return None
        rank = _ranked(by.sql) if by.type.is_float and name == "max" else key(by.sql, by.type)
        made = f"arg_{name}({c['D']}struct_pack(v := {value.sql}), {rank}, {_how_many(call)}){c['W']}"
        return Value(f"list_transform({made}, lambda _e: _e.v)", array(value.type))

    return special


def _of_nested(call: Call, name: str, value: Value, by: Value) -> Value:
    """The *value* of the greatest or least arrays or rows *by*; with one more of them, which tells whether the last one is decided."""
    c, many = windows.clauses(call), len(call.args) > 1 + (call.name.endswith("_by"))
    if many and call.value(-1).const is None:
        raise NotSupported(f"{call.name} of {by.type.name}s with a number of values that is no literal")
    n = int(_how_many(call)) if many else 1
    rank = ordering.ranked(value.sql, by.sql, by.type, name == "max")
    values = f"{name}({c['D']}{rank}, {n + 1}){c['W']}"
    shown = f"list_transform((_r)[1:{n}], lambda _e: _e.v)" if many else "(_r)[1].v"
    return Value(ordering.decided(values, by.type, shown), array(value.type) if many else value.type)


def _min_max(name: str) -> object:
    def special(call: Call) -> Value:
        expected = f"{name}(e, bigint) E:orderable, {name}(t) T:orderable"
        if not 0 < len(call.args) < 3 or not all(isinstance(a, Value) for a in call.args):
            raise call.mismatch(expected)
        value = call.value(0)
        if not value.type.ordered:
            raise call.mismatch(expected)
        if ordering.nested(value.type):
            return _of_nested(call, name, strict(value), strict(value))
        c = windows.clauses(call) if len(call.args) == 1 else _counting(call)
        if ordering.by_instant(value):
            many = f", {_how_many(call)}" if len(call.args) == 2 else ""
            sql = f"arg_{name}({c['D']}{value.sql}, {key(value.sql, value.type)}{many}){c['W']}"
            return Value(sql, array(value.type) if many else value.type)
        if len(call.args) == 2:
            if value.type.is_float and name == "max":
                sql = f"list_transform(max({c['D']}{_ranked(value.sql)}, {_how_many(call)}){c['W']}, lambda _e: _e.v)"
                return Value(sql, array(value.type))
            return Value(f"{name}({c['D']}{strict(value).sql}, {_how_many(call)}){c['W']}", array(value.type))
        if value.type == UNKNOWN:
            return Value(f"{name}({value.sql}){c['W']}", UNKNOWN)
        if value.type.is_float and name == "max":  # Trino ranks NaN lowest here, DuckDB highest
            number = f"max({c['D']}CASE WHEN NOT isnan({value.sql}) THEN {value.sql} END){c['W']}"
            return Value(f"coalesce({number}, max({value.sql}){c['W']})", value.type)
        return Value(f"{name}({c['D']}{value.sql}){c['W']}", value.type, loose=value.loose)

    return special


SPECIALS = {
    "sum": _sum, "checksum": _checksum, "avg": _avg, "reduce_agg": _reduce_agg, "listagg": _listagg, "max": _min_max("max"),
    "min": _min_max("min"), "max_by": _by("max"), "min_by": _by("min"),
}  # fmt: skip
RAW = {"count": _count}
