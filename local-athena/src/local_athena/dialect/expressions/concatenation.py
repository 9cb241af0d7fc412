"""``||`` and ``concat``, of texts, binaries and arrays: https://trino.io/docs/current/functions/string.html#concat,
https://trino.io/docs/current/functions/array.html#array-concatenation-operator.
"""

from __future__ import annotations

from functools import reduce

from sqlglot import exp

from local_athena.dialect.errors import failure
from local_athena.dialect.expressions import chains, unknowns
from local_athena.dialect.scope import Value
from local_athena.dialect.values.coercion import coerce, coercible, common
from local_athena.dialect.values.types import UNKNOWN, Type, array, longer_char


def concat(values: list[Value], node: exp.Expr) -> Value:
    """``concat``: texts, binaries, or arrays and their elements. Two chars, or a char and a varchar with a length, give a char."""
    types = [v.type for v in values]
    if any(t.name == "array" for t in types):
        return _concat_arrays(values, node)
    if all(t.name in ("varbinary", "unknown") for t in types) and any(t != UNKNOWN for t in types):
        return Value(chains.balanced([coerce(v, Type("varbinary")).sql for v in values], "||"), Type("varbinary"))
    if len(types) == 2 and any(t.name == "char" for t in types) and all(t.is_text and t.params for t in types):
        padded = [coerce(v, Type("char", v.type.params)).sql for v in values]
        return Value(f"({padded[0]} || {padded[1]})", longer_char(sum(t.params[0] for t in types)))
    if not all(t.is_text or t == UNKNOWN for t in types):
        raise failure("FUNCTION_NOT_FOUND", _CONCAT.format(", ".join(map(str, types))), node)
    return Value(chains.balanced([coerce(v, Type("varchar")).sql for v in values], "||"), Type("varchar"))


_CONCAT = (
    "Unexpected parameters ({}) for function concat. Expected: concat(E, array(E)) E, concat(array(E)) E, "
    "concat(array(E), E) E, concat(char(x), char(y)), concat(varbinary), concat(varchar)"
)


def joined(values: list[Value], node: exp.Expr) -> Value:
    """``a || b || c``, which is ``concat(concat(a, b), c)``; it makes a difference where one is a char."""
    if not any(v.type.name == "char" for v in values):
        return concat(values, node)
    return reduce(lambda left, right: concat([left, right], node), values)


def _all_concatenated(lists: list[str]) -> str:
    if len(lists) == 1:
        return lists[0]
    middle = len(lists) // 2
    return f"list_concat({_all_concatenated(lists[:middle])}, {_all_concatenated(lists[middle:])})"


def _concat_arrays(values: list[Value], node: exp.Expr) -> Value:
    elements = [v.type.element if v.type.name == "array" else None for v in values]
    element = next(e for e in elements if e is not None)
    if len(values) == 2 and UNKNOWN in elements and any(e is not None and e.name == "array" for e in elements):
        raise unknowns.ambiguous(node)
    for i, (v, e) in enumerate(zip(values, elements, strict=True)):
        met = common(element, e if e is not None else v.type)
        if met is None and element.name == "array" and coercible(v.type, element):  # an array of arrays and one more
            met, elements[i] = element, None
        elif met is None and i == 1 and e is not None and coercible(values[0].type, e):  # one before an array of arrays
            met, elements[0] = e, None
        if met is None:
            shown = ", ".join(str(v.type) for v in values)
            raise failure("FUNCTION_NOT_FOUND", _CONCAT.format(shown), node)
        element = met
    parts = []
    for v, e in zip(values, elements, strict=True):
        if e is not None:
            parts.append(coerce(v, array(element)).sql)
        elif coercible(v.type, element):
            parts.append(f"[{coerce(v, element).sql}]")
    # DuckDB's || takes a NULL array for an empty one and appends a NULL; Trino's functions are not called for either.
    checked = [v.sql for v in values if v.const is None and v.parts is None and not v.present]
    joined = _all_concatenated(parts)
    if checked:
        missing = " OR ".join(f"{sql} IS NULL" for sql in checked)
        joined = f"CASE WHEN {missing} THEN NULL ELSE {joined} END"
    return Value(joined, array(element))
