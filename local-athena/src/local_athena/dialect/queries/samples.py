"""TABLESAMPLE: https://trino.io/docs/current/sql/select.html#tablesample."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from local_athena.dialect.context import Context
from local_athena.dialect.errors import failure, placed, type_mismatch
from local_athena.dialect.scope import Scope
from local_athena.dialect.values.types import UNKNOWN
from local_athena.errors import NotSupported

_STEPS: dict[type[exp.Expr], Callable[[float, float], float]] = {
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
}


def sample(ctx: Context, node: exp.TableSample) -> str:
    """TABLESAMPLE BERNOULLI (10) and SYSTEM (10), of a percentage that is computed from constants."""
    method = node.args["method"].name.lower()
    given = node.args["percent"]
    if given.find(exp.Column) is not None:
        raise failure("EXPRESSION_NOT_CONSTANT", "Sample percentage cannot contain column references", given)
    t = ctx.expression(given, Scope()).type
    if t != UNKNOWN and not t.is_number:
        raise type_mismatch("Sample percentage should be a numeric expression", given)
    if _is_null(given):
        raise failure("INVALID_ARGUMENTS", "Sample percentage cannot be NULL", given)
    percent = _constant(given)
    if percent is None:
        raise placed(NotSupported("TABLESAMPLE of a percentage other than sums and products of numbers"), given)
    if not 0 <= percent <= 100:
        border = "greater than or equal to 0" if percent < 0 else "less than or equal to 100"
        raise failure("NUMERIC_VALUE_OUT_OF_RANGE", f"Sample percentage must be {border}", given)
    return f" TABLESAMPLE {method}({percent}%)"


def _is_null(node: exp.Expr) -> bool:
    """Whether a constant is NULL, or a cast, a sum or the like of it."""
    return isinstance(node, exp.Null) or any(_is_null(child) for child in node.iter_expressions())


def _constant(node: exp.Expr) -> float | None:
    if isinstance(node, exp.Literal):
        return float(node.name)
    if isinstance(node, exp.Paren):
        return _constant(node.this)
    if isinstance(node, exp.Neg):
        value = _constant(node.this)
        return None if value is None else -value
    step = _STEPS.get(type(node))
    if step is None or not isinstance(node, exp.Binary):
        return None
    left, right = _constant(node.left), _constant(node.right)
    return None if left is None or right is None else step(left, right)
