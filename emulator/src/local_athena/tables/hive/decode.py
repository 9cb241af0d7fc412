"""DuckDB expressions that give the text of a field the table's type, as each serde does.

A value that LazySimpleSerDe cannot read is NULL; OpenCSVSerde and the JSON serdes fail with ``HIVE_BAD_DATA``.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from local_athena.dialect import errors
from local_athena.dialect.types import to_duckdb
from local_athena.model import Column
from local_athena.tables.hive.formats import Format

_TEXT = {exp.DType.VARCHAR, exp.DType.TEXT, exp.DType.CHAR, exp.DType.NCHAR}
_CAPITAL_KEY = r'"[^"]*\p{Lu}[^"]*"\s*:'


def literal(text: str) -> str:
    """A DuckDB string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def decoder(form: Format, columns: Sequence[Column]) -> list[str]:
    """One expression a column, over ``fields`` or ``line`` of a converted file."""
    if form.kind == "json":
        return [_json(form, column) for column in columns]
    if form.kind == "opencsv":
        return [_open_csv(position, column) for position, column in enumerate(columns, 1)]
    null = form.get("serialization.null.format")
    null = "\\N" if null is None else null
    delimiters = [
        form.get("collection.delim", "colelction.delim") or "\x02",
        form.get("mapkey.delim") or "\x03",
        *"\x04\x05\x06\x07\x08",
    ]
    return [_lazy(f"fields[{position}]", column.type, delimiters, null) for position, column in enumerate(columns, 1)]


def _lazy(text: str, kind: exp.DataType, delimiters: Sequence[str], null: str) -> str:
    target, inner = to_duckdb(kind), kind.expressions
    value = f"nullif({text}, {literal(null)})"
    if kind.this in _TEXT:
        return value
    if kind.this == exp.DType.VARBINARY:
        return f"coalesce(try(from_base64({value})), encode({value}))"
    if kind.this == exp.DType.BOOLEAN:
        return f"CASE lower({value}) WHEN 'true' THEN true WHEN 'false' THEN false END"
    if kind.this in (exp.DType.ARRAY, exp.DType.LIST):
        item = _lazy("item", inner[0], delimiters[1:], null)
        return f"list_transform(string_split(nullif({value}, ''), {literal(delimiters[0])}), lambda item: {item})"
    if kind.this == exp.DType.MAP:
        parts = f"string_split(nullif({value}, ''), {literal(delimiters[0])})"
        key = _lazy(f"split_part(item, {literal(delimiters[1])}, 1)", inner[0], delimiters[2:], null)
        entry = _lazy(f"string_split(item, {literal(delimiters[1])})[2]", inner[1], delimiters[2:], null)
        return f"map_from_entries(list_transform({parts}, lambda item: {{'k': {key}, 'v': {entry}}}))"
    if kind.this == exp.DType.STRUCT:
        parts = f"string_split({value}, {literal(delimiters[0])})"
        fields = ", ".join(
            f"{literal(field.name)}: {_lazy(f'{parts}[{at}]', field.args['kind'], delimiters[1:], null)}"
            for at, field in enumerate(inner, 1)
        )
        return f"CASE WHEN {value} IS NOT NULL THEN {{{fields}}} END"
    return f"TRY_CAST({value} AS {target})"


def _open_csv(position: int, column: Column) -> str:
    text, target = f"fields[{position}]", to_duckdb(column.type)
    if column.type.this in _TEXT:
        return text
    bad = errors.raise_with(
        "HIVE_BAD_DATA", f"'Error parsing field value ''' || {text} || ''' for field {position - 1}'", target
    )
    parsed = f"TRY_CAST({text} AS {target})"
    if column.type.this == exp.DType.DATE:
        parsed = f"coalesce(DATE '1970-01-01' + TRY_CAST({text} AS INTEGER), {parsed})"
    elif column.type.this == exp.DType.TIMESTAMP:
        parsed = f"coalesce(epoch_ms(TRY_CAST({text} AS BIGINT)), {parsed})"
    return f"CASE WHEN {text} IS NULL THEN NULL WHEN {parsed} IS NULL THEN {bad} ELSE {parsed} END"


