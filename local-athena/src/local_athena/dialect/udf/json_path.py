"""Paths of SQL/JSON, evaluated: https://trino.io/docs/current/functions/json.html#json-path-language.

A path is a tree of tuples (see ``path_grammar``). Its value is a sequence of items: Python's values of JSON, or ``Typed`` values of
SQL. An error of the path is a ``PathError``, which ON ERROR handles. A predicate is True, False or, where it is unknown, None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from local_athena.dialect.udf.path_grammar import parsed
from local_athena.dialect.udf.path_values import (
    TEXTS,
    PathError,
    Typed,
    absolute,
    compared,
    computed,
    index,
    kind,
    negated,
    number,
    parsed_double,
    rounded,
    text_of,
    unsuited,
)

NOTHING = object()
"""A variable of PASSING that is NULL with FORMAT JSON: no item at all."""


def _structural(message: str) -> PathError:
    return PathError(f"structural error: {message}")


@dataclass(frozen=True)
class _Context:
    root: Any
    strict: bool
    passed: dict[str, Any]
    objects: list[int]
    """How many objects ``keyvalue()`` has seen, which numbers them."""
    item: Any = NOTHING
    last: int = -1


def evaluate(value: Any, path: str, passed: dict[str, Any]) -> list[Any]:
    """Items that *path* finds in *value*, given the variables of PASSING."""
    strict, tree = parsed(path)
    return _items(tree, _Context(value, strict, passed, [0]))


def _items(tree: tuple[Any, ...], at: _Context) -> list[Any]:
    found: list[Any] = _NODES[tree[0]](at, *tree[1:])
    return found


def _unwrapped(items: list[Any], at: _Context) -> list[Any]:
    """In lax mode arrays stand for what they hold."""
    return items if at.strict else [v for item in items for v in (item if isinstance(item, list) else [item])]


def _variable(at: _Context, name: str) -> list[Any]:
    value = at.passed[name]
    return [] if value is NOTHING else [value]


def _current(at: _Context) -> list[Any]:
    if at.item is NOTHING:
        raise PathError("accessing current filter item with no enclosing filter")
    return [at.item]


def _last(at: _Context) -> list[Any]:
    if at.last < 0:
        raise PathError("accessing the last array index with no enclosing array")
    return [Typed(("integer",), at.last)]


# ---- arithmetic


def _binary(at: _Context, sign: str, left: tuple[Any, ...], right: tuple[Any, ...]) -> list[Any]:
    sides = _unwrapped(_items(left, at), at), _unwrapped(_items(right, at), at)
    if any(len(side) != 1 for side in sides):
        raise PathError("arithmetic binary expression requires singleton operands")
    a, b = (side[0] if isinstance(side[0], Typed) else _number(side[0]) for side in sides)
    return [computed(sign, a, b)]


def _signed(at: _Context, sign: str, operand: tuple[Any, ...]) -> list[Any]:
    items = [_number(v) for v in _unwrapped(_items(operand, at), at)]
    return [negated(v) for v in items] if sign == "-" else list(items)


def _number(item: Any) -> Typed:
    x = number(item)
    if x is None:
        raise unsuited("NUMBER", item)
    return x


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
                else unsuited("OBJECT", item)
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
            raise unsuited("ARRAY", item)
        values = item if isinstance(item, list) else [item]
        if ranges is None:
            result += values
            continue
        if not values:
            if at.strict:
                raise _structural("invalid array subscript for empty array")
            continue
        inside = replace(at, last=len(values) - 1)
        for first, end in ranges:
            low, high = _range(first, end, inside)
            if at.strict and not 0 <= low <= high < len(values):
                raise _structural(f"invalid array subscript: [{low}, {high}] for array of size {len(values)}")
            result += values[max(low, 0) : high + 1] if high >= low and high >= 0 else []
    return result


def _range(first: tuple[Any, ...], end: tuple[Any, ...] | None, at: _Context) -> tuple[int, int]:
    """The bounds of a subscript, one of which stands for both if it is alone."""
    found = [_items(tree, at) for tree in (first, end) if tree is not None]
    for items, name in zip(found, ("from", "to"), strict=False):
        if len(items) != 1:
            raise PathError(f"array subscript '{name}' value must be singleton numeric")
    bounds = [index(items[0]) for items in found]
    return bounds[0], bounds[-1]


def _filter(at: _Context, base: tuple[Any, ...], predicate: tuple[Any, ...]) -> list[Any]:
    return [v for v in _unwrapped(_items(base, at), at) if _holds(predicate, replace(at, item=v)) is True]


# ---- methods


def _method(at: _Context, base: tuple[Any, ...], name: str) -> list[Any]:
    items = _items(base, at)
    if name == "type":
        return [Typed(("varchar", 27), kind(v)) for v in items]
    if name == "size":
        if at.strict and (wrong := [v for v in items if not isinstance(v, list)]):
            raise unsuited("ARRAY", wrong[0])
        return [Typed(("integer",), len(v) if isinstance(v, list) else 1) for v in items]
    items = _unwrapped(items, at)
    return (
        [v for item in items for v in _pairs(item, at)] if name == "keyvalue" else [_computed(v, name) for v in items]
    )


def _pairs(item: Any, at: _Context) -> list[Any]:
    if not isinstance(item, dict):
        raise unsuited("OBJECT", item)
    at.objects[0] += 1
    return [{"name": k, "value": v, "id": at.objects[0] - 1} for k, v in item.items()]


def _computed(item: Any, name: str) -> Typed:
    if name == "double":
        return Typed(("double",), _double(item))
    x = _number(item)
    return absolute(x) if name == "abs" else rounded(x, name == "ceiling")


def _double(item: Any) -> float:
    x = number(item)
    if x is not None:
        return float(x.value)
    written = (
        item if isinstance(item, str) else item.value if isinstance(item, Typed) and item.type[0] in TEXTS else None
    )
    if written is None:
        raise unsuited("NUMBER or TEXT", item)
    value = parsed_double(written)
    if value is None:
        raise PathError(f"Cannot cast '{written}' to DOUBLE")
    return value


# ---- predicates


def _holds(tree: tuple[Any, ...], at: _Context) -> bool | None:
    name, *rest = tree
    if name in ("and", "or"):
        found = [_holds(part, at) for part in rest]
        decides = name == "or"
        return decides if decides in found else None if None in found else not decides
    if name == "not":
        inner = _holds(rest[0], at)
        return None if inner is None else not inner
    if name == "is unknown":
        return _holds(rest[0], at) is None
    try:
        if name == "exists":
            return bool(_items(rest[0], at))
        if name == "compare":
            return _some(rest[0], _unwrapped(_items(rest[1], at), at), _unwrapped(_items(rest[2], at), at), at)
        return _begins(_items(rest[0], at), _items(rest[1], at), at)
    except PathError:
        return None


def _some(sign: str, left: list[Any], right: list[Any], at: _Context) -> bool | None:
    """Whether a pair of items compares so; unknown where one cannot be compared, in lax mode unless one did before.

    Null can be compared with every item, and differs from all others. Arrays and objects can be compared with nothing else.
    """
    if not left or not right:
        return False
    (nulls, scalars, nested), (other_nulls, others, other_nested) = _sorted(left), _sorted(right)
    if (nested and (other_nested or others)) or (scalars and other_nested):
        return None
    found = False
    if sign == "==":
        found = nulls and other_nulls
    elif sign in ("<>", "!="):
        found = bool(nulls and (others or other_nested)) or bool(other_nulls and (scalars or nested))
    if found and not at.strict:
        return True
    for a in scalars:
        for b in others:
            held = compared(sign, a, b)
            if held is None:
                return None
            if held and not at.strict:
                return True
            found = found or held
    return found


def _sorted(items: list[Any]) -> tuple[bool, list[Any], bool]:
    """Whether there are nulls among *items*, those that are scalars, and whether there are arrays or objects."""
    scalars = [v for v in items if v is not None and not isinstance(v, list | dict)]
    return None in items, scalars, any(isinstance(v, list | dict) for v in items)


def _begins(items: list[Any], prefixes: list[Any], at: _Context) -> bool | None:
    prefix = text_of(prefixes[0]) if len(prefixes) == 1 else None
    if prefix is None:
        return None
    found = False
    for item in _unwrapped(items, at):
        text = text_of(item)
        if text is None:
            return None
        found = found or text.startswith(prefix)
        if found and not at.strict:
            return True
    return found


_NODES: dict[str, Any] = {
    "root": lambda at: [at.root], "null": lambda at: [None], "item": _current, "literal": lambda at, value: [value],
    "last": _last, "variable": _variable, "binary": _binary, "signed": _signed, "member": _member,
    "descendants": _descendants, "elements": _elements, "filter": _filter, "method": _method,
}  # fmt: skip
