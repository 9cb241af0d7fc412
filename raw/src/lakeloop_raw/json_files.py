"""JSON lines: keys and values, as OpenX's reader on Athena takes them.

https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lakeloop_project.sources import Column, SourceTable, Type

from lakeloop_raw.layout import Problem
from lakeloop_raw.scan import scan
from lakeloop_raw.sql import array, literal
from lakeloop_raw.values import Rule, rules_of, value_problems

_READER = "read_json_objects($files, format = 'newline_delimited', filename = true)"
_KEYS = "json_keys(json)"
_SHAPES = {"row": "OBJECT", "map": "OBJECT", "array": "ARRAY"}
# java.sql.Timestamp's and java.sql.Date's own spellings.
_SPELLINGS = {
    "timestamp": (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?", "2026-01-31 12:00:00"),
    "date": (r"\d{4}-\d\d-\d\d", "2026-01-31"),
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), (r"[-+]?\d+", "12")),
}


def check_json(table: SourceTable, files: Sequence[Path]) -> list[Problem]:
    """Problems of a table's JSON lines *files*: what Athena reads otherwise, no JSON, values that do not parse."""
    problems: list[Problem] = []
    sound = []
    for file in files:
        found = scan(table.name, file, csv=False)
        problems.extend(found)
        if not found:
            sound.append(file)
    rules = [*_key_rules(table), *(rule for column in table.data_columns for rule in _rules(table, column))]
    return problems + value_problems(table, sound, _READER, rules)


def _key_rules(table: SourceTable) -> list[Rule]:
    names = [column.name for column in table.data_columns]
    declared, folded = array(names), array(name.lower() for name in names)
    twice = f"list_filter({_KEYS}, lambda key: len(list_filter({_KEYS}, lambda other: lower(other) = lower(key))) > 1)"
    respelt = (
        f"list_filter({_KEYS}, lambda key: list_contains({folded}, lower(key)) and not list_contains({declared}, key))"
    )
    no_object = "json_type(json) <> 'OBJECT'"
    return [
        Rule(None, no_object, "left(cast(json as varchar), 40)", "lines are no object, such as {example}"),
        Rule(
            None,
            f"json_type(json) = 'OBJECT' and len({twice}) > 0",
            f"{twice}[1]",
            "lines have a key twice (upper case counts as lower case, and Athena fails), such as {example}",
        ),
        Rule(
            None,
            f"json_type(json) = 'OBJECT' and len({respelt}) > 0",
            f"{respelt}[1]",
            "lines spell a declared column's key otherwise, such as {example}",
            "Declare the column with the key's spelling; Athena's table has it in lower case in any case",
        ),
    ]


def _rules(table: SourceTable, column: Column) -> list[Rule]:
    kind = column.type
    assert kind is not None
    value = _member("json", column.name)
    text = f"json_extract_string({value}, '$')"
    shown = f"left(cast({value} as varchar), 60)"
    found = []
    if kind.nested:
        found.append(Rule(column.name, _bad(value, kind), shown, f"values are no {kind}, such as {{example}}"))
    else:
        nested = f"json_type({value}) in ('OBJECT', 'ARRAY')"
        what = f"values are objects or arrays, declared as {kind}, such as {{example}}"
        found.append(Rule(column.name, nested, shown, what, "Declare the column as row(...), array(...) or map(...)"))
        plain = f"case when {nested} then null else {text} end"
        if table.format == "json" and kind.name in _SPELLINGS:
            pattern, example = _SPELLINGS[kind.name]
            bad = f"not regexp_full_match({plain}, {literal(pattern)})"
            what = f"values are no {kind} as Athena's JSON reader takes it, such as {{example}}"
            todo = (
                f"Write them as {example}, or declare `data_type: varchar` with `config: {{meta: {{holds: {kind}}}}}`"
            )
            found.append(Rule(column.name, bad, text, what, todo))
        else:
            found.extend(rules_of(replace(column, required=False), plain))
    if column.required:
        missing = f"json_type(json) = 'OBJECT' and nullif(trim({text}), '') is null"
        found.append(Rule(column.name, missing, text, "values are missing"))
    return found


def _member(value: str, name: str) -> str:
    """SQL for the member *name* of the object *value*; a JSON pointer, in which any name can stand."""
    return f"json_extract({value}, {literal('/' + name.replace('~', '~0').replace('/', '~1'))})"


def _bad(value: str, kind: Type, depth: int = 0) -> str:
    """SQL that is true where the JSON *value* is there and not of *kind*, at whatever depth."""
    item = f"item{depth}"
    if kind.name == "row":
        names = array(kind.names)
        folded = array(name.lower() for name in kind.names)
        respelt = f"lambda {item}: list_contains({folded}, lower({item})) and not list_contains({names}, {item})"
        inner = [f"len(list_filter(json_keys({value}), {respelt})) > 0"]
        inner += [_bad(_member(value, name), of, depth) for name, of in zip(kind.names, kind.of, strict=True)]
    elif kind.nested:
        every, of = ("$[*]", kind.of[0]) if kind.name == "array" else ("$.*", kind.of[1])
        inner = [f"len(list_filter(json_extract({value}, '{every}'), lambda {item}: {_bad(item, of, depth + 1)})) > 0"]
    else:
        text = f"json_extract_string({value}, '$')"
        inner = [f"json_type({value}) in ('OBJECT', 'ARRAY')"]
        if not kind.is_text:
            inner.append(f"try_cast({text} as {kind.duckdb}) is null")
    wrong = " or ".join(inner)
    if kind.nested:
        wrong = f"json_type({value}) <> '{_SHAPES[kind.name]}' or {wrong}"
    return f"({value} is not null and json_type({value}) <> 'NULL' and ({wrong}))"
