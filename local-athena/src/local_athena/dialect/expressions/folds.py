"""Arithmetic over chains of operators, which is not associative (an overflow, a rounding): from left to right, a long run of one
operator as a fold over a list. See ``chains``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from local_athena.dialect.expressions import chains, operators
from local_athena.dialect.scope import Value
from local_athena.dialect.values.coercion import coerce
from local_athena.dialect.values.types import Type, as_decimal, decimal, held
from local_athena.errors import StackOverflow

_LONGEST = 1 << 20
"""Characters of an expression. A quotient of decimals names its operands more than once, and so on within them."""
_DIGITS = 38
_FOLDED = "+-*"

type Step = tuple[str, Value, exp.Expr]
"""An operator, its right operand and the node of both."""


def arithmetic(value: Value, steps: Iterable[Step]) -> Value:
    """*value* with all *steps* applied from left to right."""
    for symbol, right, node in steps:
        value = operators.arithmetic(symbol, value, right, node)
        if len(value.sql) > _LONGEST:
            raise StackOverflow()
    return value


def long_arithmetic(value: Value, steps: Sequence[Step]) -> Value:
    """As ``arithmetic``, with long runs of one operator folded."""
    at = 0
    while at < len(steps):
        run = _run(value, steps, at)
        if run > chains.LONG:
            value = _folded(value, steps[at : at + run])
            at += run
        else:
            value = arithmetic(value, steps[at : at + 1])
            at += 1
    return value


def _run(value: Value, steps: Sequence[Step], at: int) -> int:
    """How many of the steps from *at* on are of one operator and leave *value*'s type as it is."""
    symbol, t = steps[at][0], value.type
    if symbol not in _FOLDED or not t.is_number or (t.name == "decimal" and (symbol == "*" or t.params[0] < _DIGITS)):
        return 0
    for length, (other, right, _) in enumerate(steps[at:]):
        if other != symbol or not _keeps(t, right.type):
            return length
    return len(steps) - at


def _keeps(t: Type, right: Type) -> bool:
    if t.name != "decimal":
        return right == t
    return (right.name == "decimal" or right.is_integer) and as_decimal(right).params[1] <= t.params[1]


def _folded(value: Value, steps: Sequence[Step]) -> Value:
    t, symbol = value.type, steps[0][0]
    if t.name == "decimal":
        t = decimal(_DIGITS, t.params[1])
        items = [f"CAST({v.sql} AS {held(t)})" for v in (value, *(right for _, right, _ in steps))]
    else:
        items = [coerce(v, t).sql for v in (value, *(right for _, right, _ in steps))]
    listed = f"CAST([{', '.join(items)}] AS {held(t)}[])"
    folded = f"list_reduce({listed}, lambda _left, _right: CAST(_left {symbol} _right AS {held(t)}))"
    return Value(folded, t)
