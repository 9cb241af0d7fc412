"""Trino's types: their names, their order of coercion, and how DuckDB holds their values.

https://trino.io/docs/current/language/types.html; the rules of coercion are those of Trino's ``TypeCoercion``.

Some types have no equal in DuckDB. Inside a translated query they are held so:

* ``timestamp(p) with time zone``: ``STRUCT(i TIMESTAMP, z VARCHAR)``, the instant in UTC and the zone it was written in;
* ``time(p)`` finer than microseconds: BIGINT picoseconds; with time zone: ``STRUCT(p BIGINT, o INTEGER)``, beside its offset;
* ``timestamp(p)`` finer than microseconds: ``STRUCT(t TIMESTAMP, p INTEGER)``, its microseconds and the picoseconds beyond;
  with time zone: ``STRUCT(i TIMESTAMP, z VARCHAR, p INTEGER)``;
* ``interval day to second``: BIGINT milliseconds; ``interval year to month``: BIGINT months;
* ``ipaddress``: BLOB, the 16 bytes of an IPv6 address;
* ``HyperLogLog``, ``P4HyperLogLog`` and ``SetDigest``: BLOB, Trino's own bytes;
* ``tdigest`` and ``qdigest``: lists of values with their weights;
* ``color``: BIGINT, as ``udf.colors`` has it;
* ``char(n)``: VARCHAR padded with spaces to n; ``json``: VARCHAR of compact JSON text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from local_athena.dialect.values import type_texts
from local_athena.errors import AthenaError, NotSupported
from local_athena.model import trino_type

INTEGERS = ("tinyint", "smallint", "integer", "bigint")
DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
ZONED = "timestamp with time zone"
TIME_ZONED = "time with time zone"
DAYS, MONTHS = "interval day to second", "interval year to month"
ORDER = (*INTEGERS, "decimal", "real", "double")


@dataclass(frozen=True, slots=True)
class Type:
    """A Trino type. ``params`` are its numbers, ``args`` its element types, ``fields`` a row's field names."""

    name: str
    params: tuple[int, ...] = ()
    args: tuple[Type, ...] = ()
    fields: tuple[str | None, ...] = ()

    def __str__(self) -> str:
        return _spell(self)

    @property
    def is_text(self) -> bool:
        return self.name in ("varchar", "char")

    @property
    def is_integer(self) -> bool:
        return self.name in DIGITS

    @property
    def is_number(self) -> bool:
        return self.name in ORDER

    @property
    def is_float(self) -> bool:
        return self.name in ("real", "double")

    @property
    def precision(self) -> int:
        """Digits of the fraction of a second; 3 where a type was written without."""
        return self.params[0] if self.params else 3

    @property
    def element(self) -> Type:
        return self.args[0]

    @property
    def ordered(self) -> bool:
        """Whether of two values one comes first."""
        return not any(part.name in UNORDERED for part in self.walk())

    def walk(self) -> Iterator[Type]:
        """This type and every type inside it."""
        yield self
        for arg in self.args:
            yield from arg.walk()


@lru_cache(maxsize=4096)
def _spell(t: Type) -> str:
    if t.name in (ZONED, TIME_ZONED):
        return f"{t.name.split()[0]}({t.precision}) with time zone"
    if t.name == "row":
        fields = zip(t.fields, t.args, strict=True)
        return f"row({', '.join(str(a) if f is None else f'{_quote_field(f)} {a}' for f, a in fields)})"
    if t.args:
        return f"{t.name}({', '.join(map(str, t.args))})"
    return f"{t.name}({','.join(map(str, t.params))})" if t.params else _SHOWN.get(t.name, t.name)


def _quote_field(name: str) -> str:
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'


BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT = (Type(n) for n in ("boolean", *INTEGERS))
REAL, DOUBLE, VARCHAR, VARBINARY, DATE, JSON, UUID = (
    Type(n) for n in ("real", "double", "varchar", "varbinary", "date", "json", "uuid")
)
HYPERLOGLOG, P4HYPERLOGLOG, SET_DIGEST, TDIGEST = (
    Type(n) for n in ("HyperLogLog", "P4HyperLogLog", "SetDigest", "tdigest")
)
SKETCHES = ("HyperLogLog", "P4HyperLogLog", "SetDigest", "tdigest", "qdigest")
GEOMETRIES = ("geometry", "sphericalgeography")
OPAQUE = (*SKETCHES, *GEOMETRIES)
"""Types of which two values are never compared."""
TILE = "bingtile"
COLOR = Type("color")
UNORDERED = ("map", "json", TILE, "color", *OPAQUE)
_SHOWN = {"geometry": "Geometry", "sphericalgeography": "SphericalGeography", TILE: "BingTile"}
UNKNOWN, DAY_INTERVAL, MONTH_INTERVAL = Type("unknown"), Type(DAYS), Type(MONTHS)
TIMESTAMP, TIMESTAMP6, TIMESTAMP_TZ, TIME = (
    Type("timestamp", (3,)),
    Type("timestamp", (6,)),
    Type(ZONED, (3,)),
    Type("time", (3,)),
)


def array(element: Type) -> Type:
    return Type("array", (), (element,))


def map_of(key: Type, value: Type) -> Type:
    return Type("map", (), (key, value))


def row(*args: Type, names: tuple[str | None, ...] | None = None) -> Type:
    return Type("row", (), args, names or (None,) * len(args))


def decimal(precision: int, scale: int = 0) -> Type:
    return Type("decimal", (min(precision, 38), scale))


UNBOUNDED = 2**31 - 1
"""The length of a varchar that has none."""


def varchar(length: int) -> Type:
    return Type("varchar", (length,)) if length < UNBOUNDED else VARCHAR


def length_of(t: Type) -> int:
    """The most characters that a text of type *t* can have."""
    return t.params[0] if t.is_text and t.params else UNBOUNDED


def as_decimal(t: Type) -> Type:
    """The decimal that holds every value of an integer type; a decimal as it is."""
    return decimal(DIGITS[t.name]) if t.is_integer else t


# ---- reading spellings

_ALIASES = {
    "int": "integer",
    "double precision": "double",
    "float": "real",
    "dec": "decimal",
    "numeric": "decimal",
    "string": "varchar",
}


@lru_cache(maxsize=4096)
def parse_type(text: str) -> Type:
    """The type that *text* spells in Trino. Raises ``AthenaError("TYPE_NOT_FOUND", ...)``."""
    written = type_texts.read(text)
    if written is None:
        raise _unknown(text)
    return _made(written)


def _made(written: type_texts.Written) -> Type:
    name = written.name
    if name.startswith("interval "):
        return Type(name)
    word, _, zone = name.partition(" ")
    name = _ALIASES.get(word, word) + (f" {zone}" if zone else "")
    fields = tuple(field for field, _ in written.args) if name == "row" else ()
    return make(name, written.params, tuple(_made(arg) for _, arg in written.args), fields)


_KNOWN = {
    *ORDER, "boolean", "varchar", "char", "varbinary", "date", "json", "uuid", "unknown", "time", "timestamp",
    ZONED, TIME_ZONED, DAYS,
    MONTHS, "array", "map", "row", "ipaddress", *GEOMETRIES, TILE, "color",
}  # fmt: skip


def make(
    name: str, params: tuple[int, ...] = (), args: tuple[Type, ...] = (), fields: tuple[str | None, ...] = ()
) -> Type:
    """A type from its parts, with Trino's defaults filled in: decimal is decimal(38,0), timestamp is timestamp(3),
    char is char(1).
    """
    if name in _SKETCHED and not (params or args):
        return Type(_SKETCHED[name])
    if name not in _KNOWN:
        raise (NotSupported(f"Type {name}") if name in _REFUSED else _unknown(name))
    if len(params) > _PARAMETERS.get(name, 0):
        raise _unknown(f"{name}({', '.join(map(str, params))})")
    if name == "decimal":
        params = (params[0], params[1] if len(params) > 1 else 0) if params else (38, 0)
        if not 0 < params[0] <= 38:
            raise _out_of_range(f"DECIMAL precision must be in range [1, 38]: {params[0]}")
        if params[1] > params[0]:
            raise _out_of_range(f"DECIMAL scale must be in range [0, precision ({params[0]})]: {params[1]}")
    elif name == "char":
        params = params or (1,)
        if params[0] > _LONGEST_CHAR:
            raise _out_of_range(f"CHAR length must be in range [0, {_LONGEST_CHAR}], got {params[0]}")
    elif name == "varchar" and params and params[0] > UNBOUNDED:
        raise _unknown(f"varchar({params[0]})")
    elif name in ("timestamp", ZONED, "time", TIME_ZONED):
        params = params or (3,)
        if params[0] > _FINEST:
            raise _out_of_range(f"{name.upper()} precision must be in range [0, {_FINEST}]: {params[0]}")
    return Type(name, params, args, fields)


