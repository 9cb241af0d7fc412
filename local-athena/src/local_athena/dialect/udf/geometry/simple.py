"""Reasons why a geometry is not simple in Esri's library, as far as it can be told point by point."""

from __future__ import annotations

from itertools import pairwise

from local_athena.dialect.udf.geometry.model import Geometry, Line, Point


def repeated(geometry: Geometry) -> str | None:
    """Why *geometry* is not valid: points that are there twice, or segments without length. None if there are none."""
    if geometry.kind == "MULTIPOINT":
        points = sorted(geometry.points())
        twice = next((a for a, b in pairwise(points) if a == b), None)
        return f"Repeated points at or near {_shown(twice)} and {_shown(twice)}" if twice else None
    if geometry.kind in ("POLYGON", "LINESTRING"):
        lines: tuple[Line, ...] = geometry.parts if geometry.kind == "POLYGON" else (geometry.parts,)
        twice = next((a for line in lines for a, b in pairwise(line) if a == b), None)
        return f"Degenerate segments at or near {_shown(twice)}" if twice else None
    if geometry.kind == "POINT":
        return None
    return next((reason for part in geometry.parts if (reason := repeated(part))), None)


def _shown(point: Point | None) -> str:
    assert point
    return f"({point[0]!r} {point[1]!r})"
