"""DuckDB expressions that give the text of a field the table's type, as each serde does.

A value that LazySimpleSerDe, RegexSerDe or GrokSerDe cannot read is NULL; OpenCSVSerde and the JSON serdes fail with
``HIVE_BAD_DATA``, unless ``use.null.for.invalid.data`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from local_athena.dialect import errors
from local_athena.dialect.values.types import display, to_duckdb
from local_athena.model import Column
from local_athena.tables.hive.description.delimiters import Delimiters, delimiters
from local_athena.tables.hive.description.formats import Format
from local_athena.tables.hive.lines import json_values
from local_athena.tables.hive.lines.values import FLOATS, INTEGERS, TEXT, TIMESTAMPS, literal, of_csv, of_text

_GROK = TEXT | INTEGERS | FLOATS | {exp.DType.BOOLEAN}
_REGEX = _GROK | TIMESTAMPS | {exp.DType.DECIMAL, exp.DType.DATE}
"""Types that GrokSerDe and RegexSerDe know in Trino."""


def decoder(form: Format, columns: Sequence[Column]) -> tuple[list[str], list[str]]:
    """Layers of SQL, each to select beside what is below it (first a converted file), and one expression a column over all."""
    if form.kind == "json":
        values = [json_values.column(form, at, column) for at, column in enumerate(columns)]
        return json_values.layers(form, columns), values
    if form.kind == "opencsv":
        return [], [_open_csv(form, position, column) for position, column in enumerate(columns, 1)]
    if form.kind in ("regex", "grok"):
        return _captures(form, columns)
    cut = delimiters(form.properties, form.serde == "multidelimitserde")
    texts = [f"fields[{position}]" for position in range(1, len(columns) + 1)]
    if texts and form.on("serialization.last.column.takes.rest"):
        rest = f"array_to_string(fields[{len(columns)}:], {literal(cut.field)})"
        texts[-1] = f"CASE WHEN len(fields) >= {len(columns)} THEN {rest} END"
    return [], [_lazy(form, text, column.type, cut, 1) for text, column in zip(texts, columns, strict=True)]


def _captures(form: Format, columns: Sequence[Column]) -> tuple[list[str], list[str]]:
    known = _GROK if form.kind == "grok" else _REGEX
    values = [
        of_text(form, f"captures[{position}]", column.type)
        if column.type.this in known
        else errors.raise_sql(
            "NOT_SUPPORTED", f"Unsupported column type: {display(column.type)}", to_duckdb(column.type)
        )
        for position, column in enumerate(columns, 1)
    ]
    if form.kind == "regex":
        return ["fields AS captures"], values
    message = f"'Grok captures ' || len(fields) || ' values for {len(columns)} columns'"
    few = errors.raise_with("HIVE_CURSOR_ERROR", message, "VARCHAR[]")
    return [f"CASE WHEN len(fields) < {len(columns)} THEN {few} ELSE fields END AS captures"], values


def _lazy(form: Format, text: str, kind: exp.DataType, cut: Delimiters, level: int) -> str:
    """A value whose parts, if it has any, stand between the delimiters of *level*."""
    inner = kind.expressions
    value = f"nullif({text}, {literal(cut.null)})"
    if kind.this in (exp.DType.ARRAY, exp.DType.LIST):
        item = _lazy(form, "item", inner[0], cut, level + 1)
        return f"CASE WHEN {value} <> '' THEN {_parts(value, cut.at(level), item)} WHEN {value} = '' THEN [] END"
    if kind.this == exp.DType.MAP:
        between = literal(cut.at(level + 1))
        key = _lazy(form, f"split_part(item, {between}, 1)", inner[0], cut, level + 2)
        entry = _lazy(form, f"string_split(item, {between})[2]", inner[1], cut, level + 2)
        pairs = _parts(value, cut.at(level), f"{{'k': {key}, 'v': {entry}}}")
        return f"CASE WHEN {value} <> '' THEN {_map(pairs)} WHEN {value} = '' THEN MAP {{}} END"
    if kind.this == exp.DType.STRUCT:
        parts = f"string_split({value}, {literal(cut.at(level))})"
        fields = ", ".join(
            f"{literal(field.name)}: {_lazy(form, f'{parts}[{at}]', field.args['kind'], cut, level + 1)}"
            for at, field in enumerate(inner, 1)
        )
        return f"CASE WHEN {value} IS NOT NULL THEN {{{fields}}} END"
    if cut.kept:
        value = f"translate({value}, {literal(''.join(cut.kept.values()))}, {literal(''.join(cut.kept))})"
    if kind.this == exp.DType.VARBINARY:
        return f"coalesce(try(from_base64(translate({value}, '-_', '+/'))), encode({value}))"
    return of_text(form, value, kind)


def _parts(value: str, delimiter: str, item: str) -> str:
    return f"list_transform(string_split({value}, {literal(delimiter)}), lambda item: {item})"


def _map(pairs: str) -> str:
    """SQL for the map of *pairs*: of keys that are the same the first counts, and NULL is none."""
    keys = "list_transform(pairs, lambda pair: pair.k)"
    first = f"list_filter(pairs, lambda pair, place: pair.k IS NOT NULL AND list_position({keys}, pair.k) = place)"
    twice = f"len(list_distinct({keys})) < len(pairs)"
    return (
        f"list_transform([{pairs}], lambda pairs: map_from_entries(CASE WHEN {twice} THEN {first} ELSE pairs END))[1]"
    )


def _open_csv(form: Format, position: int, column: Column) -> str:
    text, target = f"fields[{position}]", to_duckdb(column.type)
    parsed = of_csv(text, column.type)
    if column.type.this in TEXT or form.on("use.null.for.invalid.data"):
        return parsed
    bad = errors.raise_with(
        "HIVE_BAD_DATA",
        f"'Error parsing field value ''' || {text} || ''' for field {position - 1}: For input string: \"' || {text} || '\"'",
        target,
    )
    return f"CASE WHEN {text} IS NULL THEN NULL WHEN {parsed} IS NULL THEN {bad} ELSE {parsed} END"
