"""The JSON functions of the SQL standard, which have a grammar of their own: https://trino.io/docs/current/functions/json.html.

Paths are evaluated by ``udf.json_path``.
"""

from __future__ import annotations

import json
import re
from zlib import crc32

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, position, raise_sql, raise_with, type_mismatch
from local_athena.dialect.expressions.trying import target, try_
from local_athena.dialect.scope import Scope, Value, strict
from local_athena.dialect.sqltext import text
from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.path_grammar import PathSyntaxError, parsed, variables
from local_athena.dialect.udf.path_types import type_of
from local_athena.dialect.udf.path_values import MOMENTS
from local_athena.dialect.values.casts import cast, cast_sql
from local_athena.dialect.values.coercion import coerce, coercible
from local_athena.dialect.values.types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INTEGER,
    JSON,
    REAL,
    UNKNOWN,
    VARCHAR,
    Type,
    decimal,
    held,
)
from local_athena.errors import AthenaError, NotSupported


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


def _found(ctx: Context, node: exp.Expr, path: exp.Expr, scope: Scope, function: str = "trino_json_path") -> str:
    """DuckDB text for what a path finds, as *function* says it (``udf.json_queries``)."""
    p = ctx.expression(path, scope)
    if not isinstance(p.const, str):
        raise NotSupported("A JSON path that is not a literal")
    wanted = _checked(p.const, path)
    given = _text(ctx, node.this, scope)
    return f"{function}({given.sql}, {p.sql}, {_passed(ctx, node, path, scope, wanted)})"


def _checked(written: str, node: exp.Expr) -> set[str]:
    """The variables that the path *written* in the literal *node* needs. Raises for what is no path."""
    try:
        tree = parsed(written)[1]
        type_of(tree)
    except PathSyntaxError as error:
        lines = written[: error.offset].split("\n")
        raise AthenaError("SYNTAX_ERROR", _place(node, len(lines) - 1, len(lines[-1])) + error.message) from None
    except Failure as error:
        code, _, message = str(error).partition(": ")
        raise failure(code, message, node) from None
    return variables(tree)


def _place(node: exp.Expr, line: int, column: int) -> str:
    """``line 1:8: `` of the place *line* lines and *column* characters behind the quote of the literal *node*."""
    start = re.fullmatch(r"line (\d+):(\d+): ", position(node))
    if start is None:
        return ""
    return f"line {int(start[1]) + line}:{column + 1 + (0 if line else int(start[2]))}: "


def _text(ctx: Context, node: exp.Expr, scope: Scope) -> Value:
    """The JSON text of an input: a text, or bytes in the encoding that FORMAT JSON names. Bytes that are none in it give ''."""
    formatted = isinstance(node, exp.FormatJson)
    encoding = node.meta.get("encoding") if formatted else None
    x = ctx.expression(node.this if formatted else node, scope)
    if x.type.name == "varbinary":
        return Value(f"trino_json_decoded({x.sql}, '{encoding or 'UTF8'}')", VARCHAR)
    if not (x.type.is_text or x.type == UNKNOWN) or encoding:
        formatting = f"JSON ENCODING {encoding}" if encoding else "JSON"
        raise type_mismatch(f"Cannot read input of type {x.type} as JSON using formatting {formatting}", node)
    return coerce(x, VARCHAR)


def _passed(ctx: Context, node: exp.Expr, path: exp.Expr, scope: Scope, wanted: set[str]) -> str:
    """The variables of PASSING as the text of a JSON object; the path may have no others than these.

    Each is an array: its type, as an array of a name and numbers, and its value. A decimal is a text, as JSON text is.
    """
    parts, keys = [], set()
    for given in node.args.get("passing") or ():
        if not isinstance(given, exp.Alias):
            raise failure("SYNTAX_ERROR", "PASSING takes values with names", node)
        name = given.args["alias"]
        key = name.name if name.args.get("quoted") else name.name.upper()
        if key in keys:
            raise failure("DUPLICATE_PARAMETER_NAME", f"{key} JSON path parameter is specified more than once", name)
        keys.add(key)
        value, shown = _item(ctx, given.this, scope, node, "JSON path parameter")
        t: list[object] = ["varchar", 0]
        if _is_json(given.this):
            t, shown = ["json"], f"coalesce(CAST(to_json({value.sql}) AS VARCHAR), 'null')"
        elif value.type.is_number or value.type.is_text or value.type == BOOLEAN or value.type.name in MOMENTS:
            t = [value.type.name, *value.type.params]
            if value.type.name == "decimal":
                shown = f"coalesce('\"' || {cast_sql(value.sql, value.type, VARCHAR)} || '\"', 'null')"
        parts.append(f"{text(f'{json.dumps(key)}:[{json.dumps(t)},')} || {shown} || ']'")
    for name in sorted(wanted - keys):
        hint = (
            f'. Try quoting "{name}" in the PASSING clause to match case'
            if name.upper() in {k.upper() for k in keys}
            else ""
        )
        raise failure("INVALID_PATH", f"no value passed for parameter {name}{hint}", path)
    return f"('{{' || {" || ',' || ".join(parts)} || '}}')" if parts else "'{}'"


