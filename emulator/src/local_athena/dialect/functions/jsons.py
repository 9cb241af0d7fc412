"""JSON: https://trino.io/docs/current/functions/json.html. JSON values are held as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_athena.dialect.coercion import coerce, text
from local_athena.dialect.errors import failure
from local_athena.dialect.scope import Value
from local_athena.dialect.types import BIGINT, BOOLEAN, DOUBLE, JSON, UNKNOWN, VARCHAR, length_of, varchar

if TYPE_CHECKING:
    from local_athena.dialect.calls import Call

SCALARS = """
json_parse(varchar) -> json | trino_json_parse($1)
json_format(json) -> varchar | $1
is_json_scalar(json) -> boolean | json_type($1) NOT IN ('OBJECT', 'ARRAY')
is_json_scalar(varchar) -> boolean | json_type(trino_json_parse($1)) NOT IN ('OBJECT', 'ARRAY')
json_array_length(json) -> bigint | CASE WHEN json_valid($1) AND json_type($1) = 'ARRAY' THEN CAST(json_array_length($1) AS BIGINT) END
json_array_length(varchar) -> bigint | CASE WHEN json_valid($1) AND json_type($1) = 'ARRAY' THEN CAST(json_array_length($1) AS BIGINT) END
json_array_get(json, bigint) -> json | trino_json_array_get($1, $2)
json_array_get(varchar, bigint) -> json | trino_json_array_get($1, $2)
"""

_STEP = re.compile(r"""\.([\w:]+)|\["((?:[^"\\]|\\["\\])*)"\]|\[(\w+)\]""")


def duckdb_path(call: Call, path: str) -> str:
    """A Trino JSON path in DuckDB's spelling. Raises INVALID_FUNCTION_ARGUMENT for what is no path."""
    made, rest = "$", path[1:]
    while rest or not path.startswith("$"):
        found = _STEP.match(rest) if path.startswith("$") else None
        if not found:
            raise failure("INVALID_FUNCTION_ARGUMENT", f"Invalid JSON path: '{path}'", call.node)
        name = re.sub(r"""\\(["\\])""", r"\1", found[2]) if found[2] is not None else found[1] or found[3]
        made += f"[{int(name)}]" if _is_index(name) else '."' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        rest = rest[found.end() :]
    return made


def _is_index(name: str) -> bool:
    return bool(re.fullmatch(r"[0-9]+", name))


def _subject(call: Call, index: int = 0) -> str:
    value = call.value(index)
    if value.type not in (JSON,) and not value.type.is_text and value.type.name != "unknown":
        raise call.mismatch()
    return value.sql if value.type == JSON else coerce(value, VARCHAR).sql


def _extract(call: Call) -> Value:
    call.arity(2)
    x, path = _subject(call), call.value(1)
    slow = f"trino_json_extract({x}, {path.sql})"
    if isinstance(path.const, str):
        found = f"trino_json_numbers(CAST(TRY(json_extract({x}, {text(duckdb_path(call, path.const))})) AS VARCHAR))"
        # A number is an index of an array and a name in an object; DuckDB takes it for an index only.
        return Value(f"coalesce({found}, {slow})" if re.search(r"[.\[\"]\d", path.const) else found, JSON)
    return Value(slow, JSON)


def _extract_scalar(call: Call) -> Value:
    call.arity(2)
    x, path = _subject(call), call.value(1)
    t = VARCHAR if call.value(0).type == JSON else varchar(length_of(call.value(0).type))
    found = f"trino_json_extract({x}, {path.sql})"
    slow = (
        f"CASE WHEN json_type({found}) = 'DOUBLE' THEN trino_json_number_text({x}, {path.sql}) "
        f"WHEN json_type({found}) NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN json_extract_string({found}, '$') END"
    )
    if not isinstance(path.const, str):
        return Value(slow, t)
    p = text(duckdb_path(call, path.const))
    fast = (
        f"TRY(CASE WHEN json_type({x}, {p}) = 'DOUBLE' THEN trino_json_number_text({x}, {path.sql}) "
        f"WHEN json_type({x}, {p}) NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN json_extract_string({x}, {p}) END)"
    )
    return Value(f"coalesce({fast}, {slow})" if re.search(r"[.\[\"]\d", path.const) else fast, t)


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
    elif value.type == UNKNOWN:
        return Value("CAST(NULL AS BOOLEAN)", BOOLEAN)
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
