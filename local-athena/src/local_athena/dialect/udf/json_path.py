"""Paths of SQL/JSON, evaluated: https://trino.io/docs/current/functions/json.html#json-path-language.

A path is a tree of tuples (see ``path_grammar``). Its value is a sequence of items, Python's values of JSON; an error of the
path is a ``PathError``, which ON ERROR handles. A predicate is True, False or, where it is unknown, None.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from local_athena.dialect.udf.path_grammar import parsed


class PathError(Exception):
    """A path that does not fit the data, in Trino's words:
    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/json/PathEvaluationException.java
    """


def _structural(message: str) -> PathError:
    return PathError(f"structural error: {message}")


def _unsuited(expected: str, value: Any) -> PathError:
    return PathError(f"invalid item type. Expected: {expected}, actual: {_kind(value).upper()}")


NOTHING = object()
"""A variable of PASSING that is NULL with FORMAT JSON: no item at all."""


@dataclass(frozen=True)
class _Context:
    root: Any
    strict: bool
    passed: dict[str, Any]
    item: Any = None
    last: int = -1


def evaluate(value: Any, path: str, passed: dict[str, Any]) -> list[Any]:
    """Items that *path* finds in *value*, given the variables of PASSING."""
    strict, tree = parsed(path)
    return _items(tree, _Context(value, strict, passed))


def _items(tree: tuple[Any, ...], at: _Context) -> list[Any]:
    return _NODES[tree[0]](at, *tree[1:])


def _unwrapped(items: list[Any], at: _Context) -> list[Any]:
    """In lax mode arrays stand for what they hold."""
    return items if at.strict else [v for item in items for v in (item if isinstance(item, list) else [item])]


def _variable(at: _Context, name: str) -> list[Any]:
    if name not in at.passed:
        raise PathError(f"no value was passed for ${name}")
    value = at.passed[name]
    return [] if value is NOTHING else [value]


def _last(at: _Context) -> list[Any]:
    return [at.last]


# ---- arithmetic


def _number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _binary(at: _Context, sign: str, left: tuple[Any, ...], right: tuple[Any, ...]) -> list[Any]:
    sides = _unwrapped(_items(left, at), at), _unwrapped(_items(right, at), at)
    if any(len(side) != 1 or not _number(side[0]) for side in sides):
        raise PathError("arithmetic takes one number on either side")
    a, b = sides[0][0], sides[1][0]
    if isinstance(a, float) or isinstance(b, float):
        a, b = float(a), float(b)
    if sign in "/%":
        return [_divided(sign, a, b)]
    return [{"+": operator.add, "-": operator.sub, "*": operator.mul}[sign](a, b)]


def _divided(sign: str, a: Any, b: Any) -> Any:
    if b == 0:
        raise PathError("division by zero")
    if isinstance(a, float):
        return a / b if sign == "/" else math.fmod(a, b)
    if isinstance(a, int) and isinstance(b, int):
        whole = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return whole if sign == "/" else a - b * whole
    return float(a) / float(b) if sign == "/" else Decimal(a) % Decimal(b)


def _signed(at: _Context, sign: str, operand: tuple[Any, ...]) -> list[Any]:
    items = _unwrapped(_items(operand, at), at)
    if wrong := [v for v in items if not _number(v)]:
        raise _unsuited("NUMBER", wrong[0])
    return [-v for v in items] if sign == "-" else items


# ---- accessors


def _member(at: _Context, base: tuple[Any, ...], name: str | None) -> list[Any]:
    result: list[Any] = []
    for item in _unwrapped(_items(base, at), at):
        if isinstance(item, dict) and (name is None or name in item):
            result += item.values() if name is None else [item[name]]
        elif at.strict:
            raise (
                _structural(f"missing member '{name}' in JSON object")
                if isinstance(item, dict)
                else _unsuited("OBJECT", item)
            )
    return result


def _descendants(at: _Context, base: tuple[Any, ...], name: str) -> list[Any]:
    def found(item: Any) -> Iterator[Any]:
        if isinstance(item, dict):
            if name in item:
                yield item[name]
            for v in item.values():
                yield from found(v)
        elif isinstance(item, list):
            for v in item:
                yield from found(v)

    return [v for item in _items(base, at) for v in found(item)]


def _elements(at: _Context, base: tuple[Any, ...], ranges: list[tuple[Any, Any]] | None) -> list[Any]:
    result: list[Any] = []
    for item in _items(base, at):
        if not isinstance(item, list) and at.strict:
            raise _unsuited("ARRAY", item)
        values = item if isinstance(item, list) else [item]
        if ranges is None:
            result += values
            continue
        inside = replace(at, last=len(values) - 1)
        for first, end in ranges:
            low = _index(first, inside)
            high = low if end is None else _index(end, inside)
            if at.strict and (low < 0 or high >= len(values) or low > high):
                if not values:
                    raise _structural("invalid array subscript for empty array")
                raise _structural(f"invalid array subscript: [{low}, {high}] for array of size {len(values)}")
            result += values[max(low, 0) : high + 1] if high >= 0 else []
    return result


def _index(tree: tuple[Any, ...], at: _Context) -> int:
    found = _unwrapped(_items(tree, at), at)
    if len(found) != 1:
        raise PathError("array subscript 'from' value must be singleton numeric")
    if not _number(found[0]):
        raise _unsuited("NUMBER", found[0])
    return int(found[0])


def _filter(at: _Context, base: tuple[Any, ...], predicate: tuple[Any, ...]) -> list[Any]:
    return [v for v in _unwrapped(_items(base, at), at) if _holds(predicate, replace(at, item=v)) is True]


# ---- methods


def _method(at: _Context, base: tuple[Any, ...], name: str) -> list[Any]:
    items = _items(base, at)
    if name == "type":
        return [_kind(v) for v in items]
    if name == "size":
        if at.strict and (wrong := [v for v in items if not isinstance(v, list)]):
            raise _unsuited("ARRAY", wrong[0])
        return [len(v) if isinstance(v, list) else 1 for v in items]
    items = _unwrapped(items, at)
    if name == "keyvalue":
        if wrong := [v for v in items if not isinstance(v, dict)]:
            raise _unsuited("OBJECT", wrong[0])
        return [{"name": k, "value": v, "id": i} for i, item in enumerate(items) for k, v in item.items()]
    return [_computed(v, name) for v in items]


def _computed(value: Any, name: str) -> Any:
    if name == "double" and isinstance(value, str):
        try:
            return float(value)
        except ValueError as error:
            raise PathError(str(error)) from None
    if not _number(value):
        raise _unsuited("NUMBER", value)
    if name == "double":
        return float(value)
    if name == "abs":
        return abs(value)
    rounded = math.floor(value) if name == "floor" else math.ceil(value)
    return float(rounded) if isinstance(value, float) else rounded


def _kind(value: Any) -> str:
    names = ((bool, "boolean"), (str, "string"), (list, "array"), (dict, "object"))
    return "null" if value is None else next((name for kind, name in names if isinstance(value, kind)), "number")


# ---- predicates


def _holds(tree: tuple[Any, ...], at: _Context) -> bool | None:
    kind, *rest = tree
    if kind in ("and", "or"):
        found = [_holds(part, at) for part in rest]
        decides = kind == "or"
        return decides if decides in found else None if None in found else not decides
    if kind == "not":
        inner = _holds(rest[0], at)
        return None if inner is None else not inner
    if kind == "is unknown":
        return _holds(rest[0], at) is None
    try:
        if kind == "exists":
            return bool(_items(rest[0], at))
        if kind == "compare":
            return _some(_sides(rest[1], rest[2], at), _COMPARED[rest[0]], at)
        if kind == "starts with":
            return _some(_sides(rest[0], rest[1], at), _starts, at)
        made = re.compile(rest[1], rest[2])
        return _some(((v, made) for v in _unwrapped(_items(rest[0], at), at)), _matches, at)
    except PathError:
        return None


def _sides(left: tuple[Any, ...], right: tuple[Any, ...], at: _Context) -> Iterator[tuple[Any, Any]]:
    a, b = _unwrapped(_items(left, at), at), _unwrapped(_items(right, at), at)
    return ((x, y) for x in a for y in b)


def _some(pairs: Iterator[tuple[Any, Any]], test: Callable[[Any, Any], bool | None], at: _Context) -> bool | None:
    """Whether a pair passes. One that cannot be tested makes it unknown: in lax mode unless one passed before."""
    result: bool | None = False
    for a, b in pairs:
        found = test(a, b)
        if found is None:
            return None
        if found and not at.strict:
            return True
        result = result or found
    return result


def _starts(text: Any, prefix: Any) -> bool | None:
    return text.startswith(prefix) if isinstance(text, str) and isinstance(prefix, str) else None


def _matches(text: Any, pattern: re.Pattern[str]) -> bool | None:
    return pattern.search(text) is not None if isinstance(text, str) else None


def _compared(sign: str) -> Callable[[Any, Any], bool | None]:
    test: Callable[[Any, Any], bool] = getattr(operator, sign)

    def compare(a: Any, b: Any) -> bool | None:
        if a is None or b is None:
            return a is None and b is None and sign == "eq"
        alike = (_number(a) and _number(b)) or any(isinstance(a, t) and isinstance(b, t) for t in (str, bool))
        return test(a, b) if alike else None

    return compare


_COMPARED = {
    s: _compared(name)
    for s, name in (
        ("==", "eq"),
        ("<>", "ne"),
        ("!=", "ne"),
        ("<", "lt"),
        ("<=", "le"),
        (">", "gt"),
        (">=", "ge"),
    )
}
_NODES: dict[str, Callable[..., list[Any]]] = {
    "root": lambda at: [at.root], "item": lambda at: [at.item], "literal": lambda at, value: [value], "last": _last,
    "variable": _variable, "binary": _binary, "signed": _signed, "member": _member, "descendants": _descendants,
    "elements": _elements, "filter": _filter, "method": _method,
}  # fmt: skip
