"""A function call as the functions see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from local_athena.dialect import udf
from local_athena.dialect.context import Clauses, Context
from local_athena.dialect.errors import failure
from local_athena.dialect.scope import Scope, Value
from local_athena.dialect.values.types import Type


@dataclass
class Call:
    """One call as a special function sees it. ``args`` holds a value for every argument that is not a lambda."""

    ctx: Context
    name: str
    node: exp.Expr
    scope: Scope
    args: list[Value | exp.Lambda]
    clauses: Clauses = field(default_factory=Clauses)
    signatures: Sequence[str] = ()
    """The lines that ``functions.SCALARS`` has for it, shown where its arguments do not fit."""

    def value(self, index: int) -> Value:
        found = self.args[index] if index < len(self.args) else None
        if not isinstance(found, Value):
            raise self.mismatch()
        return found

    def values(self) -> list[Value]:
        return [self.value(i) for i in range(len(self.args))]

    def arity(self, low: int, high: int | None = None) -> None:
        """Refuse a call with too few or too many arguments."""
        if not low <= len(self.args) <= (high if high is not None else low):
            raise self.mismatch()

    def udf(self, name: str) -> str:
        """The DuckDB name of a function of ``udf``, its twin that gives NULL inside TRY."""
        return udf.named(name, self.ctx.or_null is self.node)

    def mismatch(self, expected: str = "") -> Exception:
        shown = ", ".join(str(a.type) if isinstance(a, Value) else "<function>" for a in self.args)
        listed = sorted(line.partition(" -> ")[0] for line in self.signatures)
        expected = expected or ", ".join(listed)
        message = f"Unexpected parameters ({shown}) for function {self.name}." + (
            f" Expected: {expected}" if expected else ""
        )
        return failure("FUNCTION_NOT_FOUND", message, self.node)

    def again(self, name: str, *args: Value | exp.Lambda) -> Value:
        """The result of another function on *args*."""
        return self.ctx.call(name, args, self.node, self.scope, self.clauses)

    def lambda_text(self, node: exp.Lambda, types: Sequence[Type]) -> tuple[list[str], Value]:
        """A lambda's parameter names in DuckDB and its body, given the types of its parameters."""
        names = [e.name.lower() for e in node.expressions]
        check_parameters(node, len(types))
        parameters = {
            n: Value(f"_l{self.scope.depth}_{i}", t) for i, (n, t) in enumerate(zip(names, types, strict=True))
        }
        body = self.ctx.expression(node.this, self.scope.lambda_scope(parameters))
        return [v.sql for v in parameters.values()], body


def check_parameters(node: exp.Lambda, wanted: int) -> None:
    """:raises AthenaError: INVALID_PARAMETER_USAGE where the lambda *node* does not take as many parameters as it is given."""
    given = len(node.expressions)
    if given != wanted:
        message = f"Expected a lambda that takes {wanted} argument(s) but got {given}"
        raise failure("INVALID_PARAMETER_USAGE", message, node)
