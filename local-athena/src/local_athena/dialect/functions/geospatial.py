"""Geometries in the plane, by DuckDB's spatial extension (the extra ``spatial``), and the distance on a sphere.

https://trino.io/docs/current/functions/geospatial.html. What GEOS may answer with other points than Trino's library (buffers,
unions, hulls), or DuckDB has not, is refused by name. A geometry lives inside a query: ``ST_AsText`` tells what it is.
"""

from __future__ import annotations

from local_athena.dialect import spatial
from local_athena.dialect.call import Call
from local_athena.dialect.errors import raise_with
from local_athena.dialect.scope import Value

REFUSED = """
st_asbinary st_boundary st_buffer st_convexhull st_coorddim st_difference st_envelope st_envelopeaspts
st_geometries st_geometryn st_interiorrings st_intersection st_linestring st_multipoint st_points st_relate
st_symdifference st_union convex_hull_agg from_encoded_polyline from_geojson_geometry
geometry_from_hadoop_shape geometry_invalid_reason geometry_nearest_points geometry_to_bing_tiles geometry_union
geometry_union_agg line_interpolate_point line_interpolate_points line_locate_point simplify_geometry
spatial_partitioning spatial_partitions to_encoded_polyline to_geojson_geometry to_geometry to_spherical_geography
bing_tile bing_tile_at bing_tile_coordinates bing_tile_polygon bing_tile_quadkey bing_tile_zoom_level bing_tiles_around
bar color render rgb
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


def _parsed(text: str) -> str:
    failed = raise_with("INVALID_FUNCTION_ARGUMENT", f"'Invalid WKT: ' || {text}", "GEOMETRY")
    return f"CASE WHEN {text} IS NULL THEN NULL ELSE coalesce(TRY(ST_GeomFromText({text})), {failed}) END"


_PLAIN = "replace(replace(CAST(ST_AsText($1) AS VARCHAR), 'MULTIPOINT (', 'MULTIPOINT (('), ', ', '), (') || ')'"
_DIGITS = raise_with(
    "NOT_SUPPORTED",
    "'The text of a coordinate that is written with an exponent is not supported by local Athena'",
    "VARCHAR",
)
_INSIDE = raise_with(
    "NOT_SUPPORTED", "'The text of MULTIPOINT in a collection is not supported by local Athena'", "VARCHAR"
)
_TEXT = (
    rf"CASE WHEN regexp_matches(CAST(ST_AsText($1) AS VARCHAR), '\de[-+]?\d') THEN {_DIGITS} "
    f"WHEN CAST(ST_AsText($1) AS VARCHAR) LIKE 'MULTIPOINT (%' THEN {_PLAIN} "
    f"WHEN CAST(ST_AsText($1) AS VARCHAR) LIKE '%MULTIPOINT (%' THEN {_INSIDE} ELSE CAST(ST_AsText($1) AS VARCHAR) END"
)
_BOTH = "CASE WHEN ST_IsEmpty($1) OR ST_IsEmpty($2) THEN NULL ELSE {} END"
_LINES = "LINE_STRING or MULTI_LINE_STRING"
_RADIUS_KM = 6371.01
_PREDICATES = ("contains", "crosses", "disjoint", "equals", "intersects", "overlaps", "touches", "within")
_LAT1, _LAT2, _TURN = "radians($1)", "radians($3)", "radians($2 - $4)"
_ACROSS = f"sqrt(pow(cos({_LAT2}) * sin({_TURN}), 2) + pow(cos({_LAT1}) * sin({_LAT2}) - sin({_LAT1}) * cos({_LAT2}) * cos({_TURN}), 2))"
_ALONG = f"sin({_LAT1}) * sin({_LAT2}) + cos({_LAT1}) * cos({_LAT2}) * cos({_TURN})"
_LATITUDE = "$fail(INVALID_FUNCTION_ARGUMENT: Latitude must be between -90 and 90)DOUBLE"
_LONGITUDE = "$fail(INVALID_FUNCTION_ARGUMENT: Longitude must be between -180 and 180)DOUBLE"

_GEOMETRIC = f"""
st_point(double, double) -> geometry | ST_Point($1, $2)
st_geometryfromtext(varchar) -> geometry | {_parsed("$1")}
st_linefromtext(varchar) -> geometry | {_only("ST_LineFromText", "LINE_STRING", _parsed("$1"), "GEOMETRY", f"({_parsed('$1')})")}
st_polygon(varchar) -> geometry | {_only("ST_Polygon", "POLYGON", _parsed("$1"), "GEOMETRY", f"({_parsed('$1')})")}
st_geomfrombinary(varbinary) -> geometry | ST_GeomFromWKB($1)
st_astext(geometry) -> varchar | {_TEXT}
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
st_centroid(geometry) -> geometry | ST_Centroid($1)
st_dimension(geometry) -> tinyint | CAST(ST_Dimension($1) AS TINYINT)
st_isclosed(geometry) -> boolean | {_only("ST_IsClosed", _LINES, "ST_IsClosed($1)", "BOOLEAN")}
st_isempty(geometry) -> boolean | ST_IsEmpty($1)
st_isring(geometry) -> boolean | {_only("ST_IsRing", "LINE_STRING", "ST_IsRing($1)", "BOOLEAN")}
st_issimple(geometry) -> boolean | ST_IsSimple($1)
st_isvalid(geometry) -> boolean | ST_IsValid($1)
st_numpoints(geometry) -> bigint | CAST(ST_NPoints($1) AS BIGINT)
st_numgeometries(geometry) -> integer | CASE WHEN ST_IsEmpty($1) THEN 0 ELSE CAST(ST_NumGeometries($1) AS INTEGER) END
st_numinteriorring(geometry) -> bigint | {_only("ST_NumInteriorRing", "POLYGON", "CAST(ST_NumInteriorRings($1) AS BIGINT)", "BIGINT")}
st_startpoint(geometry) -> geometry | {_only("ST_StartPoint", "LINE_STRING", "ST_StartPoint($1)", "GEOMETRY")}
st_endpoint(geometry) -> geometry | {_only("ST_EndPoint", "LINE_STRING", "ST_EndPoint($1)", "GEOMETRY")}
st_pointn(geometry, bigint) -> geometry | {_only("ST_PointN", "LINE_STRING", "CASE WHEN $2 > 0 THEN ST_PointN($1, CAST($2 AS INTEGER)) END", "GEOMETRY")}
st_exteriorring(geometry) -> geometry | {_only("ST_ExteriorRing", "POLYGON", "CASE WHEN NOT ST_IsEmpty($1) THEN ST_ExteriorRing($1) END", "GEOMETRY")}
st_interiorringn(geometry, bigint) -> geometry | {_only("ST_InteriorRingN", "POLYGON", "CASE WHEN $2 > 0 AND $2 <= ST_NumInteriorRings($1) THEN ST_InteriorRingN($1, CAST($2 AS INTEGER)) END", "GEOMETRY")}
{"\n".join(f"st_{name}(geometry, geometry) -> boolean | ST_{name.capitalize()}($1, $2)" for name in _PREDICATES)}
"""

SCALARS = f"""{_GEOMETRIC}
great_circle_distance(double, double, double, double) -> double | CASE WHEN abs($1) > 90 OR abs($3) > 90 THEN {_LATITUDE} WHEN abs($2) > 180 OR abs($4) > 180 THEN {_LONGITUDE} ELSE atan2({_ACROSS}, {_ALONG}) * {_RADIUS_KM} END
"""


def _loaded(_call: Call) -> Value | None:
    """Has the extension loaded; the signature says the rest."""
    spatial.load()
    return None


SPECIALS = {line.partition("(")[0]: _loaded for line in _GEOMETRIC.splitlines() if line}
