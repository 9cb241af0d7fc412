"""Paths of the SQL standard over JSON texts, for JSON_QUERY, JSON_EXISTS and JSON_VALUE, and the encodings of FORMAT JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.json_path import NOTHING, evaluate
from local_athena.dialect.udf.jsons import dumped
from local_athena.dialect.udf.numbers import java_text, shortest_real
from local_athena.dialect.udf.path_values import BITS, MOMENTS, PathError, Typed, number, single


def _reject(name: str) -> Any:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_reject)
_BLANKS = " \t\n\r"


def read(text: str) -> Any:
    """The JSON value that *text* begins with: what follows is not looked at. Raises ValueError if there is none."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
    value, end = _DECODER.raw_decode(text, len(text) - len(text.lstrip(_BLANKS)))
    if not isinstance(value, dict | list | str) and text[end] not in _BLANKS:
        raise ValueError(text)
    return value


def _too_deep() -> Failure:
    return Failure("NOT_SUPPORTED: JSON that is nested so deep is not supported by local Athena")


def numbers(text: str) -> str:
    """JSON text without blanks, its numbers as Java writes them and one member for each name."""
    try:
        return dumped(read(text))
    except ValueError:
        raise Failure("JSON_INPUT_CONVERSION_ERROR: conversion to JSON failed: ") from None
    except RecursionError:
        raise _too_deep() from None


def _variables(passed: str) -> dict[str, Any]:
    """The variables of PASSING: a type and a value for each name. Raises ValueError for JSON text that is none."""
    return {name: _passed(tuple(t), value) for name, (t, value) in json.loads(passed).items()}


def _passed(t: tuple[Any, ...], value: Any) -> Any:
    if t[0] == "json":
        return NOTHING if value is None else read(value)
    if value is None:
        return None
    if t[0] == "decimal":
        return Typed(t, Decimal(value))
    if t[0] in ("real", "double"):
        return Typed(t, single(float(value)) if t[0] == "real" else float(value))
    return Typed(t, value)


def _found(text: str, path: str, passed: str) -> list[Any] | str:
    """Items that a path finds; ``I`` where what is given is no JSON, ``E`` and a message where the path does not fit."""
    try:
        value, variables = read(text), _variables(passed)
    except ValueError:
        return "I"
    except RecursionError:
        raise _too_deep() from None
    try:
        return evaluate(value, path, variables)
    except PathError as error:
        return f"E{error}"
    except RecursionError:
        raise _too_deep() from None


def query(text: str, path: str, passed: str) -> str:
    """Outcome of a path: ``R`` and a JSON array of what was found, ``O`` where that is no JSON, or an error (``_found``)."""
    found = _found(text, path, passed)
    if isinstance(found, str):
        return found
    if any(isinstance(v, Typed) and v.type[0] in MOMENTS for v in found):
        return "O"
    try:
        return f"R[{','.join(map(_shown, found))}]"
    except UnicodeEncodeError:  # half of a surrogate pair
        return "O"
    except RecursionError:
        raise _too_deep() from None


def _shown(item: Any) -> str:
    """The JSON text of an item."""
    if not isinstance(item, Typed):
        return dumped(item)
    if isinstance(item.value, Decimal):
        return str(item.value)
    if item.type[0] == "real" and item.value - item.value == 0:
        return java_text(shortest_real(item.value))
    return dumped(item.value)


def value(text: str, path: str, passed: str) -> str:
    """Outcome of a path that finds one scalar: a letter for its type and its text.

    ``S`` is a text, ``B`` a boolean, ``I`` to ``N`` are numbers, ``Z`` is null, ``Q`` what SQL has no value for, ``M`` are several
    items, ``-`` is none. ``X`` stands before an error (``_found``).
    """
    found = _found(text, path, passed)
    if isinstance(found, str):
        return f"X{found}"
    if len(found) != 1:
        return "M" if found else "-"
    item = found[0]
    if item is None:
        return "Z"
    try:
        x = number(item)
    except PathError:  # a whole number of more than 64 bits
        return "Q"
    if x is not None:
        return (
            f"{_LETTERS[x.type[0]]}{x.value:f}" if isinstance(x.value, Decimal) else f"{_LETTERS[x.type[0]]}{x.value}"
        )
    scalar = item.value if isinstance(item, Typed) else item
    if isinstance(scalar, bool):
        return f"B{scalar}"
    return f"S{scalar.encode(errors='replace').decode()}" if isinstance(scalar, str) else "Q"


_LETTERS = {**dict.fromkeys(BITS, "I"), "bigint": "L", "double": "D", "real": "F", "decimal": "N"}
_ENCODINGS = {"UTF8": "utf-8", "UTF16": "utf-16-le", "UTF32": "utf-32-le"}


def decoded(data: bytes, encoding: str) -> str:
    """Bytes that FORMAT JSON ENCODING reads, '' if they are none in that encoding."""
    try:
        return data.decode(_ENCODINGS[encoding])
    except UnicodeDecodeError:
        return ""


def encoded(text: str, encoding: str) -> bytes:
    """JSON text as RETURNING varbinary FORMAT JSON ENCODING writes it."""
    return text.encode(_ENCODINGS[encoding])


FUNCTIONS = (
    ("json_java_numbers", numbers, "VARCHAR", "VARCHAR"), ("json_path", query, "VARCHAR VARCHAR VARCHAR", "VARCHAR"),
    ("json_path_value", value, "VARCHAR VARCHAR VARCHAR", "VARCHAR"), ("json_decoded", decoded, "BLOB VARCHAR", "VARCHAR"),
    ("json_encoded", encoded, "VARCHAR VARCHAR", "BLOB"),
)  # fmt: skip
