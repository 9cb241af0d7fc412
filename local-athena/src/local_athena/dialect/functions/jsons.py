"""JSON: https://trino.io/docs/current/functions/json.html. JSON values are held as text."""

from __future__ import annotations

import re

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions.call import Call
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import once, text
from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.jsons import names
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import BIGINT, BOOLEAN, JSON, UNKNOWN, VARCHAR, length_of, varchar

SCALARS = """
json_parse(varchar) -> json | CASE WHEN $1 IS NULL THEN NULL WHEN trino_json_usual($1) THEN CAST(json($1) AS VARCHAR) ELSE trino_json_parse($1) END
json_format(json) -> varchar | $1
is_json_scalar(json) -> boolean | json_type($1) NOT IN ('OBJECT', 'ARRAY')
is_json_scalar(varchar) -> boolean | CASE WHEN $1 IS NULL THEN NULL WHEN trino_json_parse_or_null($1) IS NULL THEN CAST(CAST('INVALID_FUNCTION_ARGUMENT: Invalid JSON value: ' || $1 AS INTEGER) AS BOOLEAN) ELSE json_type(trino_json_parse_or_null($1)) NOT IN ('OBJECT', 'ARRAY') END
json_array_length(json) -> bigint | CASE WHEN NOT json_valid($1) OR regexp_matches($1, ',\\s*]') THEN trino_json_array_length($1) WHEN json_type($1) = 'ARRAY' THEN CAST(json_array_length($1) AS BIGINT) END
json_array_length(varchar) -> bigint | CASE WHEN NOT json_valid($1) OR regexp_matches($1, ',\\s*]') THEN trino_json_array_length($1) WHEN json_type($1) = 'ARRAY' THEN CAST(json_array_length($1) AS BIGINT) END
json_array_get(json, bigint) -> json | CASE WHEN NOT json_valid($1) OR $2 NOT BETWEEN 0 AND 2147483646 THEN trino_json_array_get($1, $2) WHEN json_type($1) = 'ARRAY' THEN CASE json_type(json_extract($1, $2)) WHEN 'VARCHAR' THEN json_extract_string($1, $2) WHEN 'UBIGINT' THEN coalesce(nullif(json_extract_string($1, $2), '0'), trino_json_array_get($1, $2)) WHEN 'BOOLEAN' THEN json_extract_string($1, $2) WHEN 'NULL' THEN NULL ELSE trino_json_array_get($1, $2) END END
json_array_get(varchar, bigint) -> json | CASE WHEN NOT json_valid($1) OR $2 NOT BETWEEN 0 AND 2147483646 THEN trino_json_array_get($1, $2) WHEN json_type($1) = 'ARRAY' THEN CASE json_type(json_extract($1, $2)) WHEN 'VARCHAR' THEN json_extract_string($1, $2) WHEN 'UBIGINT' THEN coalesce(nullif(json_extract_string($1, $2), '0'), trino_json_array_get($1, $2)) WHEN 'BOOLEAN' THEN json_extract_string($1, $2) WHEN 'NULL' THEN NULL ELSE trino_json_array_get($1, $2) END END
"""


def duckdb_path(call: Call, path: str) -> str | None:
    """A Trino JSON path in DuckDB's spelling, which has none for an empty name."""
    try:
        steps = names(path)
    except Failure as error:
        code, _, message = str(error).partition(": ")
        raise failure(code, message, call.node) from None
    if "" in steps:
        return None
    return "$" + "".join(
        f"[{int(n)}]" if re.fullmatch(r"[0-9]+", n) else '."' + n.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for n in steps
    )


def _subject(call: Call, index: int = 0) -> str:
    value = call.value(index)
    if value.type not in (JSON,) and not value.type.is_text and value.type.name != "unknown":
        raise call.mismatch()
    return value.sql if value.type == JSON else coerce(value, VARCHAR).sql


def _path(call: Call) -> Value:
    path = call.value(1)
    if not (path.type.is_text or path.type == UNKNOWN):
        raise call.mismatch()
    return path


def _extract(call: Call) -> Value:
    call.arity(2)
    path = _path(call)
    place = duckdb_path(call, path.const) if isinstance(path.const, str) else None

    def found(x: str) -> str:
        slow = f"trino_json_extract({x}, {path.sql})"
        if place is None:
            return slow
        return _read(call, x, f"trino_json_numbers(CAST(json_extract({x}, {text(place)}) AS VARCHAR))", slow)

    return Value(once(_subject(call), found), JSON)


