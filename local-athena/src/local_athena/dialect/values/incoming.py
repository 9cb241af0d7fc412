"""Stored values on their way in: the form that translated expressions hold them in."""

from __future__ import annotations

from local_athena.dialect.sqltext import text
from local_athena.dialect.values.types import ZONED, Type, field_names


def incoming(sql: str, t: Type) -> str:
    """A stored value of type *t*; the same text where nothing in it is held otherwise than it is stored."""
    if t.name == ZONED:
        return f"CASE WHEN {sql} IS NOT NULL THEN {{'i': timezone('UTC', {sql}), 'z': 'UTC'}} END"
    if t.name == "char":
        return f"rpad({sql}, CAST(greatest(length({sql}), {t.params[0]}) AS INTEGER), ' ')"
    if t.name == "array":
        return _each(sql, t.element)
    if t.name == "map" and (changes(t.args[0]) or changes(t.args[1])):
        keys, values = _each(f"map_keys({sql})", t.args[0]), _each(f"map_values({sql})", t.args[1])
        return f"CASE WHEN {sql} IS NOT NULL THEN map({keys}, {values}) END"
    if t.name == "row" and any(map(changes, t.args)):
        named = zip(field_names(t), t.args, strict=True)
        fields = (f"{text(name)}: {incoming(f'struct_extract({sql}, {text(name)})', of)}" for name, of in named)
        return f"CASE WHEN {sql} IS NOT NULL THEN {{{', '.join(fields)}}} END"
    return sql


def changes(t: Type) -> bool:
    """Whether a value of type *t* is held otherwise than it is stored."""
    return t.name in (ZONED, "char") or any(map(changes, t.args))


def _each(sql: str, t: Type) -> str:
    if not changes(t):
        return sql
    # Types inside have shorter names: no lambda hides the variable of another around it.
    item = f"_i{len(str(t))}"
    return f"list_transform({sql}, lambda {item}: {incoming(item, t)})"