def _is_json(node: exp.Expr) -> bool:
    """Whether a value that goes into JSON is JSON already: it says FORMAT JSON, or is made by a function of this module."""
    return isinstance(node, exp.FormatJson | exp.JSONObject | exp.JSONArray) or bool(node.args.get("json_query"))


def _item(ctx: Context, node: exp.Expr, scope: Scope, owner: exp.Expr, role: str) -> tuple[Value, str]:
    """A value that goes into JSON as *role* of the call *owner*, and its JSON text."""
    value = _text(ctx, node, scope) if isinstance(node, exp.FormatJson) else ctx.expression(node, scope)
    if not _is_json(node):
        return value, _member(value, node if value.type.name == "varbinary" else owner, role)
    if value.type.name == "varbinary":
        value = Value(f"trino_json_decoded({value.sql}, 'UTF8')", VARCHAR)
    return value, f"coalesce(trino_json_java_numbers({value.sql}), 'null')"


def _value(ctx: Context, node: exp.JSONValue, scope: Scope) -> Value:
    """JSON_VALUE: one scalar, as varchar or what RETURNING says, by a cast from the SQL type of what was found."""
    found = _found(ctx, node, node.args["path"], scope, "trino_json_path_value")
    returning = node.args.get("returning")
    t = target(returning, node) if isinstance(returning, exp.DataType) else VARCHAR
    if not (t.is_text or t.is_number or t == BOOLEAN or t.name in MOMENTS):
        raise type_mismatch(f"Invalid return type of function JSON_VALUE: {t}", node)

    def outcome(event: str, why: str) -> str:
        message = f"cannot extract SQL scalar from JSON: {why}"
        return _outcome(ctx, node, event, scope, ("JSON_VALUE_RESULT_ERROR", message), t)

    def uncast(source: str) -> str:
        return outcome(
            "on_error", f"Cannot cast value of type {source} to declared return type of function JSON_VALUE: {t}"
        )

    # A lambda's parameter, as DuckDB's TRY takes neither an aggregate nor a column under GROUP BY.
    name = f"_v{crc32(found.encode()):08x}"
    rest = f"{name}[2:]"
    failed = _failed(rest, held(t)) if node.args.get("on_error") == "ERROR" else outcome("on_error", "")
    others = {
        "X": failed,
        "Z": f"CAST(NULL AS {held(t)})",
        "-": outcome("on_empty", "JSON path found no items"),
        "M": outcome("on_error", "JSON path found multiple items"),
    }
    cases = [f"WHEN '{letter}' THEN {sql}" for letter, sql in others.items()]
    for letter, source in _SCALARS.items():
        made = _scalar(rest, source, t, node)
        missing = uncast(str(source))
        cases.append(f"WHEN '{letter}' THEN " + (f"coalesce({made}, {missing})" if made else missing))
    unsuited = outcome("on_error", "JSON path found an item that cannot be converted to an SQL value")
    case = f"CASE left({name}, 1) {' '.join(cases)} ELSE CASE WHEN {name} IS NOT NULL THEN {unsuited} END END"
    return Value(f"list_transform([{found}], lambda {name}: {case})[1]", t)


_SCALARS = {"S": VARCHAR, "I": INTEGER, "L": BIGINT, "D": DOUBLE, "F": REAL, "N": Type("decimal"), "B": BOOLEAN}
"""Types of what a path finds, by the letters of ``udf.json_queries.value``."""


def _scalar(written: str, source: Type, t: Type, node: exp.Expr) -> str | None:
    """A scalar, *written* as a text, as *t*, NULL where it does not fit; None where Trino knows no such cast."""
    if source.name == "decimal":  # of any precision and scale
        if t.is_text or t.name == "decimal":
            source = VARCHAR
        elif t.is_integer:
            source = decimal(38, 0)
        elif t.is_float or t == BOOLEAN:
            source = DOUBLE
        else:
            return None
    try:
        made = cast(Value(f"CAST({written} AS {held(source)})" if source != VARCHAR else written, source), t, node)
    except AthenaError:
        return None
    return try_(made.sql)


