"""Geometries in the plane and on a sphere, and Bing tiles: https://trino.io/docs/current/functions/geospatial.html

What depends on points alone is Python's (``udf.geometry``); how geometries lie to each other DuckDB's spatial extension tells (the
extra ``spatial``). Where GEOS may answer with other points than Trino's library (buffers, unions) the function is refused by name.
"""

from __future__ import annotations

from local_athena.dialect import spatial
from local_athena.dialect.errors import raise_with
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once
from local_athena.dialect.values.types import INTEGER, TILE, row

REFUSED = """
st_difference st_intersection st_relate st_symdifference convex_hull_agg geometry_union geometry_union_agg
spatial_partitioning spatial_partitions
"""

_KINDS = (
    ("POINT", "ST_Point", "POINT"), ("LINESTRING", "ST_LineString", "LINE_STRING"), ("POLYGON", "ST_Polygon", "POLYGON"),
    ("MULTIPOINT", "ST_MultiPoint", "MULTI_POINT"), ("MULTILINESTRING", "ST_MultiLineString", "MULTI_LINE_STRING"),
    ("MULTIPOLYGON", "ST_MultiPolygon", "MULTI_POLYGON"), ("GEOMETRYCOLLECTION", "ST_GeomCollection", "GEOMETRY_COLLECTION"),
)  # fmt: skip
"""DuckDB's name of a kind of geometry, Trino's, and Trino's in errors."""


def _kind(column: int, geometry: str = "$1") -> str:
    cases = " ".join(f"WHEN '{kind[0]}' THEN '{kind[column]}'" for kind in _KINDS)
    return f"CASE CAST(ST_GeometryType({geometry}) AS VARCHAR) {cases} END"


def _only(name: str, kinds: str, value: str, result: str, geometry: str = "$1") -> str:
    """*value* for a geometry of *kinds*, Trino's error for another."""
    wanted = ", ".join(f"'{kind[0]}'" for kind in _KINDS if kind[2] in kinds.split(" or "))
    message = f"'{name} only applies to {kinds}. Input type is: ' || {_kind(2, geometry)}"
    failed = raise_with("INVALID_FUNCTION_ARGUMENT", message, result)
    kind = f"CAST(ST_GeometryType({geometry}) AS VARCHAR)"
    return f"CASE WHEN {geometry} IS NULL THEN NULL WHEN {kind} IN ({wanted}) THEN {value} ELSE {failed} END"


def _bytes(geometry: str = "$1") -> str:
    return f"ST_AsWKB({geometry})"


def _made(function: str, *arguments: str) -> str:
    return f"ST_GeomFromWKB(trino_geo_{function}({', '.join(arguments or [_bytes()])}))"


def _each(function: str, *arguments: str) -> str:
    return f"list_transform(trino_geo_{function}({', '.join(arguments or [_bytes()])}), lambda _g: ST_GeomFromWKB(_g))"


def _as_bytes(geometries: str = "$1") -> str:
    return f"list_transform({geometries}, lambda _g: ST_AsWKB(_g))"


_PARSED = _made("of_text", "$1")
_BOTH = "CASE WHEN ST_IsEmpty($1) OR ST_IsEmpty($2) THEN NULL ELSE {} END"
_LINES = "LINE_STRING or MULTI_LINE_STRING"
_PREDICATES = ("contains", "crosses", "disjoint", "equals", "intersects", "overlaps", "touches", "within")


def _valid(geometry: str = "$1") -> str:
    return f"(trino_geo_repeated({_bytes(geometry)}) IS NULL AND ST_IsValid({geometry}) AND ST_IsSimple({geometry}))"


def _united(geometry: str) -> str:
    """Whether nothing inside *geometry* has to be united."""
    return f"{_valid(geometry)} AND CAST(ST_GeometryType({geometry}) AS VARCHAR) <> 'GEOMETRYCOLLECTION'"


_UNSAID = "$fail(NOT_SUPPORTED: Why this geometry is not valid is not told by local Athena)VARCHAR"
_BUFFERED = "$fail(NOT_SUPPORTED: The points of ST_Buffer are not supported by local Athena)GEOMETRY"
_NEGATIVE = "$fail(INVALID_FUNCTION_ARGUMENT: distance is negative)GEOMETRY"
_NO_NUMBER = "$fail(INVALID_FUNCTION_ARGUMENT: distance is NaN)GEOMETRY"
_NO_TOLERANCE = "$fail(INVALID_FUNCTION_ARGUMENT: distanceTolerance is negative)GEOMETRY"
_NEAREST = "{'field0': ST_StartPoint(ST_ShortestLine($1, $2)), 'field1': ST_EndPoint(ST_ShortestLine($1, $2))}"
_UNITED = "$fail(NOT_SUPPORTED: The points of ST_Union are not supported by local Athena)GEOMETRY"
_TILE_MET = "trino_geo_plain(ST_AsWKB($1)) OR NOT ST_Disjoint(ST_GeomFromWKB(trino_geo_tile_polygon(_t)), $1)"

