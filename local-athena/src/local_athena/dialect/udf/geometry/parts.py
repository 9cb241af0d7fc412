"""Parts of geometries, and geometries of parts: https://trino.io/docs/current/functions/geospatial.html#accessors"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import hypot

from local_athena.dialect.udf.failures import Failure, invalid
from local_athena.dialect.udf.geometry.model import NAMES, Geometry, Line, Point, area, only


def point_count(geometry: Geometry) -> int:
    """Points of *geometry*; a ring's last one, which is its first, does not count."""
    if geometry.kind == "POLYGON":
        return sum(len(ring) - 1 for ring in geometry.parts)
    if geometry.kind in ("POINT", "LINESTRING"):
        return len(list(geometry.points()))
    return sum(map(point_count, geometry.parts))


def points(geometry: Geometry) -> list[Geometry] | None:
    found = [Geometry("POINT", point) for point in geometry.points()]
    return found or None


def geometries(geometry: Geometry) -> list[Geometry] | None:
    return None if geometry.empty else list(geometry.members())


def member(geometry: Geometry, index: int) -> Geometry | None:
    found = geometries(geometry) or []
    return found[index - 1] if 0 < index <= len(found) else None


def interior_rings(geometry: Geometry) -> list[Geometry] | None:
    only("ST_InteriorRings", geometry, "POLYGON")
    return None if geometry.empty else [Geometry("LINESTRING", ring) for ring in geometry.parts[1:]]