def _outcome(ctx: Context, node: exp.Expr, event: str, scope: Scope, error: tuple[str, str], t: Type) -> str:
    """The value of ON EMPTY or ON ERROR: the DEFAULT, an error or NULL."""
    given = node.args.get(event)
    if isinstance(given, exp.Expr):
        value = ctx.expression(given, scope)
        if not coercible(value.type, t):
            result = f"Function JSON_VALUE default {event.upper().replace('_', ' ')} result"
            raise type_mismatch(f"{result} must evaluate to a {t} (actual: {value.type})", given)
        return strict(cast(value, t, node)).sql
    return raise_sql(*error, held(t)) if given == "ERROR" else f"CAST(NULL AS {held(t)})"


def _failed(found: str, duckdb_type: str) -> str:
    """ERROR ON ERROR for a path that found nothing because something was wrong."""
    path = raise_with("PATH_EVALUATION_ERROR", f"'path evaluation failed: ' || {found}[2:]", duckdb_type)
    given = raise_sql("JSON_INPUT_CONVERSION_ERROR", "conversion to JSON failed: ", duckdb_type)
    made = raise_sql("JSON_OUTPUT_CONVERSION_ERROR", "conversion from JSON failed: ", duckdb_type)
    return f"CASE {found} WHEN 'I' THEN {given} WHEN 'O' THEN {made} ELSE {path} END"


_CONSTANTS = {"NULL": "CAST(NULL AS VARCHAR)", "EMPTY ARRAY": "'[]'", "EMPTY OBJECT": "'{}'"}


def _query(ctx: Context, node: exp.JSONExtract, scope: Scope) -> Value:
    """JSON_QUERY: JSON text of what the path finds, wrapped in an array where WITH WRAPPER says so."""
    found = _found(ctx, node, node.expression, scope)
    wrapper, quotes = node.args.get("wrapper") or "WITHOUT", node.args.get("quotes")
    if quotes and wrapper.startswith("WITH "):
        kind = "CONDITIONAL" if wrapper.startswith("WITH CONDITIONAL") else "UNCONDITIONAL"
        message = f"{quotes} behavior specified with WITH {kind} ARRAY WRAPPER behavior"
        raise failure("INVALID_FUNCTION_ARGUMENT", message, node)
    on_empty, on_error = node.args.get("on_empty") or "NULL", node.args.get("on_error") or "NULL"
    unsuited = "JSON_OUTPUT_CONVERSION_ERROR"
    nothing = _CONSTANTS.get(on_empty) or raise_sql(
        unsuited, "conversion from JSON failed: JSON path found no items", "VARCHAR"
    )
    many = _CONSTANTS.get(on_error) or raise_sql(
        unsuited, "conversion from JSON failed: JSON path found multiple items", "VARCHAR"
    )
    wrong = _CONSTANTS.get(on_error) or _failed(found, "VARCHAR")
    rest = f"{found}[2:]"
    single = f"trino_json_numbers(CAST(json_extract({rest}, '$[0]') AS VARCHAR))"
    if quotes == "OMIT QUOTES":
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
    failed = f"WHEN left({found}, 1) IN ('E', 'I', 'O') THEN {wrong}"
    cases = f"{failed} WHEN {found} = 'R[]' THEN {nothing} WHEN {found} IS NOT NULL THEN {made}"
    return _returned(f"CASE {cases} END", node, node.args.get("returning"))


def _exists(ctx: Context, node: exp.JSONExists, scope: Scope) -> Value:
    """JSON_EXISTS: whether the path finds anything; an error finds nothing, unless ON ERROR says otherwise."""
    found = _found(ctx, node, node.args["path"], scope)
    outcome = node.args.get("on_error") or "FALSE"
    wrong = {"TRUE": "true", "FALSE": "false", "UNKNOWN": "CAST(NULL AS BOOLEAN)"}.get(outcome)
    wrong = wrong or _failed(found, "BOOLEAN")
    return Value(f"CASE WHEN left({found}, 1) IN ('E', 'I', 'O') THEN {wrong} ELSE {found} <> 'R[]' END", BOOLEAN)


def _returned(sql: str, node: exp.Expr, returning: object) -> Value:
    """JSON text as the type of RETURNING; varchar if there is none."""
    if not returning:
        return Value(sql, VARCHAR)
    encoding = returning.meta.get("encoding") if isinstance(returning, exp.FormatJson) else None
    given = returning.this if isinstance(returning, exp.FormatJson) else returning
    t = target(given, node) if isinstance(given, exp.DataType) else VARCHAR
    if t.name == "varbinary":
        return Value(f"trino_json_encoded({sql}, '{encoding or 'UTF8'}')", t)
    if not t.is_text or encoding:
        formatting = f"JSON ENCODING {encoding}" if encoding else "JSON"
        raise type_mismatch(f"Cannot output JSON value as {t} using formatting {formatting}", node)
    return cast(Value(sql, VARCHAR), t, node)


