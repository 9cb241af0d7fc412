"""JSON: canonical text, and paths of the SQL standard."""

from __future__ import annotations

import json
import re
from typing import Any

from local_athena.dialect.udf.failures import invalid
from local_athena.dialect.udf.numbers import json_number


def dumped(value: Any, sort: bool = False) -> str:
    """Compact JSON text, its numbers as Java writes them: ``1.0E7``."""
    if isinstance(value, float):
        return json_number(value)
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
    """JSON text with its numbers as Java writes them."""
    return dumped(json.loads(text))


def field(text: str, name: str) -> str | None:
    """An object's member by name, in any case (casts of JSON to ROW)."""
    for key, value in json.loads(text).items():
        if key.lower() == name.lower():
            return dumped(value)
    return None


class PathError(Exception):
    """A path that does not fit the data, in strict mode."""


_TOKEN = re.compile(r"""\s*(?:\.\s*([A-Za-z_]\w*)(?!\s*\()|\.\s*"((?:[^"]|"")*)"|\.\s*\*|\[\s*\*\s*\]|\[([^\]]*)\])""")


def steps(path: str) -> tuple[bool, list[Any]]:
    """A standard path's mode (strict or not) and its steps: a member's name, "*", "[*]", or a list of (first, last) subscripts."""
    found = re.match(r"\s*(lax|strict)\s*\$", path)
    if not found:
        raise invalid(f"Invalid JSON path: {path}")
    result: list[Any] = []
    rest = path[found.end() :].rstrip()
    while rest:
        step = _TOKEN.match(rest)
        if not step:
            raise invalid(f"JSON path is not supported by local Athena: {path}")
        if step[1] is not None or step[2] is not None:
            result.append(("member", step[1] if step[1] is not None else step[2].replace('""', '"')))
        elif step[3] is not None:
            result.append(("items", [_range(part, path) for part in step[3].split(",")]))
        else:
            result.append(("all", "." in step[0]))
        rest = rest[step.end() :]
    return found[1] == "strict", result


def _range(part: str, path: str) -> tuple[int | str, int | str]:
    ends = [e.strip() for e in part.split(" to ")]
    if not all(re.fullmatch(r"\d+|last(\s*-\s*\d+)?", e) for e in ends):
        raise invalid(f"JSON path is not supported by local Athena: {path}")
    return ends[0], ends[-1]


def _place(end: int | str, size: int) -> int:
    text = str(end)
    return size - 1 - int(text.partition("-")[2].strip() or 0) if text.startswith("last") else int(text)


def evaluate(value: Any, path: str) -> list[Any]:
    """What a standard path finds. Raises PathError for a structural error in strict mode."""
    strict, todo = steps(path)
    found = [value]
    for kind, what in todo:
        following: list[Any] = []
        for item in found:
            following += _member(item, what, strict) if kind == "member" else _items(item, kind, what, strict)
        found = following
    return found


def _member(item: Any, name: str, strict: bool) -> list[Any]:
    if isinstance(item, list) and not strict:
        return [v for e in item for v in (_member(e, name, strict) if not isinstance(e, list) else [])]
    if not isinstance(item, dict) or name not in item:
        if strict:
            raise PathError(name)
        return []
    return [item[name]]


def _items(item: Any, kind: str, what: Any, strict: bool) -> list[Any]:
    if kind == "all" and what:  # .*
        if isinstance(item, dict):
            return list(item.values())
        if isinstance(item, list) and not strict:
            return [v for e in item if isinstance(e, dict) for v in e.values()]
        if strict:
            raise PathError("*")
        return []
    if not isinstance(item, list):
        if strict:
            raise PathError("[]")
        item = [item]
    if kind == "all":
        return list(item)
    result = []
    for first, last in what:
        a, b = _place(first, len(item)), _place(last, len(item))
        if strict and (a < 0 or b >= len(item)):
            raise PathError("subscript")
        result += [item[i] for i in range(max(a, 0), min(b, len(item) - 1) + 1)]
    return result


def query(text: str, path: str) -> str:
    """Outcome of a standard path: ``E`` for an error, else ``R`` and a JSON array of what was found."""
    try:
        value = json.loads(text, parse_constant=_reject)
    except ValueError:
        return "E"
    try:
        return "R" + dumped(evaluate(value, path))
    except PathError:
        return "E"


FUNCTIONS = (
    ("json_parse", parse, "VARCHAR", "VARCHAR"), ("json_extract", extract, "VARCHAR VARCHAR", "VARCHAR"),
    ("json_number_text", number_text, "VARCHAR VARCHAR", "VARCHAR"),
    ("json_array_get", array_get, "VARCHAR BIGINT", "VARCHAR"), ("json_java_numbers", numbers, "VARCHAR", "VARCHAR"),
    ("json_field", field, "VARCHAR VARCHAR", "VARCHAR"), ("json_path", query, "VARCHAR VARCHAR", "VARCHAR"),
)  # fmt: skip
