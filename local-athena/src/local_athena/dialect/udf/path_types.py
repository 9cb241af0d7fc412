"""Types of SQL/JSON paths as far as they are known before a row is read, and what they forbid.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/JsonPathAnalyzer.java
"""

from __future__ import annotations

from typing import Any

from local_athena.dialect.udf.failures import Failure
from local_athena.dialect.udf.path_grammar import Tree
from local_athena.dialect.udf.path_values import TEXTS, SqlType, is_number, result_type, rounded_type, spelled


def type_of(tree: Tree) -> SqlType | None:
    """The type of the items of *tree*, None where it depends on the input or on PASSING.

    Raises INVALID_PATH for an operand that can be none, NOT_SUPPORTED for what Athena's engine does not support.
    """
    name, *rest = tree
    if name == "literal":
        return rest[0].type  # type: ignore[no-any-return]
    if name == "last":
        return ("integer",)
    if name == "binary":
        return _binary(*rest)
    if name == "signed":
        return _signed(*rest)
    if name == "method":
        return _method(*rest)
    if name == "like_regex":
        raise Failure("NOT_SUPPORTED: like_regex predicate in JSON path is not yet supported")
    parts = [type_of(part) for part in _trees(rest)]
    return parts[0] if name == "filter" else None


def _trees(parts: Any) -> list[Tree]:
    """The trees among the parts of a node."""
    found: list[Tree] = []
    for part in parts:
        if isinstance(part, list):
            found += [tree for pair in part for tree in pair if tree is not None]
        elif isinstance(part, tuple):
            found.append(part)
    return found


def _invalid(message: str) -> Failure:
    return Failure(f"INVALID_PATH: {message}")


def _binary(sign: str, left: Tree, right: Tree) -> SqlType | None:
    a, b = type_of(left), type_of(right)
    if a is None or b is None:
        return None
    found = result_type(sign, a, b)
    if found is None:
        raise _invalid(
            f"invalid operand types ({spelled(a)} and {spelled(b)}) in JSON path arithmetic binary expression: "
            f"Cannot apply operator: {spelled(a)} {sign} {spelled(b)}"
        )
    return found


def _signed(sign: str, operand: Tree) -> SqlType | None:
    t = type_of(operand)
    if t is not None and not is_number(t):
        if sign == "+":
            raise _invalid(f"Invalid operand type ({spelled(t)}) in JSON path arithmetic unary expression")
        raise _invalid(
            f"invalid operand type ({spelled(t)}) in JSON path arithmetic unary expression: Cannot negate {spelled(t)}"
        )
    return t


def _method(base: Tree, name: str) -> SqlType | None:
    t = type_of(base)
    if name == "datetime":
        if t is not None and t[0] not in TEXTS:
            raise _invalid(f"JSON path datetime() method requires character string argument (found {spelled(t)})")
        raise Failure("NOT_SUPPORTED: datetime method in JSON path is not yet supported")
    if name == "double" and t is not None and t[0] not in TEXTS and not is_number(t):
        raise _invalid(f"cannot perform JSON path double() method with {spelled(t)} argument")
    if name in ("type", "size", "double"):
        return {"type": ("varchar", 27), "size": ("integer",)}.get(name, ("double",))
    if name == "keyvalue" or t is None:
        return None
    if not is_number(t):
        raise _invalid(
            f"cannot perform JSON path {name}() method with {spelled(t)} argument: "
            f"Unexpected parameters ({spelled(t)}) for function {name}"
        )
    return t if name == "abs" else rounded_type(t)
