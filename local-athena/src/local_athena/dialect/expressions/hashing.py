"""Hashes of values, as ``checksum`` adds them up and ``approx_distinct`` tells values apart.

Each type's XX_HASH_64: https://github.com/trinodb/trino/tree/master/core/trino-spi/src/main/java/io/trino/spi/type
"""

from __future__ import annotations

from local_athena.dialect.expressions.operators import unscaled
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.values import clocks, fine, zones
from local_athena.dialect.values.types import DAYS, MONTHS, TIME_ZONED, ZONED, Type, field_names
from local_athena.errors import NotSupported

_SHORT_DECIMAL = 18
"""Digits of decimals up to which Trino holds them in 64 bits."""
_SHORT_ZONED = 3
_NANOS = 9
"""Digits of a second up to which Trino counts times of the day with zone in nanoseconds."""
_KINDS = {
    "boolean": "longs", DAYS: "longs", MONTHS: "longs", "color": "longs", "unknown": "longs", "real": "reals", "double": "doubles",
    "varchar": "texts", "json": "texts", "varbinary": "binaries", "ipaddress": "binaries",
}  # fmt: skip
"""Types whose values are hashed as they are, and as what."""
_CASTS = {"longs": "BIGINT", "reals": "FLOAT", "doubles": "DOUBLE", "texts": "VARCHAR", "binaries": "BLOB"}


def is_costly(t: Type) -> bool:
    """Whether it takes longer to hash a value than to tell whether it has been seen."""
    return bool(t.args) or _KINDS.get(t.name, "") in ("texts", "binaries") or t.name in ("char", "uuid")


def hashed(sql: str, t: Type, depth: int = 0) -> str:
    """The hash of *sql*, a BIGINT; NULL for NULL.

    :raises NotSupported: for types whose hashes are not known here.
    """
    if t.args and t.name in ("array", "map", "row"):
        return once(sql, lambda x: f"CASE WHEN {x} IS NOT NULL THEN {_nested(x, t, depth)} END")
    if t.is_integer or t.name in _KINDS:
        return _of(_KINDS.get(t.name, "longs"), sql)
    return once(sql, lambda x: _plain(x, t))


def _of(kind: str, sql: str) -> str:
    return f"trino_hash_{kind}(CAST({sql} AS {_CASTS[kind]}))"


def _plain(x: str, t: Type) -> str:
    if t.name == "decimal":
        whole = unscaled(x, *t.params)
        return _of("longs", whole) if t.params[0] <= _SHORT_DECIMAL else f"trino_hash_whole(CAST({whole} AS VARCHAR))"
    if t.name == "char":
        return _of("texts", f"rtrim({x}, ' ')")
    if t.name == "uuid":
        return f"trino_hash_halves(unhex(replace(CAST({x} AS VARCHAR), '-', '')))"
    if t.name == "date":
        return _of("longs", f"({x} - DATE '1970-01-01')")
    if fine.is_fine(t):
        return _both(f"epoch_us({fine.micros_of(x)})", fine.picos_of(x))
    if t.name == "timestamp":
        return _of("longs", f"epoch_us({x})")
    if t.name == "time":
        return _of("longs", clocks.local(x, t))
    if t.name == TIME_ZONED:
        instant = clocks.utc(x, t)
        return _of("longs", f"{instant} // 1000" if t.precision <= _NANOS else instant)
    if t.name == ZONED:
        return _zoned(x, t)
    raise NotSupported(f"The hash of a {t}")


def _zoned(x: str, t: Type) -> str:
    instant = zones.instant(x)
    if t.precision <= _SHORT_ZONED:
        return _of("longs", f"epoch_ms({instant})")
    beyond = fine.picos_of(x) if fine.is_fine_zoned(t) else "0"
    micros = f"epoch_us({instant})"
    millis = f"CAST(floor({micros} / 1000) AS BIGINT)"
    return _both(millis, f"({micros} - {millis} * 1000) * 1000000 + {beyond}")


def _both(whole: str, picos: str) -> str:
    """Of a moment whose picoseconds Trino keeps beside it."""
    return f"xor({_of('longs', whole)}, {_of('longs', picos)})"


def _nested(x: str, t: Type, depth: int) -> str:
    name = f"_h{depth}"
    if t.name == "row":
        fields = zip(field_names(t), t.args, strict=True)
        listed = ", ".join(hashed(f"struct_extract({x}, {text(field)})", part, depth) for field, part in fields)
        return f"trino_hash_list([{listed}], 1)"
    if t.name == "array":
        return f"trino_hash_list(list_transform({x}, lambda {name}: {hashed(name, t.element, depth + 1)}), 0)"
    key, value = (hashed(f"{name}.{part}", of, depth + 1) for part, of in zip(("key", "value"), t.args, strict=True))
    return f"trino_hash_entries(list_transform(map_entries({x}), lambda {name}: xor({key}, coalesce({value}, 0))))"