_OF_POINTS = f"""
st_geometryfromtext(varchar) -> geometry | {_PARSED}
st_geomfrombinary(varbinary) -> geometry | {_made("of_binary", "$1")}
geometry_from_hadoop_shape(varbinary) -> geometry | {_made("of_shape", "$1")}
st_linestring(array(geometry)) -> geometry | {_made("line_of", _as_bytes())}
st_multipoint(array(geometry)) -> geometry | {_made("points_of", _as_bytes())}
st_astext(geometry) -> varchar | trino_geo_text({_bytes()})
st_asbinary(geometry) -> varbinary | {_bytes()}
st_coorddim(geometry) -> tinyint | CASE WHEN $1 IS NOT NULL THEN CAST(2 AS TINYINT) END
st_numpoints(geometry) -> bigint | trino_geo_point_count({_bytes()})
st_points(geometry) -> array(geometry) | {_each("points")}
st_geometries(geometry) -> array(geometry) | {_each("members")}
st_geometryn(geometry, integer) -> geometry | {_made("member", _bytes(), "CAST($2 AS BIGINT)")}
st_interiorrings(geometry) -> array(geometry) | {_each("interior_rings")}
st_envelope(geometry) -> geometry | {_made("envelope")}
st_envelopeaspts(geometry) -> array(geometry) | {_each("corners")}
st_boundary(geometry) -> geometry | {_made("boundary")}
st_centroid(geometry) -> geometry | {_made("centroid")}
st_convexhull(geometry) -> geometry | {_made("hull")}
line_locate_point(geometry, geometry) -> double | trino_geo_locate({_bytes()}, {_bytes("$2")})
line_interpolate_point(geometry, double) -> geometry | {_made("at", _bytes(), "$2")}
line_interpolate_points(geometry, double) -> array(geometry) | {_each("at_each", _bytes(), "$2")}
to_encoded_polyline(geometry) -> varchar | trino_geo_polyline({_bytes()})
from_encoded_polyline(varchar) -> geometry | {_made("of_polyline", "$1")}
to_spherical_geography(geometry) -> sphericalgeography | {_made("on_sphere")}
to_geometry(sphericalgeography) -> geometry | $1
to_geojson_geometry(sphericalgeography) -> varchar | trino_geo_json({_bytes()})
from_geojson_geometry(varchar) -> sphericalgeography | {_made("of_json", "$1")}
st_length(sphericalgeography) -> double | trino_geo_sphere_length({_bytes()})
st_area(sphericalgeography) -> double | trino_geo_sphere_area({_bytes()})
st_distance(sphericalgeography, sphericalgeography) -> double | trino_geo_sphere_distance({_bytes()}, {_bytes("$2")})
great_circle_distance(double, double, double, double) -> double | trino_geo_great_circle($1, $2, $3, $4)
bing_tile(integer, integer, integer) -> bingtile | trino_geo_tile(CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT))
bing_tile(varchar) -> bingtile | trino_geo_tile_of($1)
bing_tile_at(double, double, integer) -> bingtile | trino_geo_tile_at($1, $2, CAST($3 AS BIGINT))
bing_tile_quadkey(bingtile) -> varchar | trino_geo_quadkey($1)
bing_tile_zoom_level(bingtile) -> tinyint | CAST($1 & 31 AS TINYINT)
bing_tile_polygon(bingtile) -> geometry | {_made("tile_polygon", "$1")}
bing_tiles_around(double, double, integer) -> array(bingtile) | trino_geo_tiles_around($1, $2, CAST($3 AS BIGINT))
bing_tiles_around(double, double, integer, double) -> array(bingtile) | trino_geo_tiles_within($1, $2, CAST($3 AS BIGINT), $4)
"""
"""By points alone, which needs no extension."""

