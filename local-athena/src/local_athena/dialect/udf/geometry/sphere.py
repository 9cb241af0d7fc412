"""Geometries on a sphere with the radius of the Earth: https://trino.io/docs/current/functions/geospatial.html"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import atan2, cos, pi, radians, sin, sqrt, tan

from local_athena.dialect.udf.failures import invalid
from local_athena.dialect.udf.geometry.model import Geometry, Line, Point, area, only

RADIUS_KM = 6371.01


def checked(geometry: Geometry) -> Geometry:
    """*geometry*, whose coordinates are longitudes and latitudes. Raises INVALID_FUNCTION_ARGUMENT where they are not."""
    for longitude, latitude in geometry.points():
        _check(latitude, longitude)
    return geometry


def _check(latitude: float, longitude: float) -> None:
    if not abs(latitude) <= 90:
        raise invalid("Latitude must be between -90 and 90")
    if not abs(longitude) <= 180:
        raise invalid("Longitude must be between -180 and 180")


def great_circle(latitude1: float, longitude1: float, latitude2: float, longitude2: float) -> float:
    """Kilometres between two places, by Vincenty's formula for a sphere."""
    _check(latitude1, longitude1)
    _check(latitude2, longitude2)
    return kilometres(latitude1, longitude1, latitude2, longitude2)


def kilometres(latitude1: float, longitude1: float, latitude2: float, longitude2: float) -> float:
    sin1, cos1 = sin(radians(latitude1)), cos(radians(latitude1))
    sin2, cos2 = sin(radians(latitude2)), cos(radians(latitude2))
    turn = radians(longitude1) - radians(longitude2)
    across = cos2 * sin(turn)
    ahead = cos1 * sin2 - sin1 * cos2 * cos(turn)
    along = sin1 * sin2 + cos1 * cos2 * cos(turn)
    return atan2(sqrt(across * across + ahead * ahead), along) * RADIUS_KM


def distance(one: Geometry, other: Geometry) -> float | None:
    """Metres between two points."""
    for geometry in (one, other):
        only("ST_Distance", geometry, "POINT", spherical=True)
    if one.empty or other.empty:
        return None
    return _metres(one.parts, other.parts)


def _metres(start: Point, end: Point) -> float:
    return kilometres(start[1], start[0], end[1], end[0]) * 1000


def length(geometry: Geometry) -> float | None:
    """Metres along lines."""
    only("ST_Length", geometry, "LINESTRING", "MULTILINESTRING", spherical=True)
    if geometry.empty:
        return None
    return float(sum(_metres(*segment) for line in geometry.members() for segment in pairwise(line.parts)))


def surface(geometry: Geometry) -> float | None:
    """Square metres of polygons."""
    only("ST_Area", geometry, "POLYGON", "MULTIPOLYGON", spherical=True)
    if geometry.empty:
        return None
    rings = [(ring, area(ring)) for part in geometry.members() for ring in part.parts]
    excess = sum((1 if flat > 0 else -1) * abs(_excess(ring)) for ring, flat in rings)
    return abs(excess * (RADIUS_KM * 1000) ** 2)


def _excess(ring: Line) -> float:
    """The spherical excess of a ring: its area on a sphere of radius 1, with a sign.

    Each edge adds the area between itself and the equator. A ring around a pole turns by nothing where others turn by a whole
    circle, and then a hemisphere is missing.
    """
    corners = [(radians(x), radians(y)) for x, y in ring[:-1]]
    if len(corners) < 3:
        raise invalid("Polygon is not valid: a loop contains less then 3 vertices.")
    edges = list(pairwise([corners[-1], *corners]))
    if any(start == end for start, end in edges):
        raise invalid("Polygon is not valid: it has two identical consecutive vertices")
    excess = sum(
        2 * atan2(tan((u - x) / 2) * (tan(y / 2) + tan(v / 2)), 1 + tan(y / 2) * tan(v / 2)) for (x, y), (u, v) in edges
    )
    courses = [course for edge in edges for course in (_bearing(*edge), _bearing(*edge[::-1]) + pi)]
    turned = sum(_within(later - earlier) for earlier, later in pairwise([*courses, courses[0]]))
    return abs(excess) - 2 * pi if abs(turned) < pi / 4 else excess


def _bearing(start: Sequence[float], end: Sequence[float]) -> float:
    (x, y), (u, v) = start, end
    return atan2(sin(u - x) * cos(v), cos(y) * sin(v) - sin(y) * cos(v) * cos(u - x))


def _within(angle: float) -> float:
    """*angle* as one from -pi to pi."""
    return (angle + 3 * pi) % (2 * pi) - pi