def bounds(geometry: Geometry) -> tuple[float, float, float, float] | None:
    """The least x and y, the greatest x and y; None of an empty one."""
    found = list(geometry.points())
    if not found:
        return None
    xs, ys = zip(*found, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def rectangle(left: float, bottom: float, right: float, top: float) -> Geometry:
    return Geometry("POLYGON", (((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)),))


def envelope(geometry: Geometry) -> Geometry:
    found = bounds(geometry)
    return rectangle(*found) if found else Geometry("POLYGON")


def corners(geometry: Geometry) -> list[Geometry] | None:
    """The lower left and the upper right corner of what surrounds *geometry*."""
    found = bounds(geometry)
    return [Geometry("POINT", found[:2]), Geometry("POINT", found[2:])] if found else None


def boundary(geometry: Geometry) -> Geometry:
    """Rings of polygons; ends of lines, if an odd number of lines end there."""
    if geometry.kind == "GEOMETRYCOLLECTION":
        raise invalid("ST_Boundary does not support GeometryCollection")
    if "POLYGON" in geometry.kind:
        rings = [Geometry("LINESTRING", ring) for part in geometry.members() for ring in part.parts]
        return Geometry("MULTILINESTRING", tuple(rings))
    ends: Counter[Point] = Counter()
    if "LINE" in geometry.kind:
        for line in geometry.members():
            ends.update((line.parts[0], line.parts[-1]))
    return Geometry("MULTIPOINT", tuple(Geometry("POINT", end) for end, count in ends.items() if count % 2))


def line_of(made: Sequence[Geometry | None]) -> Geometry:
    """A line through points. Raises INVALID_FUNCTION_ARGUMENT for what is no point."""
    path: list[Point] = []
    for at, point in enumerate(made, 1):
        if point is None:
            raise invalid(f"Invalid input to ST_LineString: null point at index {at}")
        if point.kind != "POINT":
            raise invalid(f"ST_LineString takes only an array of valid points, {NAMES[point.kind]} was passed")
        if point.empty:
            raise invalid(f"Invalid input to ST_LineString: empty point at index {at}")
        if path and path[-1] == point.parts:
            raise invalid(f"Invalid input to ST_LineString: consecutive duplicate points at index {at}")
        path.append(point.parts)
    return Geometry("LINESTRING", tuple(path) if len(path) > 1 else ())


def points_of(made: Sequence[Geometry | None]) -> Geometry | None:
    """Points as one geometry, None of none. Raises INVALID_FUNCTION_ARGUMENT for what is no point."""
    for at, point in enumerate(made, 1):
        if point is None:
            raise invalid(f"Invalid input to ST_MultiPoint: null at index {at}")
        if point.kind != "POINT":
            raise invalid(f"Invalid input to ST_MultiPoint: geometry is not a point: {NAMES[point.kind]} at index {at}")
        if point.empty:
            raise invalid(f"Invalid input to ST_MultiPoint: empty point at index {at}")
    return Geometry("MULTIPOINT", tuple(made)) if made else None


# ---- centroids


def centroid(geometry: Geometry) -> Geometry:
    """The mean of points, of segments by their lengths, or of rings by their areas."""
    only("ST_Centroid", geometry, "POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON")
    if geometry.empty:
        return Geometry("POINT")
    if geometry.kind == "POINT":
        return geometry
    if geometry.kind == "MULTIPOINT":
        return _mean([(point, 1.0) for point in geometry.points()])
    if "LINE" in geometry.kind:
        segments = [segment for line in geometry.members() for segment in pairwise(line.parts)]
        return _mean([(((x + u) / 2, (y + v) / 2), hypot(u - x, v - y)) for (x, y), (u, v) in segments])
    return _mean([(_middle(part), sum(map(area, part.parts))) for part in geometry.members()])


def _mean(weighed: list[tuple[Point, float]]) -> Geometry:
    if len(weighed) == 1:
        return Geometry("POINT", weighed[0][0])
    whole = sum(weight for _, weight in weighed)
    if not whole:
        raise Failure("NOT_SUPPORTED: ST_Centroid of a geometry without extent is not supported by local Athena")
    x, y = (sum(point[axis] * weight for point, weight in weighed) / whole for axis in (0, 1))
    return Geometry("POINT", (x, y))


def _middle(part: Geometry) -> Point:
    middle: Point = _mean([(_middle_of(ring), area(ring)) for ring in part.parts]).parts
    return middle


def _middle_of(ring: Line) -> Point:
    x_sum = y_sum = doubled = 0.0
    for (x, y), (u, v) in pairwise(reversed(ring)):
        across = x * v - u * y
        x_sum, y_sum, doubled = x_sum + (x + u) * across, y_sum + (y + v) * across, doubled + across / 2
    if not doubled:
        raise Failure("NOT_SUPPORTED: ST_Centroid of a geometry without extent is not supported by local Athena")
    return x_sum / (doubled * 6), y_sum / (doubled * 6)


# ---- hulls


def hull(geometry: Geometry) -> Geometry:
    """The smallest convex geometry around *geometry*, beginning at the point that was written first."""
    if geometry.empty:
        return geometry
    path = list(dict.fromkeys(geometry.points()))
    if len(path) == 1:
        return Geometry("POINT", path[0])
    around = _around(sorted(path))
    if len(around) == 2:
        return _span(path, around)
    if path[0] not in around:
        raise Failure("NOT_SUPPORTED: ST_ConvexHull whose first point lies inside is not supported by local Athena")
    at = around.index(path[0])
    turned = (*around[at:], *around[:at])
    return Geometry("POLYGON", ((*turned, turned[0]),))


def _span(path: list[Point], ends: list[Point]) -> Geometry:
    """A line through points that lie on one: its ends stand in the order in which they grew out of the first two points."""
    first, second = path[:2]
    along = (second[0] - first[0]) * (ends[1][0] - ends[0][0]) + (second[1] - first[1]) * (ends[1][1] - ends[0][1])
    return Geometry("LINESTRING", tuple(ends if along > 0 else reversed(ends)))


def _around(path: list[Point]) -> list[Point]:
    """Corners of the hull of sorted points, counterclockwise, by Andrew's monotone chain."""

    def half(walk: Sequence[Point]) -> list[Point]:
        chain: list[Point] = []
        for point in walk:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return half(path) + half(path[::-1])


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
