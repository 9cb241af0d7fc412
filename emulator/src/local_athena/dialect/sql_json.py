"""The JSON functions of the SQL standard, which have a grammar of their own: https://trino.io/docs/current/functions/json.html.

Paths are evaluated by ``udf.jsons``: members, wildcards and subscripts, lax and strict. Filters and methods are refused.
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect import expressions
from local_athena.dialect.casts import cast
from local_athena.dialect.coercion import coerce
from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, raise_sql, type_mismatch
from local_athena.dialect.json_casts import to_json
from local_athena.dialect.scope import Scope, Value, strict
from local_athena.dialect.types import BOOLEAN, JSON, VARCHAR, from_datatype, held
from local_athena.errors import NotSupported


def function(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    if isinstance(node, exp.JSONObject):
        return _object(ctx, node, scope)
    if isinstance(node, exp.JSONValue):
        return _value(ctx, node, scope)
    if isinstance(node, exp.JSONExtract) and node.args.get("json_query"):
        return _query(ctx, node, scope)
    if isinstance(node, exp.JSONExists):
        return _exists(ctx, node, scope)
    if isinstance(node, exp.JSONArray):
        return _array(ctx, node, scope)
    raise NotSupported(node.sql(dialect="trino"))


def _found(ctx: Context, subject: exp.Expr, path: exp.Expr, scope: Scope, node: exp.Expr) -> str:
    """DuckDB text for what a path finds: ``E``, or ``R`` and a JSON array."""
    x, p = expressions.expression(ctx, subject, scope), expressions.expression(ctx, path, scope)
    if not (x.type.is_text or x.type == JSON):
        raise type_mismatch(f"Cannot use {x.type} as input of a JSON path", node)
    if not isinstance(p.const, str):
        raise NotSupported("A JSON path that is not a literal")
    return f"trino_json_path({x.sql}, {p.sql})"


def _condition(ctx: Context, node: exp.Expr, event: str, scope: Scope) -> Value | str | None:
    """The DEFAULT value, ``ERROR`` or ``NULL`` of an ON EMPTY or ON ERROR clause."""
    conditions = node.args.get("on_condition")
    given = conditions.args.get(event) if isinstance(conditions, exp.Expr) else None
    if given is None or isinstance(given, str):
        return str(given).split()[0].upper() if given else None
    return expressions.expression(ctx, given, scope)


def _value(ctx: Context, node: exp.JSONValue, scope: Scope) -> Value:
    """JSON_VALUE: one scalar, as varchar or what RETURNING says."""
    found = _found(ctx, node.this, node.args["path"], scope, node)
    returning = node.args.get("returning")
    t = from_datatype(returning) if isinstance(returning, exp.DataType) else VARCHAR
    item = f"json_extract_string({found}[2:], '$[0]')"
    made = cast(Value(item, VARCHAR), t, node).sql
    empty = _outcome(_condition(ctx, node, "empty", scope), "JSON_VALUE_RESULT_ERROR", "JSON path found no items", t)
    failed = _outcome(
        _condition(ctx, node, "error", scope), "JSON_VALUE_RESULT_ERROR", "JSON path found no scalar value", t
    )
    cases = (
        f"WHEN {found} = 'E' THEN {failed} WHEN {found} = 'R[]' THEN {empty} "
        f"WHEN json_array_length({found}[2:]) > 1 OR json_type({found}[2:], '$[0]') IN ('OBJECT', 'ARRAY') THEN {failed} "
        f"WHEN json_type({found}[2:], '$[0]') = 'NULL' THEN NULL"
    )
    return Value(f"CASE {cases} WHEN {found} IS NOT NULL THEN {made} END", t)


def _outcome(given: Value | str | None, code: str, message: str, t: object) -> str:
    from local_athena.dialect.types import Type

    assert isinstance(t, Type)
    if isinstance(given, Value):
        return strict(coerce(given, t)).sql
    return raise_sql(code, message, held(t)) if given == "ERROR" else f"CAST(NULL AS {held(t)})"


def _asked(ctx: Context, node: exp.Expr, path: exp.Expr, scope: Scope) -> tuple[str, str]:
    """What a path finds, and a DuckDB condition for an input that is no JSON."""
    if node.args.get("passing"):
        raise NotSupported("Functions of SQL/JSON with PASSING")
    return _found(ctx, node.this, path, scope, node), f"json_valid({expressions.expression(ctx, node.this, scope).sql})"


def _failed(found: str, valid: str, duckdb_type: str) -> str:
    """ERROR ON ERROR for a path that found nothing because something was wrong."""
    path = raise_sql("PATH_EVALUATION_ERROR", "path evaluation failed", duckdb_type)
    given = raise_sql("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed", duckdb_type)
    return f"CASE WHEN {found} = 'E' AND NOT {valid} THEN {given} ELSE {path} END"


_CONSTANTS = {"NULL": "CAST(NULL AS VARCHAR)", "EMPTY ARRAY": "'[]'", "EMPTY OBJECT": "'{}'"}


def _query(ctx: Context, node: exp.JSONExtract, scope: Scope) -> Value:
    """JSON_QUERY: JSON text of what the path finds, wrapped in an array where WITH WRAPPER says so."""
    _returns_varchar(node.args.get("returning"))
    found, valid = _asked(ctx, node, node.expression, scope)
    wrapper, omit = node.args.get("wrapper") or "WITHOUT", node.args.get("quotes") == "OMIT QUOTES"
    if omit and wrapper.startswith("WITH "):
        raise failure("SYNTAX_ERROR", "OMIT QUOTES behavior specified with WITH WRAPPER behavior", node)
    on_empty, on_error = node.args.get("on_empty") or "NULL", node.args.get("on_error") or "NULL"
    unsuited = "JSON_OUTPUT_CONVERSION_ERROR"
    nothing = _CONSTANTS.get(on_empty) or raise_sql(unsuited, "JSON path found no items", "VARCHAR")
    many = _CONSTANTS.get(on_error) or raise_sql(unsuited, "JSON path found multiple items", "VARCHAR")
    wrong = _CONSTANTS.get(on_error) or _failed(found, valid, "VARCHAR")
    rest = f"{found}[2:]"
    single = f"CAST(json_extract({rest}, '$[0]') AS VARCHAR)"
    if omit:
        single = (
            f"CASE json_type({rest}, '$[0]') WHEN 'VARCHAR' THEN json_extract_string({rest}, '$[0]') ELSE {single} END"
        )
    if wrapper.startswith("WITHOUT"):
        made = f"CASE WHEN json_array_length({rest}) = 1 THEN {single} ELSE {many} END"
    elif wrapper.startswith("WITH CONDITIONAL"):
        alone = f"json_array_length({rest}) = 1 AND json_type({rest}, '$[0]') IN ('OBJECT', 'ARRAY')"
        made = f"CASE WHEN {alone} THEN {single} ELSE {rest} END"
    else:
        made = rest
    cases = f"WHEN {found} = 'E' THEN {wrong} WHEN {found} = 'R[]' THEN {nothing} WHEN {found} IS NOT NULL THEN {made}"
    return Value(f"CASE {cases} END", VARCHAR)


def _exists(ctx: Context, node: exp.JSONExists, scope: Scope) -> Value:
    """JSON_EXISTS: whether the path finds anything; an error finds nothing, unless ON ERROR says otherwise."""
    found, valid = _asked(ctx, node, node.args["path"], scope)
    outcome = node.args.get("on_error") or "FALSE"
    wrong = {"TRUE": "true", "FALSE": "false", "UNKNOWN": "CAST(NULL AS BOOLEAN)"}.get(outcome)
    wrong = wrong or _failed(found, valid, "BOOLEAN")
    return Value(f"CASE WHEN {found} = 'E' THEN {wrong} ELSE {found} <> 'R[]' END", BOOLEAN)


def _returns_varchar(returning: object) -> None:
    """Refuse to return anything but text, which is what is returned anyhow."""
    if not returning:
        return
    if not (isinstance(returning, exp.DataType) and from_datatype(returning) == VARCHAR):
        raise NotSupported("JSON_QUERY, JSON_OBJECT or JSON_ARRAY RETURNING anything but varchar")


def _member(value: Value) -> str:
    """A value as JSON text; what JSON has no kind for goes by its text."""
    return "'null'" if value.type.name == "unknown" else f"coalesce({to_json(value.sql, value.type)}, 'null')"


def _object(ctx: Context, node: exp.JSONObject, scope: Scope) -> Value:
    _returns_varchar(node.args.get("return_type"))
    if node.args.get("unique_keys"):
        raise NotSupported("JSON_OBJECT WITH UNIQUE KEYS")
    absent = "ABSENT" in str(node.args.get("null_handling") or "").upper()
    parts = []
    for pair in node.expressions:
        if not isinstance(pair, exp.JSONKeyValue):
            raise NotSupported(node.sql(dialect="trino"))
        name, value = expressions.expression(ctx, pair.this, scope), expressions.expression(ctx, pair.expression, scope)
        text = f"CAST(to_json({coerce(name, VARCHAR).sql}) AS VARCHAR) || ':' || {_member(value)}"
        parts.append(f"CASE WHEN {value.sql} IS NOT NULL THEN {text} END" if absent else text)
    joined = f"array_to_string(list_filter([{', '.join(parts)}], lambda _e: _e IS NOT NULL), ',')" if parts else "''"
    return Value(f"('{{' || coalesce({joined}, '') || '}}')", VARCHAR)


def _array(ctx: Context, node: exp.JSONArray, scope: Scope) -> Value:
    """JSON_ARRAY(a, b): NULLs are left out, unless NULL ON NULL says otherwise."""
    _returns_varchar(node.args.get("return_type"))
    values = [expressions.expression(ctx, e, scope) for e in node.expressions]
    kept = node.args.get("null_handling") == "NULL ON NULL"
    parts = [_member(v) if kept else f"CASE WHEN {v.sql} IS NOT NULL THEN {_member(v)} END" for v in values]
    joined = f"array_to_string(list_filter([{', '.join(parts)}], lambda _e: _e IS NOT NULL), ',')" if parts else "''"
    return Value(f"('[' || coalesce({joined}, '') || ']')", VARCHAR)
