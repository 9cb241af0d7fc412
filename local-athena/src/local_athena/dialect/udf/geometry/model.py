"""A geometry of the plane, and its well-known binary form: https://www.ogc.org/standard/sfa/.

Polygons are kept as Trino's library writes them: rings closed, the outer one counterclockwise, holes clockwise, each beginning
where it was written to begin.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from local_athena.dialect.udf.failures import Failure, invalid

type Point = tuple[float, float]
type Line = tuple[Point, ...]

KINDS = ("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION")
"""In the order of their numbers in well-known binary, from 1."""
NAMES = dict(
    zip(
        KINDS,
        ["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"],
        strict=True,
    )
)
"""Their names in GeoJSON and in errors of JTS."""
TRINO = {kind: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper() for kind, name in NAMES.items()}
"""Their names in errors of Trino: ``MULTI_LINE_STRING``."""
MEMBERS = {"MULTIPOINT": "POINT", "MULTILINESTRING": "LINESTRING", "MULTIPOLYGON": "POLYGON"}


@dataclass(frozen=True, slots=True)
class Geometry:
    """*parts* are a point's coordinates (none if it is empty), a line's points, a polygon's rings or members."""

    kind: str
    parts: tuple[Any, ...] = ()

    @property
    def empty(self) -> bool:
        if self.kind in MEMBERS or self.kind == "GEOMETRYCOLLECTION":
            return all(part.empty for part in self.parts)
        return not self.parts

    def points(self) -> Iterator[Point]:
        """Every point in the order of Trino's library: rings are walked against the order in which they are written."""
        if self.kind == "POINT":
            yield from [self.parts] if self.parts else []
        elif self.kind == "LINESTRING":
            yield from self.parts
        elif self.kind == "POLYGON":
            for ring in self.parts:
                yield from reversed(ring)
        else:
            for part in self.parts:
                yield from part.points()

    def members(self) -> tuple[Geometry, ...]:
        """The geometries that this one is made of; itself if it is of one."""
        if self.kind in MEMBERS or self.kind == "GEOMETRYCOLLECTION":
            return self.parts
        return () if self.empty else (self,)


def area(ring: Sequence[Point]) -> float:
    """The area inside a closed ring, negative if it runs clockwise."""
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring)) / 2


def polygon(rings: Sequence[Line]) -> Geometry:
    """A polygon of *rings*, the outer one first; closes them and turns those that run the wrong way."""
    made = []
    for at, ring in enumerate(rings):
        closed = ring if ring[0] == ring[-1] and len(ring) > 1 else (*ring, ring[0])
        turned = area(closed) < 0 if at == 0 else area(closed) > 0
        made.append(tuple(reversed(closed)) if turned else closed)
    return Geometry("POLYGON", tuple(made))


def only(name: str, geometry: Geometry, *kinds: str, spherical: bool = False) -> None:
    """Raises Trino's error for a geometry of another kind than *kinds*."""
    if geometry.kind in kinds:
        return
    wanted = " or ".join(TRINO[kind] for kind in kinds)
    start = (
        f"When applied to SphericalGeography inputs, {name} only supports" if spherical else f"{name} only applies to"
    )
    raise invalid(f"{start} {wanted}. Input type is: {TRINO[geometry.kind]}")


# ---- well-known binary

_HEAD, _NUMBER, _POINT = struct.Struct("<BI"), struct.Struct("<I"), struct.Struct("<2d")
_NOWHERE = _POINT.pack(float("nan"), float("nan"))


def dump(geometry: Geometry) -> bytes:
    """*geometry* in well-known binary, little end first."""
    head = _HEAD.pack(1, KINDS.index(geometry.kind) + 1)
    if geometry.kind == "POINT":
        return head + (_POINT.pack(*geometry.parts) if geometry.parts else _NOWHERE)
    count = _NUMBER.pack(len(geometry.parts))
    if geometry.kind == "LINESTRING":
        return head + count + _packed(geometry.parts)
    if geometry.kind == "POLYGON":
        return head + count + b"".join(_NUMBER.pack(len(ring)) + _packed(ring) for ring in geometry.parts)
    return head + count + b"".join(map(dump, geometry.parts))


def _packed(line: Line) -> bytes:
    return b"".join(_POINT.pack(*point) for point in line)


def load(data: bytes) -> Geometry:
    """The geometry that *data* holds. Raises INVALID_FUNCTION_ARGUMENT where it holds none."""
    try:
        geometry, end = _load(data, 0)
    except (struct.error, IndexError, KeyError):
        raise invalid("Invalid WKB") from None
    if end > len(data):
        raise invalid("Invalid WKB")
    return geometry


def _load(data: bytes, at: int) -> tuple[Geometry, int]:
    order = {0: ">", 1: "<"}[data[at]]
    (code,) = struct.unpack_from(f"{order}I", data, at + 1)
    at += 5
    if code > len(KINDS) and code % 1000 <= len(KINDS):
        raise Failure("NOT_SUPPORTED: Geometries of more than two dimensions are not supported by local Athena")
    kind = KINDS[code - 1] if code else KINDS[len(KINDS)]
    if kind == "POINT":
        x, y = struct.unpack_from(f"{order}2d", data, at)
        return Geometry(kind, () if x != x and y != y else (x, y)), at + 16
    (count,) = struct.unpack_from(f"{order}I", data, at)
    at += 4
    if kind == "LINESTRING":
        return Geometry(kind, _points(data, at, count, order)), at + 16 * count
    parts: list[Any] = []
    for _ in range(count):
        if kind == "POLYGON":
            (size,) = struct.unpack_from(f"{order}I", data, at)
            parts.append(_points(data, at + 4, size, order))
            at += 4 + 16 * size
        else:
            part, at = _load(data, at)
            if kind in MEMBERS and part.kind != MEMBERS[kind]:
                raise KeyError(kind)
            parts.append(part)
    rings = [ring for ring in parts if ring] if kind == "POLYGON" else None
    return (polygon(rings) if rings is not None else Geometry(kind, tuple(parts))), at


def _points(data: bytes, at: int, count: int, order: str) -> Line:
    numbers = struct.unpack_from(f"{order}{2 * count}d", data, at)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
