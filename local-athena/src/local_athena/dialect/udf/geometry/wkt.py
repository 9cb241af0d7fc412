"""Geometries as well-known text, read and written as Trino's library does.

https://trino.io/docs/current/functions/geospatial.html and https://github.com/Esri/geometry-api-java
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from local_athena.dialect.udf.failures import Failure, invalid
from local_athena.dialect.udf.geometry.model import KINDS, MEMBERS, Geometry, Line, Point, polygon

_TOKEN = re.compile(r"\s*([A-Za-z]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[(),])")
_DIMENSIONS = ("Z", "M", "ZM")


def parse(text: str) -> Geometry:
    """The geometry that *text* writes. Raises INVALID_FUNCTION_ARGUMENT where it writes none."""
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if not found:
            raise invalid(f"Invalid WKT: {text}")
        tokens.append(found[1].upper())
        at = found.end()
    reader = _Reader(tokens)
    try:
        geometry = reader.geometry()
    except (IndexError, ValueError):
        raise invalid(f"Invalid WKT: {text}") from None
    if reader.rest:
        raise invalid(f"Invalid WKT: {text}")
    return geometry


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens[::-1]

    def next(self) -> str:
        return self.rest.pop()

    def skip(self, token: str) -> bool:
        if self.rest and self.rest[-1] == token:
            self.rest.pop()
            return True
        return False

    def expect(self, token: str) -> None:
        if not self.skip(token):
            raise ValueError

    def geometry(self) -> Geometry:
        kind = self.next()
        if kind not in KINDS:
            raise ValueError
        if self.rest[-1] in _DIMENSIONS:
            raise Failure("NOT_SUPPORTED: Geometries of more than two dimensions are not supported by local Athena")
        if kind == "GEOMETRYCOLLECTION":
            return Geometry(kind, () if self.skip("EMPTY") else self.several(self.geometry))
        return self.of(kind)

    def of(self, kind: str) -> Geometry:
        if self.skip("EMPTY"):
            return Geometry(kind)
        if kind == "POINT":
            self.expect("(")
            point = self.point()
            self.expect(")")
            return Geometry(kind, point)
        if kind == "LINESTRING":
            return Geometry(kind, self.several(self.point))
        if kind == "POLYGON":
            rings = [ring for ring in self.several(self.ring) if ring]
            return polygon(rings) if rings else Geometry(kind)
        member = MEMBERS[kind]
        parts = self.several(lambda: self.naked() if member == "POINT" else self.of(member))
        return Geometry(kind, tuple(part for part in parts if not part.empty))

    def naked(self) -> Geometry:
        """A point of several, which may stand without its parentheses."""
        return self.of("POINT") if self.rest[-1] in ("(", "EMPTY") else Geometry("POINT", self.point())

    def ring(self) -> Line:
        return () if self.skip("EMPTY") else self.several(self.point)

    def point(self) -> Point:
        x, y = float(self.next()), float(self.next())
        if self.rest[-1] not in (",", ")"):
            float(self.rest[-1])
            raise Failure("NOT_SUPPORTED: Geometries of more than two dimensions are not supported by local Athena")
        return x, y

    def several[T](self, read: Callable[[], T]) -> tuple[T, ...]:
        self.expect("(")
        found = [read()]
        while self.skip(","):
            found.append(read())
        self.expect(")")
        return tuple(found)


def write(geometry: Geometry) -> str:
    """*geometry* as text."""
    return f"{geometry.kind} {_body(geometry)}"


def _body(geometry: Geometry) -> str:
    if not geometry.parts:
        return "EMPTY"
    if geometry.kind == "POINT":
        return f"({number(geometry.parts[0])} {number(geometry.parts[1])})"
    if geometry.kind == "LINESTRING":
        return _line(geometry.parts)
    if geometry.kind == "POLYGON":
        return f"({', '.join(map(_line, geometry.parts))})"
    written = write if geometry.kind == "GEOMETRYCOLLECTION" else _body
    return f"({', '.join(map(written, geometry.parts))})"


def _line(line: Line) -> str:
    return f"({', '.join(f'{number(x)} {number(y)}' for x, y in line)})"


_DIGITS = 17


def number(value: float) -> str:
    """A coordinate by Java's ``%.17g``, without the zeros at the end of a fraction."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value)) if value or str(value)[0] != "-" else "-0"
    if value - value != 0:
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    shortest = Decimal(repr(value))
    exponent = shortest.adjusted()
    if -4 <= exponent < _DIGITS:
        plain = f"{shortest:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    sign, digits, _ = shortest.as_tuple()
    text = "".join(map(str, digits)).rstrip("0").ljust(_DIGITS, "0")
    return f"{'-' * sign}{text[0]}.{text[1:]}e{exponent:+03d}"
