"""JSON: https://trino.io/docs/current/functions/json.html. JSON values are held as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_athena.dialect.coercion import coerce, text
from local_athena.dialect.errors import failure
from local_athena.dialect.scope import Value
from local_athena.dialect.types import BIGINT, BOOLEAN, DOUBLE, JSON, VARCHAR

if TYPE_CHECKING:
    from local_athena.dialect.calls import Call

SCALARS = """
json_parse(varchar) -> json | trino_json_parse($1)
json_format(json) -> varchar | $1
is_json_scalar(json) -> boolean | json_type($1) NOT IN ('OBJECT', 'ARRAY')
is_json_scalar(varchar) -> boolean | json_type(trino_json_parse($1)) NOT IN ('OBJECT', 'ARRAY')
json_array_length(json) -> bigint | CASE WHEN json_valid($1) AND json_type($1) = 'ARRAY' THEN CAST(json_array_length($1) AS BIGINT) END
json_array_length(varchar) -> bigint | CASE WHEN json_valid($1) AND json_type($1) = 'ARRAY' THEN CAST(json_array_length($1) AS BIGINT) END
json_array_get(json, bigint) -> json | TRY(CASE WHEN json_type($1) = 'ARRAY' THEN nullif(json_extract_string($1, '$[' || CASE WHEN $2 < 0 THEN '#' ELSE '' END || $2 || ']'), 'null') END)
json_array_get(varchar, bigint) -> json | TRY(CASE WHEN json_type($1) = 'ARRAY' THEN nullif(json_extract_string($1, '$[' || CASE WHEN $2 < 0 THEN '#' ELSE '' END || $2 || ']'), 'null') END)
"""

_STEP = re.compile(
    r"""\.([^.\[\]"]+)|\.?"((?:[^"\\]|\\.)*)"|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]|\[([\w$]+)\]"""
)


def duckdb_path(call: Call, path: str) -> str:
    """A Trino JSON path in DuckDB's spelling. Raises INVALID_FUNCTION_ARGUMENT for what is no path."""
    rest = path.strip()
    made = "$"
    if rest.startswith("$"):
        rest = rest[1:]
    elif rest and rest[0] not in ".[":
        rest = "." + rest
    while rest:
        found = _STEP.match(rest)
        if not found or (found[1] is not None and not re.fullmatch(r"[\w@:$\- ]+|\*", found[1])) or found[1] == "*":
            raise failure("INVALID_FUNCTION_ARGUMENT", f"Invalid JSON path: '{path}'", call.node)
        name = next((g for g in (found[1], found[2], found[3], found[4], found[6]) if g is not None), None)
        made += (
            f"[{found[5]}]" if found[5] is not None else '."' + str(name).replace('\\"', '"').replace('"', '\\"') + '"'
        )
        rest = rest[found.end() :]
    return made


def _subject(call: Call, index: int = 0) -> str:
    value = call.value(index)
    if value.type not in (JSON,) and not value.type.is_text and value.type.name != "unknown":
        raise call.mismatch()
    return value.sql if value.type == JSON else coerce(value, VARCHAR).sql


def _extract(call: Call) -> Value:
    call.arity(2)
    x, path = _subject(call), call.value(1)
    if isinstance(path.const, str):
        return Value(f"CAST(TRY(json_extract({x}, {text(duckdb_path(call, path.const))})) AS VARCHAR)", JSON)
    return Value(f"trino_json_extract({x}, {path.sql})", JSON)


def _extract_scalar(call: Call) -> Value:
    call.arity(2)
    x, path = _subject(call), call.value(1)
    if isinstance(path.const, str):
        p, spelled = (
            text(duckdb_path(call, path.const)),
            text(path.const if path.const.startswith("$") else f"$.{path.const}"),
        )
        return Value(
            f"TRY(CASE WHEN json_type({x}, {p}) = 'DOUBLE' THEN trino_json_number_text({x}, {spelled}) "
            f"WHEN json_type({x}, {p}) NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN json_extract_string({x}, {p}) END)",
            VARCHAR,
        )
    found = f"trino_json_extract({x}, {path.sql})"
    return Value(
        f"CASE WHEN json_type({found}) = 'DOUBLE' THEN trino_json_number_text({x}, {path.sql}) "
        f"WHEN json_type({found}) NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN json_extract_string({found}, '$') END",
        VARCHAR,
    )


def _size(call: Call) -> Value:
    call.arity(2)
    found = _extract(call).sql
    cases = f"WHEN 'ARRAY' THEN CAST(json_array_length({found}) AS BIGINT) WHEN 'OBJECT' THEN CAST(len(json_keys({found})) AS BIGINT)"
    return Value(
        f"CASE json_type({found}) {cases} ELSE CASE WHEN {found} IS NOT NULL THEN CAST(0 AS BIGINT) END END", BIGINT
    )


def _array_contains(call: Call) -> Value:
    call.arity(2)
    x, value = _subject(call), call.value(1)
    items = f"CAST(json_extract({x}, '$[*]') AS VARCHAR[])"
    if value.type == BOOLEAN:
        test = f"_e = CAST({value.sql} AS VARCHAR)"
    elif value.type.is_integer:
        test = f"json_type(_e) IN ('UBIGINT', 'BIGINT') AND TRY_CAST(_e AS BIGINT) = {value.sql}"
    elif value.type == DOUBLE:
        test = f"json_type(_e) = 'DOUBLE' AND TRY_CAST(_e AS DOUBLE) = {value.sql}"
    elif value.type.is_text:
        test = f"json_type(_e) = 'VARCHAR' AND json_extract_string(_e, '$') = {value.sql}"
    else:
        raise call.mismatch()
    return Value(
        f"CASE WHEN json_valid({x}) AND json_type({x}) = 'ARRAY' THEN len(list_filter({items}, lambda _e: {test})) > 0 END",
        BOOLEAN,
    )


REFUSED = "json_table"
SPECIALS = {
    "json_extract": _extract,
    "json_extract_scalar": _extract_scalar,
    "json_size": _size,
    "json_array_contains": _array_contains,
}
