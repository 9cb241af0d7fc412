"""The JSON functions of the SQL standard, which have a grammar of their own: https://trino.io/docs/current/functions/json.html.

Paths are evaluated by ``udf.jsons``: members, wildcards and subscripts, lax and strict. Filters and methods are refused.
"""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect import expressions
from local_athena.dialect.casts import cast
from local_athena.dialect.coercion import coerce
from local_athena.dialect.context import Context
from local_athena.dialect.errors import raise_sql, type_mismatch
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


def _query(ctx: Context, node: exp.JSONExtract, scope: Scope) -> Value:
    """JSON_QUERY: JSON text of what the path finds, wrapped in an array where WITH WRAPPER says so."""
    if node.args.get("quote") or node.args.get("on_condition"):
        raise NotSupported("JSON_QUERY with QUOTES, ON EMPTY or ON ERROR")
    found = _found(ctx, node.this, node.expression, scope, node)
    option = node.args["option"].name.upper() if node.args.get("option") else "WITHOUT"
    rest = f"{found}[2:]"
    single = f"CAST(json_extract({rest}, '$[0]') AS VARCHAR)"
    if option.startswith("WITHOUT"):
        made = f"CASE WHEN json_array_length({rest}) = 1 THEN {single} END"
    elif "CONDITIONAL" in option and "UNCONDITIONAL" not in option:
        alone = f"json_array_length({rest}) = 1 AND json_type({rest}, '$[0]') IN ('OBJECT', 'ARRAY')"
        made = f"CASE WHEN {alone} THEN {single} ELSE {rest} END"
    else:
        made = rest
    return Value(f"CASE WHEN {found} IS NOT NULL AND {found} NOT IN ('E', 'R[]') THEN {made} END", VARCHAR)


def exists(ctx: Context, arguments: list[exp.Expr], scope: Scope, node: exp.Expr) -> Value:
    """JSON_EXISTS(x, path): an error finds nothing."""
    found = _found(ctx, arguments[0], arguments[1], scope, node)
    return Value(f"({found} NOT IN ('E', 'R[]'))", BOOLEAN)


def _member(value: Value) -> str:
    """A value as JSON text; what JSON has no kind for goes by its text."""
    return "'null'" if value.type.name == "unknown" else f"coalesce({to_json(value.sql, value.type)}, 'null')"


def _object(ctx: Context, node: exp.JSONObject, scope: Scope) -> Value:
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


def array(values: list[Value]) -> Value:
    """JSON_ARRAY(a, b): NULLs are left out, as by ABSENT ON NULL, its default."""
    parts = [f"CASE WHEN {v.sql} IS NOT NULL THEN {_member(v)} END" for v in values]
    joined = f"array_to_string(list_filter([{', '.join(parts)}], lambda _e: _e IS NOT NULL), ',')" if parts else "''"
    return Value(f"('[' || coalesce({joined}, '') || ']')", VARCHAR)
