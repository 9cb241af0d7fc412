"""JSON values in the shape of a column of rows, maps and lists, as the JSON SerDes read those that do not have it by themselves.

https://github.com/trinodb/trino/tree/440/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/line
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from local_athena.dialect.udf.json_lines import BARE, spelled

type Shape = str | list[Any] | dict[str, Any]
"""``number`` (never quoted), ``text`` (always quoted), ``words`` (text, of objects too), ``scalar`` or
``any`` for a leaf, a list of one for a list, ``{"map": Shape}`` or ``{"row": [[name, Shape]]}``."""
_COLUMN = re.compile(r"_col(\d+)")


class _Number(str):
    """A number as it was written."""


class _Members(list[tuple[str, Any]]):
    """An object, with what stands in it twice."""


_decode = json.JSONDecoder(
    object_pairs_hook=_Members, parse_int=_Number, parse_float=_Number, parse_constant=_Number
).decode


def shaped(text: str, shape: str, openx: bool, folded: bool) -> str | None:
    """*text* as *shape*; None of what the SerDe does not read as that. *folded* keys may differ from their names by case."""
    try:
        return _written(_fitted(_decode(text), _shape(shape), openx, folded))
    except (ValueError, RecursionError):
        return None


@lru_cache(maxsize=256)
def _shape(text: str) -> Shape:
    found: Shape = json.loads(text)
    return found


def _fitted(value: Any, shape: Shape, openx: bool, folded: bool) -> Any:
    if value is None:
        return None
    if isinstance(shape, str):
        return _leaf(value, shape, folded)
    if isinstance(shape, list):
        if openx and not isinstance(value, list):
            value = None if value == "" else [value]
        elif isinstance(value, _Members):
            raise ValueError
        return None if value is None else [_fitted(item, shape[0], openx, folded) for item in _list(value)]
    blank = openx and _text(value) and not value.strip()
    if "map" in shape:
        if blank:
            return None
        return _Members(
            (key, _fitted(item, shape["map"], openx, folded)) for key, item in _last(value, openx and folded)
        )
    return _row(_Members() if blank else value, shape["row"], openx, folded)


def _row(value: Any, fields: list[tuple[str, Shape]], openx: bool, folded: bool) -> _Members:
    if openx and isinstance(value, list) and not isinstance(value, _Members):
        value = _Members((name, item) for (name, _), item in zip(fields, value, strict=False))
    members = _last(value, folded)
    if not openx:
        members = [(_name(key, fields), item) for key, item in members]
    found = {key.lower() if folded else key: item for key, item in members}
    return _Members((name, _fitted(found[name], shape, openx, folded)) for name, shape in fields if name in found)


def _name(key: str, fields: list[tuple[str, Shape]]) -> str:
    """The field that *key* names, by its place too if there is none of that name."""
    place = _COLUMN.fullmatch(key)
    if place and all(name != key for name, _ in fields) and int(place[1]) < len(fields):
        return fields[int(place[1])][0]
    return key


def _last(value: Any, folded: bool) -> list[tuple[str, Any]]:
    """Members of an object, of those that are the same the last."""
    if not isinstance(value, _Members):
        raise ValueError
    found: dict[str, tuple[str, Any]] = {}
    for key, item in value:
        same = key.lower() if folded else key
        found.pop(same, None)
        found[same] = key, item
    return [*found.values()]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or isinstance(value, _Members):
        raise ValueError
    return value


def _text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, _Number)


def _leaf(value: Any, shape: str, folded: bool) -> Any:
    if shape == "words":
        return spelled(_written(value), folded) if isinstance(value, list) else value
    if shape == "any":
        return value
    if isinstance(value, list) or (shape == "number" and _text(value) and not value.startswith(BARE)):
        raise ValueError
    if shape == "text" and not _text(value):
        raise ValueError
    return value


def _written(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, _Members):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{_written(item)}" for key, item in value) + "}"
    if isinstance(value, list):
        return f"[{','.join(map(_written, value))}]"
    return json.dumps(value, ensure_ascii=False)


FUNCTIONS = (("line_shaped", shaped, "VARCHAR VARCHAR BOOLEAN BOOLEAN", "VARCHAR"),)
