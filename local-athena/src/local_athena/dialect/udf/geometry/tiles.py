"""Bing tiles: https://trino.io/docs/current/functions/geospatial.html#bing-tiles

A tile is held as one number; https://learn.microsoft.com/bingmaps/articles/bing-maps-tile-system says how tiles are numbered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import asin, atan, atan2, cos, degrees, exp, log, pi, radians, sin

from local_athena.dialect.udf.failures import invalid
from local_athena.dialect.udf.geometry.model import Geometry
from local_athena.dialect.udf.geometry.parts import bounds, point_count, rectangle
from local_athena.dialect.udf.geometry.sphere import RADIUS_KM, kilometres

_PIXELS, _FINEST, _SPLIT = 256, 23, 10
_NORTH, _EAST = 85.05112878, 180.0
_MOST, _MOST_COMPLEX = 1_000_000, 25_000_000
_TOO_COMPLEX = (
    "The zoom level is too high or the geometry is too complex to compute a set of covering Bing tiles. "
    "Please use a lower zoom level or convert the geometry to its bounding box using the ST_Envelope function."
)


def held(x: int, y: int, zoom: int) -> int:
    return x << 32 | y << 5 | zoom


def read(tile: int) -> tuple[int, int, int]:
    """A tile's column, row and zoom level."""
    return tile >> 32, tile >> 5 & (1 << 27) - 1, tile & 31


def _check_zoom(zoom: int) -> None:
    if zoom <= 0:
        raise invalid("Zoom level must be > 0")
    if zoom > _FINEST:
        raise invalid(f"Zoom level must be <= {_FINEST}")


