"""Reads a request as the service does before it looks at it: values of another JSON type are refused, nulls and members that
the operation does not have are left out, and an integer has no fraction.

Words as measured: https://github.com/aoyagikouhei/athena-local/blob/main/docs/dev/measurements/errors.md (#84, #87)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.model import Shape

from local_athena.api.errors import SerializationException

_NAMES = {"string": "a String", "integer": "an Integer", "long": "a Long", "boolean": "a Boolean"}
_LONG = 1 << 63
_LIST = "Start of list found where not expected"
_STRUCTURE = "Start of structure or map found where not expected."


def read(shape: Shape, value: Any) -> Any:
    """*value*, which is no null, as a member of type *shape*.

    :raises SerializationException: if JSON has something else there.
    """
    match shape.type_name:
        case "structure":
            given = _structure(value)
            members = ((name, member, given.get(name)) for name, member in shape.members.items())
            return {name: read(member, one) for name, member, one in members if one is not None}
        case "map":
            return {name: read(shape.value, one) for name, one in _structure(value).items() if one is not None}
        case "list":
            return [read(shape.member, one) for one in _list(value) if one is not None]
        case kind if kind in _NAMES:
            return _scalar(kind, value)
    return value


def _structure(value: Any) -> Mapping[str, Any]:
    if isinstance(value, list):
        raise SerializationException(_LIST)
    if not isinstance(value, Mapping):
        raise SerializationException("Expected null")
    return value


def _list(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        raise SerializationException(_STRUCTURE)
    if not isinstance(value, list):
        raise SerializationException("Expected list or null")
    return value


def _scalar(kind: str, value: Any) -> Any:
    if isinstance(value, list):
        raise SerializationException(_LIST)
    if isinstance(value, Mapping):
        raise SerializationException(_STRUCTURE)
    found = _token(value)
    if found == "NUMBER_VALUE" and kind in ("integer", "long"):
        if not -_LONG <= value < _LONG:
            raise SerializationException
        return int(value)
    if (found, kind) == ("STRING_VALUE", "string") or (kind == "boolean" and isinstance(value, bool)):
        return value
    raise SerializationException(f"{found} can not be converted to {_NAMES[kind]}")


def _token(value: Any) -> str:
    """The JSON parser's name for a scalar."""
    if isinstance(value, bool):
        return f"{value}_VALUE".upper()
    return "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"