_LONGEST_CHAR, _FINEST = 65_536, 12


_PARAMETERS = {"decimal": 2, **dict.fromkeys(("varchar", "char", "time", TIME_ZONED, "timestamp", ZONED), 1)}


def _unknown(text: str) -> AthenaError:
    return AthenaError("TYPE_NOT_FOUND", f"Unknown type: {text}")


def longer_char(length: int) -> Type:
    """The type of two chars joined.

    :raises AthenaError: TYPE_NOT_FOUND where it would be longer than a char can be.
    """
    if length > _LONGEST_CHAR:
        raise AthenaError("TYPE_NOT_FOUND", f"Unknown type: char({length})")
    return Type("char", (length,))


def _out_of_range(message: str) -> AthenaError:
    return AthenaError("INVALID_FUNCTION_ARGUMENT", message)


_SKETCHED = {name.lower(): name for name in SKETCHES if name != "qdigest"}
_REFUSED = {
    "ipprefix",
    "qdigest",
}


# ---- borders: sqlglot's DataType, DuckDB's spelling

_BY_DTYPE = {
    "INT": "integer", "FLOAT": "real", "STRUCT": "row", "TIMESTAMPTZ": ZONED, "TIMETZ": TIME_ZONED,
    "TEXT": "varchar", "LIST": "array",
    "STRING": "varchar", "NULL": "unknown", "BINARY": "varbinary", "DATETIME": "timestamp", "TIMESTAMPNTZ": "timestamp",
    "HLLSKETCH": "hyperloglog", "GEOGRAPHY": "sphericalgeography", "OBJECT": TILE,
}  # fmt: skip


def from_datatype(t: exp.DataType) -> Type:
    """Our form of a sqlglot type in Trino's terms."""
    if isinstance(t.this, exp.Interval):
        unit = t.this.args.get("unit")
        return MONTH_INTERVAL if unit is not None and unit.name.upper() in ("YEAR", "MONTH") else DAY_INTERVAL
    if t.this == exp.DType.USERDEFINED:
        kind = str(t.args.get("kind"))
        if kind.partition("(")[0].strip().lower() in _ALIASES:
            raise _unknown(kind)
        return parse_type(kind)
    name = str(t.this.value)
    name = _BY_DTYPE.get(name, name.lower())
    params: list[int] = []
    args: list[Type] = []
    fields: list[str | None] = []
    for e in t.expressions:
        if isinstance(e, exp.DataTypeParam):
            if not e.this.name.isdigit():
                raise _unknown(f"{name}({e.this.name.lower()})")
            params.append(int(e.this.name))
        elif isinstance(e, exp.ColumnDef):
            fields.append(field_name(e))
            args.append(from_datatype(e.args["kind"]))
        elif isinstance(e, exp.DataType):
            fields.append(None)
            args.append(from_datatype(e))
        else:  # a type name that sqlglot did not know
            fields.append(None)
            args.append(parse_type(e.sql(dialect="trino")))
    return make(name, tuple(params), tuple(args), tuple(fields) if name == "row" else ())


def field_name(field: exp.ColumnDef) -> str:
    """The name of a row's field, in lower case unless it is quoted."""
    return field.name if field.this.args.get("quoted") else field.name.lower()


@lru_cache(maxsize=1024)
def to_datatype(t: Type) -> exp.DataType:
    """sqlglot's form of a type. Shared between callers: copy before putting it into a tree."""
    if t.name in (DAYS, MONTHS):
        unit = exp.IntervalSpan(
            this=exp.var("DAY" if t.name == DAYS else "YEAR"),
            expression=exp.var("SECOND" if t.name == DAYS else "MONTH"),
        )
        return exp.DataType(this=exp.Interval(unit=unit))
    if t.args and COLOR in t.walk():
        return _nested(t)
    return (
        exp.DataType.build("unknown")
        if t == UNKNOWN
        else trino_type(re.sub(r"SphericalGeography|BingTile", _known, str(t)))
    )


