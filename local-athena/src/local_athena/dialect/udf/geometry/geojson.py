"""Geometries as GeoJSON, read and written as JTS does: https://github.com/locationtech/jts and RFC 7946."""

from __future__ import annotations

import json
from math import floor
from typing import Any

from local_athena.dialect.udf.failures import invalid
from local_athena.dialect.udf.geometry.model import MEMBERS, NAMES, Geometry, polygon
from local_athena.dialect.udf.numbers import java_double

_KINDS = {name: kind for kind, name in NAMES.items()}
_SCALE = 10**8


def write(geometry: Geometry) -> str:
    """*geometry* as JSON, its coordinates rounded to eight digits."""
    name = NAMES[geometry.kind]
    if geometry.kind == "GEOMETRYCOLLECTION":
        return f'{{"type":"{name}","geometries":[{",".join(map(write, geometry.parts))}]}}'
    return f'{{"type":"{name}","coordinates":{_coordinates(geometry)}}}'


def _coordinates(geometry: Geometry) -> str:
    if geometry.kind == "POINT":
        return _point(geometry.parts) if geometry.parts else "[]"
    if geometry.kind == "LINESTRING":
        return f"[{','.join(map(_point, geometry.parts))}]"
    if geometry.kind == "POLYGON":
        return f"[{','.join(f'[{",".join(map(_point, ring))}]' for ring in geometry.parts)}]"
    return f"[{','.join(map(_coordinates, geometry.parts))}]"


def _point(point: tuple[float, ...]) -> str:
    return f"[{','.join(map(_number, point))}]"


def _number(value: float) -> str:
    if not 1e-3 <= abs(value) < 1e7:
        return java_double(value)
    rounded = floor(value * _SCALE + 0.5) / _SCALE
    return str(int(rounded)) if rounded.is_integer() else java_double(rounded)


def parse(text: str) -> Geometry:
    """The geometry that *text* writes. Raises INVALID_FUNCTION_ARGUMENT where it writes none."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise invalid(f"Invalid GeoJSON: {_unexpected(text, error.pos)}") from None
    try:
        return _geometry(found)
    except (TypeError, ValueError, IndexError, AttributeError, KeyError):
        kind = found.get("type") if isinstance(found, dict) else None
        raise invalid(f"Invalid GeoJSON: Could not parse {kind or 'Geometry'} from GeoJson string.") from None


_SIGNS = {
    "{": "LEFT BRACE({)", "}": "RIGHT BRACE(})", "[": "LEFT SQUARE([)", "]": "RIGHT SQUARE(])", ",": "COMMA(,)", ":": "COLON(:)",
}  # fmt: skip


def _unexpected(text: str, at: int) -> str:
    """The place where *text* is no JSON, in the words of the parser that JTS uses."""
    if at >= len(text):
        return f"Unexpected token END OF FILE at position {at}."
    sign = _SIGNS.get(text[at])
    return (
        f"Unexpected token {sign} at position {at}." if sign else f"Unexpected character ({text[at]}) at position {at}."
    )


def _geometry(found: dict[str, Any]) -> Geometry:
    name = found.get("type")
    if name is None:
        raise invalid("Invalid GeoJSON: Could not parse Geometry from Json string.  No 'type' property found.")
    if name == "Feature":
        return _geometry(found["geometry"])
    if name == "FeatureCollection":
        return Geometry("GEOMETRYCOLLECTION", tuple(_geometry(each["geometry"]) for each in found["features"]))
    if name == "GeometryCollection":
        return Geometry("GEOMETRYCOLLECTION", tuple(map(_geometry, found["geometries"])))
    if name not in _KINDS:
        raise invalid(f"Invalid GeoJSON: Could not parse Geometry from GeoJson string.  Unsupported 'type':{name}")
    return _of(_KINDS[name], found.get("coordinates") or [])


def _of(kind: str, written: list[Any]) -> Geometry:
    if not written:
        return Geometry(kind)
    if kind == "POINT":
        return Geometry(kind, _pair(written))
    if kind == "LINESTRING":
        return Geometry(kind, tuple(map(_pair, written)))
    if kind == "POLYGON":
        return polygon([tuple(map(_pair, ring)) for ring in written])
    return Geometry(kind, tuple(_of(MEMBERS[kind], each) for each in written))


def _pair(written: list[Any]) -> tuple[float, float]:
    x, y = float(written[0]), float(written[1])
    return x, y