_GEOMETRIC = f"""
st_linefromtext(varchar) -> geometry | {_only("ST_LineFromText", "LINE_STRING", _PARSED, "GEOMETRY", f"({_PARSED})")}
st_polygon(varchar) -> geometry | {_only("ST_Polygon", "POLYGON", _PARSED, "GEOMETRY", f"({_PARSED})")}
st_point(double, double) -> geometry | ST_Point($1, $2)
st_geometrytype(geometry) -> varchar | {_kind(1)}
st_x(geometry) -> double | {_only("ST_X", "POINT", "ST_X($1)", "DOUBLE")}
st_y(geometry) -> double | {_only("ST_Y", "POINT", "ST_Y($1)", "DOUBLE")}
st_xmin(geometry) -> double | CAST(ST_XMin($1) AS DOUBLE)
st_xmax(geometry) -> double | CAST(ST_XMax($1) AS DOUBLE)
st_ymin(geometry) -> double | CAST(ST_YMin($1) AS DOUBLE)
st_ymax(geometry) -> double | CAST(ST_YMax($1) AS DOUBLE)
st_area(geometry) -> double | ST_Area($1)
st_length(geometry) -> double | {_only("ST_Length", _LINES, "ST_Length($1)", "DOUBLE")}
st_distance(geometry, geometry) -> double | {_BOTH.format("ST_Distance($1, $2)")}
geometry_nearest_points(geometry, geometry) -> row(geometry, geometry) | {_BOTH.format(_NEAREST)}
st_dimension(geometry) -> tinyint | CAST(ST_Dimension($1) AS TINYINT)
st_isclosed(geometry) -> boolean | {_only("ST_IsClosed", _LINES, "ST_IsClosed($1)", "BOOLEAN")}
st_isempty(geometry) -> boolean | ST_IsEmpty($1)
st_isring(geometry) -> boolean | {_only("ST_IsRing", "LINE_STRING", "ST_IsRing($1)", "BOOLEAN")}
st_issimple(geometry) -> boolean | ST_IsSimple($1)
st_isvalid(geometry) -> boolean | CASE WHEN $1 IS NOT NULL THEN {_valid()} END
geometry_invalid_reason(geometry) -> varchar | CASE WHEN $1 IS NULL OR {_valid()} THEN NULL ELSE coalesce(trino_geo_repeated({_bytes()}), {_UNSAID}) END
st_numgeometries(geometry) -> integer | CASE WHEN ST_IsEmpty($1) THEN 0 ELSE CAST(ST_NumGeometries($1) AS INTEGER) END
st_numinteriorring(geometry) -> bigint | {_only("ST_NumInteriorRing", "POLYGON", "CAST(ST_NumInteriorRings($1) AS BIGINT)", "BIGINT")}
st_startpoint(geometry) -> geometry | {_only("ST_StartPoint", "LINE_STRING", "ST_StartPoint($1)", "GEOMETRY")}
st_endpoint(geometry) -> geometry | {_only("ST_EndPoint", "LINE_STRING", "ST_EndPoint($1)", "GEOMETRY")}
st_pointn(geometry, bigint) -> geometry | {_only("ST_PointN", "LINE_STRING", "CASE WHEN $2 > 0 THEN ST_PointN($1, CAST($2 AS INTEGER)) END", "GEOMETRY")}
st_exteriorring(geometry) -> geometry | {_only("ST_ExteriorRing", "POLYGON", "CASE WHEN NOT ST_IsEmpty($1) THEN ST_ExteriorRing($1) END", "GEOMETRY")}
st_interiorringn(geometry, bigint) -> geometry | {_only("ST_InteriorRingN", "POLYGON", "CASE WHEN $2 > 0 AND $2 <= ST_NumInteriorRings($1) THEN ST_InteriorRingN($1, CAST($2 AS INTEGER)) END", "GEOMETRY")}
st_buffer(geometry, double) -> geometry | CASE WHEN isnan($2) THEN {_NO_NUMBER} WHEN $2 < 0 THEN {_NEGATIVE} WHEN ST_IsEmpty($1) THEN NULL WHEN $2 = 0 THEN $1 WHEN isinf($2) THEN {_made("of_text", "'MULTIPOLYGON EMPTY'")} ELSE {_BUFFERED} END
st_union(geometry, geometry) -> geometry | CASE WHEN ST_IsEmpty($1) AND {_united("$2")} THEN $2 WHEN ST_IsEmpty($2) AND {_united("$1")} THEN $1 ELSE {_UNITED} END
simplify_geometry(geometry, double) -> geometry | CASE WHEN $2 < 0 THEN {_NO_TOLERANCE} ELSE ST_SimplifyPreserveTopology($1, $2) END
geometry_to_bing_tiles(geometry, integer) -> array(bingtile) | list_filter(trino_geo_tiles({_bytes()}, CAST($2 AS BIGINT)), lambda _t: {_TILE_MET})
{"\n".join(f"st_{name}(geometry, geometry) -> boolean | ST_{name.capitalize()}($1, $2)" for name in _PREDICATES)}
"""

SCALARS = _OF_POINTS + _GEOMETRIC


def _coordinates(call: Call) -> Value:
    call.arity(1)
    tile = call.value(0)
    if tile.type.name != TILE:
        raise call.mismatch("bing_tile_coordinates(BingTile)")
    pair = once(
        tile.sql, lambda t: f"{{'x': CAST({t} >> 32 AS INTEGER), 'y': CAST(({t} >> 5) & 134217727 AS INTEGER)}}"
    )
    return Value(pair, row(INTEGER, INTEGER, names=("x", "y")))


def _loaded(_call: Call) -> Value | None:
    """Has the extension loaded; the signature says the rest."""
    spatial.load()
    return None


SPECIALS = {
    **{line.partition("(")[0]: _loaded for line in _GEOMETRIC.splitlines() if line},
    "bing_tile_coordinates": _coordinates,
}