def _nested(t: Type) -> exp.DataType:
    """A type that holds others, made of theirs: sqlglot reads none inside another that it does not know."""
    kind = {"array": exp.DType.ARRAY, "map": exp.DType.MAP, "row": exp.DType.STRUCT}[t.name]
    inside: list[exp.Expr] = [to_datatype(arg).copy() for arg in t.args]
    for i, name in enumerate(t.fields):
        if name is not None:
            inside[i] = exp.ColumnDef(this=exp.to_identifier(name, quoted=True), kind=inside[i])
    return exp.DataType(this=kind, expressions=inside, nested=True)


def _known(found: re.Match[str]) -> str:
    """A type of sqlglot's in the place of one that it does not know: it reads none inside another."""
    return {"BingTile": "OBJECT", "SphericalGeography": "GEOGRAPHY"}[found[0]]


def display(t: exp.DataType) -> str:
    """How Trino's ``typeof`` spells a sqlglot type: ``timestamp(3) with time zone``, ``row(a integer, b varchar)``."""
    return str(from_datatype(t))


_DUCKDB = {
    "real": "FLOAT", "varchar": "VARCHAR", "char": "VARCHAR", "json": "VARCHAR", "varbinary": "BLOB", "unknown": "INTEGER",
    "timestamp": "TIMESTAMP", "time": "TIME", ZONED: "STRUCT(i TIMESTAMP, z VARCHAR)", DAYS: "BIGINT", MONTHS: "BIGINT",
    TIME_ZONED: "TIMETZ", "ipaddress": "BLOB",
    "HyperLogLog": "BLOB", "P4HyperLogLog": "BLOB", "SetDigest": "BLOB", "tdigest": "STRUCT(v DOUBLE, w DOUBLE)[]",
    "qdigest": "STRUCT(v DOUBLE, w DOUBLE)[]",
    "sphericalgeography": "GEOMETRY", TILE: "BIGINT", "color": "BIGINT",
}  # fmt: skip


_FINE = {
    "time": "BIGINT", TIME_ZONED: "STRUCT(p BIGINT, o INTEGER)", "timestamp": "STRUCT(t TIMESTAMP, p INTEGER)",
    ZONED: "STRUCT(i TIMESTAMP, z VARCHAR, p INTEGER)",
}  # fmt: skip
"""Forms of what is finer than a microsecond (``clocks``, ``fine``)."""


@lru_cache(maxsize=4096)
def held(t: Type) -> str:
    """DuckDB's type for values of *t* inside a translated query."""
    if t.name == "decimal":
        return f"DECIMAL({t.params[0]},{t.params[1]})"
    if t.name in _FINE and t.precision > 6:
        return _FINE[t.name]
    if t == Type("qdigest", (), (BIGINT,)):
        return "STRUCT(v BIGINT, w DOUBLE)[]"
    if t.name == "array":
        return f"{held(t.element)}[]"
    if t.name == "map":
        return f"MAP({held(t.args[0])}, {held(t.args[1])})"
    if t.name == "row":
        return "STRUCT(" + ", ".join(f"{ident(n)} {held(a)}" for n, a in zip(field_names(t), t.args, strict=True)) + ")"
    return _DUCKDB.get(t.name) or t.name.upper()


def field_names(t: Type) -> list[str]:
    """The DuckDB field names of a row: Trino's, and ``field0``, ``field1`` ... where it has none (as Athena prints them)."""
    names = [name if name is not None else f"field{i}" for i, name in enumerate(t.fields)]
    return (
        names
        if len({name.lower() for name in names}) == len(names)
        else [f"{name}${i}" for i, name in enumerate(names)]
    )


def ident(name: str) -> str:
    """*name* as a DuckDB identifier."""
    return '"' + name.replace('"', '""') + '"'


def to_duckdb(t: exp.DataType) -> str:
    """The DuckDB type that a relation's column of type *t* must have."""
    return held(from_datatype(t)).replace("STRUCT(i TIMESTAMP, z VARCHAR)", "TIMESTAMP WITH TIME ZONE")