def tile(x: int, y: int, zoom: int) -> int:
    _check_zoom(zoom)
    if not (0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
        raise invalid(f"XY coordinates for a Bing tile at zoom level {zoom} must be within [0, {1 << zoom}) range")
    return held(x, y, zoom)


def of_quadkey(key: str) -> int:
    if not key:
        raise invalid("QuadKey must not be empty string")
    if len(key.encode()) > _FINEST:
        raise invalid(f"QuadKey must be {_FINEST} characters or less")
    if not re.fullmatch("[0-3]+", key):
        raise invalid(f"Invalid QuadKey digit sequence: {key}")
    bits = [int(digit) for digit in key]
    x = sum((bit & 1) << at for at, bit in enumerate(reversed(bits)))
    y = sum((bit >> 1) << at for at, bit in enumerate(reversed(bits)))
    return held(x, y, len(key))


def quadkey(held_tile: int) -> str:
    x, y, zoom = read(held_tile)
    return "".join(str((y >> at & 1) * 2 + (x >> at & 1)) for at in reversed(range(zoom)))


def text(held_tile: int) -> str:
    """A tile as Trino's protocol writes it."""
    x, y, zoom = read(held_tile)
    return f'{{"x":{x},"y":{y},"zoom":{zoom}}}'


def _check(latitude: float, longitude: float, north: str, east: str) -> None:
    if not abs(latitude) <= _NORTH:
        raise invalid(north)
    if not abs(longitude) <= _EAST:
        raise invalid(east)


def _check_place(latitude: float, longitude: float, zoom: int) -> None:
    latitudes = f"Latitude must be between -{_NORTH} and {_NORTH}"
    _check(latitude, longitude, latitudes, f"Longitude must be between -{_EAST} and {_EAST}")
    _check_zoom(zoom)


def _place(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    """Column and row of the tile that a place lies on."""
    size = _PIXELS << zoom
    slope = sin(latitude * pi / 180)
    shares = (longitude + 180) / 360, 0.5 - log((1 + slope) / (1 - slope)) / (4 * pi)
    x, y = (int(min(max(share * size, 0), size - 1)) // _PIXELS for share in shares)
    return x, y


def _corner(x: int, y: int, zoom: int) -> tuple[float, float]:
    """Longitude and latitude of a tile's upper left corner."""
    count = 1 << zoom
    right, up = min(max(x, 0), count) / count - 0.5, 0.5 - min(max(y, 0), count) / count
    return 360 * right, 90 - 360 * atan(exp(-up * 2 * pi)) / pi


def at(latitude: float, longitude: float, zoom: int) -> int:
    _check_place(latitude, longitude, zoom)
    return held(*_place(latitude, longitude, zoom), zoom)


def polygon(held_tile: int) -> Geometry:
    x, y, zoom = read(held_tile)
    (left, top), (right, bottom) = _corner(x, y, zoom), _corner(x + 1, y + 1, zoom)
    return rectangle(left, bottom, right, top)


def around(latitude: float, longitude: float, zoom: int) -> list[int]:
    """The tile of a place and those that touch it, column by column."""
    _check_place(latitude, longitude, zoom)
    x, y = _place(latitude, longitude, zoom)
    near = [(x + right, y + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
    return [held(*place, zoom) for place in near if all(0 <= axis < 1 << zoom for axis in place)]


def within(latitude: float, longitude: float, zoom: int, radius: float) -> list[int]:
    """The tiles that a circle of *radius* kilometres reaches: those straight ahead of its middle first, then corner by corner."""
    _check_place(latitude, longitude, zoom)
    if not radius >= 0:
        raise invalid("Radius must be >= 0")
    if radius > 1000:
        raise invalid("Radius must be <= 1,000 km")
    x, y = _place(latitude, longitude, zoom)
    top, bottom = (_place(_moved_latitude(latitude, radius, way), longitude, zoom)[1] for way in (0, 180))
    left, right = (_place(latitude, _moved_longitude(latitude, longitude, radius, way), zoom)[0] for way in (270, 90))
    count = 1 << zoom
    columns = (right - left) % count + 1
    total = columns * (bottom - top + 1)
    if total > _MOST:
        raise invalid(
            f"The number of tiles covering input rectangle exceeds the limit of 1M. Number of tiles: {total}. "
            f"Radius: {radius:.1f} km. Zoom level: {zoom}."
        )
    found = [held((left + column) % count, y, zoom) for column in range(columns)]
    found += [held(x, row, zoom) for row in range(top, bottom + 1) if row != y]

    def reached(column: int, rows: range, near_x: int, near_y: int) -> Iterator[int]:
        """Tiles of a column from the first of which the corner that is nearest to the middle lies in the circle."""
        inside = False
        for row in rows:
            corner = _corner(column + near_x, row + near_y, zoom)
            inside = inside or kilometres(latitude, longitude, corner[1], corner[0]) <= radius
            if inside:
                yield held(column, row, zoom)

    above, below = range(top, y), range(bottom, y, -1)
    for step in range((right - x) % count):
        column = (right - step) % count
        found += [*reached(column, above, 0, 1), *reached(column, below, 0, 0)]
    for step in range((x - left) % count):
        column = (left + step) % count
        found += [*reached(column, above, 1, 1), *reached(column, below, 1, 0)]
    return found


def _moved_latitude(latitude: float, radius: float, bearing: int) -> float:
    ratio, start = radius / RADIUS_KM, radians(latitude)
    moved = degrees(asin(sin(start) * cos(ratio) + cos(start) * sin(ratio) * cos(radians(bearing))))
    return min(max(moved, -_NORTH), _NORTH)


def _moved_longitude(latitude: float, longitude: float, radius: float, bearing: int) -> float:
    ratio, start = radius / RADIUS_KM, radians(latitude)
    turned = atan2(sin(radians(bearing)) * sin(ratio) * cos(start), cos(ratio) - sin(start) * sin(start))
    moved = degrees(radians(longitude) + turned)
    return moved - 360 if moved > _EAST else moved + 360 if moved < -_EAST else moved


# ---- tiles over a geometry


def candidates(geometry: Geometry, zoom: int) -> list[int]:
    """Tiles that may meet *geometry*: those of the rectangle around it, from zoom level 10 on by quarters of quarters."""
    _check_zoom(zoom)
    found = bounds(geometry)
    if found is None:
        return []
    left, bottom, right, top = found
    for latitude, longitude in ((bottom, left), (top, right)):
        _check(
            latitude, longitude, "Latitude span for the geometry must be in [-85.05, 85.05] range",
            "Longitude span for the geometry must be in [-180.00, 180.00] range",
        )  # fmt: skip
    first_x, first_y = _place(top, left, zoom)
    last_x, last_y = _place(bottom, right, zoom)
    corner = _corner(last_x, last_y, zoom)
    last_x, last_y = last_x - (corner[0] == right), last_y - (corner[1] == bottom)
    count = (last_x - first_x + 1) * (last_y - first_y + 1)
    if plain(geometry):
        _limit(count, found, zoom)
    elif count > 2**31 - 1:
        raise invalid("The zoom level is too high to compute a set of covering Bing tiles.")
    elif count * point_count(geometry) > _MOST_COMPLEX:
        raise invalid(_TOO_COMPLEX)
    area = range(first_x, last_x + 1), range(first_y, last_y + 1)
    if plain(geometry) or zoom <= _SPLIT:
        return [held(x, y, zoom) for x in area[0] for y in area[1]]
    return list(_quarters(area, zoom))


def _limit(count: int, found: tuple[float, float, float, float], zoom: int) -> None:
    if count > _MOST:
        left, bottom, right, top = found
        raise invalid(
            f"The number of tiles covering input rectangle exceeds the limit of 1M. Number of tiles: {count}. Rectangle: "
            f"xMin={left:.2f}, yMin={bottom:.2f}, xMax={right:.2f}, yMax={top:.2f}. Zoom level: {zoom}."
        )


def plain(geometry: Geometry) -> bool:
    """Whether every tile around *geometry* meets it: a point or a rectangle."""
    if geometry.kind != "POLYGON":
        return geometry.kind == "POINT"
    found = bounds(geometry)
    return len(geometry.parts) == 1 and found is not None and set(rectangle(*found).points()) == set(geometry.points())


def _quarters(area: tuple[range, range], zoom: int) -> Iterator[int]:
    def below(x: int, y: int, level: int) -> Iterator[int]:
        if level == zoom:
            if x in area[0] and y in area[1]:
                yield held(x, y, zoom)
            return
        size = 1 << zoom - level
        if any(
            axis * size >= span.stop or (axis + 1) * size <= span.start for axis, span in zip((x, y), area, strict=True)
        ):
            return
        for column in (2 * x, 2 * x + 1):
            for row in (2 * y, 2 * y + 1):
                yield from below(column, row, level + 1)

    scale = zoom - _SPLIT
    xs, ys = (range(span.start >> scale, (span.stop - 1 >> scale) + 1) for span in area)
    for x in xs:
        for y in ys:
            yield from below(x, y, _SPLIT)
