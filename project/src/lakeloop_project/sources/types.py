"""Types of columns as people write them for Athena, Hive, Trino or DuckDB, and how Glue and DuckDB spell each.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html, https://duckdb.org/docs/stable/sql/data_types/overview
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lakeloop_project.errors import UserError

_ALIASES = {
    "bool": "boolean",
    "int": "integer",
    "long": "bigint",
    "short": "smallint",
    "float": "real",
    "double precision": "double",
    "string": "varchar",
    "text": "varchar",
    "character varying": "varchar",
    "character": "char",
    "binary": "varbinary",
    "blob": "varbinary",
    "bytea": "varbinary",
    "numeric": "decimal",
    "timestamp without time zone": "timestamp",
    "datetime": "timestamp",
    "struct": "row",
    "list": "array",
}
# DuckDB, Glue (Hive): None for what no column of a table in Glue can have, but a text can hold.
_SCALARS: dict[str, tuple[str, str | None]] = {
    "boolean": ("BOOLEAN", "boolean"),
    "tinyint": ("TINYINT", "tinyint"),
    "smallint": ("SMALLINT", "smallint"),
    "integer": ("INTEGER", "int"),
    "bigint": ("BIGINT", "bigint"),
    "real": ("FLOAT", "float"),
    "double": ("DOUBLE", "double"),
    "decimal": ("DECIMAL", "decimal"),
    "varchar": ("VARCHAR", "string"),
    "char": ("VARCHAR", "char"),
    "varbinary": ("BLOB", "binary"),
    "date": ("DATE", "date"),
    "timestamp": ("TIMESTAMP", "timestamp"),
    "timestamp with time zone": ("TIMESTAMPTZ", None),
    "time": ("TIME", None),
    "uuid": ("UUID", None),
}
_INTEGERS = ("tinyint", "smallint", "integer", "bigint")
_MAX_PRECISION = 38
# https://docs.aws.amazon.com/athena/latest/ug/data-types.html: char up to 255, varchar up to 65535.
_LENGTHS = {"char": 255, "varchar": 65535}
_DEEPEST = 20
_TOKEN = re.compile(r'\s*("(?:[^"]|"")*"|[A-Za-z_]\w*|\d+|[()<>,:\[\]])')
_FIELD = re.compile(r"[A-Za-z_]\w*")


class BadType(Exception):
    """A text that is no type; the message says why."""


@dataclass(frozen=True)
class Type:
    """A type: ``name`` is Trino's (``row``, ``array``, ``map`` hold others in ``of``, a row's fields are named by ``names``)."""

    name: str
    numbers: tuple[int, ...] = ()
    of: tuple[Type, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def nested(self) -> bool:
        return bool(self.of)

    @property
    def is_text(self) -> bool:
        return self.name in ("varchar", "char")

    @property
    def is_integer(self) -> bool:
        return self.name in _INTEGERS

    @property
    def in_glue(self) -> bool:
        """Whether a column of a table in Glue can have it."""
        return all(inner.in_glue for inner in self.of) if self.nested else _SCALARS[self.name][1] is not None

    @property
    def hive(self) -> str:
        """As Glue spells it: ``struct<id:bigint,tags:array<string>>``."""
        if self.name == "row":
            fields = zip(self.names, self.of, strict=True)
            return f"struct<{','.join(f'{name.lower()}:{kind.hive}' for name, kind in fields)}>"
        if self.nested:
            return f"{self.name}<{','.join(kind.hive for kind in self.of)}>"
        spelt = _SCALARS[self.name][1] or self.name
        if self.name == "varchar" and self.numbers:
            spelt = "varchar"
        return spelt + self._arguments

    @property
    def duckdb(self) -> str:
        """As DuckDB spells it: ``STRUCT("id" BIGINT, "tags" VARCHAR[])``."""
        if self.name == "row":
            fields = zip(self.names, self.of, strict=True)
            return f"STRUCT({', '.join(f'"{name}" {kind.duckdb}' for name, kind in fields)})"
        if self.name == "array":
            return f"{self.of[0].duckdb}[]"
        if self.name == "map":
            return f"MAP({self.of[0].duckdb}, {self.of[1].duckdb})"
        return _SCALARS[self.name][0] + (self._arguments if self.name == "decimal" else "")

    def __str__(self) -> str:
        """As Athena's queries spell it: ``row(id bigint, tags array(varchar))``."""
        if self.name == "row":
            fields = zip(self.names, self.of, strict=True)
            return f"row({', '.join(f'{name} {kind}' for name, kind in fields)})"
        if self.nested:
            return f"{self.name}({', '.join(map(str, self.of))})"
        return self.name + self._arguments

    @property
    def _arguments(self) -> str:
        return f"({','.join(map(str, self.numbers))})" if self.numbers else ""


TEXT = Type("varchar")
DATE = Type("date")


def parse_type(text: str, also: Mapping[str, Type] = MappingProxyType({})) -> Type:
    """The type that *text* spells, in any of the dialects.

    Args:
        also: further names of simple types, in lower case.

    Raises:
        BadType: it spells none.
    """
    reader = _Reader(text, also)
    found = reader.type(0)
    reader.end()
    return found


