"""Geometries: https://trino.io/docs/current/functions/geospatial.html and the tests of Trino's ``trino-geospatial``.

https://github.com/trinodb/trino/blob/master/plugin/trino-geospatial/src/test/java/io/trino/plugin/geospatial/TestGeoFunctions.java
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

_SQUARE = "st_polygon('POLYGON ((1 1, 1 4, 4 4, 4 1, 1 1))')"
_HOLED = "st_geometryfromtext('POLYGON ((0 0, 8 0, 0 8, 0 0), (1 1, 1 5, 5 1, 1 1))')"
_LINE = "st_linefromtext('LINESTRING (1 1, 2 2, 1 3)')"

CASES = [
    C("st_astext(st_point(1, 4))", "POINT (1 4)", "varchar"),
    C("st_astext(st_point(122.3, 10.55))", "POINT (122.3 10.55)", "varchar"),
    C("st_astext(st_geometryfromtext('POINT EMPTY'))", "POINT EMPTY", "varchar"),
    C("st_astext(st_linefromtext('LINESTRING (1 1, 2 2, 1 3)'))", "LINESTRING (1 1, 2 2, 1 3)", "varchar"),
    C(f"st_astext({_SQUARE})", "POLYGON ((1 1, 4 1, 4 4, 1 4, 1 1))", "varchar"),
    C("st_astext(st_geometryfromtext('MULTIPOINT (1 2, 3 4)'))", "MULTIPOINT ((1 2), (3 4))", "varchar"),
    C("st_astext(st_geomfrombinary(X'0101000000000000000000F03F0000000000000040'))", "POINT (1 2)", "varchar"),
    C("st_x(st_point(1.5, 2))", 1.5, "double"),
    C("st_y(st_geometryfromtext('POINT (1 2)'))", 2.0, "double"),
    C("st_x(st_geometryfromtext('POINT EMPTY'))", None, "double"),
    C("st_x(cast(null as geometry))", None, "double"),
    C(f"st_area({_SQUARE})", 9.0, "double"),
    C(f"st_area({_HOLED})", 24.0, "double"),
    C("st_length(st_geometryfromtext('LINESTRING (0 0, 3 4)'))", 5.0, "double"),
    C("st_distance(st_point(50, 100), st_point(150, 150))", 111.80339887498948, "double"),
    C("st_distance(st_point(50, 100), st_geometryfromtext('POINT EMPTY'))", None, "double"),
    C(f"st_xmin({_SQUARE})", 1.0, "double"),
    C(f"st_ymax({_SQUARE})", 4.0, "double"),
    C(f"st_numpoints({_HOLED})", 6, "bigint"),
    C(f"st_numinteriorring({_HOLED})", 1, "bigint"),
    C("st_numgeometries(st_geometryfromtext('MULTIPOINT (1 2, 3 4)'))", 2, "integer"),
    C("st_numgeometries(st_geometryfromtext('POINT EMPTY'))", 0, "integer"),
    C("st_dimension(st_point(1, 2))", 0, "tinyint"),
    C("st_geometrytype(st_geometryfromtext('MULTILINESTRING ((1 1, 5 1), (2 4, 4 4))'))", "ST_MultiLineString", "varchar"),
    C(f"st_astext(st_startpoint({_LINE}))", "POINT (1 1)", "varchar"),
    C(f"st_astext(st_pointn({_LINE}, 2))", "POINT (2 2)", "varchar"),
    C(f"st_pointn({_LINE}, 0) is null", True, "boolean"),
    C(f"st_astext(st_exteriorring({_SQUARE}))", "LINESTRING (1 1, 4 1, 4 4, 1 4, 1 1)", "varchar"),
    C(f"st_astext(st_interiorringn({_HOLED}, 1))", "LINESTRING (1 1, 1 5, 5 1, 1 1)", "varchar"),
    C(f"st_astext(st_centroid({_SQUARE}))", "POINT (2.5 2.5)", "varchar"),
    C(f"st_isclosed({_LINE})", False, "boolean"),
    C(f"st_contains({_SQUARE}, st_point(2, 2))", True, "boolean"),
    C(f"st_contains({_SQUARE}, st_point(1, 1))", False, "boolean"),
    C(f"st_within(st_point(2, 2), {_SQUARE})", True, "boolean"),
    C(f"st_intersects({_SQUARE}, st_point(1, 1))", True, "boolean"),
    C(f"st_touches({_SQUARE}, st_point(1, 2))", True, "boolean"),
    C(f"st_disjoint({_SQUARE}, st_point(9, 9))", True, "boolean"),
    C("st_equals(st_point(1, 2), st_geometryfromtext('POINT (1 2)'))", True, "boolean"),
    C("count(*) from (values 1, 5) a(x) join (values 2) b(y) on st_contains(" + _SQUARE + ", st_point(x + 1, y))", 1, "bigint"),
    C("st_point(1, 2)", "POINT (1 2)", "Geometry"),
    C("array[st_point(1, 2), null]", ["POINT (1 2)", None], "array(Geometry)"),
    C("st_astext(st_point(1e-30, 1.5e20))", "POINT (1.0000000000000000e-30 1.5000000000000000e+20)", "varchar"),
    C("st_astext(st_point(0.0001, -0e0))", "POINT (0.0001 -0)", "varchar"),
    C("array[bing_tile('213')]", ['{"x":3,"y":5,"zoom":3}'], "array(BingTile)", source="https://github.com/trinodb/trino/blob/440/plugin/trino-geospatial/src/main/java/io/trino/plugin/geospatial/BingTile.java"),
    C("try(st_geometryfromtext('x'))", None, "Geometry"),
    C("typeof(st_point(1, 2))", "Geometry", "varchar"),
    C("great_circle_distance(36.12, -86.67, 33.94, -118.40)", 2886.4489734367016, "double"),
]  # fmt: skip
REFUSED = [
    R("st_astext(st_geometryfromtext('POINT'))", "INVALID_FUNCTION_ARGUMENT", "Invalid WKT: POINT"),
    R("st_x(st_geometryfromtext('LINESTRING (1 1, 2 2)'))", "INVALID_FUNCTION_ARGUMENT", "ST_X only applies to POINT. Input type is: LINE_STRING"),
    R("st_astext(st_polygon('POINT (1 1)'))", "INVALID_FUNCTION_ARGUMENT", "ST_Polygon only applies to POLYGON. Input type is: POINT"),
    R("great_circle_distance(91, 0, 0, 0)", "INVALID_FUNCTION_ARGUMENT", "Latitude must be between -90 and 90"),
    R("st_astext(st_buffer(st_point(0, 0), 1))", "NOT_SUPPORTED", "ST_Buffer", ours=True),
    R("geometry_invalid_reason(st_geometryfromtext('LINESTRING (0 0, 1 1, 1 0, 0 1)'))", "NOT_SUPPORTED", "not valid", ours=True),
    R("st_convexhull(st_geometryfromtext('MULTIPOINT (1 1, 0 0, 3 0, 0 3)'))", "NOT_SUPPORTED", "ST_ConvexHull", ours=True),
    R("st_union(st_point(1, 2), st_point(2, 3))", "NOT_SUPPORTED", "ST_Union", ours=True),
    R("st_point(1, 2) = st_point(1, 2)", "TYPE_MISMATCH", "Cannot apply operator: Geometry = Geometry"),
    R("st_point(1, 2) in (st_point(1, 2))", "TYPE_MISMATCH"),
    R("max(st_point(1, 2))", "FUNCTION_NOT_FOUND", "(Geometry)"),
    R("greatest(st_point(1, 2), st_point(1, 2))", "FUNCTION_NOT_FOUND"),
    R("bing_tile('1') < bing_tile('1')", "TYPE_MISMATCH"),
    R("cast(st_point(1, 2) as varchar)", "TYPE_MISMATCH", "Cannot cast Geometry to varchar"),
    R("st_issimple(st_geometryfromtext('LINESTRING (0 0)'))", "NOT_SUPPORTED", "GEOS", ours=True),
    R("st_geometryfromtext('POINT Z (1 2 3)')", "NOT_SUPPORTED", "dimensions", ours=True),
    R("st_geomfrombinary(X'01020000000a000000')", "INVALID_FUNCTION_ARGUMENT", "Invalid WKB"),
]  # fmt: skip