def _json(form: Format, column: Column) -> str:
    """The key is found whatever its case; a key mapped by ``mapping.<column>`` counts first."""
    key = form.get(f"mapping.{column.name}") or column.name
    value = f"CASE WHEN json_valid(line) THEN {_member('line', key)} ELSE {_malformed(form)} END"
    target = to_duckdb(column.type)
    if column.type.this in _TEXT:
        return f"json_extract_string({value}, '$')"
    if column.type.this == exp.DType.VARBINARY:
        text = f"json_extract_string({value}, '$')"
        return f"coalesce(try(from_base64({text})), encode({text}))"
    bad = errors.raise_with("HIVE_BAD_DATA", f"'Error parsing field {column.name} of row: ' || left(line, 200)", target)
    scalar = f"TRY_CAST(json_extract_string({value}, '$') AS {target})"
    parsed = (
        f"TRY_CAST({_with_names(value, column.type)} AS {target})"
        if column.type.expressions and column.type.this in exp.DataType.NESTED_TYPES
        else scalar
    )
    return f"CASE WHEN {value} IS NULL OR json_type({value}) = 'NULL' THEN NULL WHEN {parsed} IS NULL THEN {bad} ELSE {parsed} END"


def _member(value: str, key: str) -> str:
    """SQL for the member of a JSON object, with exactly that key or one of another case."""
    exact = f"json_extract({value}, {literal('$.' + _json_key(key))})"
    folded = f"list_filter(json_keys({value}), lambda key: lower(key) = {literal(key.lower())})[1]"
    return f"coalesce({exact}, json_extract({value}, '$.\"' || {folded} || '\"'))"


def _with_names(value: str, kind: exp.DataType) -> str:
    """SQL for JSON whose rows have the names of *kind*: the serdes lower every key at every depth, and DuckDB compares them whole.

    https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html (``case.insensitive``)
    """
    if not _has_row(kind):
        return value
    return f"CASE WHEN regexp_matches({value}::VARCHAR, '{_CAPITAL_KEY}') THEN {_renamed(value, kind)} ELSE {value} END"


def _renamed(value: str, kind: exp.DataType, depth: int = 0) -> str:
    if not _has_row(kind):
        return value
    bound, each = f"bound{depth}", f"each{depth}"
    if kind.this == exp.DType.STRUCT:
        members = (
            f"{literal(field.name)}, {_renamed(_member(bound, field.name), field.args['kind'], depth + 1)}"
            for field in kind.expressions
        )
        is_a, renamed = "OBJECT", f"json_object({', '.join(members)})"
    elif kind.this == exp.DType.MAP:
        inner = _renamed(f"json_extract({bound}, '$.\"' || {each} || '\"')", kind.expressions[1], depth + 1)
        entries = f"list_transform(json_keys({bound}), lambda {each}: ({each}, {inner}))"
        is_a, renamed = "OBJECT", f"to_json(map_from_entries({entries}))"
    else:
        inner = _renamed(each, kind.expressions[0], depth + 1)
        is_a, renamed = "ARRAY", f"to_json(list_transform(CAST({bound} AS JSON[]), lambda {each}: {inner}))"
    # Bound to a name, for each level would write the text of the one above it several times.
    body = f"CASE WHEN json_type({bound}) = '{is_a}' THEN {renamed} ELSE {bound} END"
    return f"list_transform([{value}], lambda {bound}: {body})[1]"


def _has_row(kind: exp.DataType) -> bool:
    return any(part.this == exp.DType.STRUCT for part in kind.find_all(exp.DataType))


def _json_key(key: str) -> str:
    return '"' + key.replace('"', '\\"') + '"'


def _malformed(form: Format) -> str:
    if (form.get("ignore.malformed.json") or "").lower() == "true":
        return "NULL"
    return errors.raise_with("HIVE_CURSOR_ERROR", "'Row is not a valid JSON Object: ' || left(line, 200)", "JSON")
