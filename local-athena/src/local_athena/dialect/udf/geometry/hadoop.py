"""Geometries as Esri's framework for Hadoop keeps them: https://github.com/Esri/spatial-framework-for-hadoop

Four bytes of a reference system, one of a kind, then a shape as in Esri's shapefiles.
"""

from __future__ import annotations

import struct

from local_athena.dialect.udf.failures import Failure, invalid
from local_athena.dialect.udf.geometry.model import Geometry, Line, area, polygon

_HEAD = 5
_KINDS = ("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON")
_SHAPES = {"POINT": 1, "LINESTRING": 3, "POLYGON": 5, "MULTIPOINT": 8, "MULTILINESTRING": 3, "MULTIPOLYGON": 5}
_NOWHERE = -1e308
_BOX = 32


def parse(data: bytes) -> Geometry:
    """The geometry that *data* holds. Raises INVALID_FUNCTION_ARGUMENT where it holds none."""
    if len(data) <= _HEAD:
        raise invalid("Hadoop shape input is too short")
    number = int.from_bytes(data[4:_HEAD], signed=True)
    if number == 0:
        raise Failure("NOT_SUPPORTED: A Hadoop shape of unknown type is not supported by local Athena")
    if not 0 < number <= len(_KINDS):
        raise invalid(f"Invalid Hadoop shape type: {number}")
    try:
        return _shape(_KINDS[number - 1], data[_HEAD:])
    except (struct.error, IndexError, ValueError):
        raise invalid("Invalid Hadoop shape") from None


def _shape(kind: str, data: bytes) -> Geometry:
    if struct.unpack_from("<i", data)[0] != _SHAPES[kind]:
        raise ValueError
    if kind == "POINT":
        x, y = struct.unpack_from("<2d", data, 4)
        return Geometry(kind, (x, y) if x > _NOWHERE and y > _NOWHERE else ())
    at = 4 + _BOX
    if kind == "MULTIPOINT":
        (count,) = struct.unpack_from("<i", data, at)
        return Geometry(kind, tuple(Geometry("POINT", point) for point in _points(data, at + 4, count)))
    pieces, count = struct.unpack_from("<2i", data, at)
    starts = struct.unpack_from(f"<{pieces}i", data, at + 8)
    path = _points(data, at + 8 + 4 * pieces, count)
    lines = [path[start:end] for start, end in zip(starts, (*starts, count)[1:], strict=True)]
    if kind == "LINESTRING":
        return Geometry(kind, lines[0] if lines else ())
    if kind == "MULTILINESTRING":
        return Geometry(kind, tuple(Geometry("LINESTRING", line) for line in lines))
    polygons: list[list[Line]] = []
    for line in lines:  # an outer ring runs clockwise there, and its holes follow it
        if area(line) < 0 or not polygons:
            polygons.append([])
        polygons[-1].append(line)
    made = tuple(map(polygon, polygons))
    return Geometry(kind, made) if kind == "MULTIPOLYGON" else (made[0] if made else Geometry(kind))


def _points(data: bytes, at: int, count: int) -> Line:
    numbers = struct.unpack_from(f"<{2 * count}d", data, at)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
