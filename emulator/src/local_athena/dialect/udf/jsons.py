"""JSON: canonical text, and paths of the SQL standard."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from local_athena.dialect.udf.failures import Failure, invalid
from local_athena.dialect.udf.json_path import PathError, evaluate
from local_athena.dialect.udf.numbers import json_number
from local_athena.dialect.udf.path_grammar import parsed


def dumped(value: Any, sort: bool = False) -> str:
    """Compact JSON text, its numbers as Java writes them: ``1.0E7``."""
    if isinstance(value, float):
        return json_number(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return "[" + ",".join(dumped(v, sort) for v in value) + "]"
    if isinstance(value, dict):
        pairs = sorted(value.items()) if sort else value.items()
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{dumped(v, sort)}" for k, v in pairs) + "}"
    return json.dumps(value, ensure_ascii=False)


def _reject(name: str) -> Any:
    raise ValueError(name)


def parse(text: str) -> str:
    """JSON text with its objects' keys sorted and without blanks, as ``json_parse`` leaves it."""
    try:
        return dumped(json.loads(text, parse_constant=_reject), sort=True)
    except ValueError:
        raise invalid(f"Cannot convert value to JSON: '{text}'") from None


_SIMPLE = re.compile(r"""\.([\w:]+)|\["((?:[^"\\]|\\["\\])*)"\]|\[(\w+)\]""")


def extract(text: str, path: str) -> str | None:
    """``json_extract`` with a path that is not a literal."""
    if not path.startswith("$"):
        raise invalid(f"Invalid JSON path: '{path}'")
    try:
        value = json.loads(text)
    except ValueError:
        return None
    found = _at(value, path)
    return None if found is _NOTHING else dumped(found)


def number_text(text: str, path: str) -> str:
    """The number at *path* as *text* spells it: ``json_extract_scalar`` leaves 1.50 as it is."""
    return str(_at(json.loads(text, parse_float=str), path))


_NOTHING = object()


def _at(value: Any, path: str) -> Any:
    names, rest = [], path[1:]
    while rest:
        found = _SIMPLE.match(rest)
        if not found:
            raise invalid(f"Invalid JSON path: '{path}'")
        names.append(re.sub(r"\\([\"\\])", r"\1", found[2]) if found[2] is not None else found[1] or found[3])
        rest = rest[found.end() :]
    for name in names:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and re.fullmatch(r"[0-9]+", name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return _NOTHING
    return value


def array_get(text: str, index: int) -> str | None:
    """``json_array_get``: a text without its quotes and a number as it was written, which is no JSON, as Trino says."""
    try:
        items = json.loads(text, parse_float=_Written)
    except ValueError:
        return None
    if not isinstance(items, list) or not -len(items) <= index < len(items):
        return None
    item = items[index]
    if item is None or isinstance(item, str):
        return item
    return item.text if isinstance(item, _Written) else dumped(item)


class _Written(float):
    """A number that remembers how it was written."""

    def __new__(cls, text: str) -> _Written:
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str


def numbers(text: str) -> str:
    """JSON text without blanks, its numbers as Java writes them."""
    try:
        return dumped(json.loads(text, parse_constant=_reject))
    except ValueError:
        raise Failure("JSON_INPUT_CONVERSION_ERROR: conversion to JSON failed") from None


def field(text: str, name: str) -> str | None:
    """An object's member by name, in any case (casts of JSON to ROW)."""
    for key, value in json.loads(text).items():
        if key.lower() == name.lower():
            return dumped(value)
    return None


def query(text: str, path: str, passed: str) -> str:
    """Outcome of a standard path: ``E`` for an error, else ``R`` and a JSON array of what was found."""
    try:
        value = json.loads(text, parse_constant=_reject)
    except ValueError:
        parsed(path)
        return "E"
    try:
        return "R" + dumped(evaluate(value, path, json.loads(passed)))
    except PathError:
        return "E"


FUNCTIONS = (
    ("json_parse", parse, "VARCHAR", "VARCHAR"), ("json_extract", extract, "VARCHAR VARCHAR", "VARCHAR"),
    ("json_number_text", number_text, "VARCHAR VARCHAR", "VARCHAR"),
    ("json_array_get", array_get, "VARCHAR BIGINT", "VARCHAR"), ("json_java_numbers", numbers, "VARCHAR", "VARCHAR"),
    ("json_field", field, "VARCHAR VARCHAR", "VARCHAR"), ("json_path", query, "VARCHAR VARCHAR VARCHAR", "VARCHAR"),
)  # fmt: skip
