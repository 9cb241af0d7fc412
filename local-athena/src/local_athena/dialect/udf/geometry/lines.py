"""Places on lines: https://trino.io/docs/current/functions/geospatial.html, and lines as encoded polylines."""

from __future__ import annotations

from itertools import pairwise
from math import floor, hypot, inf

from local_athena.dialect.udf.failures import invalid
from local_athena.dialect.udf.geometry.model import NAMES, Geometry, Point, only

type Segment = tuple[Point, Point]


def _segments(geometry: Geometry) -> list[Segment]:
    return [segment for line in geometry.members() for segment in pairwise(line.parts)]


def _length(segment: Segment) -> float:
    (x, y), (u, v) = segment
    return hypot(u - x, v - y)


def locate(line: Geometry, point: Geometry) -> float | None:
    """How far along *line*, from 0 to 1, the place lies that is nearest to *point*."""
    if "LINE" not in line.kind:
        kind = NAMES[line.kind]
        raise invalid(f"First argument to line_locate_point must be a LineString or a MultiLineString. Got: {kind}")
    if point.kind != "POINT":
        raise invalid(f"Second argument to line_locate_point must be a Point. Got: {NAMES[point.kind]}")
    if line.empty or point.empty:
        return None
    nearest, at, passed = inf, 0.0, 0.0
    for segment in _segments(line):
        length, share = _length(segment), _projected(segment, point.parts)
        (x, y), (u, v) = segment
        away = hypot(x + share * (u - x) - point.parts[0], y + share * (v - y) - point.parts[1])
        if away < nearest:
            nearest, at = away, passed + share * length
        passed += length
    return at / passed if passed else 0.0


def _projected(segment: Segment, point: Point) -> float:
    """The share of *segment* before the foot of the perpendicular from *point*, within 0 and 1."""
    (x, y), (u, v) = segment
    squared = (u - x) ** 2 + (v - y) ** 2
    along = (point[0] - x) * (u - x) + (point[1] - y) * (v - y)
    return min(max(along / squared, 0.0), 1.0) if squared else 0.0


def interpolated(line: Geometry, fraction: float, repeated: bool) -> list[Geometry] | None:
    """The point at *fraction* of *line*; with *repeated*, those at each multiple of it, too."""
    only("line_interpolate_point", line, "LINESTRING")
    if not 0 <= fraction <= 1:
        raise invalid("fraction must be between 0 and 1")
    if line.empty:
        return None
    path = line.parts
    if fraction in (0, 1):
        return [Geometry("POINT", path[int(fraction) * -1])]
    count = floor(1 / fraction) if repeated else 1
    whole = sum(map(_length, _segments(line)))
    found: list[Geometry] = []
    wanted, passed = fraction, 0.0
    for (x, y), (u, v) in pairwise(path):
        share = hypot(u - x, v - y) / whole
        while len(found) < count and wanted < passed + share:
            part = (wanted - passed) / share
            found.append(Geometry("POINT", (x + (u - x) * part, y + (v - y) * part)))
            wanted += fraction
        passed += share
    return found if len(found) == count else [*found, Geometry("POINT", path[-1])]


def interpolated_point(line: Geometry, fraction: float) -> Geometry | None:
    found = interpolated(line, fraction, repeated=False)
    return found[0] if found else None


def interpolated_points(line: Geometry, fraction: float) -> list[Geometry] | None:
    return interpolated(line, fraction, repeated=True)


# ---- https://developers.google.com/maps/documentation/utilities/polylinealgorithm

_PRECISION, _LETTER, _CHUNK = 100_000, 63, 5


def decoded(text: str) -> Geometry:
    """The line that a polyline encodes: its latitudes come first."""
    numbers, number, shift = [], 0, 0
    for letter in text:
        code = ord(letter) - _LETTER
        number |= (code & 31) << shift
        shift += _CHUNK
        if code < 32:
            numbers.append(~(number >> 1) if number & 1 else number >> 1)
            number = shift = 0
    path, x, y = [], 0, 0
    for down, right in zip(numbers[::2], numbers[1::2], strict=False):
        x, y = x + right, y + down
        path.append((x * (1 / _PRECISION), y * (1 / _PRECISION)))
    return Geometry("LINESTRING", tuple(path) if len(path) > 1 else ())


def encoded(geometry: Geometry) -> str:
    only("encode_polyline", geometry, "LINESTRING", "MULTIPOINT")
    text, last = "", (0, 0)
    for x, y in geometry.points():
        now = (floor(y * _PRECISION + 0.5), floor(x * _PRECISION + 0.5))
        text += _encoded(now[0] - last[0]) + _encoded(now[1] - last[1])
        last = now
    return text


def _encoded(number: int) -> str:
    number = ~(number << 1) if number < 0 else number << 1
    text = ""
    while number >= 32:
        text += chr((32 | number & 31) + _LETTER)
        number >>= _CHUNK
    return text + chr(number + _LETTER)