def typed(text: str, where: str) -> Type:
    """As ``parse_type``, with a ``UserError`` that begins with *where*."""
    try:
        return parse_type(text)
    except BadType as error:
        raise UserError(
            f"{where}: {text[:80]!r} is no type: {error}. Types are those of Athena: varchar, bigint, integer, double, "
            "decimal(12,2), boolean, date, timestamp, array(varchar), map(varchar, bigint), row(id bigint, name varchar)."
        ) from None


class _Reader:
    """Reads a type from left to right."""

    def __init__(self, text: str, also: Mapping[str, Type]) -> None:
        self._also = also
        self._tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise BadType(f"{text[at:].strip()[:20]!r} is not understood")
            self._tokens.append(found[1])
            at = found.end()
        self._at = 0

    def end(self) -> None:
        if self._next:
            raise BadType(f"{self._next!r} is not understood")

    @property
    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, *wanted: str) -> str:
        token = self._next
        if wanted and token not in wanted:
            raise BadType(f"{' or '.join(wanted)} is missing")
        self._at += 1
        return token

    def type(self, depth: int) -> Type:
        if depth > _DEEPEST:
            raise BadType(f"it is nested more than {_DEEPEST} times")
        found = self._base(depth)
        while self._next == "[":
            self._take("[")
            self._take("]")
            found = Type("array", of=(found,))
        return found

    def _base(self, depth: int) -> Type:
        name = self._name()
        if name == "row":
            return self._row(depth)
        if name in ("array", "map"):
            return self._container(name, depth)
        if name in self._also:
            return self._also[name]
        if name not in _SCALARS:
            raise BadType(f"{name or 'nothing'} is not known")
        numbers = self._numbers()
        if name == "timestamp" and self._next.lower() in ("with", "without"):
            with_zone = self._take().lower() == "with"
            for word in ("time", "zone"):
                if self._take().lower() != word:
                    raise BadType(f"`timestamp with` goes on with `time zone`, not {word!r}")
            name = "timestamp with time zone" if with_zone else name
        return _scalar(name, numbers)

    def _name(self) -> str:
        name = self._take().lower()
        for second in ("precision", "varying"):
            if self._next.lower() == second and f"{name} {second}" in _ALIASES:
                name = f"{name} {self._take().lower()}"
        return _ALIASES.get(name, name)

    def _numbers(self) -> tuple[int, ...]:
        if self._next != "(":
            return ()
        self._take("(")
        found = []
        while True:
            number = self._take()
            if not number.isdecimal() or len(number) > 6:
                raise BadType(f"{number or 'nothing'} is no number")
            found.append(int(number))
            if self._take(",", ")") == ")":
                return tuple(found)

    def _container(self, name: str, depth: int) -> Type:
        end = {"(": ")", "<": ">"}[self._take("(", "<")]
        inner = [self.type(depth + 1)]
        while self._take(",", end) == ",":
            inner.append(self.type(depth + 1))
        if len(inner) != (1 if name == "array" else 2):
            raise BadType(f"{name} holds {'one type' if name == 'array' else 'two types'}")
        if name == "map" and inner[0].nested:
            raise BadType("the key of a map is a simple type")
        return Type(name, of=tuple(inner))

    def _row(self, depth: int) -> Type:
        end = {"(": ")", "<": ">"}[self._take("(", "<")]
        names, kinds = [], []
        while True:
            name = self._take()
            name = name[1:-1] if name.startswith('"') else name
            if not _FIELD.fullmatch(name):
                raise BadType(f"{name or 'nothing'} cannot name a field: letters, digits and underscores can")
            if self._next == ":":
                self._take(":")
            names.append(name)
            kinds.append(self.type(depth + 1))
            if self._take(",", end) == end:
                break
        if len({name.lower() for name in names}) < len(names):
            raise BadType("two fields of a row have the same name")
        return Type("row", of=tuple(kinds), names=tuple(names))


def _scalar(name: str, numbers: tuple[int, ...]) -> Type:
    if name == "decimal":
        # Trino means (38,0), Hive (10,0) and DuckDB (18,3).
        if len(numbers) not in (1, 2):
            raise BadType("decimal needs its precision and scale, as in decimal(12,2)")
        precision, scale = numbers if len(numbers) == 2 else (numbers[0], 0)
        if not 1 <= precision <= _MAX_PRECISION or scale > precision:
            raise BadType(
                f"decimal has at most {_MAX_PRECISION} digits, and no more of them behind the point than in all"
            )
        return Type(name, (precision, scale))
    if name in _LENGTHS:
        if len(numbers) > 1 or (numbers and not 1 <= numbers[0] <= _LENGTHS[name]):
            raise BadType(f"the length of {name} is 1 to {_LENGTHS[name]}")
        if name == "char" and not numbers:
            raise BadType("char needs its length, as in char(2)")
        return Type(name, numbers)
    if numbers and not (name.startswith("time") and len(numbers) == 1 and numbers[0] <= 12):
        raise BadType(f"{name} takes no ({','.join(map(str, numbers))})")
    # The precision of a timestamp is the engine's.
    return Type(name)
