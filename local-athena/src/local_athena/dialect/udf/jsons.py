"""JSON: canonical text, the paths of ``json_extract``, arrays and members."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from local_athena.dialect.udf import json_stream
from local_athena.dialect.udf.failures import Failure, invalid
from local_athena.dialect.udf.numbers import json_number


def dumped(value: Any, sort: bool = False) -> str:
    """Compact JSON text, its numbers as Java writes them: ``1.0E7``."""
    if isinstance(value, float):
        return json_number(value)
    if isinstance(value, list):
        return "[" + ",".join(dumped(v, sort) for v in value) + "]"
    if isinstance(value, dict):
        members = value.pairs if isinstance(value, json_stream.Members) else [*value.items()]
        pairs = sorted(members, key=_place) if sort else members
        return "{" + ",".join(f"{_quoted(k)}:{dumped(v, sort)}" for k, v in pairs) + "}"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _place(member: tuple[str, Any]) -> Any:
    """Java sorts names by the halves of UTF-16, which puts an emoji before the last signs of the first plane."""
    return member[0].encode("utf-16-be", "surrogatepass")


def _quoted(text: str) -> str:
    r"""A JSON string; Jackson writes a control character in capitals: ``\u001F``. Raises ValueError for half of a pair."""
    text.encode()
    return re.sub(
        r"\\\\|\\u00[01][0-9a-f]", lambda m: m[0][:2] + m[0][2:].upper(), json.dumps(text, ensure_ascii=False)
    )


def _reject(name: str) -> Any:
    raise ValueError(name)


class _Unusual(Exception):
    """A text that the C encoder would not write as Java does."""


def _usual_float(written: str) -> float:
    value = float(written)
    if value != 0 and not 1e-3 <= abs(value) < 1e7:
        raise _Unusual
    return value


_USUAL = json.JSONDecoder(parse_constant=_reject, parse_float=_usual_float)
_IN_ORDER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def parse(text: str) -> str:
    """JSON text with its objects' keys sorted and without blanks, as ``json_parse`` leaves it."""
    if "\\" not in text and (text.isascii() or max(text) < "\ud800"):
        try:
            return _IN_ORDER.encode(_USUAL.decode(text))
        except (ValueError, _Unusual):
            pass
    try:
        return dumped(json.loads(text, parse_constant=_reject), sort=True)
    except ValueError:
        raise invalid(f"Cannot convert value to JSON: '{text}'") from None


_STEP = re.compile(r"""\.([\w:]+)|\["((?:[^"\\]|\\["\\])*)"\]|\[(\w+)\]""")


def names(path: str) -> list[str]:
    """The names and numbers of a ``json_extract`` path. Raises INVALID_FUNCTION_ARGUMENT for what is no path."""
    found, rest = [], path[1:]
    while rest or not path.startswith("$"):
        step = _STEP.match(rest) if path.startswith("$") else None
        if not step:
            raise invalid(f"Invalid JSON path: '{path}'")
        found.append(re.sub(r"\\([\"\\])", r"\1", step[2]) if step[2] is not None else step[1] or step[3])
        rest = rest[step.end() :]
    return found


def _found(text: str, path: str) -> Any:
    """The value at *path*; None where there is none, or no JSON."""
    steps = names(path)
    try:
        at = json_stream.place(text, steps)
        return None if at is None else (json_stream.value_at(text, at),)
    except ValueError:
        return None


def extract(text: str, path: str) -> str | None:
    """``json_extract`` where DuckDB has no answer: of a path that is no literal, or of what is JSON in its first part only."""
    found = _found(text, path)
    try:
        return None if found is None else dumped(found[0])
    except UnicodeEncodeError:
        raise invalid("Incomplete surrogate pair in a JSON text") from None


def extract_scalar(text: str, path: str) -> str | None:
    """``json_extract_scalar``, which leaves a number as it is written."""
    found = _found(text, path)
    return None if found is None else _scalar(found[0])


def _scalar(value: Any) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, str):
        return value.encode(errors="replace").decode()  # half of a surrogate pair becomes a question mark
    return dumped(value) if isinstance(value, bool) else json_stream.written(value)


def number_text(text: str, path: str) -> str:
    """The number at *path* as *text* spells it: ``json_extract_scalar`` leaves 1.50 as it is."""
    return extract_scalar(text, path) or ""


def _items(text: str) -> Iterator[Any]:
    """The items of an array, for as long as the text is JSON. Raises ValueError where it is no array."""
    at = json_stream.start(text)
    if text[at : at + 1] != "[":
        raise ValueError(text)
    for place in json_stream.items(text, at):
        yield json_stream.value_at(text, place)


def array_get(text: str, index: int) -> str | None:
    """``json_array_get``: a text without its quotes and a number as it was written, which is no JSON, as Trino says."""
    try:
        if index < 0:
            index += array_length(text) or 0
        item = next((v for i, v in enumerate(_items(text)) if i == index), None)
    except ValueError:
        return None
    return dumped(item) if isinstance(item, dict | list) else _scalar(item)


def array_length(text: str) -> int | None:
    try:
        return sum(1 for _ in _items(text))
    except ValueError:
        return None


def _is(value: Any, kind: str, wanted: str) -> bool:
    if isinstance(value, float):
        return kind == "float" and math.isfinite(value) and value == float(wanted)
    if isinstance(value, bool):
        return kind == "bool" and wanted == str(value).lower()
    if isinstance(value, int):
        return kind == "int" and value == int(wanted)
    return kind == "str" and value == wanted


def array_contains(text: str, kind: str, wanted: str) -> bool | None:
    """Whether the array has an item of the *kind* (bool, int, float or str) that shows itself as *wanted*."""
    try:
        return any(_is(v, kind, wanted) for v in _items(text))
    except ValueError:
        return None


def tree(text: str) -> str:
    """JSON text that has been read as a whole: of two members of one name the last counts, at the place of the first."""
    return dumped(json.loads(text))


def field(text: str, name: str) -> str | None:
    """An object's member by name, in any case (casts of JSON to ROW)."""
    found = [value for key, value in json.loads(text).items() if key.lower() == name.lower()]
    if len(found) > 1:
        raise Failure(f"INVALID_CAST_ARGUMENT: Duplicate field: {name.lower()}")
    return dumped(found[0]) if found else None


def decimal(text: str) -> str:
    """A decimal as Java's BigDecimal shows itself: 1E-7 for 0.0000001."""
    return str(Decimal(text))


FUNCTIONS = (
    ("json_parse", parse, "VARCHAR", "VARCHAR"), ("json_extract", extract, "VARCHAR VARCHAR", "VARCHAR"),
    ("json_extract_scalar", extract_scalar, "VARCHAR VARCHAR", "VARCHAR"),
    ("json_number_text", number_text, "VARCHAR VARCHAR", "VARCHAR"), ("json_decimal", decimal, "VARCHAR", "VARCHAR"),
    ("json_array_length", array_length, "VARCHAR", "BIGINT"),
    ("json_array_contains", array_contains, "VARCHAR VARCHAR VARCHAR", "BOOLEAN"),
    ("json_array_get", array_get, "VARCHAR BIGINT", "VARCHAR"),
    ("json_raw_items", json_stream.raw_items, "VARCHAR", "VARCHAR[]"),
    ("json_raw_member", json_stream.raw_member, "VARCHAR VARCHAR", "VARCHAR"),
    ("json_tree", tree, "VARCHAR", "VARCHAR"), ("json_field", field, "VARCHAR VARCHAR", "VARCHAR"),
)  # fmt: skip