def _read(call: Call, x: str, fast: str, slow: str) -> str:
    """DuckDB's extraction from *x*, with a slower reader for the cases it does not cover.

    Trino reads a text no further than to the value, so that JSON that is cut off after it does no harm. CASE keeps DuckDB from what
    is no JSON; TRY would not, where its optimizer computes an expression only once for several. And a number is an index of an array
    and a name in an object; DuckDB takes it for an index only.
    """
    found = f"CASE WHEN NOT json_valid({x}) THEN {slow} ELSE {fast} END"
    return f"coalesce({found}, {slow})" if re.search(r"[.\[\"]\d", str(call.value(1).const)) else found


def _extract_scalar(call: Call) -> Value:
    call.arity(2)
    path = _path(call)
    place = duckdb_path(call, path.const) if isinstance(path.const, str) else None

    def found(x: str) -> str:
        slow = f"trino_json_extract_scalar({x}, {path.sql})"
        if place is None:
            return slow
        p = text(place)
        string = f"json_extract_string({x}, {p})"
        fast = (
            f"CASE json_type({x}, {p}) WHEN 'DOUBLE' THEN {_number(x, path)} "
            f"WHEN 'BIGINT' THEN coalesce(nullif({string}, '0'), '-0') "  # the only negative number that DuckDB loses
            f"WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'NULL' THEN NULL ELSE {string} END"
        )
        return _read(call, x, fast, slow)

    t = VARCHAR if call.value(0).type == JSON else varchar(length_of(call.value(0).type))
    return Value(once(_subject(call), found), t)


def _number(x: str, path: Value) -> str:
    """The number at *path* as *x* writes it, found by its name where that is there once."""
    slow = f"trino_json_number_text({x}, {path.sql})"
    name = re.fullmatch(r"\$\.(\w+)", str(path.const), re.ASCII)
    if not name:
        return slow
    once_there = f"NOT contains({x}, '\\') AND NOT regexp_matches({x}, '(?s)\"{name[1]}\".*\"{name[1]}\"')"
    found = f"regexp_extract({x}, '\"{name[1]}\"\\s*:\\s*(-?[0-9][0-9.eE+-]*)', 1)"
    return f"(CASE WHEN {once_there} THEN {found} ELSE {slow} END)"


def _size(call: Call) -> Value:
    call.arity(2)

    def size(found: str) -> str:
        cases = (
            f"WHEN 'ARRAY' THEN CAST(json_array_length({found}) AS BIGINT) "
            f"WHEN 'OBJECT' THEN CAST(len(json_keys({found})) AS BIGINT)"
        )
        return f"CASE json_type({found}) {cases} ELSE CASE WHEN {found} IS NOT NULL THEN CAST(0 AS BIGINT) END END"

    return Value(once(_extract(call).sql, size), BIGINT)


def _array_get(call: Call) -> Value | None:
    """An item of a literal at a place that is none: DuckDB reads a literal before CASE has found that it is no JSON."""
    if len(call.args) != 2 or not isinstance(call.value(0).const, str) or call.value(1).const is not None:
        return None
    index = call.value(1)
    if not coercible(index.type, BIGINT):
        return None
    return Value(f"trino_json_array_get({_subject(call)}, {coerce(index, BIGINT).sql})", JSON)


def _array_contains(call: Call) -> Value:
    call.arity(2)
    x, value = _subject(call), call.value(1)
    items = f"CAST(json_extract({x}, '$[*]') AS VARCHAR[])"
    if value.type == BOOLEAN:
        kind, test = "bool", f"_e = CAST({value.sql} AS VARCHAR)"
    elif value.type.is_integer:
        kind, test = "int", f"json_type(_e) IN ('UBIGINT', 'BIGINT') AND TRY_CAST(_e AS BIGINT) = {value.sql}"
    elif value.type.is_float:
        kind, test = (
            "float",
            f"json_type(_e) = 'DOUBLE' AND isfinite(TRY_CAST(_e AS DOUBLE)) AND TRY_CAST(_e AS DOUBLE) = {value.sql}",
        )
    elif value.type == UNKNOWN:
        return Value("CAST(NULL AS BOOLEAN)", BOOLEAN)
    elif value.type.is_text:
        kind, test = "str", f"json_type(_e) = 'VARCHAR' AND json_extract_string(_e, '$') = {value.sql}"
    else:
        raise call.mismatch()
    found = f"WHEN {value.sql} IS NOT NULL AND json_type({x}) = 'ARRAY' THEN len(list_filter({items}, lambda _e: {test})) > 0"
    slow = f"trino_json_array_contains({x}, '{kind}', CAST({value.sql} AS VARCHAR))"
    # DuckDB takes a comma behind the last item.
    return Value(f"CASE WHEN NOT json_valid({x}) OR regexp_matches({x}, ',\\s*]') THEN {slow} {found} END", BOOLEAN)


REFUSED = "json_table"
SPECIALS = {
    "json_extract": _extract,
    "json_extract_scalar": _extract_scalar,
    "json_size": _size,
    "json_array_get": _array_get,
    "json_array_contains": _array_contains,
}
