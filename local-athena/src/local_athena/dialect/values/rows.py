"""The fields of rows."""

from __future__ import annotations

from sqlglot import exp

from local_athena.dialect.errors import column_missing, failure, type_mismatch
from local_athena.dialect.scope import Value
from local_athena.dialect.sqltext import text
from local_athena.dialect.values.types import field_names


def field_of(value: Value, name: str, node: exp.Expr, base: str) -> Value:
    """The field *name* of a row, which *node* asks for; *base* is the text of the row."""
    if value.type.name != "row":
        raise type_mismatch(f"Expression {base} is not of type ROW", node)
    held_names = field_names(value.type)
    found = [i for i, own in enumerate(value.type.fields) if own is not None and own.lower() == name.lower()]
    if len(found) > 1:
        place = (
            node.expression if isinstance(node, exp.Dot) else node.parts[-1] if isinstance(node, exp.Column) else node
        )
        raise failure("AMBIGUOUS_NAME", f"Ambiguous row field reference: {name}", place)
    if found:
        return _part(value, found[0], held_names[found[0]])
    shown = name if isinstance(node, exp.Dot) else node.sql(dialect="trino")
    raise column_missing(shown, node)


def _part(value: Value, index: int, held_name: str) -> Value:
    if value.parts is not None:
        return value.parts[index]
    return Value(f"struct_extract({value.sql}, {text(held_name)})", value.type.args[index])


def named_parts(value: Value) -> list[tuple[str | None, Value]]:
    """The fields of a row value as columns, each with its name."""
    names = [name.lower() if name is not None else None for name in value.type.fields]
    return list(zip(names, parts_of(value), strict=True))


def parts_of(value: Value) -> list[Value]:
    """The fields of a row value, in order."""
    return [_part(value, i, name) for i, name in enumerate(field_names(value.type))]