def _member(value: Value, node: exp.Expr, role: str) -> str:
    """A number, a boolean or a text as JSON; any other value by its cast to varchar, a JSON one too."""
    if value.type == UNKNOWN:
        return "'null'"
    if not (value.type.is_number or value.type == BOOLEAN or value.type.name == "varchar"):
        try:
            value = cast(value, VARCHAR, node)
        except AthenaError:
            raise failure("NOT_SUPPORTED", f"Unsupported type of {role}: {value.type}", node) from None
    return f"coalesce({cast_sql(value.sql, value.type, JSON)}, 'null')"


def _key(ctx: Context, node: exp.Expr, scope: Scope) -> str:
    key = ctx.expression(node, scope)
    if not key.type.is_text:
        raise failure("INVALID_FUNCTION_ARGUMENT", f"Invalid type of JSON object key: {key.type}", node)
    name = coerce(key, VARCHAR).sql
    if key.const is not None:
        return name
    wrong = "INVALID_FUNCTION_ARGUMENT: null value passed for JSON object key to JSON_OBJECT function"
    # Looks at the name: DuckDB computes what is constant before a subquery beside it.
    raised = f"CAST(CAST(CASE WHEN {name} IS NULL THEN {text(wrong)} END AS INTEGER) AS VARCHAR)"
    return f"coalesce({name}, {raised})"


def _object(ctx: Context, node: exp.JSONObject, scope: Scope) -> Value:
    absent = "ABSENT" in str(node.args.get("null_handling") or "").upper()
    parts, names = [], []
    for pair in node.expressions:
        formatted = pair if isinstance(pair, exp.FormatJson) else None
        pair = formatted.this if formatted is not None else pair
        if not isinstance(pair, exp.JSONKeyValue):
            raise NotSupported(node.sql(dialect="trino"))
        key = _key(ctx, pair.this, scope)
        member_value = pair.expression
        if formatted is not None:
            if node.args.get("unique_keys"):
                message = "WITH UNIQUE KEYS behavior is not supported for JSON_OBJECT function when input expression has FORMAT"
                raise failure("NOT_SUPPORTED", message, node)
            member_value = exp.FormatJson(this=member_value)
            member_value.meta.update(formatted.meta)
        value, shown = _item(ctx, member_value, scope, node, "value passed to JSON_OBJECT function")
        member = f"CAST(to_json({key}) AS VARCHAR) || ':' || {shown}"
        parts.append(f"CASE WHEN {value.sql} IS NOT NULL THEN {member} END" if absent else member)
        names.append(f"CASE WHEN {value.sql} IS NOT NULL THEN {key} END" if absent else key)
    joined = f"array_to_string(list_filter([{', '.join(parts)}], lambda _e: _e IS NOT NULL), ',')" if parts else "''"
    made = f"('{{' || coalesce({joined}, '') || '}}')"
    if len(names) > 1:
        wrong = (
            raise_sql("INVALID_FUNCTION_ARGUMENT", "duplicate key passed to JSON_OBJECT function", "VARCHAR")
            if node.args.get("unique_keys")
            else raise_sql("NOT_SUPPORTED", "cannot construct a JSON object with duplicate key", "VARCHAR")
        )
        given = f"[{', '.join(names)}]"
        kept = f"len(list_filter({given}, lambda _k: _k IS NOT NULL))"
        made = f"CASE WHEN {kept} > len(list_distinct({given})) THEN {wrong} ELSE {made} END"
    return _returned(made, node, node.args.get("return_type"))


def _array(ctx: Context, node: exp.JSONArray, scope: Scope) -> Value:
    """JSON_ARRAY(a, b): NULLs are left out, unless NULL ON NULL says otherwise."""
    items = [_item(ctx, e, scope, node, "value passed to JSON_ARRAY function") for e in node.expressions]
    kept = node.args.get("null_handling") == "NULL ON NULL"
    parts = [shown if kept else f"CASE WHEN {v.sql} IS NOT NULL THEN {shown} END" for v, shown in items]
    joined = f"array_to_string(list_filter([{', '.join(parts)}], lambda _e: _e IS NOT NULL), ',')" if parts else "''"
    return _returned(f"('[' || coalesce({joined}, '') || ']')", node, node.args.get("return_type"))
