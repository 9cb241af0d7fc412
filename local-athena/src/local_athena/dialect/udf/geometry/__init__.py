"""Geospatial functions that Python computes, over geometries in well-known binary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_athena.dialect.udf.geometry import geojson, hadoop, lines, parts, simple, sphere, tiles, wkt
from local_athena.dialect.udf.geometry.model import Geometry, dump, load


def _taking(function: Callable[..., Any], geometries: int = 1) -> Callable[..., Any]:
    """*function* over bytes: its first arguments and its result are geometries, or arrays of them, where they are bytes."""

    def called(*values: Any) -> Any:
        return _given(function(*map(_taken, values[:geometries]), *values[geometries:]))

    return called


def _taken(value: Any) -> Any:
    if isinstance(value, list):
        return [None if each is None else load(each) for each in value]
    return load(value)


def _given(made: Any) -> Any:
    if isinstance(made, Geometry):
        return dump(made)
    if isinstance(made, list):
        return [_given(each) for each in made]
    return made


def _same(geometry: Geometry) -> Geometry:
    return geometry


_OF_ONE = (
    ("geo_of_binary", _same, "BLOB", "BLOB"), ("geo_text", wkt.write, "BLOB", "VARCHAR"),
    ("geo_json", geojson.write, "BLOB", "VARCHAR"), ("geo_on_sphere", sphere.checked, "BLOB", "BLOB"),
    ("geo_point_count", parts.point_count, "BLOB", "BIGINT"), ("geo_points", parts.points, "BLOB", "BLOB[]"),
    ("geo_members", parts.geometries, "BLOB", "BLOB[]"), ("geo_member", parts.member, "BLOB BIGINT", "BLOB"),
    ("geo_interior_rings", parts.interior_rings, "BLOB", "BLOB[]"), ("geo_envelope", parts.envelope, "BLOB", "BLOB"),
    ("geo_corners", parts.corners, "BLOB", "BLOB[]"), ("geo_boundary", parts.boundary, "BLOB", "BLOB"),
    ("geo_line_of", parts.line_of, "BLOB[]", "BLOB"), ("geo_points_of", parts.points_of, "BLOB[]", "BLOB"),
    ("geo_centroid", parts.centroid, "BLOB", "BLOB"), ("geo_hull", parts.hull, "BLOB", "BLOB"),
    ("geo_at", lines.interpolated_point, "BLOB DOUBLE", "BLOB"),
    ("geo_at_each", lines.interpolated_points, "BLOB DOUBLE", "BLOB[]"),
    ("geo_polyline", lines.encoded, "BLOB", "VARCHAR"), ("geo_repeated", simple.repeated, "BLOB", "VARCHAR"),
    ("geo_sphere_length", sphere.length, "BLOB", "DOUBLE"), ("geo_sphere_area", sphere.surface, "BLOB", "DOUBLE"),
    ("geo_tiles", tiles.candidates, "BLOB BIGINT", "BIGINT[]"), ("geo_plain", tiles.plain, "BLOB", "BOOLEAN"),
)  # fmt: skip
_OF_TWO = (
    ("geo_locate", lines.locate, "BLOB BLOB", "DOUBLE"), ("geo_sphere_distance", sphere.distance, "BLOB BLOB", "DOUBLE"),
)  # fmt: skip
_OF_NONE = (
    ("geo_of_text", wkt.parse, "VARCHAR", "BLOB"), ("geo_of_json", geojson.parse, "VARCHAR", "BLOB"),
    ("geo_of_shape", hadoop.parse, "BLOB", "BLOB"), ("geo_of_polyline", lines.decoded, "VARCHAR", "BLOB"),
    ("geo_great_circle", sphere.great_circle, "DOUBLE DOUBLE DOUBLE DOUBLE", "DOUBLE"),
    ("geo_tile", tiles.tile, "BIGINT BIGINT BIGINT", "BIGINT"), ("geo_tile_of", tiles.of_quadkey, "VARCHAR", "BIGINT"),
    ("geo_tile_at", tiles.at, "DOUBLE DOUBLE BIGINT", "BIGINT"), ("geo_tile_text", tiles.text, "BIGINT", "VARCHAR"),
    ("geo_quadkey", tiles.quadkey, "BIGINT", "VARCHAR"),
    ("geo_tile_polygon", tiles.polygon, "BIGINT", "BLOB"), ("geo_tiles_around", tiles.around, "DOUBLE DOUBLE BIGINT", "BIGINT[]"),
    ("geo_tiles_within", tiles.within, "DOUBLE DOUBLE BIGINT DOUBLE", "BIGINT[]"),
)  # fmt: skip

FUNCTIONS = (
    *((name, _taking(function), given, result) for name, function, given, result in _OF_ONE),
    *((name, _taking(function, 2), given, result) for name, function, given, result in _OF_TWO),
    *((name, _taking(function, 0), given, result) for name, function, given, result in _OF_NONE),
)
