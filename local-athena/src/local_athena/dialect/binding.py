"""Macros whose arguments are evaluated once.

DuckDB expands a macro by putting the argument's expression wherever the parameter stands. A parameter that stands three
times, in macros nested four deep, makes 81 copies to bind and to run; real models took minutes. A lambda's parameter is a
value, so a body inside ``list_transform([arguments], lambda _a: body)[1]`` holds each argument once. Several arguments are a
row without names: inside a correlated subquery DuckDB binds twice, and forgets the names of a struct that holds a lambda.
"""

from __future__ import annotations

import re

_HEAD = re.compile(r"CREATE MACRO (\w+)\(([^)]*)\) AS (.*)", re.DOTALL)
_TEXT = re.compile(r"('(?:[^']|'')*')")


def bound(statement: str) -> str:
    """*statement*, a ``CREATE MACRO``, with its arguments bound once if its body names one more than once."""
    head = _HEAD.fullmatch(statement.strip())
    if not head:
        raise ValueError(f"not a macro: {statement}")
    name, parameters, body = head[1], [parameter.strip() for parameter in head[2].split(",")], head[3]
    if all(_count(parameter, body) <= 1 for parameter in parameters):
        return statement
    argument = f"_{name}"
    alone = len(parameters) == 1
    for place, parameter in enumerate(parameters, 1):
        value = argument if alone else f"({argument}[{place}])"
        body = _outside_texts(rf"(?<![\w.]){parameter}(?!\w|\()", value, body)
    listed = ", ".join(parameters)
    held = listed if alone else f"row({listed})"
    return f"CREATE MACRO {name}({listed}) AS list_transform([{held}], lambda {argument}: {body})[1]"


def _count(parameter: str, body: str) -> int:
    return sum(len(re.findall(rf"(?<![\w.]){parameter}(?!\w|\()", part)) for part in _TEXT.split(body)[::2])


def _outside_texts(pattern: str, replacement: str, body: str) -> str:
    parts = _TEXT.split(body)
    parts[::2] = [re.sub(pattern, replacement, part) for part in parts[::2]]
    return "".join(parts)
